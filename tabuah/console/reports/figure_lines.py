"""Casualties and damage as a report states them: each figure with who said it and when, never a nought by default."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tabuah.operations.incidents.incident import Incident, Observation

CASUALTIES: Final = (
    "deaths",
    "missing",
    "injured_severe",
    "injured_minor",
    "displaced_people",
    "displaced_households",
)
DAMAGE: Final = ("houses_severe", "houses_moderate", "houses_minor", "public_facilities")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one source said about one figure; `at` is when it held."""

    value: int
    source: str
    at: datetime
    actor: str
    pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """One figure: the newest statement, None where nobody said anything, and what other sources say otherwise."""

    code: str
    newest: Statement | None
    differing: tuple[Statement, ...] = ()

    @property
    def value(self) -> int | None:
        """The figure; None where it is not known."""
        return self.newest.value if self.newest else None


def figure_lines(
    incident: Incident, codes: Sequence[str], unconfirmed: frozenset[str] = frozenset()
) -> tuple[FigureLine, ...]:
    """One line for each of `codes`, known or not; `unconfirmed` are ids of entries that the server has not yet."""
    observations = sorted(incident.observations, key=lambda o: (o.at, o.entry))
    return tuple(_line(code, observations, unconfirmed) for code in codes)


def total(values: Iterable[int | None]) -> int | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _line(code: str, observations: Sequence[Observation], unconfirmed: frozenset[str]) -> FigureLine:
    by_source: dict[str, Statement] = {}
    newest: Statement | None = None
    for observation in observations:
        value = getattr(observation.figures, code)
        if value is not None:
            newest = Statement(
                value=value,
                source=observation.source,
                at=observation.at,
                actor=observation.actor,
                pending=observation.entry in unconfirmed,
            )
            by_source[observation.source.strip().casefold()] = newest
    if newest is None:
        return FigureLine(code=code, newest=None)
    others = (said for said in by_source.values() if said is not newest and said.value != newest.value)
    return FigureLine(code=code, newest=newest, differing=tuple(sorted(others, key=lambda s: s.at, reverse=True)))
