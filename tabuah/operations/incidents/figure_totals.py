"""Sums of casualties and damage over incidents, where a statement on two incidents of one event counts once."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec import UNSET

from tabuah.operations.incidents.entry_bodies import FigureGroups, Figures, PeopleGroups
from tabuah.operations.incidents.figure_groups import GROUPS, PEOPLE_FIGURES
from tabuah.operations.incidents.figures import source_key
from tabuah.operations.incidents.incident import Incident, Observation


class FigureTotal(msgspec.Struct, frozen=True, kw_only=True):
    """The sum of one figure.

    Attributes:
        total: the sum of the newest statements, each counted once.
        incidents: how many incidents state the figure.
        sources: the sources of the sum, the most frequent first.
        repeated: numbers of the incidents whose statement is that of another incident, and is not added again.
    """

    code: str
    total: int
    incidents: int
    sources: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()


class GroupTotal(msgspec.Struct, frozen=True, kw_only=True):
    """The people of one figure by group, summed over the incidents that state groups.

    Attributes:
        people: the sum of the figure over all incidents; None where no incident states it.
        incidents: how many incidents state groups.
    """

    figure: str
    groups: PeopleGroups
    people: int | None
    incidents: int


_Identity = tuple[str, datetime, Figures, FigureGroups | None]


class _Statement(NamedTuple):
    incident: Incident
    newest: Observation


EventOf = Callable[[Incident], str]


def parent_event_of(incident: Incident) -> str:
    """Return the parent event that an incident names; empty for none."""
    return incident.parent_event


def figure_totals(incidents: Iterable[Incident], event_of: EventOf = parent_event_of) -> tuple[FigureTotal, ...]:
    """Return the sum of each figure that any incident states, in the order of the form.

    Args:
        incidents: those to sum over.
        event_of: returns the event of an incident; a statement is counted once for each event.
    """
    known = list(incidents)
    return tuple(total for code in Figures.__struct_fields__ if (total := _figure_total(known, code, event_of)))


def figure_values(incidents: Iterable[Incident], code: str, event_of: EventOf = parent_event_of) -> dict[str, int]:
    """Return the newest value of a figure by id of the incident, without repeated statements."""
    counted, _repeated = _counted_once(_figure_statements(incidents, code), event_of)
    return {each.incident.id: getattr(each.newest.figures, code) for each in counted}


def group_totals(incidents: Iterable[Incident], event_of: EventOf = parent_event_of) -> tuple[GroupTotal, ...]:
    """Return the people by group of each figure that any incident states groups of."""
    known = list(incidents)
    return tuple(total for figure in PEOPLE_FIGURES if (total := _group_total(known, figure, event_of)))


def count_names(lists: Iterable[Sequence[str]]) -> dict[str, int]:
    """Return in how many lists a name is, in any case; the most frequent name first."""
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for listed in lists:
        keys = {name.strip().casefold(): name.strip() for name in reversed(listed) if name.strip()}
        counts.update(keys.keys())
        names = keys | names
    return {names[key]: count for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))}


def _figure_total(incidents: Sequence[Incident], code: str, event_of: EventOf) -> FigureTotal | None:
    stated = _figure_statements(incidents, code)
    if not stated:
        return None
    counted, repeated = _counted_once(stated, event_of)
    return FigureTotal(
        code=code,
        total=sum(getattr(each.newest.figures, code) for each in counted),
        incidents=len(stated),
        sources=tuple(count_names([each.newest.source] for each in counted)),
        repeated=tuple(each.incident.number for each in repeated),
    )


def _group_total(incidents: Sequence[Incident], figure: str, event_of: EventOf) -> GroupTotal | None:
    stated = list(_newest(incidents, lambda observation: _groups_of(observation, figure) is not None))
    if not stated:
        return None
    counted, _repeated = _counted_once(stated, event_of)
    groups = [group for each in counted if (group := _groups_of(each.newest, figure)) is not None]
    sums = {
        name: sum(values)
        for name in GROUPS
        if (values := [value for each in groups if (value := getattr(each, name)) is not None])
    }
    total = _figure_total(incidents, figure, event_of)
    people = total.total if total else None
    return GroupTotal(figure=figure, groups=PeopleGroups(**sums), people=people, incidents=len(stated))


def _figure_statements(incidents: Iterable[Incident], code: str) -> list[_Statement]:
    return list(_newest(incidents, lambda observation: getattr(observation.figures, code) is not None))


def _newest(incidents: Iterable[Incident], states: Callable[[Observation], bool]) -> Iterator[_Statement]:
    for incident in incidents:
        found = [each for each in incident.observations if states(each)]
        if found:
            yield _Statement(incident, max(found, key=lambda each: (each.at, each.entry)))


def _groups_of(observation: Observation, figure: str) -> PeopleGroups | None:
    groups: FigureGroups | None = None if observation.groups is UNSET else observation.groups
    found: PeopleGroups | None = getattr(groups, figure) if groups is not None else None
    return found


def _counted_once(stated: Sequence[_Statement], event_of: EventOf) -> tuple[list[_Statement], list[_Statement]]:
    """Return the statements that count, and those that repeat a statement on another incident of the same event."""
    ordered = sorted(stated, key=lambda each: (each.incident.reported_at, each.incident.id))
    holders: dict[tuple[str, _Identity], list[_Statement]] = {}  # by event, in the order of the reports
    for each in ordered:
        if event := event_of(each.incident):
            for identity in {_identity(one) for one in each.incident.observations}:
                holders.setdefault((event, identity), []).append(each)
    counted: list[_Statement] = []
    repeated: list[_Statement] = []
    for each in ordered:
        alike = holders.get((event_of(each.incident), _identity(each.newest)), [])
        (repeated if _is_repeated(each, alike) else counted).append(each)
    return counted, repeated


def _is_repeated(statement: _Statement, alike: Sequence[_Statement]) -> bool:
    """Return whether another incident counts for a statement that both have.

    Of two equal newest statements the first incident counts. An incident with a newer statement has replaced the
    one that both had, so it counts.
    """
    newest = _identity(statement.newest)
    has_first = False
    for other in alike:
        if other.incident.id == statement.incident.id:
            has_first = True
        elif _identity(other.newest) == newest:
            if not has_first:
                return True
        elif other.newest.at > statement.newest.at:
            return True
    return False


def _identity(observation: Observation) -> _Identity:
    """Return by what two statements are the same one: source, minute, figures and groups."""
    groups = None if observation.groups is UNSET else observation.groups
    return (
        source_key(observation.source),
        observation.at.replace(second=0, microsecond=0),
        observation.figures,
        groups,
    )
