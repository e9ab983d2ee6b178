"""Stations that send readings and are not registered: what they sent, and the station that it suggests."""

from datetime import datetime
from math import nan
from typing import Final

import msgspec

from tabuah.operations.readings.measurements import measurements
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.operations.stations.station_table import usual_parameter

# The first parameter that a station sends decides its kind.
_KINDS: Final = {
    "stage_m": StationKind.RIVER,
    "discharge_m3s": StationKind.RIVER,
    "pga_g": StationKind.SEISMIC,
    "tilt_deg": StationKind.TILT,
    "crack_mm": StationKind.TILT,
    "soil_moisture_pct": StationKind.SOIL,
    "pm25_ugm3": StationKind.AIR,
    "pm10_ugm3": StationKind.AIR,
    "temperature_c": StationKind.WEATHER,
    "wind_ms": StationKind.WEATHER,
    "rain_mm": StationKind.RAIN,
}
_INTERVALS_MIN: Final = (0.5, 1, 2, 5, 10, 15, 30, 60, 180, 360, 720, 1440)
_ENOUGH: Final = 4  # readings for an estimate of the interval


class UnregisteredSeries(msgspec.Struct, frozen=True, kw_only=True):
    """Quarantined readings of one parameter; `newest` has a few values, the newest first."""

    parameter: str
    count: int
    first_at: datetime
    last_at: datetime
    low: float
    high: float
    newest: tuple[float, ...] = ()


class UnregisteredStation(msgspec.Struct, frozen=True, kw_only=True):
    """What one account sent for one unknown code; `received_at` is when the newest reading arrived."""

    code: str
    account: str
    series: tuple[UnregisteredSeries, ...]
    received_at: datetime

    @property
    def count(self) -> int:
        return sum(series.count for series in self.series)

    @property
    def first_at(self) -> datetime:
        return min(series.first_at for series in self.series)

    @property
    def last_at(self) -> datetime:
        return max(series.last_at for series in self.series)


def suggest_station(unregistered: UnregisteredStation) -> Station:
    """Return a station with code, gateway, kind and parameters of an unregistered one; its position is missing (NaN).

    Parameters that are not in the catalogue are left out: their readings stay in quarantine.
    """
    sent = {series.parameter: series for series in unregistered.series}
    known = [code for code, each in measurements().items() if each.stations and code in sent]
    first = next((code for code in _KINDS if code in sent), "")
    known.sort(key=lambda code: code != first)
    return Station(
        code=unregistered.code,
        name="",
        kind=_KINDS.get(first, StationKind.WEATHER),
        lon_deg=nan,
        lat_deg=nan,
        parameters=tuple(_suggest_parameter(sent[code]) for code in known),
        gateway=unregistered.account,
    )


def _suggest_parameter(series: UnregisteredSeries) -> Parameter:
    usual = usual_parameter(series.parameter)
    if series.count < _ENOUGH:
        return usual
    average_s = (series.last_at - series.first_at).total_seconds() / (series.count - 1)
    interval_s = min((60.0 * each for each in _INTERVALS_MIN), key=lambda each: abs(each - average_s))
    return msgspec.structs.replace(usual, expected_interval_s=interval_s)
