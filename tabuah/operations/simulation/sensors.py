"""Sensors of the simulation: parameter, unit, interval, valid range and accuracy."""

from typing import Final

import msgspec

from tabuah.operations.stations.station import Parameter, StationKind


class Sensor(msgspec.Struct, frozen=True, kw_only=True):
    """Resolution and error of a sensor, both in the parameter's unit."""

    parameter: Parameter
    resolution: float
    noise: float = 0.0  # standard deviation
    relative_noise: float = 0.0  # the same as a share of the value


def _sensor(
    code: str,
    unit: str,
    *,
    every_s: float,
    valid: tuple[float, float],
    resolution: float,
    noise: float = 0.0,
    relative_noise: float = 0.0,
) -> Sensor:
    parameter = Parameter(code=code, unit=unit, expected_interval_s=every_s, valid_min=valid[0], valid_max=valid[1])
    return Sensor(parameter=parameter, resolution=resolution, noise=noise, relative_noise=relative_noise)


SENSORS: Final = {
    sensor.parameter.code: sensor
    for sensor in (
        _sensor("rain_mm", "mm", every_s=60, valid=(0, 50), resolution=0.2),
        _sensor("stage_m", "m", every_s=60, valid=(-1, 15), resolution=0.01, noise=0.006),
        _sensor("soil_moisture_pct", "%", every_s=300, valid=(0, 100), resolution=0.1, noise=0.15),
        _sensor("tilt_deg", "°", every_s=60, valid=(-30, 30), resolution=0.001, noise=0.004),
        _sensor("pga_g", "g", every_s=10, valid=(0, 4), resolution=0.0001, relative_noise=0.02),
        _sensor("temperature_c", "°C", every_s=60, valid=(-10, 50), resolution=0.1, noise=0.1),
        _sensor("humidity_pct", "%", every_s=60, valid=(0, 100), resolution=1.0, noise=0.6),
        _sensor("wind_ms", "m/s", every_s=60, valid=(0, 75), resolution=0.1, relative_noise=0.25),
        _sensor("pm25_ugm3", "µg/m³", every_s=300, valid=(0, 1000), resolution=1.0, noise=1.2),
        _sensor("battery_v", "V", every_s=900, valid=(0, 30), resolution=0.01, noise=0.01),
    )
}

PARAMETERS_OF: Final[dict[StationKind, tuple[str, ...]]] = {
    StationKind.RAIN: ("rain_mm", "battery_v"),
    StationKind.RIVER: ("stage_m", "battery_v"),
    StationKind.SOIL: ("soil_moisture_pct", "battery_v"),
    StationKind.TILT: ("tilt_deg", "battery_v"),
    StationKind.SEISMIC: ("pga_g", "battery_v"),
    StationKind.WEATHER: ("temperature_c", "humidity_pct", "wind_ms", "rain_mm", "battery_v"),
    StationKind.AIR: ("pm25_ugm3", "battery_v"),
}
