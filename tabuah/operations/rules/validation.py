"""Validation of rules before they are activated: problems by field, as codes for `text.rules.rule_problems`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from tabuah.operations.bulletins.rules import BulletinRule, EarthquakeCondition, VolcanoCondition
from tabuah.operations.exercises.scope import plain_code
from tabuah.operations.levels import VolcanoLevel
from tabuah.operations.readings.measurements import measurement_of
from tabuah.operations.rules.rule import (
    Accumulation,
    Combination,
    CombinationPart,
    Condition,
    Neighbours,
    NeighbourSums,
    PartPlace,
    Rule,
    Silence,
    Threshold,
)
from tabuah.operations.stations.station import Station

LONGEST_NAME: Final = 120
_RIVER: Final = "stage_m"


class RuleProblem(msgspec.Struct, frozen=True):
    """A problem with one field: its path in the rule (`name`, `limit`, `2.radius_m`), a stable code, and values."""

    field: str
    code: str
    values: Mapping[str, str | float] = {}


def find_rule_problems(rule: Rule, stations: Iterable[Station]) -> tuple[RuleProblem, ...]:
    """Return the problems of a rule; limits that the types enforce are not checked again.

    Args:
        rule: the new version.
        stations: the registered stations; other codes in the rule are reported.
    """
    known = {station.code: station for station in stations}
    return tuple(_rule_problems(rule, known))


def _rule_problems(rule: Rule, stations: dict[str, Station]) -> Iterator[RuleProblem]:
    if not 0 < len(rule.name.strip()) <= LONGEST_NAME:
        yield RuleProblem("name", "name_length", {"n": LONGEST_NAME})
    if not rule.source.strip():
        yield RuleProblem("source", "no_source")
    if not rule.parameter and not isinstance(rule.condition, Silence):
        yield RuleProblem("parameter", "no_parameter")
    yield from _unknown_stations("stations", rule.stations, stations)
    if isinstance(rule.condition, Combination):
        for number, part in enumerate(rule.condition.parts, 1):
            yield from _part_problems(number, part, stations)
        return
    if isinstance(rule.condition, Neighbours) and measurement_of(rule.parameter).adds_up:
        yield RuleProblem("parameter", "varies_by_place", {"parameter": rule.parameter})
    yield from _condition_problems("", rule.condition, rule.parameter, stations)


def _part_problems(number: int, part: CombinationPart, stations: dict[str, Station]) -> Iterator[RuleProblem]:
    if part.where is PartPlace.NAMED and not part.stations:
        yield RuleProblem(f"{number}.stations", "no_station")
    if part.where is PartPlace.NEAR and not part.radius_m:
        yield RuleProblem(f"{number}.radius_m", "no_radius")
    if part.where is PartPlace.UPSTREAM and part.parameter != _RIVER:
        yield RuleProblem(f"{number}.where", "not_upstream")
    yield from _unknown_stations(f"{number}.stations", part.stations, stations)
    yield from _condition_problems(f"{number}.", part.condition, part.parameter, stations)


def _condition_problems(
    prefix: str, condition: Condition, parameter: str, stations: dict[str, Station]
) -> Iterator[RuleProblem]:
    if isinstance(condition, Accumulation | NeighbourSums) and parameter and not measurement_of(parameter).adds_up:
        yield RuleProblem(f"{prefix}condition", "not_a_sum", {"parameter": parameter})
    if isinstance(condition, Threshold):
        measured = [p for s in stations.values() if (p := s.parameter(parameter)) is not None]
        low = min((p.valid_min for p in measured), default=condition.limit)
        high = max((p.valid_max for p in measured), default=condition.limit)
        if not low <= condition.limit <= high:
            values: dict[str, str | float] = {"parameter": parameter, "low": low, "high": high}
            yield RuleProblem(f"{prefix}limit", "not_measurable", values)


def _unknown_stations(field: str, codes: Iterable[str], stations: dict[str, Station]) -> Iterator[RuleProblem]:
    known = {*stations, *map(plain_code, stations)}
    unknown = [code for code in codes if code not in known]
    if unknown:
        yield RuleProblem(field, "unknown_station", {"code": unknown[0]})


def find_bulletin_rule_problems(rule: BulletinRule) -> tuple[RuleProblem, ...]:
    """Return the problems of a rule; limits that the types enforce are not checked again."""
    return tuple(_bulletin_rule_problems(rule))


def _bulletin_rule_problems(rule: BulletinRule) -> Iterator[RuleProblem]:
    if not 0 < len(rule.name.strip()) <= LONGEST_NAME:
        yield RuleProblem("name", "name_length", {"n": LONGEST_NAME})
    if not rule.source.strip():
        yield RuleProblem("source", "no_source")
    if isinstance(rule.condition, EarthquakeCondition) and rule.condition.is_empty:
        yield RuleProblem("magnitude", "no_earthquake_limit")
    if isinstance(rule.condition, VolcanoCondition) and rule.condition.level is VolcanoLevel.NORMAL:
        yield RuleProblem("level", "normal_level")
