"""Measurements: unit and decimals of each parameter, and whether its values add up over time."""

from typing import Final

import msgspec


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of measurement in its native unit; `adds_up` means sums are meaningful."""

    code: str
    unit: str
    digits: int
    adds_up: bool = False


_KNOWN: Final = (
    Measurement(code="rain_mm", unit="mm", digits=1, adds_up=True),
    Measurement(code="stage_m", unit="m", digits=2),
    Measurement(code="soil_moisture_pct", unit="%", digits=0),
    Measurement(code="tilt_deg", unit="°", digits=2),
    Measurement(code="pga_g", unit="g", digits=3),
    Measurement(code="temperature_c", unit="°C", digits=1),
    Measurement(code="humidity_pct", unit="%", digits=0),
    Measurement(code="wind_ms", unit="m/s", digits=1),
    Measurement(code="pm25_ugm3", unit="µg/m³", digits=0),
    Measurement(code="lon_deg", unit="°", digits=5),
    Measurement(code="lat_deg", unit="°", digits=5),
    Measurement(code="battery_v", unit="V", digits=1),
)
MEASUREMENTS: Final[dict[str, Measurement]] = {m.code: m for m in _KNOWN}


def measurement_of(parameter: str) -> Measurement:
    """Return the measurement of a parameter; an unknown one has no unit."""
    return MEASUREMENTS.get(parameter) or Measurement(code=parameter, unit="", digits=2)
