"""Validation of rules before they are activated: problems as text, by field."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from tabuah.operations.bulletins.rules import BulletinRule, EarthquakeCondition, VolcanoCondition
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
from tabuah.resources.localisation import _
from tabuah.text.readings.measurements import format_value, parameter_name

LONGEST_NAME: Final = 120
_RIVER: Final = "stage_m"


class RuleProblem(msgspec.Struct, frozen=True):
    """A problem with one field; `field` is its path in the rule: `name`, `limit`, `2.radius_m`."""

    field: str
    text: str


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
        yield RuleProblem("name", _("A rule needs a name of at most {n} characters.").format(n=LONGEST_NAME))
    if not rule.source.strip():
        yield RuleProblem("source", _("Enter the source of the number."))
    if not rule.parameter and not isinstance(rule.condition, Silence):
        yield RuleProblem("parameter", _("Choose a parameter."))
    yield from _unknown_stations("stations", rule.stations, stations)
    if isinstance(rule.condition, Combination):
        for number, part in enumerate(rule.condition.parts, 1):
            yield from _faults_of_part(number, part, stations)
        return
    if isinstance(rule.condition, Neighbours) and measurement_of(rule.parameter).adds_up:
        told = _("{what} varies from place to place: compare sums over hours instead.")
        yield RuleProblem("parameter", told.format(what=parameter_name(rule.parameter)))
    yield from _faults_of_condition("", rule.condition, rule.parameter, stations)


def _faults_of_part(number: int, part: CombinationPart, stations: dict[str, Station]) -> Iterator[RuleProblem]:
    if part.where is PartPlace.NAMED and not part.stations:
        yield RuleProblem(f"{number}.stations", _("Name at least one station."))
    if part.where is PartPlace.NEAR and not part.radius_m:
        yield RuleProblem(f"{number}.radius_m", _("Say within how many kilometres."))
    if part.where is PartPlace.UPSTREAM and part.parameter != _RIVER:
        yield RuleProblem(f"{number}.where", _("Only water levels are measured upstream."))
    yield from _unknown_stations(f"{number}.stations", part.stations, stations)
    yield from _faults_of_condition(f"{number}.", part.condition, part.parameter, stations)


def _faults_of_condition(
    prefix: str, condition: Condition, parameter: str, stations: dict[str, Station]
) -> Iterator[RuleProblem]:
    if isinstance(condition, Accumulation | NeighbourSums) and parameter and not measurement_of(parameter).adds_up:
        told = _("{what} does not add up over time: only amounts such as rain do.")
        yield RuleProblem(f"{prefix}condition", told.format(what=parameter_name(parameter)))
    if isinstance(condition, Threshold):
        measured = [p for s in stations.values() if (p := s.parameter(parameter)) is not None]
        low = min((p.valid_min for p in measured), default=condition.limit)
        high = max((p.valid_max for p in measured), default=condition.limit)
        if not low <= condition.limit <= high:
            told = _("No station can measure this: they measure from {low} to {high}.")
            low_told, high_told = format_value(parameter, low), format_value(parameter, high)
            yield RuleProblem(f"{prefix}limit", told.format(low=low_told, high=high_told))


def _unknown_stations(field: str, codes: Iterable[str], stations: dict[str, Station]) -> Iterator[RuleProblem]:
    unknown = [code for code in codes if code not in stations]
    if unknown:
        yield RuleProblem(field, _("There is no station {code}.").format(code=unknown[0]))


def find_bulletin_rule_problems(rule: BulletinRule) -> tuple[RuleProblem, ...]:
    """Return the problems of a rule; limits that the types enforce are not checked again."""
    return tuple(_bulletin_rule_problems(rule))


def _bulletin_rule_problems(rule: BulletinRule) -> Iterator[RuleProblem]:
    if not 0 < len(rule.name.strip()) <= LONGEST_NAME:
        yield RuleProblem("name", _("A rule needs a name of at most {n} characters.").format(n=LONGEST_NAME))
    if not rule.source.strip():
        yield RuleProblem("source", _("Enter the source of the number."))
    if isinstance(rule.condition, EarthquakeCondition) and rule.condition.is_empty:
        yield RuleProblem(
            "magnitude", _("Enter a magnitude, a distance or an intensity; otherwise the rule never raises an alarm.")
        )
    if isinstance(rule.condition, VolcanoCondition) and rule.condition.level is VolcanoLevel.NORMAL:
        yield RuleProblem("level", _("Level I is normal: choose a higher level."))
