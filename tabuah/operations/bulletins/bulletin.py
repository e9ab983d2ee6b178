"""Bulletins: earthquakes, weather warnings and volcanoes, and their fold."""

import msgspec

from tabuah.operations.bulletins.earthquake import KnownEarthquake, fold_earthquake
from tabuah.operations.bulletins.entry_bodies import EarthquakeReported, VolcanoLevelled
from tabuah.operations.bulletins.volcano import Volcano, fold_volcano
from tabuah.operations.bulletins.warning import KnownWarning, fold_warning
from tabuah.operations.entries import Entry, subject_of

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


def fold_bulletin(value: object, entry: Entry, body: msgspec.Struct) -> Bulletin | None:
    """Return the bulletin after an accepted entry."""
    match body:
        case EarthquakeReported():
            return fold_earthquake(value if isinstance(value, KnownEarthquake) else None, entry, body)
        case VolcanoLevelled():
            return fold_volcano(value if isinstance(value, Volcano) else None, entry, body)
    return fold_warning(value if isinstance(value, KnownWarning) else None, entry, body)
