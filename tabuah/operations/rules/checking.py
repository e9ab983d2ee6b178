"""What is wrong with a rule before it is put into force, in words and by field."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from tabuah.operations.rules.rule import (
    Accumulation,
    Combination,
    Condition,
    Neighbours,
    NeighbourSums,
    Part,
    PartPlace,
    Rule,
    Silence,
    Threshold,
)
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.units import format_value, measurement_of, name_of
from tabuah.resources.catalogue import _

LONGEST_NAME: Final = 120
_RIVER: Final = "stage_m"


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one field; `field` as in the rule's text, parts by number: `name`, `limit`, `2.radius_m`."""

    field: str
    words: str


def faults_of(rule: Rule, stations: Iterable[Station]) -> tuple[Fault, ...]:
    """All that is wrong with a rule; what the types forbid anyway is not looked at again.

    Args:
        rule: as it would be written.
        stations: those that are registered; a name that is not among them is a slip of the pen.
    """
    known = {station.code: station for station in stations}
    return tuple(_faults(rule, known))


def _faults(rule: Rule, stations: dict[str, Station]) -> Iterator[Fault]:
    if not 0 < len(rule.name.strip()) <= LONGEST_NAME:
        yield Fault("name", _("A rule needs a name of at most {n} characters.").format(n=LONGEST_NAME))
    if not rule.source.strip():
        yield Fault("source", _("Say where the number comes from: people will ask."))
    if not rule.parameter and not isinstance(rule.condition, Silence):
        yield Fault("parameter", _("Choose what is measured."))
    yield from _unknown_stations("stations", rule.stations, stations)
    if isinstance(rule.condition, Combination):
        for number, part in enumerate(rule.condition.parts, 1):
            yield from _faults_of_part(number, part, stations)
        return
    if isinstance(rule.condition, Neighbours) and measurement_of(rule.parameter).adds_up:
        told = _("{what} differs from place to place at any moment: compare amounts over hours instead.")
        yield Fault("parameter", told.format(what=name_of(rule.parameter)))
    yield from _faults_of_condition("", rule.condition, rule.parameter, stations)


def _faults_of_part(number: int, part: Part, stations: dict[str, Station]) -> Iterator[Fault]:
    if part.where is PartPlace.NAMED and not part.stations:
        yield Fault(f"{number}.stations", _("Name at least one station."))
    if part.where is PartPlace.NEAR and not part.radius_m:
        yield Fault(f"{number}.radius_m", _("Say within how many kilometres."))
    if part.where is PartPlace.UPSTREAM and part.parameter != _RIVER:
        yield Fault(f"{number}.where", _("Only water levels are measured upstream."))
    yield from _unknown_stations(f"{number}.stations", part.stations, stations)
    yield from _faults_of_condition(f"{number}.", part.condition, part.parameter, stations)


def _faults_of_condition(
    prefix: str, condition: Condition, parameter: str, stations: dict[str, Station]
) -> Iterator[Fault]:
    if isinstance(condition, Accumulation | NeighbourSums) and parameter and not measurement_of(parameter).adds_up:
        told = _("{what} does not add up over time: only amounts such as rain do.")
        yield Fault(f"{prefix}condition", told.format(what=name_of(parameter)))
    if isinstance(condition, Threshold):
        measured = [p for s in stations.values() if (p := s.parameter(parameter)) is not None]
        low = min((p.valid_min for p in measured), default=condition.limit)
        high = max((p.valid_max for p in measured), default=condition.limit)
        if not low <= condition.limit <= high:
            told = _("No station can measure this: they measure from {low} to {high}.")
            low_told, high_told = format_value(parameter, low), format_value(parameter, high)
            yield Fault(f"{prefix}limit", told.format(low=low_told, high=high_told))


def _unknown_stations(field: str, codes: Iterable[str], stations: dict[str, Station]) -> Iterator[Fault]:
    unknown = [code for code in codes if code not in stations]
    if unknown:
        yield Fault(field, _("There is no station {code}.").format(code=unknown[0]))
