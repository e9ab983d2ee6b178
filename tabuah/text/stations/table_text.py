"""Text about the columns of a table of stations."""

from typing import Final

from tabuah.resources.localisation import _

_COLUMNS: Final[dict[str, str]] = {
    "code": "2 to 40 capital letters, digits and hyphens; a known code changes this station",
    "name": "name of the station",
    "kind": "rain, river, soil, tilt, seismic, weather or air",
    "longitude": "degrees east (WGS 84), such as 100,65 or 100°39′00″ BT",
    "latitude": "degrees north, negative in the south, such as -0,79 or 0°47′24″ LS",
    "elevation_m": "height above sea level in m, such as 925 or 925 mdpl",
    "nagari": "nagari of the station",
    "owner": "office that owns the station",
    "gateway": "the only account that may send its readings, or mqtt/MAPPING",
    "parameters": "codes separated by |; with interval in seconds and valid range: stage_m @300 -1..15 | battery_v",
    "river": "name of the river, for a gauge",
    "downstream": "code of the next gauge downstream",
    "lag_min": "travel time to it in minutes",
    "siaga_4": "threshold of Siaga 4 (normal) in m",
    "siaga_3": "threshold of Siaga 3 in m",
    "siaga_2": "threshold of Siaga 2 in m",
    "siaga_1": "threshold of Siaga 1 (worst) in m",
    "thresholds_source": "office or decree that states the thresholds",
    "thresholds_from": "date from which they are valid, such as 2026-01-31",
    "outside_reason": "why the station lies outside of the regency",
}


def explain_columns() -> list[tuple[str, str]]:
    """Return each column with its explanation."""
    return [(name, _(_COLUMNS[name])) for name in _COLUMNS]
