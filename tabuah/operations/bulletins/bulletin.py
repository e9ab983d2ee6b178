"""Bulletins: earthquakes, weather warnings and volcanoes."""

from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.entries import subject_of

Bulletin = KnownEarthquake | KnownWarning | Volcano


def subject_of_bulletin(bulletin: Bulletin) -> str:
    """Return the subject of a bulletin."""
    match bulletin:
        case KnownEarthquake():
            return subject_of("earthquake", bulletin.id)
        case KnownWarning():
            return subject_of("warning", bulletin.id)
        case Volcano():
            return subject_of("volcano", bulletin.id)
