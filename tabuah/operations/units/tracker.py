"""A unit's GPS as the server knows it: a sender of readings that is no station and is judged by no rule."""

from typing import Final

import msgspec

from tabuah.operations.stations.station import Parameter
from tabuah.operations.units.unit import Unit

LON: Final = "lon_deg"
LAT: Final = "lat_deg"
# The box around Indonesia: a receiver without reception tells 0, 0.
PARAMETERS: Final = (
    Parameter(code=LON, unit="°", expected_interval_s=30.0, valid_min=95.0, valid_max=141.1),
    Parameter(code=LAT, unit="°", expected_interval_s=30.0, valid_min=-11.1, valid_max=6.2),
)


class Tracker(msgspec.Struct, frozen=True, kw_only=True):
    """What may send positions under `code`."""

    code: str
    exercise: bool

    def parameter(self, code: str) -> Parameter | None:
        """The parameter of that code, None where a tracker does not measure it."""
        return next((parameter for parameter in PARAMETERS if parameter.code == code), None)


def tracker_of(unit: Unit) -> Tracker | None:
    """The GPS that a unit carries; None where it has none, or is retired."""
    if not unit.tracker or unit.retired:
        return None
    return Tracker(code=unit.tracker, exercise=unit.exercise)
