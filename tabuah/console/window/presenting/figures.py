"""Casualties and damage as tiles: the newest statement with its change and its source, a dash where nobody said."""

from typing import Final

from tabuah.operations.incidents.incident import Incident, Observation
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_number, format_time
from tabuah.widgets.values import FigureTile

_ALWAYS: Final = ("deaths", "missing", "injured", "displaced_people")
_INJURED: Final = ("injured_severe", "injured_minor")


def figure_tiles(incident: Incident) -> tuple[FigureTile, ...]:
    """The tiles; none while nobody has counted anything."""
    if not incident.observations:
        return ()
    others = [name for name in _labels() if name not in _ALWAYS and _stated(incident, name)]
    return tuple(_tile(incident, name) for name in (*_ALWAYS, *others))


def _labels() -> dict[str, str]:
    """Short, since a tile is small: RB, RS and RR are the damage classes (rusak berat, sedang, ringan)."""
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


def _tile(incident: Incident, name: str) -> FigureTile:
    stated = _stated(incident, name)
    label = _labels()[name]
    if not stated:
        return FigureTile(value="–", label=label, source=_("nobody has said anything yet"))
    value = stated[-1][1]
    before = stated[-2][1] if len(stated) > 1 else value
    change = f"{'+' if value > before else '−'}{format_number(abs(value - before))}" if value != before else ""
    newest = stated[-1][0]
    return FigureTile(
        value=format_number(value),
        label=label,
        change=change,
        source=f"{newest.source} · {format_time(newest.at)}",
    )


def _stated(incident: Incident, name: str) -> list[tuple[Observation, int]]:
    """The statements on a figure, oldest first."""
    found = []
    for observation in sorted(incident.observations, key=lambda o: (o.at, o.entry)):
        values = [getattr(observation.figures, part) for part in (_INJURED if name == "injured" else (name,))]
        known = [value for value in values if value is not None]
        if known:
            found.append((observation, sum(known)))
    return found
