"""Measurements: name, unit and decimals of each parameter, and whether its values add up over time."""

from typing import Final

import msgspec

from tabuah.resources.catalogue import N_, _
from tabuah.resources.formats import format_number


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of measurement in its native unit; `name` is English, `adds_up` means sums are meaningful."""

    code: str
    name: str
    unit: str
    digits: int
    adds_up: bool = False


_KNOWN: Final = (
    Measurement(code="rain_mm", name=N_("Rain"), unit="mm", digits=1, adds_up=True),
    Measurement(code="stage_m", name=N_("Water level"), unit="m", digits=2),
    Measurement(code="soil_moisture_pct", name=N_("Soil moisture"), unit="%", digits=0),
    Measurement(code="tilt_deg", name=N_("Tilt"), unit="°", digits=2),
    Measurement(code="pga_g", name=N_("Ground shaking"), unit="g", digits=3),
    Measurement(code="temperature_c", name=N_("Air temperature"), unit="°C", digits=1),
    Measurement(code="humidity_pct", name=N_("Humidity"), unit="%", digits=0),
    Measurement(code="wind_ms", name=N_("Wind"), unit="m/s", digits=1),
    Measurement(code="pm25_ugm3", name=N_("Fine particles PM2.5"), unit="µg/m³", digits=0),
    Measurement(code="lon_deg", name=N_("Longitude"), unit="°", digits=5),
    Measurement(code="lat_deg", name=N_("Latitude"), unit="°", digits=5),
    Measurement(code="battery_v", name=N_("Battery"), unit="V", digits=1),
)
MEASUREMENTS: Final[dict[str, Measurement]] = {m.code: m for m in _KNOWN}


def measurement_of(parameter: str) -> Measurement:
    """Return the measurement of a parameter; an unknown one is named by its code."""
    return MEASUREMENTS.get(parameter) or Measurement(code=parameter, name=parameter, unit="", digits=2)


def parameter_name(parameter: str) -> str:
    """Return the name of a parameter in the current language."""
    known = MEASUREMENTS.get(parameter)
    return _(known.name) if known else parameter


def format_value(parameter: str, value: float, *, unit: str = "") -> str:
    """Return a value with its unit: "3,42 m", "85%"; `unit` overrides the native unit."""
    facts = measurement_of(parameter)
    shown = unit or facts.unit
    gap = "" if shown in ("%", "°", "") else " "
    return f"{format_number(value, digits=facts.digits)}{gap}{shown}"
