"""Simulated world: rivers, weather and batteries as causes of the readings, one channel per parameter."""

from collections.abc import Callable
from typing import Final

import msgspec
import numpy as np

from tabuah.operations.simulation.arrays import Bools, Floats, Ints, Moments
from tabuah.operations.simulation.channels import Signal, SimulatedChannel
from tabuah.operations.simulation.errors import SimulationError
from tabuah.operations.simulation.ground_motion import PeakGroundAcceleration, Shock
from tabuah.operations.simulation.noise import keys_of, normal, uniform
from tabuah.operations.simulation.rainfall import STEP_S, RainCell, rain_depths_mm
from tabuah.operations.simulation.rivers import RiverStages, interpolate_columns, is_gauge
from tabuah.operations.simulation.sensors import SENSORS
from tabuah.operations.simulation.slopes import Slopes, SoilMoisture, Tilt, simulate_slopes
from tabuah.operations.simulation.terrain import height_m
from tabuah.operations.stations.station import Station, StationKind

SEA_LEVEL_C: Final = 27.0
LAPSE_C_PER_M: Final = 0.0065  # ISO 2533 standard atmosphere
_MEMORY_STEPS: Final = 30


class LocalRain:
    """Rain at some places: accumulated depth and recent wetness."""

    def __init__(self, depths_mm: Floats) -> None:
        self._total = np.cumsum(depths_mm, axis=1)
        before = np.concatenate([np.zeros((depths_mm.shape[0], _MEMORY_STEPS)), self._total], axis=1)
        recent_mm = self._total - before[:, : self._total.shape[1]]
        per_hour = recent_mm * (3600.0 / (_MEMORY_STEPS * STEP_S))
        self._wetness = 1.0 - np.exp(-per_hour / 12.0)

    def total_mm(self, rows: Ints, at_s: Floats) -> Floats:
        """Return the depth since the start."""
        return interpolate_columns(self._total, rows, at_s, step_s=STEP_S)

    def wetness(self, rows: Ints, at_s: Floats) -> Floats:
        """Return 0 in dry air, up to 1 in heavy rain over the last half hour."""
        return interpolate_columns(self._wetness, rows, at_s, step_s=STEP_S)


class TippingBucket:
    """Rain in the interval before each moment, mm, in whole tips."""

    def __init__(self, rain: LocalRain, *, tip_mm: float, interval_s: float) -> None:
        self._rain, self._tip_mm, self._interval_s = rain, tip_mm, interval_s

    def values_at(self, at: Moments) -> Floats:
        """Return the tips since the previous sample; over any period they add up to the rain."""
        now = np.floor(self._rain.total_mm(at.rows, at.at_s) / self._tip_mm)
        then = np.floor(self._rain.total_mm(at.rows, at.at_s - self._interval_s) / self._tip_mm)
        return np.asarray((now - then) * self._tip_mm)


class Temperature:
    """Air temperature by height and hour, cooled by rain, °C."""

    def __init__(self, rain: LocalRain, height_m: Floats) -> None:
        self._rain, self._mean = rain, SEA_LEVEL_C - LAPSE_C_PER_M * height_m

    def values_at(self, at: Moments) -> Floats:
        """Return the temperature, warmest at 14, coolest at 2."""
        return np.asarray(
            self._mean[at.rows] + 4.0 * _day(at.hour, 14.0) - 5.0 * self._rain.wetness(at.rows, at.at_s)
        )


class Humidity:
    """Relative humidity, %: inverse to the temperature, near 100 in rain."""

    def __init__(self, rain: LocalRain) -> None:
        self._rain = rain

    def values_at(self, at: Moments) -> Floats:
        """Return the humidity, lowest at 14."""
        dry = 80.0 - 13.0 * _day(at.hour, 14.0)
        return np.asarray(dry + (98.0 - dry) * self._rain.wetness(at.rows, at.at_s))


