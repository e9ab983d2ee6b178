"""The form texts of a station and their parser.

Numbers with a decimal comma, intervals in minutes, errors by field.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any, Final

import msgspec

from tabuah.console.window.shared.number_input import format_number_input, parse_number
from tabuah.gis.coordinates import parse_position
from tabuah.gis.errors import CoordinateError
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.levels import RiverLevel
from tabuah.operations.readings.measurements import measurement_of
from tabuah.operations.stations.station import Parameter, River, Station, StationKind
from tabuah.resources.localisation import _
from tabuah.resources.moment_parser import parse_day
from tabuah.resources.time_zone import home_zone

Texts = Mapping[str, str]
CODE: Final = "code"
NAME: Final = "name"
KIND: Final = "kind"
POSITION: Final = "position"
ELEVATION: Final = "elevation"
OUTSIDE: Final = "outside_reason"
NAGARI: Final = "nagari"
OWNER: Final = "owner"
GATEWAY: Final = "gateway"
PARAMETERS: Final = "parameters"
RIVER: Final = "river"
DOWNSTREAM: Final = "downstream"
LAG: Final = "lag"
UPSTREAM: Final = "upstream"
SOURCE: Final = "source"
VALID_FROM: Final = "valid_from"
REASON: Final = "reason"
LEVEL_FIELDS: Final = {"siaga_3": RiverLevel.SIAGA_3, "siaga_2": RiverLevel.SIAGA_2, "siaga_1": RiverLevel.SIAGA_1}
WORST_LEVEL: Final = "siaga_1"
FIRST_LIMIT: Final = "p1.low"
MAX_PARAMETERS: Final = 20
_MAIN_PARAMETERS: Final = {
    StationKind.RAIN: "rain_mm",
    StationKind.RIVER: "stage_m",
    StationKind.SOIL: "soil_moisture_pct",
    StationKind.TILT: "tilt_deg",
    StationKind.SEISMIC: "pga_g",
    StationKind.WEATHER: "temperature_c",
    StationKind.AIR: "pm25_ugm3",
}
_MINUTE_S: Final = 60.0


class InvalidStationForm(ValueError):
    """The texts are not a station; `errors` has the message for each field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {error}" for field, error in errors.items()))
        self.errors = dict(errors)


def new_station_texts() -> dict[str, str]:
    """Return the texts of an empty form: a rain gauge with one parameter."""
    kind = StationKind.RAIN
    return {KIND: kind.value, PARAMETERS: "1"} | parameter_texts(1, _MAIN_PARAMETERS[kind])


def missing_fields(texts: Texts, *, is_new: bool) -> dict[str, str]:
    """Return the message of each field that every station needs and that is empty."""
    fields = (*((CODE,) if is_new else ()), NAME, *((RIVER,) if texts.get(KIND) == StationKind.RIVER else ()))
    return {field: _("This field is required.") for field in fields if not texts.get(field, "").strip()}


def main_parameter_of(kind: str) -> str:
    """Return the code of the parameter that a kind of station measures first."""
    return _MAIN_PARAMETERS[StationKind(kind)]


def parameter_texts(number: int, code: str) -> dict[str, str]:
    """Return the texts of a parameter with the values of the catalogue."""
    known = measurement_of(code)
    return {
        f"p{number}.parameter": code,
        f"p{number}.interval": format_number_input(known.interval_s / _MINUTE_S),
        f"p{number}.low": format_number_input(known.range[0]),
        f"p{number}.high": format_number_input(known.range[1]),
    }


def parameter_count(texts: Texts) -> int:
    count = texts.get(PARAMETERS, "1")
    return min(max(int(count), 1), MAX_PARAMETERS) if count.isdecimal() else 1


def station_texts(station: Station) -> dict[str, str]:
    """Return the form texts of a station."""
    texts = {
        CODE: plain_code(station.code),
        NAME: station.name,
        KIND: station.kind.value,
        POSITION: position_text(station.lon_deg, station.lat_deg),
        ELEVATION: "" if station.elevation_m is None else format_number_input(station.elevation_m),
        OUTSIDE: station.outside_reason,
        NAGARI: station.nagari,
        OWNER: station.owner,
        GATEWAY: station.gateway,
        PARAMETERS: str(len(station.parameters)),
    }
    for number, parameter in enumerate(station.parameters, start=1):
        texts |= {
            f"p{number}.parameter": parameter.code,
            f"p{number}.interval": format_number_input(parameter.expected_interval_s / _MINUTE_S),
            f"p{number}.low": format_number_input(parameter.valid_min),
            f"p{number}.high": format_number_input(parameter.valid_max),
        }
    return texts | (_river_texts(station.river) if station.river is not None else {})


def _river_texts(river: River) -> dict[str, str]:
    levels = {field: river.thresholds_m.get(level) for field, level in LEVEL_FIELDS.items()}
    day = river.thresholds_from
    return {
        RIVER: river.name,
        DOWNSTREAM: river.downstream,
        LAG: format_number_input(river.lag_s / _MINUTE_S) if river.lag_s else "",
        SOURCE: river.thresholds_source,
        VALID_FROM: f"{day.astimezone(home_zone()):%d-%m-%Y}" if day is not None else "",
        **{field: "" if value is None else format_number_input(value) for field, value in levels.items()},
    }


def position_text(lon_deg: float, lat_deg: float) -> str:
    """Return a position as the form shows it: longitude, latitude."""
    return f"{lon_deg:.5f}, {lat_deg:.5f}"


def with_more_parameters(texts: Texts, code: str) -> dict[str, str]:
    """Return the texts with another parameter at the end."""
    count = parameter_count(texts) + 1
    return dict(texts) | {PARAMETERS: str(count)} | parameter_texts(count, code)


