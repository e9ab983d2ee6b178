"""Sums of casualties and damage over incidents, where a statement on two incidents of one event counts once."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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


class _Shared(NamedTuple):
    """A statement that several incidents of one event have: its number, and their ids in the order of the reports."""

    number: int
    incidents: tuple[str, ...]


EventOf = Callable[[Incident], str]
_SharedStatements = Mapping[str, _Shared]  # by entry


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
    shared = _shared_statements(known, event_of)
    return tuple(total for code in Figures.__struct_fields__ if (total := _figure_total(known, code, shared)))


def figure_values(incidents: Iterable[Incident], event_of: EventOf = parent_event_of) -> dict[str, dict[str, int]]:
    """Return the newest value of each figure by id of the incident, without repeated statements."""
    known = list(incidents)
    shared = _shared_statements(known, event_of)
    found = {}
    for code in Figures.__struct_fields__:
        counted, _repeated = _counted_once(_figure_statements(known, code), shared)
        if counted:
            found[code] = {each.incident.id: getattr(each.newest.figures, code) for each in counted}
    return found


def group_totals(incidents: Iterable[Incident], event_of: EventOf = parent_event_of) -> tuple[GroupTotal, ...]:
    """Return the people by group of each figure that any incident states groups of."""
    known = list(incidents)
    shared = _shared_statements(known, event_of)
    return tuple(total for figure in PEOPLE_FIGURES if (total := _group_total(known, figure, shared)))


def count_names(lists: Iterable[Sequence[str]]) -> dict[str, int]:
    """Return in how many lists a name is, in any case; the most frequent name first."""
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for listed in lists:
        keys = {name.strip().casefold(): name.strip() for name in reversed(listed) if name.strip()}
        counts.update(keys.keys())
        names = keys | names
    return {names[key]: count for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))}


def _figure_total(incidents: Sequence[Incident], code: str, shared: _SharedStatements) -> FigureTotal | None:
    stated = _figure_statements(incidents, code)
    if not stated:
        return None
    counted, repeated = _counted_once(stated, shared)
    return FigureTotal(
        code=code,
        total=sum(getattr(each.newest.figures, code) for each in counted),
        incidents=len(stated),
        sources=tuple(count_names([each.newest.source] for each in counted)),
        repeated=tuple(each.incident.number for each in repeated),
    )


def _group_total(incidents: Sequence[Incident], figure: str, shared: _SharedStatements) -> GroupTotal | None:
    stated = list(_newest(incidents, lambda observation: _groups_of(observation, figure) is not None))
    if not stated:
        return None
    counted, _repeated = _counted_once(stated, shared)
    groups = [group for each in counted if (group := _groups_of(each.newest, figure)) is not None]
    sums = {
        name: sum(values)
        for name in GROUPS
        if (values := [value for each in groups if (value := getattr(each, name)) is not None])
    }
    total = _figure_total(incidents, figure, shared)
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


def _shared_statements(incidents: Iterable[Incident], event_of: EventOf) -> _SharedStatements:
    """Return the statements that several incidents of one event have, by the entries of each."""
    entries: dict[tuple[str, _Identity], dict[str, list[str]]] = {}  # by statement, then by id of the incident
    for incident in sorted(incidents, key=_by_report):
        if event := event_of(incident):
            for each in incident.observations:
                entries.setdefault((event, _identity(each)), {}).setdefault(incident.id, []).append(each.entry)
    return {
        entry: _Shared(number, tuple(by_incident))
        for number, by_incident in enumerate(entries.values())
        if len(by_incident) > 1
        for own in by_incident.values()
        for entry in own
    }


def _counted_once(
    stated: Sequence[_Statement], shared: _SharedStatements
) -> tuple[list[_Statement], list[_Statement]]:
    """Return the statements that count, and those that repeat a statement on another incident of the same event."""
    newest_of = {each.incident.id: each.newest for each in stated}
    counted: list[_Statement] = []
    repeated: list[_Statement] = []
    for each in sorted(stated, key=lambda each: _by_report(each.incident)):
        (repeated if _is_repeated(each, newest_of, shared) else counted).append(each)
    return counted, repeated


def _by_report(incident: Incident) -> tuple[datetime, str]:
    return incident.reported_at, incident.id


def _is_repeated(statement: _Statement, newest_of: Mapping[str, Observation], shared: _SharedStatements) -> bool:
    """Return whether another incident counts for a statement that both have.

    Of two equal newest statements the first incident counts. An incident with a newer statement has replaced the
    one that both had, so it counts.
    """
    own = shared.get(statement.newest.entry)
    has_first = False
    for key in own.incidents if own is not None else ():
        newest = newest_of[key]  # each has stated the figure, in the shared statement at least
        if key == statement.incident.id:
            has_first = True
        elif shared.get(newest.entry) == own:
            if not has_first:
                return True
        elif newest.at > statement.newest.at:
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
