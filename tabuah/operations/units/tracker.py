"""The GPS tracker of a unit: a sender of readings without a station or rules."""

from collections.abc import Iterable
from typing import Final

import msgspec

from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.stations.station import Parameter
from tabuah.operations.units.unit import Unit

LON: Final = "lon_deg"
LAT: Final = "lat_deg"
# The box around Indonesia: a receiver without reception sends 0, 0.
PARAMETERS: Final = (
    Parameter(code=LON, unit="°", expected_interval_s=30.0, valid_min=95.0, valid_max=141.1),
    Parameter(code=LAT, unit="°", expected_interval_s=30.0, valid_min=-11.1, valid_max=6.2),
)


class Tracker(msgspec.Struct, frozen=True, kw_only=True):
    """The tracker of the unit `unit`; the account `gateway` may send positions under `code`."""

    code: str
    unit: str
    exercise: bool
    gateway: str = ""

    def parameter(self, code: str) -> Parameter | None:
        """Return the parameter with a code; None if a tracker does not measure it."""
        return next((parameter for parameter in PARAMETERS if parameter.code == code), None)


def tracker_of(unit: Unit) -> Tracker | None:
    """Return the tracker of a unit; None if it has none or is retired."""
    if not unit.tracker or unit.retired:
        return None
    return Tracker(code=unit.tracker, unit=unit.id, exercise=unit.exercise, gateway=unit.gateway)


def check_tracker_free(units: Iterable[Unit], tracker: str, unit_id: str) -> str:
    """Return the code of a tracker in its normal form, without its exercise, or an empty text.

    Args:
        units: all known units of the world of this unit; the trackers of retired ones are free.
        tracker: as a person entered it.
        unit_id: the call sign of the unit that will carry it.

    Raises:
        NotPossible: another unit carries it.
    """
    code, own = plain_code(tracker.strip()).upper(), plain_code(unit_id.strip()).upper()
    others = (unit for unit in units if plain_code(unit.id) != own and not unit.retired)
    carrier = next((unit for unit in others if code and plain_code(unit.tracker) == code), None)
    if carrier is not None:
        raise NotPossible("tracker_taken", tracker=code, unit=plain_code(carrier.id))
    return code
