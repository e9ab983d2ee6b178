"""Which unit carries which tracker: no two the same, or both would be seen in one place."""

from collections.abc import Iterable

from tabuah.operations.errors import NotPossible
from tabuah.operations.units.unit import Unit
from tabuah.resources.catalogue import _


def free_tracker(units: Iterable[Unit], tracker: str, unit_id: str) -> str:
    """The code of a tracker as it is written, empty where there is none.

    Args:
        units: all that are known; what a retired one carried is free.
        tracker: as a person gave it.
        unit_id: the call sign of the unit that shall carry it.

    Raises:
        NotPossible: another unit carries it.
    """
    code = tracker.strip().upper()
    others = (unit for unit in units if unit.id != unit_id.strip().upper() and not unit.retired)
    carrier = next((unit for unit in others if code and unit.tracker == code), None)
    if carrier is not None:
        message = _("{tracker} is carried by {unit} already.").format(tracker=code, unit=carrier.id)
        raise NotPossible("tracker_taken", message)
    return code
