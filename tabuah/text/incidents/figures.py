"""Text about casualties and damage: labels, statements of sources and their differences."""

from datetime import datetime
from typing import Final

from tabuah.operations.incidents.figures import SourceStatement, all_figure_statements, figure_difference
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import N_, _, format_number
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
    "schools": "Schools",
    "worship_places": "Places of worship",
    "health_facilities": "Health facilities",
    "bridges": "Bridges",
    "roads_m": "Roads",
    "irrigation_m": "Irrigation channels",
    "farmland_m2": "Farmland",
    "livestock": "Livestock",
    "loss_idr": "Loss",
}
_UNITS: Final = {
    **dict.fromkeys(("deaths", "missing", "injured_severe", "injured_minor", "displaced_people"), N_("people")),
    "displaced_households": N_("households"),
    "roads_m": N_("m"),
    "irrigation_m": N_("m"),
    "farmland_m2": N_("ha"),
    "livestock": N_("head"),
    "loss_idr": N_("Rp"),
}
_OTHER_UNIT: Final = N_("units")
_ON_CARDS: Final = ("deaths", "missing", "displaced_people")
_M2_OF_HECTARE: Final = 10_000


def figure_label(figure: str) -> str:
    """Return the name of a figure in the current language."""
    return _(FIGURE_LABELS[figure])


def figure_unit(figure: str) -> str:
    """Return the unit in which a figure is shown."""
    return _(_UNITS.get(figure, _OTHER_UNIT))


def figure_amount(figure: str, value: int) -> float:
    """Return a value in the unit in which it is shown: farmland in hectares."""
    return value / _M2_OF_HECTARE if figure == "farmland_m2" else value


def format_figure(figure: str, value: int) -> str:
    """Return a value without its unit: "0,25" for 2,500 m² of farmland."""
    return format_amount(figure_amount(figure, value))


def format_amount(amount: float) -> str:
    """Return a number with as many decimals as it has, at most four."""
    digits = next((n for n in (0, 1, 2) if round(amount, n) == amount), 4)
    return format_number(amount, digits=digits)


def describe_figure(figure: str, value: int) -> str:
    """Return a value, with the unit of a length, an area or money: "0,25 ha", "Rp 2.500.000"."""
    text = format_figure(figure, value)
    match figure:
        case "loss_idr":
            return f"Rp {text}"
        case "roads_m" | "irrigation_m" | "farmland_m2":
            return f"{text} {figure_unit(figure)}"
    return text


def figure_notes(incident: Incident, now: datetime) -> tuple[str, ...]:
    """Return one sentence for each difference.

    "Mengungsi: 60 (PMI, 16.30 WIB) · 42 (Wali nagari, 16.18 WIB)".
    """
    return tuple(
        _("{figure}: {statements} · they differ by {n}").format(
            figure=figure_label(figure),
            statements=" · ".join(_statement(figure, statement, now) for statement in stated),
            n=describe_figure(figure, figure_difference(stated)),
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
        "schools": _("schools"),
        "worship_places": _("places of worship"),
        "health_facilities": _("health facilities"),
        "bridges": _("bridges"),
        "roads_m": _("road"),
        "irrigation_m": _("irrigation"),
        "farmland_m2": _("farmland"),
        "livestock": _("livestock"),
        "loss_idr": _("loss"),
    }


def casualty_note(incident: Incident) -> str:
    """Return the dead, missing and displaced for a card: "2 dead, 64 displaced"; empty while there are none."""
    if not incident.observations:
        return ""
    figures, labels = incident.figures, short_figure_labels()
    numbers = ((code, getattr(figures, code)) for code in _ON_CARDS)
    return ", ".join(f"{format_number(n)} {labels[code]}" for code, n in numbers if n)


def displaced_label(families: int) -> str:
    """Return the label of displaced people with the number of their families."""
    return _("displaced · {n} families").format(n=format_number(families))


def no_figures_text() -> str:
    return _("no figures yet")


def _statement(figure: str, statement: SourceStatement, now: datetime) -> str:
    return f"{describe_figure(figure, statement.value)} ({statement.source}, {time_or_date(statement.at, now)})"
