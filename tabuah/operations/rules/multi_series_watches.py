"""Construction of multi-series watches: their stations, and the series each of them uses."""

from datetime import timedelta
from functools import lru_cache
from typing import Final

from tabuah.operations.rules.combination import CombinationWatch
from tabuah.operations.rules.multi_series import MultiSeriesWatch, part_name, sum_member, validity_span, value_member
from tabuah.operations.rules.nearby_stations import NearbyStations
from tabuah.operations.rules.neighbour_comparison import FEWEST_NEIGHBOURS, NeighbourSumWatch, NeighbourWatch
from tabuah.operations.rules.rule import (
    Combination,
    CombinationPart,
    MultiSeriesCondition,
    Neighbours,
    NeighbourSums,
    PartPlace,
    Rule,
)
from tabuah.operations.rules.watches import Watch, interval_s, watch_for_condition
from tabuah.operations.stations.station import Station

_WHOLE: Final = 0.9  # share of a sum's window that must have been received


def multi_series_watches(rule: Rule, around: NearbyStations) -> tuple[MultiSeriesWatch, ...]:
    """Return the multi-series watches of a rule; empty for a rule on single series."""
    if not isinstance(rule.condition, MultiSeriesCondition):
        return ()
    builder = MultiSeriesWatchBuilder(rule, around)
    made = (builder.watch_at(station) for station in around.stations if rule.applies_to(station))
    return tuple(watch for watch in made if watch is not None)


class MultiSeriesWatchBuilder:
    """Builds the watches of one rule; all of them share the members of a series."""

    def __init__(self, rule: Rule, around: NearbyStations) -> None:
        self._rule, self._around = rule, around
        self._members: dict[str, tuple[Watch, timedelta]] = {}
        self._parts: list[_PartMembers] = []
        if isinstance(rule.condition, Combination):
            within = timedelta(seconds=rule.condition.within_s)
            self._parts = [
                _PartMembers(part, part_name(rule.id, number), around, within=within)
                for number, part in enumerate(rule.condition.parts, 1)
            ]

    def watch_at(self, station: Station) -> MultiSeriesWatch | None:
        """Return the watch at one station; None if too few series exist."""
        match self._rule.condition:
            case Combination() as combination:
                return self._combination_watch(combination, station)
            case Neighbours() as neighbours:
                return self._neighbour_watch(neighbours, station)
            case NeighbourSums() as sums:
                return self._neighbour_sum_watch(sums, station)
        return None

    def _combination_watch(self, combination: Combination, station: Station) -> CombinationWatch | None:
        members: list[Watch] = []
        ages: list[timedelta] = []
        parts: list[tuple[int, ...]] = []
        for part in self._parts:
            first = len(members)
            of_part, their_ages = part.members_at(station)
            members += of_part
            ages += their_ages
            parts.append(_numbers(first, len(members)))
        if sum(bool(part) for part in parts) < combination.needed:
            return None
        rule, needed = self._rule, float(combination.needed)
        own = Watch(rule=rule.id, station=station.code, parameter=rule.parameter, limit=needed, back_at=needed)
        within = timedelta(seconds=combination.within_s)
        return CombinationWatch(
            watch=own, members=tuple(members), parts=tuple(parts), ages=tuple(ages), within=within
        )

    def _neighbour_watch(self, condition: Neighbours, station: Station) -> NeighbourWatch | None:
        rule = self._rule
        neighbours = _neighbours_of(rule, condition, station, self._around)
        if len(neighbours) < FEWEST_NEIGHBOURS:
            return None
        own = Watch(
            rule=rule.id,
            station=station.code,
            parameter=rule.parameter,
            limit=condition.limit,
            back_at=round(condition.limit - condition.hysteresis, 9),
            hold=_hold_of(rule, condition, station),
        )
        shared = [self._value_member(each) for each in (station, *neighbours)]
        return NeighbourWatch(
            watch=own,
            members=tuple(member for member, _age in shared),
            ages=tuple(age for _member, age in shared),
            spreads=condition.spreads,
        )

    def _neighbour_sum_watch(self, condition: NeighbourSums, station: Station) -> NeighbourSumWatch | None:
        rule = self._rule
        neighbours = _neighbours_of(rule, condition, station, self._around)
        if len(neighbours) < FEWEST_NEIGHBOURS:
            return None
        own = Watch(
            rule=rule.id,
            station=station.code,
            parameter=rule.parameter,
            limit=1 / condition.factor,
            back_at=2 / condition.factor,  # clears when they differ by half as much
            hold=_hold_of(rule, condition, station),
            falling=True,
        )
        span = timedelta(seconds=condition.window_s)
        shared = [self._sum_member(each, span) for each in (station, *neighbours)]
        return NeighbourSumWatch(
            watch=own,
            members=tuple(member for member, _age in shared),
            ages=tuple(age for _member, age in shared),
            spreads=condition.spreads,
            floor=condition.floor,
            span=span,
            whole=span * _WHOLE,
            too_much=condition.too_much,
        )

    def _value_member(self, station: Station) -> tuple[Watch, timedelta]:
        if station.code not in self._members:
            name, parameter = part_name(self._rule.id, 1), self._rule.parameter
            age = validity_span(station, parameter, at_least=timedelta())
            self._members[station.code] = value_member(name, station.code, parameter), age
        return self._members[station.code]

    def _sum_member(self, station: Station, span: timedelta) -> tuple[Watch, timedelta]:
        if station.code not in self._members:
            name, parameter = part_name(self._rule.id, 1), self._rule.parameter
            age = validity_span(station, parameter, at_least=timedelta())
            self._members[station.code] = sum_member(name, station.code, parameter, span=span, gap=age), age
        return self._members[station.code]


