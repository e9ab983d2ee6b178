"""Where a rule stands: the stations that it watches, and those that it means and cannot watch."""

from collections.abc import Iterable

import msgspec

from tabuah.operations.rules.joining import joint_watch_of
from tabuah.operations.rules.rule import JointCondition, Rule
from tabuah.operations.rules.surroundings import Surroundings
from tabuah.operations.rules.watches import watch_of
from tabuah.operations.stations.station import Station


class Reach(msgspec.Struct, frozen=True):
    """Codes of stations. Left out are those without a limit of their own, or without enough series around them."""

    watched: tuple[str, ...]
    left_out: tuple[str, ...]


def reach_of(rule: Rule, stations: Iterable[Station]) -> Reach:
    """Where a rule would stand if it were in force."""
    meant = msgspec.structs.replace(rule, active=True)
    around = Surroundings(stations)
    watched: list[str] = []
    left_out: list[str] = []
    for station in around.stations:
        if meant.applies_to(station):
            (watched if stands_at(meant, station, around) else left_out).append(station.code)
    return Reach(tuple(sorted(watched)), tuple(sorted(left_out)))


def stands_at(rule: Rule, station: Station, around: Surroundings) -> bool:
    """Whether a rule in force watches a station."""
    if not rule.applies_to(station):
        return False
    if isinstance(rule.condition, JointCondition):
        return joint_watch_of(rule, station, around) is not None
    return watch_of(rule, station) is not None