def without_parameter(texts: Texts, number: int) -> dict[str, str]:
    """Return the texts without a parameter; the following ones move up."""
    kept = [each for each in range(1, parameter_count(texts) + 1) if each != number]
    others = {key: text for key, text in texts.items() if not _is_of_parameter(key)}
    moved = {
        f"p{new}.{key.partition('.')[2]}": text
        for new, old in enumerate(kept, start=1)
        for key, text in texts.items()
        if key.startswith(f"p{old}.")
    }
    return others | moved | {PARAMETERS: str(len(kept))}


def _is_of_parameter(key: str) -> bool:
    return key.startswith("p") and key[1 : key.find(".")].isdecimal()


def parse_station(texts: Texts, code: str, *, before: Station | None, now: datetime) -> Station:
    """Parse the form texts into the station `code`; what the form does not show is kept from `before`.

    Only what cannot be read is an error here; `check_station` finds the other problems.

    Raises:
        InvalidStationForm: a number, a position or a date cannot be read.
    """
    reader = _FieldReader(texts, now)
    lon_deg, lat_deg = reader.position()
    kind = StationKind(texts.get(KIND, StationKind.RAIN.value))
    shown: dict[str, Any] = {
        "code": code,
        "name": reader.text(NAME),
        "kind": kind,
        "lon_deg": lon_deg,
        "lat_deg": lat_deg,
        "elevation_m": reader.number(ELEVATION, required=False),
        "outside_reason": reader.text(OUTSIDE),
        "nagari": reader.text(NAGARI),
        "owner": reader.text(OWNER),
        "gateway": reader.text(GATEWAY),
        "parameters": _parameters(reader, before),
        "river": _river(reader) if kind is StationKind.RIVER else None,
    }
    if reader.errors:
        raise InvalidStationForm(reader.errors)
    return Station(**shown) if before is None else msgspec.structs.replace(before, **shown)


def _parameters(reader: "_FieldReader", before: Station | None) -> tuple[Parameter, ...]:
    units = {each.code: each.unit for each in (before.parameters if before is not None else ())}
    return tuple(_parameter(reader, f"p{number}.", units) for number in range(1, parameter_count(reader.texts) + 1))


def _parameter(reader: "_FieldReader", prefix: str, units: Mapping[str, str]) -> Parameter:
    code = reader.text(f"{prefix}parameter")
    return Parameter(
        code=code,
        unit=units.get(code) or measurement_of(code).unit,
        expected_interval_s=(reader.number(f"{prefix}interval") or 0.0) * _MINUTE_S,
        valid_min=reader.number(f"{prefix}low") or 0.0,
        valid_max=reader.number(f"{prefix}high") or 0.0,
    )


def _river(reader: "_FieldReader") -> River:
    found = {level: reader.number(field, required=False) for field, level in LEVEL_FIELDS.items()}
    return River(
        name=reader.text(RIVER),
        downstream=reader.text(DOWNSTREAM),
        lag_s=(reader.number(LAG, required=False) or 0.0) * _MINUTE_S,
        thresholds_m={level: value for level, value in found.items() if value is not None},
        thresholds_source=reader.text(SOURCE),
        thresholds_from=reader.day(VALID_FROM),
    )


_FORM_FIELDS: Final = {
    "elevation_m": ELEVATION,
    "lon_deg": POSITION,
    "lat_deg": POSITION,
    "parameters": "p1.parameter",
    "river.name": RIVER,
    "lag_s": LAG,
    "thresholds": "siaga_3",
    "thresholds_source": SOURCE,
    "river.thresholds_source": SOURCE,
    "river.downstream": DOWNSTREAM,
}
_PARAMETER_FIELDS: Final = {
    "expected_interval_s": "interval",
    "range": "low",
    "valid_min": "low",
    "valid_max": "high",
}


def form_field_of(field: str) -> str:
    """Return the field of the form for a field of a `StationProblem`."""
    first, _dot, rest = field.partition(".")
    if first == "parameters" and rest:
        number, _dot, part = rest.partition(".")
        return f"p{int(number) + 1}.{_PARAMETER_FIELDS.get(part, 'parameter')}"
    if first == "thresholds" and rest:
        return rest
    return _FORM_FIELDS.get(field, field)


class _FieldReader:
    """Reads single fields; `errors` has the message of each field that could not be read."""

    def __init__(self, texts: Texts, now: datetime) -> None:
        self.texts, self._now = texts, now
        self.errors: dict[str, str] = {}

    def text(self, field: str) -> str:
        return self.texts.get(field, "").strip()

    def required(self, field: str) -> str:
        found = self.text(field)
        if not found:
            self.errors[field] = _("This field is required.")
        return found

    def number(self, field: str, *, required: bool = True) -> float | None:
        text = self.required(field) if required else self.text(field)
        if not text:
            return None
        try:
            value = parse_number(text)
        except ValueError:
            value = float("nan")
        if value != value or abs(value) == float("inf"):
            self.errors[field] = _("Write a number, such as {example}.").format(example=format_number_input(2.5))
            return None
        return value

    def position(self) -> tuple[float, float]:
        text = self.required(POSITION)
        try:
            return parse_position(text) if text else (0.0, 0.0)
        except CoordinateError as error:
            self.errors[POSITION] = str(error)
            return 0.0, 0.0

    def day(self, field: str) -> datetime | None:
        text = self.text(field)
        if not text:
            return None
        try:
            day = parse_day(text, now=self._now)
        except ValueError as error:
            self.errors[field] = str(error)
            return None
        return datetime.combine(day, time.min, tzinfo=home_zone()).astimezone(UTC)
