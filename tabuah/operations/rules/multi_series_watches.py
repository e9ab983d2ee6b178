"""Construction of multi-series watches: their stations, and the series each of them uses."""

from datetime import timedelta
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
    made = (multi_series_watch(rule, station, around) for station in around.stations if rule.applies_to(station))
    return tuple(watch for watch in made if watch is not None)


def multi_series_watch(rule: Rule, station: Station, around: NearbyStations) -> MultiSeriesWatch | None:
    """Return the multi-series watch of a rule at one station; None if too few series exist."""
    match rule.condition:
        case Combination() as combination:
            return _combination_watch(rule, combination, station, around)
        case Neighbours() as neighbours:
            return _neighbour_watch(rule, neighbours, station, around)
        case NeighbourSums() as sums:
            return _neighbour_sum_watch(rule, sums, station, around)
    return None


def part_stations(part: CombinationPart, station: Station, around: NearbyStations) -> tuple[Station, ...]:
    """Return the stations that may satisfy a part, seen from the rule's own station."""
    match part.where:
        case PartPlace.HERE:
            asked: tuple[Station, ...] = (station,)
        case PartPlace.NAMED:
            asked = around.named(station, part.stations)
        case PartPlace.NEAR:
            asked = (station, *around.near(station, part.radius_m))
        case PartPlace.UPSTREAM:
            asked = around.upstream(station)
    return tuple(s for s in asked if (part.kind in (None, s.kind)) and s.parameter(part.parameter) is not None)


def _combination_watch(
    rule: Rule, combination: Combination, station: Station, around: NearbyStations
) -> CombinationWatch | None:
    within = timedelta(seconds=combination.within_s)
    members: list[Watch] = []
    ages: list[timedelta] = []
    parts: list[tuple[int, ...]] = []
    for number, part in enumerate(combination.parts, 1):
        first = len(members)
        for asked in part_stations(part, station, around):
            name = part_name(rule.id, number)
            member = watch_for_condition(part.condition, asked, rule=name, parameter=part.parameter)
            if isinstance(member, Watch):
                members.append(member)
                ages.append(validity_span(asked, part.parameter, at_least=within))
        parts.append(tuple(range(first, len(members))))
    if sum(bool(part) for part in parts) < combination.needed:
        return None
    needed = float(combination.needed)
    own = Watch(rule=rule.id, station=station.code, parameter=rule.parameter, limit=needed, back_at=needed)
    return CombinationWatch(watch=own, members=tuple(members), parts=tuple(parts), ages=tuple(ages), within=within)


def _neighbour_watch(
    rule: Rule, condition: Neighbours, station: Station, around: NearbyStations
) -> NeighbourWatch | None:
    neighbours = _neighbours_of(rule, condition, station, around)
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
    name, all_of_them = part_name(rule.id, 1), (station, *neighbours)
    return NeighbourWatch(
        watch=own,
        members=tuple(value_member(name, s.code, rule.parameter) for s in all_of_them),
        ages=tuple(validity_span(s, rule.parameter, at_least=timedelta()) for s in all_of_them),
        spreads=condition.spreads,
    )


def _neighbour_sum_watch(
    rule: Rule, condition: NeighbourSums, station: Station, around: NearbyStations
) -> NeighbourSumWatch | None:
    neighbours = _neighbours_of(rule, condition, station, around)
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
    name, all_of_them = part_name(rule.id, 1), (station, *neighbours)
    span = timedelta(seconds=condition.window_s)
    ages = tuple(validity_span(s, rule.parameter, at_least=timedelta()) for s in all_of_them)
    members = (
        sum_member(name, s.code, rule.parameter, span=span, gap=age) for s, age in zip(all_of_them, ages, strict=True)
    )
    return NeighbourSumWatch(
        watch=own,
        members=tuple(members),
        ages=ages,
        spreads=condition.spreads,
        floor=condition.floor,
        span=span,
        whole=span * _WHOLE,
        too_much=condition.too_much,
    )


def _neighbours_of(
    rule: Rule, condition: Neighbours | NeighbourSums, station: Station, around: NearbyStations
) -> list[Station]:
    """Return the nearest stations with the same parameter, at most `condition.nearest`."""
    asked = (s for s in around.near(station, condition.radius_m) if s.parameter(rule.parameter) is not None)
    return [s for s in asked if rule.kind in (None, s.kind)][: condition.nearest]


def _hold_of(rule: Rule, condition: Neighbours | NeighbourSums, station: Station) -> timedelta:
    """Return the hold time; 0 if the station reports too seldom to prove it."""
    provable = interval_s(station, rule.parameter) <= condition.for_s
    return timedelta(seconds=condition.for_s if provable else 0.0)