class Wind:
    """Wind speed, m/s: valley breeze by day, gusts in heavy rain."""

    def __init__(self, rain: LocalRain) -> None:
        self._rain = rain

    def values_at(self, at: Moments) -> Floats:
        """Return the wind speed, calm at night."""
        breeze = 0.8 + 2.2 * np.maximum(np.sin((at.hour - 8.0) * (np.pi / 10)), 0.0) * (np.abs(at.hour - 13.0) < 5.0)
        return np.asarray(breeze + 9.0 * self._rain.wetness(at.rows, at.at_s) ** 2)


class FineDust:
    """PM2.5, µg/m³: kitchens and traffic in the morning and evening, washed out by rain."""

    def __init__(self, rain: LocalRain) -> None:
        self._rain = rain

    def values_at(self, at: Moments) -> Floats:
        """Return the concentration, with peaks at 7 and 19."""
        rush = np.exp(-(((at.hour - 7.0) / 1.6) ** 2)) + np.exp(-(((at.hour - 19.0) / 2.0) ** 2))
        return np.asarray((14.0 + 11.0 * rush) * np.exp(-0.9 * self._rain.wetness(at.rows, at.at_s)))


class Battery:
    """Voltage of a lead battery behind a solar panel, V."""

    def values_at(self, at: Moments) -> Floats:
        """Return the voltage: charged by day, slowly falling at night."""
        return np.asarray(12.5 + 0.9 * np.maximum(_day(at.hour, 13.0), 0.0) + 0.1 * _day(at.hour, 20.0))


def _day(hour: Floats, warmest: float) -> Floats:
    return np.asarray(np.cos((hour - warmest) * (np.pi / 12)))


STEPS: Final = 24 * 60  # a day in steps of STEP_S: floods have run off by then
# The one unstable slope, on the flank of Talang; it tilts a few degrees in the storm.
UNSTABLE_SLOPE: Final = "SLK-TLT-01"


class World(msgspec.Struct, frozen=True, kw_only=True):
    """Causes of all readings: rain, shocks, initial soil moisture, and share of silent stations."""

    cells: tuple[RainCell, ...] = ()
    shocks: tuple[Shock, ...] = ()
    start_moisture: float = 0.30  # share of the volume
    silent_share: float = 0.0  # of the stations lose power for a while; gauges never do


def channels_of(stations: tuple[Station, ...], world: World, *, seed: int) -> tuple[SimulatedChannel, ...]:
    """Return one channel for each parameter that any of the stations measures.

    Raises:
        SimulationError: a station measures a parameter that is not simulated.
    """
    codes = sorted({parameter.code for station in stations for parameter in station.parameters})
    unknown = [code for code in codes if code not in SENSORS]
    if unknown:
        raise SimulationError(f"no simulation of parameter {unknown[0]!r}")
    return tuple(_channel(code, stations, world, seed) for code in codes)


class _StationColumns(msgspec.Struct, frozen=True, kw_only=True):
    """The stations that measure one parameter, in columns."""

    codes: list[str]
    lon_deg: Floats
    lat_deg: Floats
    world: World
    seed: int

    def chance(self, purpose: str) -> Floats:
        """Return one constant uniform number for each station."""
        keys = keys_of(self.codes, seed=self.seed, purpose=purpose)
        return uniform(keys, np.zeros(len(self.codes), dtype=np.int64))

    def rain_mm(self) -> Floats:
        """Return the rain at each station with the variation inside a cell (mean 1); shape (stations, STEPS)."""
        depths = rain_depths_mm(self.world.cells, lon_deg=self.lon_deg, lat_deg=self.lat_deg, steps=STEPS)
        keys = keys_of(self.codes, seed=self.seed, purpose="patches")
        steps = np.broadcast_to(np.arange(STEPS), depths.shape)
        return np.asarray(depths * (0.5 + uniform(keys[:, None], steps)))

    def local_rain(self) -> LocalRain:
        return LocalRain(self.rain_mm())

    def start_moisture(self) -> Floats:
        """Return the share of the volume at each station before the rain."""
        return np.asarray(self.world.start_moisture + 0.03 * (self.chance("soil") - 0.5))

    def slopes(self) -> Slopes:
        creep = np.array([0.9 if code == UNSTABLE_SLOPE else 0.1 for code in self.codes])
        return simulate_slopes(self.rain_mm(), start_moisture=self.start_moisture(), creep_deg_h=creep)


