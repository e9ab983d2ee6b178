"""Text about casualties and damage: labels, statements of sources and their differences."""

from datetime import datetime
from typing import Final

from tabuah.operations.incidents.figures import SourceStatement, all_figure_statements, figure_difference
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import _, format_number
from tabuah.text.readings.measurements import time_or_date

FIGURE_LABELS: Final = {
    "deaths": "Deaths",
    "missing": "Missing",
    "injured_severe": "Severely injured",
    "injured_minor": "Slightly injured",
    "displaced_people": "Displaced",
    "displaced_households": "Displaced households",
    "houses_severe": "Houses, severe damage",
    "houses_moderate": "Houses, moderate damage",
    "houses_minor": "Houses, minor damage",
    "public_facilities": "Public facilities",
}


def figure_label(figure: str) -> str:
    """Return the name of a figure in the current language."""
    return _(FIGURE_LABELS[figure])


def figure_notes(incident: Incident, now: datetime) -> tuple[str, ...]:
    """Return one sentence for each difference.

    "Mengungsi: 60 (PMI, 16.30 WIB) · 42 (Wali nagari, 16.18 WIB)".
    """
    return tuple(
        _("{figure}: {statements} · they differ by {n}").format(
            figure=figure_label(figure),
            statements=" · ".join(_statement(statement, now) for statement in stated),
            n=format_number(figure_difference(stated)),
        )
        for figure, stated in all_figure_statements(incident).items()
        if figure_difference(stated)
    )


def short_figure_labels() -> dict[str, str]:
    """Return short labels for small tiles. RB, RS and RR are damage classes (rusak berat, sedang, ringan)."""
    return {
        "deaths": _("dead"),
        "missing": _("missing"),
        "injured": _("injured"),
        "displaced_people": _("displaced"),
        "displaced_households": _("families"),
        "houses_severe": _("homes RB"),
        "houses_moderate": _("homes RS"),
        "houses_minor": _("homes RR"),
        "public_facilities": _("facilities"),
    }


def displaced_label(families: int) -> str:
    """Return the label of displaced people with the number of their families."""
    return _("displaced · {n} families").format(n=format_number(families))


def no_figures_text() -> str:
    return _("no figures yet")


def _statement(statement: SourceStatement, now: datetime) -> str:
    return f"{format_number(statement.value)} ({statement.source}, {time_or_date(statement.at, now)})"
