"""What the entries about earthquakes, warnings and volcanoes fold to."""

import msgspec

from tabuah.operations.bulletins.bodies import EarthquakeReported, VolcanoLevelled
from tabuah.operations.bulletins.earthquake import KnownEarthquake, fold_earthquake
from tabuah.operations.bulletins.volcano import Volcano, fold_volcano
from tabuah.operations.bulletins.warning import KnownWarning, fold_warning
from tabuah.operations.entries import Entry

Bulletin = KnownEarthquake | KnownWarning | Volcano


def fold_bulletin(value: object, entry: Entry, body: msgspec.Struct) -> Bulletin | None:
    """The bulletin after an accepted entry."""
    match body:
        case EarthquakeReported():
            return fold_earthquake(value if isinstance(value, KnownEarthquake) else None, entry, body)
        case VolcanoLevelled():
            return fold_volcano(value if isinstance(value, Volcano) else None, entry, body)
    return fold_warning(value if isinstance(value, KnownWarning) else None, entry, body)
