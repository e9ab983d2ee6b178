"""Weather, air quality and batteries: daily cycle and effect of rain."""

from typing import Final

import numpy as np

from tabuah.operations.simulation.arrays import Floats, Ints, Moments
from tabuah.operations.simulation.rainfall import STEP_S
from tabuah.operations.simulation.rivers import interpolate_columns

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
