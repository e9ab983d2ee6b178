"""Changes of the thresholds, valid ranges and position of a station, each with its reason."""

from typing import Annotated, Final, TypeVar

import msgspec

from tabuah.operations.bounds import IdText, LabelText, Quantity, StoredMoment, bounded
from tabuah.operations.levels import RiverLevel

MAX_CHANGES: Final = 100  # of each sort; the journal keeps all of them

Thresholds = Annotated[dict[RiverLevel, Quantity], bounded(max_length=20)]


class StationChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who changed something with which entry, when and why."""

    entry: IdText
    by: IdText
    at: StoredMoment
    reason: LabelText


class ThresholdChange(StationChange, frozen=True, kw_only=True, omit_defaults=True):
    """The thresholds before and after, in m; `source` and `valid_from` are those of the new ones."""

    before: Thresholds
    after: Thresholds
    source: LabelText = ""
    valid_from: StoredMoment | None = None


class ValidRange(msgspec.Struct, frozen=True):
    """The smallest and the largest valid value of a parameter."""

    low: Quantity
    high: Quantity


class RangeChange(StationChange, frozen=True, kw_only=True, omit_defaults=True):
    """The valid range of a parameter before and after; None where the station did not measure it."""

    parameter: IdText
    before: ValidRange | None = None
    after: ValidRange | None = None


class PositionChange(StationChange, frozen=True, kw_only=True, omit_defaults=True):
    """The position before and after (EPSG:4326)."""

    before_lon_deg: Quantity
    before_lat_deg: Quantity
    lon_deg: Quantity
    lat_deg: Quantity


class StationChanges(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The newest changes of a station, oldest first."""

    thresholds: Annotated[tuple[ThresholdChange, ...], bounded(max_length=MAX_CHANGES)] = ()
    ranges: Annotated[tuple[RangeChange, ...], bounded(max_length=MAX_CHANGES)] = ()
    positions: Annotated[tuple[PositionChange, ...], bounded(max_length=MAX_CHANGES)] = ()

    def with_thresholds(self, change: ThresholdChange) -> "StationChanges":
        return msgspec.structs.replace(self, thresholds=_newest((*self.thresholds, change)))

    def with_ranges(self, changes: tuple[RangeChange, ...]) -> "StationChanges":
        return msgspec.structs.replace(self, ranges=_newest((*self.ranges, *changes)))

    def with_position(self, change: PositionChange) -> "StationChanges":
        return msgspec.structs.replace(self, positions=_newest((*self.positions, change)))

    def ranges_of(self, parameter: str) -> tuple[RangeChange, ...]:
        """Return the changes of the valid range of a parameter, oldest first."""
        return tuple(change for change in self.ranges if change.parameter == parameter)


ChangeT = TypeVar("ChangeT", bound=StationChange)


def _newest(changes: tuple[ChangeT, ...]) -> tuple[ChangeT, ...]:
    return changes[-MAX_CHANGES:]


# The default is omitted in JSON, so a station without changes encodes as before they were recorded.
NO_CHANGES: Final = StationChanges()
