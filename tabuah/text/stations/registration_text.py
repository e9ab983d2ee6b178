"""Text about the registration of stations: problems by field, names of fields, changes with their reason."""

from collections.abc import Sequence
from typing import Final

from tabuah.operations.levels import RiverLevel
from tabuah.operations.stations.changes import PositionChange, RangeChange, StationChange, ThresholdChange, ValidRange
from tabuah.operations.stations.registration import ProblemCode, StationProblem
from tabuah.operations.stations.station import Retirement
from tabuah.resources.localisation import _, format_moment, format_number
from tabuah.text.readings.measurements import format_value, parameter_name
from tabuah.text.rules.rule_text import river_level_label

_MAX_ACCOUNTS: Final = 10
_PROBLEMS: Final[dict[str, str]] = {
    ProblemCode.CODE_MALFORMED: "A code has 2 to 40 capital letters, digits and hyphens, such as AWLR-03.",
    ProblemCode.CODE_TAKEN: "The code {code} belongs to {name} already.",
    ProblemCode.CODE_REPEATED: "The code {code} occurs more than once.",
    ProblemCode.NAME_MISSING: "The station needs a name.",
    ProblemCode.TOO_LONG: "The text or number is too large.",
    ProblemCode.CONTROL_CHARACTERS: "The text has characters that cannot be shown. Type it again.",
    ProblemCode.POSITION_MISSING: "The position is missing.",
    ProblemCode.COORDINATES_SWAPPED: "Longitude and latitude are swapped: {lon_deg}, {lat_deg}.",
    ProblemCode.OUTSIDE_REGENCY: (
        "The position {lon_deg}, {lat_deg} lies outside of the regency. Correct it, or state why it lies there."
    ),
    ProblemCode.ELEVATION_IMPLAUSIBLE: "The elevation must be between -500 and 9,000 m.",
    ProblemCode.NO_PARAMETERS: "The station needs at least one parameter.",
    ProblemCode.PARAMETER_UNKNOWN: "There is no parameter {parameter}. All of them: tabuah station parameters",
    ProblemCode.PARAMETER_REPEATED: "The parameter {parameter} occurs twice.",
    ProblemCode.UNIT_DIFFERS: (
        "{parameter} is stored in {expected}, not in “{unit}”. A mapping of the gateway converts other units."
    ),
    ProblemCode.INTERVAL_IMPLAUSIBLE: "The interval of {parameter} must be between 1 second and 31 days.",
    ProblemCode.RANGE_REVERSED: "The smallest valid value of {parameter} must be below the largest.",
    ProblemCode.RANGE_IMPLAUSIBLE: "Valid values of {parameter} lie between {low} and {high} {unit}.",
    ProblemCode.RIVER_NAME_MISSING: "The river needs a name.",
    ProblemCode.THRESHOLDS_WITHOUT_STAGE: "Thresholds need the parameter stage_m.",
    ProblemCode.THRESHOLDS_NOT_ASCENDING: (
        "{level} ({value} m) must be above {lower} ({lower_value} m): Siaga 4 is normal, Siaga 1 the worst."
    ),
    ProblemCode.THRESHOLD_OUTSIDE_RANGE: (
        "{level} ({value} m) lies outside of the valid range of the water level, {low} to {high} m."
    ),
    ProblemCode.THRESHOLDS_WITHOUT_SOURCE: "State the source of the thresholds, such as an office or a decree.",
    ProblemCode.LAG_IMPLAUSIBLE: "The travel time to the gauge downstream must be between 0 and 31 days.",
    ProblemCode.DOWNSTREAM_UNKNOWN: "The gauge downstream, {code}, is not registered.",
    ProblemCode.DOWNSTREAM_NO_GAUGE: "{code} ({name}) is no gauge of a river.",
    ProblemCode.DOWNSTREAM_CIRCULAR: "The gauges downstream form a circle: {path}.",
    ProblemCode.GATEWAY_UNKNOWN: "There is no account {gateway}. Add it with: tabuah server user add",
    ProblemCode.GATEWAY_MISSPELT: "There is no account {gateway}. Did you mean {similar}?",
    ProblemCode.GATEWAY_OF_PERSON: "{gateway} is the account of a person; a station needs a gateway account.",
    ProblemCode.GATEWAY_LOCKED: "The account {gateway} is locked.",
    ProblemCode.NUMBER_UNREADABLE: "“{text}” is no number. Write it without thousands separators, such as 100,65.",
    ProblemCode.LONGITUDE_UNREADABLE: "“{text}” is no longitude. Write it as 100,65 or 100°39′00″ BT.",
    ProblemCode.LATITUDE_UNREADABLE: "“{text}” is no latitude. Write it as -0,79 or 0°47′24″ LS.",
    ProblemCode.DATE_UNREADABLE: "“{text}” is no date. Write it as 2026-11-24 or 24-11-2026.",
    ProblemCode.KIND_UNKNOWN: "“{text}” is no kind of station: {known}.",
    ProblemCode.PARAMETER_UNREADABLE: "“{text}” is no parameter. Write it as {example} or {full}.",
    ProblemCode.RIVER_MISSING: "The column {column} needs the name of the river.",
}


