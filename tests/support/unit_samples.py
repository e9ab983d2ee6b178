"""Sample units of the OPD of a regency."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tabuah.operations.readings.reading import Reading
from tabuah.operations.units.entry_bodies import UnitRegistered
from tabuah.operations.units.tracker import LAT, LON
from tabuah.operations.units.unit import Post, UnitKind

AROSUKA = Post(lon_deg=100.6156, lat_deg=-0.9571, name="Posko BPBD Arosuka")


def unit_card(
    unit_id: str = "TRC-1", *, opd: str = "BPBD", tracker: str = "", home: Post | None = AROSUKA
) -> UnitRegistered:
    """Return the registration of a unit."""
    return UnitRegistered(
        id=unit_id,
        name=f"Regu {unit_id}",
        kind=UnitKind.QUICK_RESPONSE,
        opd=opd,
        members=5,
        contact="kanal 7",
        tracker=tracker,
        home=home,
    )


def drive(
    tracker: str, way: Sequence[tuple[float, float]], *, start_at: datetime, every_s: float = 30.0
) -> list[Reading]:
    """Return GPS readings along a list of positions, oldest first."""
    found = []
    for number, (lon_deg, lat_deg) in enumerate(way):
        at = start_at + timedelta(seconds=number * every_s)
        found += [Reading(tracker, LON, at, lon_deg), Reading(tracker, LAT, at, lat_deg)]
    return found
