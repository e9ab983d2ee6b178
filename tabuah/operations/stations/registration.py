"""Validation of a whole station before an entry is written: problems by field, as codes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum
from itertools import pairwise
from math import isfinite
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from tabuah.operations.bounds import find_excess
from tabuah.operations.hidden_characters import is_plain
from tabuah.operations.levels import RiverLevel
from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.measurements import measurements
from tabuah.operations.stations.differences import threshold_values
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.operations.stations.station import Parameter, Station, StationCode

# A mapping of a broker without accounts, which stands in for an account.
MqttGateway = Annotated[str, Meta(pattern=r"^mqtt/[a-z0-9][a-z0-9_-]{0,39}$")]
_CHECKED_NUMBERS: Final = ("code", "river.thresholds_m", "river.lag_s", "parameters.")  # they have own problems
_MAX_GAUGES_BELOW: Final = 500
_SHORTEST_INTERVAL_S: Final = 1.0
_LONGEST_INTERVAL_S: Final = 31 * 86_400.0


class ProblemCode(StrEnum):
    """Why a station cannot be registered or changed like this; `text.stations.registration` makes the sentence."""

    CODE_MALFORMED = "code_malformed"
    CODE_TAKEN = "code_taken"
    CODE_REPEATED = "code_repeated"
    NAME_MISSING = "name_missing"
    TOO_LONG = "too_long"
    CONTROL_CHARACTERS = "control_characters"
    POSITION_MISSING = "position_missing"
    COORDINATES_SWAPPED = "coordinates_swapped"
    OUTSIDE_REGENCY = "outside_regency"
    ELEVATION_IMPLAUSIBLE = "elevation_implausible"
    NO_PARAMETERS = "no_parameters"
    PARAMETER_UNKNOWN = "parameter_unknown"
    PARAMETER_REPEATED = "parameter_repeated"
    UNIT_DIFFERS = "unit_differs"
    INTERVAL_IMPLAUSIBLE = "interval_implausible"
    RANGE_REVERSED = "range_reversed"
    RANGE_IMPLAUSIBLE = "range_implausible"
    RIVER_NAME_MISSING = "river_name_missing"
    THRESHOLDS_WITHOUT_STAGE = "thresholds_without_stage"
    THRESHOLDS_NOT_ASCENDING = "thresholds_not_ascending"
    THRESHOLD_OUTSIDE_RANGE = "threshold_outside_range"
    THRESHOLDS_WITHOUT_SOURCE = "thresholds_without_source"
    LAG_IMPLAUSIBLE = "lag_implausible"
    DOWNSTREAM_UNKNOWN = "downstream_unknown"
    DOWNSTREAM_NO_GAUGE = "downstream_no_gauge"
    DOWNSTREAM_CIRCULAR = "downstream_circular"
    GATEWAY_UNKNOWN = "gateway_unknown"
    GATEWAY_MISSPELT = "gateway_misspelt"
    GATEWAY_OF_PERSON = "gateway_of_person"
    GATEWAY_LOCKED = "gateway_locked"
    # of a file
    NUMBER_UNREADABLE = "number_unreadable"
    LONGITUDE_UNREADABLE = "longitude_unreadable"
    LATITUDE_UNREADABLE = "latitude_unreadable"
    DATE_UNREADABLE = "date_unreadable"
    KIND_UNKNOWN = "kind_unknown"
    PARAMETER_UNREADABLE = "parameter_unreadable"
    RIVER_MISSING = "river_missing"


class StationProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One problem of a station.

    Attributes:
        field: the field, such as `code`, `position`, `parameters.0.unit`, `thresholds.siaga_1`, `downstream`.
        code: the problem.
        values: what fills the sentence.
    """

    field: str
    code: ProblemCode
    values: dict[str, str | float] = {}


Problems = tuple[StationProblem, ...]


class RegistrationContext(msgspec.Struct, frozen=True, kw_only=True):
    """What a station is compared with.

    Attributes:
        stations: the known stations of its world by code, retired ones included.
        users: the accounts by name; None where they are not known, which leaves the gateway unchecked.
        is_inside: returns whether a position (longitude, latitude in degrees) lies in the regency.
    """

    stations: Mapping[str, Station] = msgspec.field(default_factory=dict)
    users: Mapping[str, User] | None = None
    is_inside: Callable[[float, float], bool] = lambda _lon_deg, _lat_deg: True


def check_station(station: Station, context: RegistrationContext, *, before: Station | None = None) -> Problems:
    """Return the problems of a station, none if it may be registered.

    Args:
        station: the new station, or the changed one; its fields may have any content.
        context: what it is compared with.
        before: the station as it is now where it is changed. Fields that stay are checked, too, except for a
            position outside of the regency and thresholds without a source.
    """
    known = context.stations.get(station.code)
    taken = before is None and known is not None
    first = (_problem("code", ProblemCode.CODE_TAKEN, code=station.code, name=known.name),) if taken and known else ()
    return (*first, *_problems(station, context, before))