class _PartMembers:
    """The members of one part of a combination, each made once for all stations that use it."""

    def __init__(self, part: CombinationPart, name: str, around: NearbyStations, *, within: timedelta) -> None:
        self._part, self._name, self._around, self._within = part, name, around, within
        self._index = around.measuring(part.parameter, part.kind)
        self._made: dict[int, tuple[Watch | None, timedelta]] = {}  # by row of the index

    def members_at(self, station: Station) -> tuple[list[Watch], list[timedelta]]:
        """Return the members that may satisfy the part, seen from the rule's own station, and their ages."""
        rows, made = self._rows_at(station), self._made
        for row in rows:
            if row not in made:
                made[row] = self._member_at(self._index.stations[row])
        found = [made[row] for row in rows]
        return [watch for watch, _age in found if watch is not None], [
            age for watch, age in found if watch is not None
        ]

    def _member_at(self, station: Station) -> tuple[Watch | None, timedelta]:
        part = self._part
        member = watch_for_condition(part.condition, station, rule=self._name, parameter=part.parameter)
        age = validity_span(station, part.parameter, at_least=self._within)
        return member if isinstance(member, Watch) else None, age

    def _rows_at(self, station: Station) -> list[int]:
        part, row_by_code = self._part, self._index.row_by_code
        match part.where:
            case PartPlace.HERE:
                asked: tuple[Station, ...] = (station,)
            case PartPlace.NAMED:
                asked = self._around.named(station, part.stations)
            case PartPlace.NEAR:
                own = row_by_code.get(station.code)
                near = self._index.near(station, part.radius_m)
                return near if own is None else [own, *near]
            case PartPlace.UPSTREAM:
                asked = self._around.upstream(station)
        return [row_by_code[each.code] for each in asked if each.code in row_by_code]


@lru_cache(maxsize=64)
def _numbers(first: int, end: int) -> tuple[int, ...]:
    """Return the numbers from first to end, the same object for stations with as many members."""
    return tuple(range(first, end))


def _neighbours_of(
    rule: Rule, condition: Neighbours | NeighbourSums, station: Station, around: NearbyStations
) -> list[Station]:
    """Return the nearest stations with the same parameter, at most `condition.nearest`."""
    index = around.measuring(rule.parameter, rule.kind)
    return [index.stations[row] for row in index.near(station, condition.radius_m, at_most=condition.nearest)]


def _hold_of(rule: Rule, condition: Neighbours | NeighbourSums, station: Station) -> timedelta:
    """Return the hold time; 0 if the station reports too seldom to prove it."""
    provable = interval_s(station, rule.parameter) <= condition.for_s
    return timedelta(seconds=condition.for_s if provable else 0.0)
