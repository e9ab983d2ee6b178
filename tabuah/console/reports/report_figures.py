"""Casualties and damage in a report, each with source and time; unknown figures are never zero."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.incidents.figures import SourceStatement, figure_statements
from tabuah.operations.incidents.incident import Incident

CASUALTIES: Final = (
    "deaths",
    "missing",
    "injured_severe",
    "injured_minor",
    "displaced_people",
    "displaced_households",
)
DAMAGE: Final = (
    *("houses_severe", "houses_moderate", "houses_minor"),
    *("public_facilities", "schools", "worship_places", "health_facilities", "bridges"),
    *("roads_m", "irrigation_m", "farmland_m2", "livestock", "loss_idr"),
)

_ALWAYS_SHOWN: Final = frozenset({"houses_severe", "houses_moderate", "houses_minor", "public_facilities"})


class FigureStatement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of a source about a figure; `at` is the time it refers to."""

    value: int
    source: str
    at: datetime
    actor: str
    pending: bool = False


class ReportFigure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure: its newest statement (None if there is none), and statements of other sources that differ."""

    code: str
    newest: FigureStatement | None
    differing: tuple[FigureStatement, ...] = ()

    @property
    def value(self) -> int | None:
        return self.newest.value if self.newest else None


def list_report_figures(
    incident: Incident, codes: Sequence[str], unconfirmed: frozenset[str] = frozenset()
) -> tuple[ReportFigure, ...]:
    """Return one figure for each of `codes`, known or not.

    `unconfirmed` are the ids of entries without a verdict of the server.
    """
    return tuple(_make_figure(code, figure_statements(incident, code), unconfirmed) for code in codes)


def shown_damage(lines: Iterable[ReportFigure]) -> tuple[ReportFigure, ...]:
    """Return the damage of a document: houses and public facilities always, the rest where a source has stated it."""
    return tuple(line for line in lines if line.newest is not None or line.code in _ALWAYS_SHOWN)


def shows_total(code: str, value: int | None) -> bool:
    """Return whether a sum belongs in a document, by the same rule; casualties always do."""
    return value is not None or code in _ALWAYS_SHOWN or code in CASUALTIES


def sum_known(values: Iterable[int | None]) -> int | None:
    """Return the sum of the known values; None if there are none."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _make_figure(code: str, stated: Sequence[SourceStatement], unconfirmed: frozenset[str]) -> ReportFigure:
    statements = [
        FigureStatement(
            value=each.value, source=each.source, at=each.at, actor=each.actor, pending=each.entry in unconfirmed
        )
        for each in stated
    ]
    if not statements:
        return ReportFigure(code=code, newest=None)
    newest, *others = statements
    return ReportFigure(
        code=code, newest=newest, differing=tuple(each for each in others if each.value != newest.value)
    )
