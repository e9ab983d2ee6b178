"""Casualties and damage by source: the newest statement of each, and their differences."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.incidents.entry_bodies import Figures
from tabuah.operations.incidents.incident import Incident, Observation

FACILITIES: Final = ("schools", "worship_places", "health_facilities", "bridges")  # part of the public facilities


class SourceStatement(msgspec.Struct, frozen=True, kw_only=True):
    """A source's statement of one figure."""

    source: str
    value: int
    at: datetime
    actor: str
    entry: str


def sorted_observations(incident: Incident) -> list[Observation]:
    """Return all observations, oldest first; the order is the same on every machine."""
    return sorted(incident.observations, key=lambda observation: (observation.at, observation.entry))


def source_key(source: str) -> str:
    """Return by what two spellings are one source: without case and repeated spaces."""
    return " ".join(source.casefold().split())


def figure_statements(incident: Incident, figure: str) -> tuple[SourceStatement, ...]:
    """Return the newest statement of each source on a figure, newest first.

    "PMI" and "pmi " are one source; the last spelling is used.
    """
    by_source: dict[str, SourceStatement] = {}
    for observation in sorted_observations(incident):
        value = getattr(observation.figures, figure)
        if value is None:
            continue
        key = source_key(observation.source)
        by_source.pop(key, None)
        by_source[key] = SourceStatement(
            source=observation.source.strip(),
            value=value,
            at=observation.at,
            actor=observation.actor,
            entry=observation.entry,
        )
    return tuple(reversed(by_source.values()))


def figure_difference(stated: Iterable[SourceStatement]) -> int:
    """Return the highest statement minus the lowest; 0 if the sources agree."""
    values = [statement.value for statement in stated]
    return max(values) - min(values) if values else 0


def all_figure_statements(incident: Incident) -> dict[str, tuple[SourceStatement, ...]]:
    """Return the statements on every stated figure, in the order of the report form."""
    found = {figure: figure_statements(incident, figure) for figure in Figures.__struct_fields__}
    return {figure: stated for figure, stated in found.items() if stated}


def excess_facilities(figures: Figures) -> int:
    """Return the sum of the named public facilities if it is more than all public facilities; else 0."""
    named = sum(getattr(figures, name) or 0 for name in FACILITIES)
    total = figures.public_facilities
    return named if total is not None and named > total else 0
