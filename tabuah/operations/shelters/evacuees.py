"""Evacuees by source, their totals over shelters, and checks of a count."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from tabuah.operations.shelters.shelter import GROUPS, EvacueeCount, Evacuees, Shelter

_EXCLUSIVE: Final = (("men", "women"), ("infants", "children", "elderly"))  # nobody is in two groups of a line


def counts_by_source(shelter: Shelter) -> tuple[EvacueeCount, ...]:
    """Return the newest count of each source, newest first; "PMI" and "pmi " are one source."""
    found: dict[str, EvacueeCount] = {}
    for count in shelter.counts:
        key = " ".join(count.source.casefold().split())
        found.pop(key, None)
        found[key] = count
    return tuple(reversed(found.values()))


def people_difference(shelter: Shelter) -> int:
    """Return the highest number of people by a source minus the lowest; 0 if they agree."""
    people = [count.evacuees.people for count in counts_by_source(shelter)]
    return max(people) - min(people) if people else 0


class EvacueeTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Sums over open shelters, each by its newest count.

    Attributes:
        shelters: the number of open shelters and posts.
        counted: how many of them have a count.
        people: all people.
        groups: the sum of each group, over the shelters whose newest count states it.
        capacity: the sum of the known capacities.
    """

    shelters: int = 0
    counted: int = 0
    people: int = 0
    groups: dict[str, int] = msgspec.field(default_factory=dict)
    capacity: int = 0


def evacuee_totals(shelters: Iterable[Shelter]) -> EvacueeTotals:
    """Return the totals of the open shelters among some."""
    opened = [shelter for shelter in shelters if shelter.is_open]
    counts = [shelter.latest.evacuees for shelter in opened if shelter.latest is not None]
    groups = {
        name: sum(values)
        for name in GROUPS
        if (values := [value for each in counts if (value := getattr(each, name)) is not None])
    }
    return EvacueeTotals(
        shelters=len(opened),
        counted=len(counts),
        people=sum(each.people for each in counts),
        groups=groups,
        capacity=sum(shelter.capacity or 0 for shelter in opened),
    )


def find_excess_groups(evacuees: Evacuees) -> tuple[str, ...]:
    """Return the groups that together are more than all people; none if the count is possible."""
    return next(_excess(evacuees), ())


def _excess(evacuees: Evacuees) -> Iterator[tuple[str, ...]]:
    for name in GROUPS:
        if (getattr(evacuees, name) or 0) > evacuees.people:
            yield (name,)
    for names in _EXCLUSIVE:
        if sum(getattr(evacuees, name) or 0 for name in names) > evacuees.people:
            yield names
    if evacuees.women is not None and (evacuees.pregnant or 0) > evacuees.women:
        yield ("pregnant",)
