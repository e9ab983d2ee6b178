"""Rule coverage: the stations a rule watches, and those it means but cannot watch."""

from collections.abc import Iterable

import msgspec

from tabuah.operations.rules.multi_series_watches import MultiSeriesWatchBuilder
from tabuah.operations.rules.nearby_stations import NearbyStations
from tabuah.operations.rules.rule import MultiSeriesCondition, Rule
from tabuah.operations.rules.watches import watch_for_rule
from tabuah.operations.stations.station import Station


class RuleCoverage(msgspec.Struct, frozen=True):
    """Station codes. `left_out` have no limit of their own, or too few series around them."""

    watched: tuple[str, ...]
    left_out: tuple[str, ...]


def rule_coverage(rule: Rule, stations: Iterable[Station]) -> RuleCoverage:
    """Return the coverage of a rule as if it were active."""
    meant = msgspec.structs.replace(rule, active=True)
    builder = MultiSeriesWatchBuilder(meant, around := NearbyStations(stations))
    watched: list[str] = []
    left_out: list[str] = []
    for station in around.stations:
        if meant.applies_to(station):
            (watched if _is_watched(meant, station, builder) else left_out).append(station.code)
    return RuleCoverage(tuple(sorted(watched)), tuple(sorted(left_out)))


def watches_station(rule: Rule, station: Station, around: NearbyStations) -> bool:
    """Return whether an active rule watches a station."""
    return rule.applies_to(station) and _is_watched(rule, station, MultiSeriesWatchBuilder(rule, around))


def _is_watched(rule: Rule, station: Station, builder: MultiSeriesWatchBuilder) -> bool:
    if isinstance(rule.condition, MultiSeriesCondition):
        return builder.watch_at(station) is not None
    return watch_for_rule(rule, station) is not None
