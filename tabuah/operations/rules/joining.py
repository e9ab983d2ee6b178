"""Making the joint watches of a rule: which stations it stands at, and which series each of them looks at."""

from datetime import timedelta
from typing import Final

from tabuah.operations.rules.combining import CombinationWatch
from tabuah.operations.rules.joint import JointWatch
from tabuah.operations.rules.neighbouring import FEWEST_NEIGHBOURS, NeighbourWatch
from tabuah.operations.rules.neighbouring_sums import NeighbourSumWatch
from tabuah.operations.rules.rule import (
    Combination,
    JointCondition,
    Neighbours,
    NeighbourSums,
    Part,
    PartPlace,
    Rule,
)
from tabuah.operations.rules.situation import counts_for, following, part_name, summing
from tabuah.operations.rules.surroundings import Surroundings
from tabuah.operations.rules.watches import Watch, interval_s, watch_for
from tabuah.operations.stations.station import Station

_WHOLE: Final = 0.9  # of a window of sums must have been heard


def joint_watches_of(rule: Rule, around: Surroundings) -> tuple[JointWatch, ...]:
    """The joint watches of a rule; none for a rule that looks at one series at a time."""
    if not isinstance(rule.condition, JointCondition):
        return ()
    made = (joint_watch_of(rule, station, around) for station in around.stations if rule.applies_to(station))
    return tuple(watch for watch in made if watch is not None)


def joint_watch_of(rule: Rule, station: Station, around: Surroundings) -> JointWatch | None:
    """The joint watch of a rule at one station; None where too few series can speak for it to come true ever."""
    match rule.condition:
        case Combination() as combination:
            return _combination_watch(rule, combination, station, around)
        case Neighbours() as neighbours:
            return _neighbour_watch(rule, neighbours, station, around)
        case NeighbourSums() as sums:
            return _neighbour_sum_watch(rule, sums, station, around)
    return None


def stations_of(part: Part, station: Station, around: Surroundings) -> tuple[Station, ...]:
    """The stations that may speak for a part, seen from the rule's own."""
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
    rule: Rule, combination: Combination, station: Station, around: Surroundings
) -> CombinationWatch | None:
    within = timedelta(seconds=combination.within_s)
    members: list[Watch] = []
    ages: list[timedelta] = []
    parts: list[tuple[int, ...]] = []
    for number, part in enumerate(combination.parts, 1):
        first = len(members)
        for asked in stations_of(part, station, around):
            name = part_name(rule.id, number)
            member = watch_for(part.condition, asked, rule=name, parameter=part.parameter)
            if isinstance(member, Watch):
                members.append(member)
                ages.append(counts_for(asked, part.parameter, at_least=within))
        parts.append(tuple(range(first, len(members))))
    if sum(bool(part) for part in parts) < combination.needed:
        return None
    needed = float(combination.needed)
    own = Watch(rule=rule.id, station=station.code, parameter=rule.parameter, limit=needed, back_at=needed)
    return CombinationWatch(watch=own, members=tuple(members), parts=tuple(parts), ages=tuple(ages), within=within)


def _neighbour_watch(
    rule: Rule, condition: Neighbours, station: Station, around: Surroundings
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
        members=tuple(following(name, s.code, rule.parameter) for s in all_of_them),
        ages=tuple(counts_for(s, rule.parameter, at_least=timedelta()) for s in all_of_them),
        spreads=condition.spreads,
    )


def _neighbour_sum_watch(
    rule: Rule, condition: NeighbourSums, station: Station, around: Surroundings
) -> NeighbourSumWatch | None:
    neighbours = _neighbours_of(rule, condition, station, around)
    if len(neighbours) < FEWEST_NEIGHBOURS:
        return None
    own = Watch(
        rule=rule.id,
        station=station.code,
        parameter=rule.parameter,
        limit=1 / condition.factor,
        back_at=2 / condition.factor,  # over when they differ by half as much
        hold=_hold_of(rule, condition, station),
        falling=True,
    )
    name, all_of_them = part_name(rule.id, 1), (station, *neighbours)
    span = timedelta(seconds=condition.window_s)
    ages = tuple(counts_for(s, rule.parameter, at_least=timedelta()) for s in all_of_them)
    members = (
        summing(name, s.code, rule.parameter, span=span, gap=age) for s, age in zip(all_of_them, ages, strict=True)
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
    rule: Rule, condition: Neighbours | NeighbourSums, station: Station, around: Surroundings
) -> list[Station]:
    """The nearest that measure the same, fewer than three where there are no more."""
    asked = (s for s in around.near(station, condition.radius_m) if s.parameter(rule.parameter) is not None)
    return [s for s in asked if rule.kind in (None, s.kind)][: condition.nearest]


def _hold_of(rule: Rule, condition: Neighbours | NeighbourSums, station: Station) -> timedelta:
    """How long it must last; a station that reports less often cannot prove that."""
    provable = interval_s(station, rule.parameter) <= condition.for_s
    return timedelta(seconds=condition.for_s if provable else 0.0)
