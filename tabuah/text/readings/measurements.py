"""Names of measurements, and their values with a unit."""

from typing import Final

from tabuah.operations.readings.measurements import measurement_of
from tabuah.resources.localisation import _, format_number

_NAMES: Final = {
    "rain_mm": "Rain",
    "stage_m": "Water level",
    "soil_moisture_pct": "Soil moisture",
    "tilt_deg": "Tilt",
    "pga_g": "Ground shaking",
    "temperature_c": "Air temperature",
    "humidity_pct": "Humidity",
    "wind_ms": "Wind",
    "pm25_ugm3": "Fine particles PM2.5",
    "lon_deg": "Longitude",
    "lat_deg": "Latitude",
    "battery_v": "Battery",
}


def parameter_name(parameter: str) -> str:
    """Return the name of a parameter in the current language; an unknown one is named by its code."""
    return _(_NAMES[parameter]) if parameter in _NAMES else parameter


def format_value(parameter: str, value: float, *, unit: str = "") -> str:
    """Return a value with its unit: "3,42 m", "85%"; `unit` overrides the native unit."""
    facts = measurement_of(parameter)
    shown = unit or facts.unit
    gap = "" if shown in ("%", "°", "") else " "
    return f"{format_number(value, digits=facts.digits)}{gap}{shown}"
