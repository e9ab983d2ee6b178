"""Casualties and damage as sources state them: the newest statement of each source, and where sources differ."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tabuah.operations.incidents.bodies import Figures
from tabuah.operations.incidents.incident import Incident, Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one source says of one figure, and when it said so."""

    source: str
    value: int
    at: datetime
    actor: str
    entry: str


def observations_in_time(incident: Incident) -> list[Observation]:
    """All observations, the oldest first; the same everywhere, whatever order the server gave them."""
    return sorted(incident.observations, key=lambda observation: (observation.at, observation.entry))


def statements(incident: Incident, figure: str) -> tuple[Statement, ...]:
    """The newest statement of each source on a figure, the newest of all first.

    "PMI" and "pmi " are one source; its name is told as it was written last.
    """
    by_source: dict[str, Statement] = {}
    for observation in observations_in_time(incident):
        value = getattr(observation.figures, figure)
        if value is None:
            continue
        key = " ".join(observation.source.casefold().split())
        by_source.pop(key, None)
        by_source[key] = Statement(
            source=observation.source.strip(),
            value=value,
            at=observation.at,
            actor=observation.actor,
            entry=observation.entry,
        )
    return tuple(reversed(by_source.values()))


def difference(stated: Iterable[Statement]) -> int:
    """How far apart the sources are: the highest less the lowest; 0 where they agree."""
    values = [statement.value for statement in stated]
    return max(values) - min(values) if values else 0


def all_statements(incident: Incident) -> dict[str, tuple[Statement, ...]]:
    """The statements on every figure that anybody has stated, in the order of the report form."""
    found = {figure: statements(incident, figure) for figure in Figures.__struct_fields__}
    return {figure: stated for figure, stated in found.items() if stated}
