"""One parameter of many stations as measured: sample times, errors and outages."""

from typing import Final, Protocol

import msgspec
import numpy as np

from tabuah.operations.simulation.arrays import Bools, Floats, Ints, Moments, Words
from tabuah.operations.simulation.noise import normal, uniform
from tabuah.operations.simulation.sensors import Sensor

LOST_SHARE: Final = 0.002  # of all samples, by the radio link


class Signal(Protocol):
    """True values of one parameter, before any sensor error."""

    def values_at(self, at: Moments) -> Floats:
        """Return the value of row i at time i: seconds from the start, and the local hour of the day."""
        ...


class Samples(msgspec.Struct, frozen=True):
    """Measured values, unordered: index of the station, seconds from the start, value."""

    stations: Ints
    at_s: Ints
    values: Floats


class SimulatedChannel(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter of the stations numbered `stations`, row by row."""

    sensor: Sensor
    signal: Signal
    stations: Ints
    keys: Words
    outage_from_s: Floats
    outage_to_s: Floats

    def samples_between(self, from_s: float, to_s: float, *, start_hour: float) -> Samples:
        """Return the samples in [from_s, to_s), independent of the interval borders."""
        interval_s = int(self.sensor.parameter.expected_interval_s)
        phases = (uniform(self.keys, np.zeros_like(self.stations)) * interval_s).astype(np.int64)
        first = np.ceil((from_s - phases) / interval_s).astype(np.int64)
        counts = np.maximum(np.ceil((to_s - phases) / interval_s).astype(np.int64) - first, 0)
        rows = np.repeat(np.arange(self.stations.size), counts)
        within = np.arange(rows.size) - np.repeat(np.cumsum(counts) - counts, counts)
        numbers = first[rows] + within
        at_s = phases[rows] + numbers * interval_s
        arrived = self._arrived(rows, numbers, at_s)
        rows, numbers, at_s = rows[arrived], numbers[arrived], at_s[arrived]
        seconds = at_s.astype(np.float64)
        truth = self.signal.values_at(Moments(rows, seconds, (start_hour + seconds / 3600.0) % 24.0))
        return Samples(self.stations[rows], at_s, self._measured(truth, rows, numbers))

    def _arrived(self, rows: Ints, numbers: Ints, at_s: Ints) -> Bools:
        silent = (at_s >= self.outage_from_s[rows]) & (at_s < self.outage_to_s[rows])
        lost = uniform(self.keys[rows] ^ np.uint64(0x10), numbers) < LOST_SHARE
        return np.asarray(~(silent | lost))

    def _measured(self, truth: Floats, rows: Ints, numbers: Ints) -> Floats:
        sensor = self.sensor
        error = normal(self.keys[rows] ^ np.uint64(0x20), numbers)
        noisy = truth + error * (sensor.noise + sensor.relative_noise * np.abs(truth))
        steps = np.rint(noisy / sensor.resolution)
        places = max(0, -int(np.floor(np.log10(sensor.resolution))))
        valid = sensor.parameter.valid_min, sensor.parameter.valid_max
        # + 0.0 turns -0.0 into 0.0.
        return np.asarray(np.round(np.clip(steps * sensor.resolution, *valid), places) + 0.0, dtype=np.float64)