def describe_problem(problem: StationProblem) -> str:
    """Return the sentence of a problem in the current language."""
    return _(_PROBLEMS[problem.code]).format(**{name: _shown(name, v) for name, v in problem.values.items()})


def describe_unchecked_gateways(accounts: Sequence[str]) -> str:
    """Return that accounts could not be checked, and what to do."""
    text = _(
        "Gateway accounts could not be checked before the first sync: {accounts}. Synchronise, then import again."
    )
    return text.format(accounts=", ".join(accounts[:_MAX_ACCOUNTS]) + (" …" if len(accounts) > _MAX_ACCOUNTS else ""))


def _shown(name: str, value: str | float) -> str:
    if name in ("level", "lower"):
        return river_level_label(RiverLevel(str(value)))
    if isinstance(value, str):
        return value
    if name in ("lon_deg", "lat_deg"):
        return f"{value:.5f}"
    return format_number(value, digits=2 if value % 1 else 0)


_FIELDS: Final[dict[str, str]] = {
    "code": "Code",
    "name": "Name",
    "kind": "Kind",
    "position": "Position",
    "lon_deg": "Longitude",
    "lat_deg": "Latitude",
    "longitude": "Longitude",
    "latitude": "Latitude",
    "elevation_m": "Elevation",
    "parameters": "Parameters",
    "thresholds": "Thresholds",
    "thresholds_source": "Source of the thresholds",
    "thresholds_from": "Thresholds valid from",
    "river": "River",
    "downstream": "Gauge downstream",
    "lag_s": "Travel time",
    "lag_min": "Travel time",
    "nagari": "Nagari",
    "owner": "Owner",
    "gateway": "Gateway account",
    "ranges": "Valid range",
    "outside_reason": "Reason for a position outside",
    "reason": "Reason",
}


def station_field_label(name: str) -> str:
    """Return the label of a field by the name in a problem or a file; an unknown one is named by itself."""
    first = name.partition(".")[0]
    return _(_FIELDS[first]) if first in _FIELDS else name


def describe_station_change(change: StationChange) -> str:
    """Return what a change replaced, by whom, when and why."""
    author = _("{time}, {name}: {reason}").format(time=format_moment(change.at), name=change.by, reason=change.reason)
    return f"{describe_difference(change)} ({author})"


def describe_retirement(retired: Retirement) -> str:
    """Return who took a station out of service, when and why."""
    return _("{time}, {name}: {reason}").format(
        time=format_moment(retired.at), name=retired.by, reason=retired.reason
    )


def describe_difference(change: StationChange) -> str:
    """Return the old and the new value; empty where nothing that is shown differs."""
    match change:
        case ThresholdChange():
            levels = [level for level in RiverLevel if change.before.get(level) != change.after.get(level)]
            parts = [
                f"{river_level_label(level)} {_stage(change.before.get(level))} → {_stage(change.after.get(level))}"
                for level in levels
            ]
            return ", ".join(parts)
        case RangeChange():
            name = parameter_name(change.parameter)
            before, after = (_range(change.parameter, each) for each in (change.before, change.after))
            return _("{parameter}: valid {before} → {after}").format(parameter=name, before=before, after=after)
        case PositionChange():
            before = f"{change.before_lon_deg:.5f}, {change.before_lat_deg:.5f}"
            return f"{before} → {change.lon_deg:.5f}, {change.lat_deg:.5f}"
    return ""


def _stage(value_m: float | None) -> str:
    return "–" if value_m is None else format_value("stage_m", value_m)


def _range(parameter: str, valid: ValidRange | None) -> str:
    if valid is None:
        return "–"
    return _("{low} to {high}").format(
        low=format_number(valid.low, digits=2 if valid.low % 1 else 0), high=format_value(parameter, valid.high)
    )