def check_stations(stations: Iterable[Station], context: RegistrationContext) -> list[Problems]:
    """Return the problems of each of several new or changed stations, which may name each other as gauges downstream.

    A known code means a change.
    """
    stations = list(stations)
    together = replace(context, stations={**context.stations, **{each.code: each for each in stations}})
    seen: set[str] = set()
    found = []
    for station in stations:
        problems = tuple(_problems(station, together, context.stations.get(station.code)))
        if station.code in seen:
            problems = (_problem("code", ProblemCode.CODE_REPEATED, code=station.code), *problems)
        seen.add(station.code)
        found.append(problems)
    return found


def _problems(station: Station, context: RegistrationContext, before: Station | None) -> Iterator[StationProblem]:
    yield from _check_texts(station)
    yield from _check_position(station, context, before)
    if not station.parameters:
        yield _problem("parameters", ProblemCode.NO_PARAMETERS)
    for index, parameter in enumerate(station.parameters):
        yield from _check_parameter(station, index, parameter)
    yield from _check_river(station, context, before)
    yield from _check_gateway(station, context)


def _problem(name: str, problem: ProblemCode, /, **values: str | float) -> StationProblem:
    return StationProblem(field=name, code=problem, values=values)


def _check_texts(station: Station) -> Iterator[StationProblem]:
    if not is_station_code(station.code):
        yield _problem("code", ProblemCode.CODE_MALFORMED, code=station.code[:80])
    if not station.name.strip():
        yield _problem("name", ProblemCode.NAME_MISSING)
    for field_name, text in _texts(station):
        if not is_plain(text):
            yield _problem(field_name, ProblemCode.CONTROL_CHARACTERS)
    numbers_aside = msgspec.structs.replace(station, lon_deg=0.0, lat_deg=0.0, elevation_m=None)
    excess = find_excess(StationRegistered(station=numbers_aside)).removeprefix("station.")
    if excess and not excess.startswith(_CHECKED_NUMBERS):
        yield _problem(excess, ProblemCode.TOO_LONG)


def _texts(station: Station) -> Iterator[tuple[str, str]]:
    """Return the free texts of a station by field."""
    for name in ("name", "nagari", "owner", "gateway", "outside_reason"):
        yield name, getattr(station, name)
    if station.river is not None:
        yield "river", station.river.name
        yield "thresholds_source", station.river.thresholds_source


def is_station_code(text: str) -> bool:
    """Return whether a text may be the code of a station."""
    return _is_valid(text, StationCode) and not text.endswith("\n")


def _is_valid(value: object, type_: object) -> bool:
    try:
        msgspec.convert(value, type_)
    except msgspec.ValidationError:
        return False
    return True


def _check_position(
    station: Station, context: RegistrationContext, before: Station | None
) -> Iterator[StationProblem]:
    lon_deg, lat_deg = station.lon_deg, station.lat_deg
    if not (isfinite(lon_deg) and isfinite(lat_deg)):
        yield _problem("position", ProblemCode.POSITION_MISSING)
        return
    if station.elevation_m is not None and not -500 <= station.elevation_m <= 9_000:
        yield _problem("elevation_m", ProblemCode.ELEVATION_IMPLAUSIBLE)
    has_moved = before is None or (before.lon_deg, before.lat_deg) != (lon_deg, lat_deg)
    if has_moved and not _is_inside(context, lon_deg, lat_deg):
        place: dict[str, str | float] = {"lon_deg": lon_deg, "lat_deg": lat_deg}
        if _is_inside(context, lat_deg, lon_deg):
            yield _problem("position", ProblemCode.COORDINATES_SWAPPED, **place)
        elif not station.outside_reason.strip() or not _is_on_earth(lon_deg, lat_deg):
            yield _problem("position", ProblemCode.OUTSIDE_REGENCY, **place)


def _is_on_earth(lon_deg: float, lat_deg: float) -> bool:
    return -180 <= lon_deg <= 180 and -90 <= lat_deg <= 90


def _is_inside(context: RegistrationContext, lon_deg: float, lat_deg: float) -> bool:
    return _is_on_earth(lon_deg, lat_deg) and context.is_inside(lon_deg, lat_deg)


def _check_parameter(station: Station, index: int, parameter: Parameter) -> Iterator[StationProblem]:
    here, code = f"parameters.{index}", parameter.code[:80]
    known = measurements().get(parameter.code)
    if known is None or not known.stations:
        yield _problem(f"{here}.code", ProblemCode.PARAMETER_UNKNOWN, parameter=code)
        return
    if any(other.code == parameter.code for other in station.parameters[:index]):
        yield _problem(f"{here}.code", ProblemCode.PARAMETER_REPEATED, parameter=code)
    if parameter.unit != known.unit:
        unit = ProblemCode.UNIT_DIFFERS
        yield _problem(f"{here}.unit", unit, parameter=code, unit=parameter.unit[:80], expected=known.unit)
    if not _SHORTEST_INTERVAL_S <= parameter.expected_interval_s <= _LONGEST_INTERVAL_S:
        yield _problem(f"{here}.expected_interval_s", ProblemCode.INTERVAL_IMPLAUSIBLE, parameter=code)
    low, high = known.limits
    if not parameter.valid_min < parameter.valid_max:
        yield _problem(f"{here}.range", ProblemCode.RANGE_REVERSED, parameter=code)
    elif not (low <= parameter.valid_min and parameter.valid_max <= high):
        wide = ProblemCode.RANGE_IMPLAUSIBLE
        yield _problem(f"{here}.range", wide, parameter=code, low=low, high=high, unit=known.unit)


