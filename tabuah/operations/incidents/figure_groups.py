"""People of a figure by sex, age and vulnerable group: the newest statements, and sums that do not agree."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec
from msgspec import UNSET

from tabuah.operations.incidents.entry_bodies import FigureGroups, PeopleGroups
from tabuah.operations.incidents.figures import sorted_observations, source_key
from tabuah.operations.incidents.incident import Incident

PEOPLE_FIGURES: Final = FigureGroups.__struct_fields__
GROUPS: Final = PeopleGroups.__struct_fields__
SEXES: Final = ("male", "female")
AGES: Final = ("infants", "children", "adults", "elderly")
VULNERABLE: Final = ("pregnant", "breastfeeding", "disabled")
_OF_WOMEN: Final = ("pregnant", "breastfeeding")


class GroupStatement(msgspec.Struct, frozen=True, kw_only=True):
    """The groups of one figure by one source; `at` is the time they refer to."""

    figure: str
    groups: PeopleGroups
    source: str
    at: datetime
    actor: str
    entry: str


class GroupDisagreement(msgspec.Struct, frozen=True, kw_only=True):
    """Groups whose sum contradicts another number.

    Attributes:
        groups: the groups that are added.
        people: their sum.
        other: the number that it contradicts.
        of: the source of `other`: `people` for the figure, `ages` for the sum of all ages, else a group.
    """

    groups: tuple[str, ...]
    people: int
    other: int
    of: str = "people"


def group_statements(incident: Incident, figure: str) -> tuple[GroupStatement, ...]:
    """Return the newest statement of each source on the groups of a figure, newest first.

    A statement replaces the earlier one of its source as a whole: groups of two moments would not add up.
    """
    by_source: dict[str, GroupStatement] = {}
    for each in sorted_observations(incident):
        groups = getattr(each.groups, figure) if each.groups is not UNSET else None
        if groups is None:
            continue
        key = source_key(each.source)
        by_source.pop(key, None)
        by_source[key] = GroupStatement(
            figure=figure, groups=groups, source=each.source.strip(), at=each.at, actor=each.actor, entry=each.entry
        )
    return tuple(reversed(by_source.values()))


def newest_groups(incident: Incident) -> tuple[GroupStatement, ...]:
    """Return the newest statement on the groups of each figure, in the order of the form."""
    stated = (group_statements(incident, figure) for figure in PEOPLE_FIGURES)
    return tuple(statements[0] for statements in stated if statements)


def stated_groups(groups: PeopleGroups) -> dict[str, int]:
    """Return the groups with a number, in the order of the form."""
    return {name: value for name in GROUPS if (value := getattr(groups, name)) is not None}


def find_disagreements(groups: PeopleGroups, people: int | None) -> tuple[GroupDisagreement, ...]:
    """Return the sums that do not agree with the people of the figure, or with each other; none if all is possible.

    If only some sexes or ages are stated, their sum may be smaller than the number of people.
    """
    return tuple(_disagreements(groups, people))


def incident_disagreements(incident: Incident) -> tuple[tuple[GroupStatement, GroupDisagreement], ...]:
    """Return the sums of the newest statements that do not agree with the figures of the incident in force."""
    figures = incident.figures
    return tuple(
        (stated, found)
        for stated in newest_groups(incident)
        for found in find_disagreements(stated.groups, getattr(figures, stated.figure))
    )


def _disagreements(groups: PeopleGroups, people: int | None) -> Iterator[GroupDisagreement]:
    known = stated_groups(groups)
    sums = {names: _sum_of(known, names) for names in (SEXES, AGES)}
    if people is not None:
        for names, (total, is_complete) in sums.items():
            if total > people or (is_complete and total != people):
                yield GroupDisagreement(groups=names, people=total, other=people)
        for name in VULNERABLE:
            if known.get(name, 0) > people:
                yield GroupDisagreement(groups=(name,), people=known[name], other=people)
    elif all(is_complete for _total, is_complete in sums.values()) and sums[SEXES][0] != sums[AGES][0]:
        yield GroupDisagreement(groups=SEXES, people=sums[SEXES][0], other=sums[AGES][0], of="ages")
    for name in _OF_WOMEN:
        if "female" in known and known.get(name, 0) > known["female"]:
            yield GroupDisagreement(groups=(name,), people=known[name], other=known["female"], of="female")


def _sum_of(known: dict[str, int], names: tuple[str, ...]) -> tuple[int, bool]:
    """Return the sum of the stated groups among some, and whether all of them are stated."""
    return sum(known.get(name, 0) for name in names), all(name in known for name in names)
