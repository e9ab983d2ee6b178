"""A multi-series rule with the state of its watches, for playing readings."""

from collections.abc import Iterable
from datetime import datetime

from tabuah.operations.rules.crossings import Crossing, EvidenceItem
from tabuah.operations.rules.dispatch import NO_TARGETS, dispatch_reading, dispatch_table, multi_series_state
from tabuah.operations.rules.engine import INITIAL_STATE, SeriesState
from tabuah.operations.rules.multi_series_watches import multi_series_watches
from tabuah.operations.rules.nearby_stations import NearbyStations
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.watches import WatchKey, watch_key
from tabuah.operations.stations.station import Station

Heard = tuple[str, str, datetime, float]  # station, parameter, when, value


class MultiSeriesRule:
    """One rule at some stations, with stored watch states as on the server."""

    def __init__(self, rule: Rule, stations: Iterable[Station]) -> None:
        self.multi_watches = multi_series_watches(rule, NearbyStations(stations))
        members = {watch_key(member): member for multi_watch in self.multi_watches for member in multi_watch.members}
        self._hearers = dispatch_table(members.values(), self.multi_watches)
        self._states: dict[WatchKey, SeriesState] = {}
        self._rule = rule

    def state_of(self, key: WatchKey) -> SeriesState:
        return self._states.get(key, INITIAL_STATE)

    def put_state(self, key: WatchKey, state: SeriesState) -> None:
        self._states[key] = state

    def play(self, *readings: Heard) -> tuple[Crossing, ...]:
        """Play readings in the given order; return the crossings of the rule, without those of its parts."""
        found: list[Crossing] = []
        for station, parameter, at, value in readings:
            for key, crossings in dispatch_reading(
                self._hearers.get((station, parameter), NO_TARGETS), self, at, value
            ):
                if key[0] == self._rule.id:
                    found += crossings
        return tuple(found)

    def findings(self, station: str) -> tuple[EvidenceItem, ...]:
        (multi_watch,) = (multi_watch for multi_watch in self.multi_watches if multi_watch.key[1] == station)
        multi_state = multi_series_state(multi_watch, self)
        assert multi_state is not None
        return multi_watch.findings(multi_state)

    def onset_of(self, station: str) -> datetime | None:
        return self.state_of((self._rule.id, station, self._rule.parameter)).onset_at

    def is_raised(self, station: str) -> bool:
        return self.onset_of(station) is not None