def _channel(code: str, stations: tuple[Station, ...], world: World, seed: int) -> SimulatedChannel:
    rows = [i for i, station in enumerate(stations) if station.parameter(code)]
    crowd = _StationColumns(
        codes=[stations[i].code for i in rows],
        lon_deg=np.array([stations[i].lon_deg for i in rows]),
        lat_deg=np.array([stations[i].lat_deg for i in rows]),
        world=world,
        seed=seed,
    )
    gauges = np.array([stations[i].kind is StationKind.RIVER for i in rows])
    outage_from_s, outage_to_s = _outages(crowd, never=gauges)
    return SimulatedChannel(
        sensor=SENSORS[code],
        signal=_SIGNALS[code](crowd),
        stations=np.array(rows, dtype=np.int64),
        keys=keys_of(crowd.codes, seed=seed, purpose=code),
        outage_from_s=outage_from_s,
        outage_to_s=outage_to_s,
    )


def _outages(crowd: _StationColumns, *, never: Bools) -> tuple[Floats, Floats]:
    """Return start and end of each station's outage, for all its parameters; empty for most."""
    fails = (crowd.chance("outage") < crowd.world.silent_share) & ~never
    begins_s = np.where(fails, 1800.0 + 9000.0 * crowd.chance("outage begins"), np.inf)
    return begins_s, begins_s + 1200.0 + 2400.0 * crowd.chance("outage lasts")


def _stages(crowd: _StationColumns) -> Signal:
    strangers = [code for code in crowd.codes if not is_gauge(code)]
    if strangers:
        raise SimulationError(f"no simulated river at station {strangers[0]}")
    return RiverStages(crowd.codes, crowd.world.cells, steps=STEPS, step_s=STEP_S)


def _shaking(crowd: _StationColumns) -> Signal:
    keys = keys_of(crowd.codes, seed=crowd.seed, purpose="site")
    site = np.exp(0.2 * np.clip(normal(keys, np.zeros(len(crowd.codes), dtype=np.int64)), -2, 2))
    interval_s = SENSORS["pga_g"].parameter.expected_interval_s
    return PeakGroundAcceleration(
        crowd.world.shocks, lon_deg=crowd.lon_deg, lat_deg=crowd.lat_deg, site=site, interval_s=interval_s
    )


def _bucket(crowd: _StationColumns) -> Signal:
    sensor = SENSORS["rain_mm"]
    return TippingBucket(
        crowd.local_rain(), tip_mm=sensor.resolution, interval_s=sensor.parameter.expected_interval_s
    )


_SIGNALS: Final[dict[str, Callable[[_StationColumns], Signal]]] = {
    "rain_mm": _bucket,
    "stage_m": _stages,
    "soil_moisture_pct": lambda crowd: SoilMoisture(crowd.slopes(), crowd.start_moisture()),
    "tilt_deg": lambda crowd: Tilt(crowd.slopes(), 0.3 * (crowd.chance("mounting") - 0.5)),
    "pga_g": _shaking,
    "temperature_c": lambda crowd: Temperature(crowd.local_rain(), height_m(crowd.lon_deg, crowd.lat_deg)),
    "humidity_pct": lambda crowd: Humidity(crowd.local_rain()),
    "wind_ms": lambda crowd: Wind(crowd.local_rain()),
    "pm25_ugm3": lambda crowd: FineDust(crowd.local_rain()),
    "battery_v": lambda _crowd: Battery(),
}