def _check_river(station: Station, context: RegistrationContext, before: Station | None) -> Iterator[StationProblem]:
    river = station.river
    if river is None:
        return
    if not river.name.strip():
        yield _problem("river", ProblemCode.RIVER_NAME_MISSING)
    yield from _check_thresholds(station, before)
    if not 0 <= river.lag_s <= _LONGEST_INTERVAL_S:
        yield _problem("lag_s", ProblemCode.LAG_IMPLAUSIBLE)
    if river.downstream:
        yield from _check_downstream(station, river.downstream, context)


def _check_thresholds(station: Station, before: Station | None) -> Iterator[StationProblem]:
    river, stage = station.river, station.parameter("stage_m")
    thresholds = river.thresholds_m if river is not None else {}
    if river is None or not thresholds:
        return
    if stage is None:
        yield _problem("thresholds", ProblemCode.THRESHOLDS_WITHOUT_STAGE)
        return
    for level, value_m in thresholds.items():
        if not stage.valid_min <= value_m <= stage.valid_max:
            outside = ProblemCode.THRESHOLD_OUTSIDE_RANGE
            values = {"level": level.value, "low": stage.valid_min, "high": stage.valid_max, "value": value_m}
            yield _problem(f"thresholds.{level.value}", outside, **values)
    rising = [(level, thresholds[level]) for level in RiverLevel if level in thresholds]
    for (lower, lower_m), (worse, worse_m) in pairwise(rising):
        if not lower_m < worse_m:
            values = {"level": worse.value, "lower": lower.value, "value": worse_m, "lower_value": lower_m}
            yield _problem(f"thresholds.{worse.value}", ProblemCode.THRESHOLDS_NOT_ASCENDING, **values)
    is_same = before is not None and threshold_values(before.river) == threshold_values(river)
    if not river.thresholds_source.strip() and not is_same:
        yield _problem("thresholds_source", ProblemCode.THRESHOLDS_WITHOUT_SOURCE)


def _check_downstream(station: Station, downstream: str, context: RegistrationContext) -> Iterator[StationProblem]:
    if downstream == station.code:
        yield _problem("downstream", ProblemCode.DOWNSTREAM_CIRCULAR, path=f"{station.code} → {station.code}")
        return
    lower = context.stations.get(downstream)
    if lower is None:
        yield _problem("downstream", ProblemCode.DOWNSTREAM_UNKNOWN, code=downstream[:80])
    elif lower.river is None:
        yield _problem("downstream", ProblemCode.DOWNSTREAM_NO_GAUGE, code=downstream, name=lower.name)
    elif circle := _circle(station, downstream, context.stations):
        yield _problem("downstream", ProblemCode.DOWNSTREAM_CIRCULAR, path=" → ".join(circle))


def _circle(station: Station, downstream: str, stations: Mapping[str, Station]) -> list[str]:
    """Return the codes of the way down the river if it comes back to the station or does not end; else empty."""
    path, here = {station.code: None}, downstream
    while here and here not in path:
        path[here] = None
        if len(path) > _MAX_GAUGES_BELOW:
            return [*path][:10]
        lower = stations.get(here)
        here = lower.river.downstream if lower is not None and lower.river is not None else ""
    return [*path, here] if here == station.code else []


def _check_gateway(station: Station, context: RegistrationContext) -> Iterator[StationProblem]:
    if context.users is not None:
        yield from check_gateway(station.gateway, context.users)


def check_gateway(gateway: str, users: Mapping[str, User]) -> Iterator[StationProblem]:
    """Yield why an account cannot be the only sender of a station or a unit."""
    if not gateway or _is_valid(gateway, MqttGateway):
        return
    user = users.get(gateway)
    if user is None:
        similar = _similar_gateway(gateway[:80], users)
        if similar:
            yield _problem("gateway", ProblemCode.GATEWAY_MISSPELT, gateway=gateway[:80], similar=similar)
        else:
            yield _problem("gateway", ProblemCode.GATEWAY_UNKNOWN, gateway=gateway[:80])
    elif user.role is not Role.GATEWAY:
        yield _problem("gateway", ProblemCode.GATEWAY_OF_PERSON, gateway=gateway)
    elif not user.active:
        yield _problem("gateway", ProblemCode.GATEWAY_LOCKED, gateway=gateway)


def _similar_gateway(name: str, users: Mapping[str, User]) -> str:
    """Return the gateway account whose name is nearest to a misspelt one; empty if none is near."""
    names = {each.name.casefold(): each.name for each in users.values() if each.role is Role.GATEWAY and each.active}
    found = get_close_matches(name.casefold(), names, n=1, cutoff=0.75)
    return names[found[0]] if found else ""
