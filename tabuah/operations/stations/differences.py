"""The difference between two states of a station, field by field."""

from typing import Final

from tabuah.operations.stations.changes import ValidRange
from tabuah.operations.stations.station import Parameter, River, Station

# The fields of `StationChanged`, in the order of forms and files.
CHANGEABLE: Final = (
    "name",
    "kind",
    "lon_deg",
    "lat_deg",
    "elevation_m",
    "parameters",
    "river",
    "nagari",
    "owner",
    "gateway",
    "outside_reason",
)
CHANGES_WITH_REASON: Final = frozenset({"position", "thresholds", "ranges"})


def changed_fields(before: Station, after: Station) -> frozenset[str]:
    """Return which fields of `CHANGEABLE` differ, and which of `position`, `thresholds` and `ranges`."""
    fields = {name for name in CHANGEABLE if getattr(before, name) != getattr(after, name)}
    if fields & {"lon_deg", "lat_deg"}:
        fields.add("position")
    if threshold_values(before.river) != threshold_values(after.river):
        fields.add("thresholds")
    if changed_ranges(before.parameters, after.parameters):
        fields.add("ranges")
    return frozenset(fields)


def threshold_values(river: River | None) -> dict[str, float]:
    """Return the thresholds of a gauge by the code of the level, in m."""
    return {} if river is None else {level.value: value for level, value in river.thresholds_m.items()}


def changed_ranges(before: tuple[Parameter, ...], after: tuple[Parameter, ...]) -> tuple[str, ...]:
    """Return the parameters that both have, with another valid range or unit."""
    old = {parameter.code: parameter for parameter in before}
    return tuple(
        new.code
        for new in after
        if new.code in old and (valid_range(new) != valid_range(old[new.code]) or new.unit != old[new.code].unit)
    )


def valid_range(parameter: Parameter) -> ValidRange:
    return ValidRange(parameter.valid_min, parameter.valid_max)
