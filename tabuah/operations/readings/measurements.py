"""Measurements: the catalogue of parameters, with unit, decimals, usual interval and ranges, and unit conversions.

The catalogue is the file `resources/stations/parameters.toml`.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import msgspec


class Measurement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of measurement in its native unit.

    Attributes:
        name: the name by language.
        adds_up: whether sums are meaningful.
        interval_s: the usual interval of readings.
        range: the usual smallest and largest valid value, the default of a new station.
        limits: the widest range that a station may state.
        stations: whether stations measure it; false for the positions of trackers.
    """

    code: str
    unit: str
    digits: int
    name: dict[str, str] = {}
    adds_up: bool = False
    interval_s: float = 300.0
    range: tuple[float, float] = (0.0, 0.0)
    limits: tuple[float, float] = (0.0, 0.0)
    stations: bool = True


class _Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    parameter: tuple[Measurement, ...]


@cache
def measurements() -> Mapping[str, Measurement]:
    """Return all known measurements by code, in the order of the file."""
    text = files("tabuah.resources").joinpath("stations", "parameters.toml").read_text("utf-8")
    return {each.code: each for each in msgspec.convert(tomllib.loads(text), _Catalogue).parameter}


def station_measurements() -> tuple[Measurement, ...]:
    """Return the measurements that a station may have as parameters."""
    return tuple(each for each in measurements().values() if each.stations)


def measurement_of(parameter: str) -> Measurement:
    """Return the measurement of a parameter; an unknown one has no unit."""
    return measurements().get(parameter) or Measurement(code=parameter, unit="", digits=2)


class Conversion(NamedTuple):
    """`native = value * scale + offset`."""

    scale: float = 1.0
    offset: float = 0.0

    def apply(self, value: float) -> float:
        return value * self.scale + self.offset


class UnknownUnit(ValueError):
    """The unit cannot be converted; taking the number unchanged would be a guess."""


IDENTITY: Final = Conversion()
# Exact by definition: international foot and inch, knot (1,852 m an hour), Kelvin and Fahrenheit,
# standard gravity (9.80665 m/s²).
_CONVERSIONS: Final[dict[tuple[str, str], Conversion]] = {
    ("mm", "m"): Conversion(0.001),
    ("cm", "m"): Conversion(0.01),
    ("ft", "m"): Conversion(0.3048),
    ("in", "m"): Conversion(0.0254),
    ("cm", "mm"): Conversion(10.0),
    ("m", "mm"): Conversion(1000.0),
    ("in", "mm"): Conversion(25.4),
    ("l/m2", "mm"): IDENTITY,
    ("k", "°c"): Conversion(1.0, -273.15),
    ("°f", "°c"): Conversion(5.0 / 9.0, -160.0 / 9.0),
    ("km/h", "m/s"): Conversion(1.0 / 3.6),
    ("kn", "m/s"): Conversion(1852.0 / 3600.0),
    ("mph", "m/s"): Conversion(0.44704),
    ("mv", "v"): Conversion(0.001),
    ("mg/m3", "µg/m³"): Conversion(1000.0),
    ("m/s2", "g"): Conversion(1.0 / 9.80665),
    ("cm/s2", "g"): Conversion(0.01 / 9.80665),
    ("gal", "g"): Conversion(0.01 / 9.80665),
    ("mg", "g"): Conversion(0.001),
    ("rad", "°"): Conversion(57.29577951308232),
    ("/", "%"): Conversion(100.0),
}
# Other spellings of a unit: SenML (RFC 8428 and RFC 8798), loggers, plain ASCII.
_SPELLINGS: Final = {
    "cel": "°c",
    "c": "°c",
    "degc": "°c",
    "far": "°f",
    "f": "°f",
    "degf": "°f",
    "kt": "kn",
    "knot": "kn",
    "knots": "kn",
    "kmh": "km/h",
    "ms-1": "m/s",
    "mps": "m/s",
    "%rh": "%",
    "pct": "%",
    "percent": "%",
    "deg": "°",
    "inch": "in",
    "feet": "ft",
    "ug/m3": "µg/m³",
    "μg/m³": "µg/m³",
    "μg/m3": "µg/m³",
    "m/s²": "m/s2",
    "l/m²": "l/m2",
    "volt": "v",
}


def conversion_of(parameter: str, unit: str) -> Conversion:
    """Return the conversion of a unit to the native unit of a parameter; empty means native.

    Raises:
        UnknownUnit: the conversion is not known.
    """
    native = _spelt(measurement_of(parameter).unit)
    given = _spelt(unit)
    if given in ("", native):
        return IDENTITY
    try:
        return _CONVERSIONS[given, native]
    except KeyError:
        raise UnknownUnit(f"{unit!r} cannot be made into {measurement_of(parameter).unit!r} of {parameter}") from None


def _spelt(unit: str) -> str:
    plain = unit.strip().lower()
    return _SPELLINGS.get(plain, plain)
