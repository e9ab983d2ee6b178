"""Scenario: every reading of every station as a pure function of time, so that a run can start at any time."""

from datetime import UTC, datetime, timedelta

import numpy as np

from tabuah.operations.readings.reading import Quality, Reading
from tabuah.operations.simulation.arrays import Floats
from tabuah.operations.simulation.channels import SimulatedChannel
from tabuah.operations.simulation.world import World, channels_of
from tabuah.operations.stations.station import Station

_WIB_HOURS = 7.0


class Scenario:
    """Readings of `stations` in `world` from `start_at` on; the weather before is quiet."""

    def __init__(
        self,
        *,
        name: str,
        stations: tuple[Station, ...],
        world: World,
        start_at: datetime,
        duration: timedelta,
        seed: int,
    ) -> None:
        self.name = name
        self.stations = stations
        self.start_at = start_at.astimezone(UTC).replace(microsecond=0)
        self.duration = duration
        self._start_hour = self.start_at.hour + self.start_at.minute / 60 + self.start_at.second / 3600 + _WIB_HOURS
        self._channels: tuple[SimulatedChannel, ...] = channels_of(stations, world, seed=seed)

    @property
    def end_at(self) -> datetime:
        """Return the end of the scenario; readings continue after it."""
        return self.start_at + self.duration

    def readings_between(self, from_at: datetime, to_at: datetime) -> list[Reading]:
        """Return all readings in [from_at, to_at), oldest first, marked as simulated.

        The readings do not depend on the interval borders or on the other simulated stations.
        """
        from_s = (from_at - self.start_at).total_seconds()
        to_s = (to_at - self.start_at).total_seconds()
        hour = self._start_hour
        blocks = [(c, c.samples_between(from_s, to_s, start_hour=hour)) for c in self._channels]
        seconds = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *(b.at_s for _, b in blocks)])).tolist()
        moments = {second: self.start_at + timedelta(seconds=second) for second in seconds}
        readings: list[Reading] = []
        quality = int(Quality.SIMULATED)
        codes = [station.code for station in self.stations]
        for channel, samples in blocks:
            parameter = channel.sensor.parameter.code
            columns = zip(samples.stations.tolist(), samples.at_s.tolist(), samples.values.tolist(), strict=True)
            readings += [Reading(codes[s], parameter, moments[at], value, quality) for s, at, value in columns]
        readings.sort(key=lambda reading: (reading.at, reading.station, reading.parameter))
        return readings

    def series_between(self, from_at: datetime, to_at: datetime, parameter: str) -> dict[str, tuple[Floats, Floats]]:
        """Return one parameter in [from_at, to_at) as columns by station: Unix times, ascending, and values."""
        from_s = (from_at - self.start_at).total_seconds()
        to_s = (to_at - self.start_at).total_seconds()
        found: dict[str, tuple[Floats, Floats]] = {}
        for channel in (c for c in self._channels if c.sensor.parameter.code == parameter):
            samples = channel.samples_between(from_s, to_s, start_hour=self._start_hour)
            for row in np.unique(samples.stations).tolist():
                mine = samples.stations == row
                times_s = samples.at_s[mine] + self.start_at.timestamp()
                order = np.argsort(times_s)
                found[self.stations[row].code] = (times_s[order], samples.values[mine][order])
        return found
