"""Rules over several series with all that they remember, to play readings to."""

from collections.abc import Iterable
from datetime import datetime

from tabuah.operations.rules.crossings import Crossing
from tabuah.operations.rules.engine import UNKNOWN, SeriesState
from tabuah.operations.rules.evidence import Finding
from tabuah.operations.rules.hearing import NOBODY, hear, hearers_of, situation_of
from tabuah.operations.rules.joining import joint_watches_of
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.surroundings import Surroundings
from tabuah.operations.rules.watches import WatchKey, key_of
from tabuah.operations.stations.station import Station

Heard = tuple[str, str, datetime, float]  # station, parameter, when, value


class JointRoom:
    """One rule at some stations; it remembers as the server does."""

    def __init__(self, rule: Rule, stations: Iterable[Station]) -> None:
        self.joints = joint_watches_of(rule, Surroundings(stations))
        members = {key_of(member): member for joint in self.joints for member in joint.members}
        self._hearers = hearers_of(members.values(), self.joints)
        self._states: dict[WatchKey, SeriesState] = {}
        self._rule = rule

    def state_of(self, key: WatchKey) -> SeriesState:
        return self._states.get(key, UNKNOWN)

    def put_state(self, key: WatchKey, state: SeriesState) -> None:
        self._states[key] = state

    def play(self, *readings: Heard) -> tuple[Crossing, ...]:
        """Let the rule hear readings in the order given: the crossings of the rule itself, not of its parts."""
        found: list[Crossing] = []
        for station, parameter, at, value in readings:
            for key, crossings in hear(self._hearers.get((station, parameter), NOBODY), self, at, value):
                if key[0] == self._rule.id:
                    found += crossings
        return tuple(found)

    def findings(self, station: str) -> tuple[Finding, ...]:
        (joint,) = (joint for joint in self.joints if joint.key[1] == station)
        situation = situation_of(joint, self)
        assert situation is not None
        return joint.findings(situation)

    def onset_of(self, station: str) -> datetime | None:
        return self.state_of((self._rule.id, station, self._rule.parameter)).onset_at

    def is_raised(self, station: str) -> bool:
        return self.onset_of(station) is not None
