"""Tiles of casualties and damage.

The newest figure with its change and sources, and where sources differ.
"""

from collections.abc import Iterable
from typing import Final

from tabuah.operations.incidents.figures import (
    SourceStatement,
    all_figure_statements,
    figure_difference,
    sorted_observations,
)
from tabuah.operations.incidents.incident import Incident, Observation
from tabuah.resources.localisation import format_time
from tabuah.text.incidents.figures import (
    describe_figure,
    displaced_label,
    figure_label,
    no_figures_text,
    short_figure_labels,
)
from tabuah.widgets.incidents.values import FigureTile

_ALWAYS: Final = ("deaths", "missing", "injured", "displaced_people")
_PARTS: Final = {"injured": ("injured_severe", "injured_minor")}
_HOUSEHOLDS: Final = "displaced_households"


def figure_tiles(incident: Incident) -> tuple[FigureTile, ...]:
    """Return the tiles; none before the first count. People and households share one: "42 jiwa / 11 KK"."""
    if not incident.observations:
        return ()
    others = [
        name for name in short_figure_labels() if name not in (*_ALWAYS, _HOUSEHOLDS) and _stated(incident, name)
    ]
    return tuple(_tile(incident, name) for name in (*_ALWAYS, *others))


def _tile(incident: Incident, name: str) -> FigureTile:
    stated = _stated(incident, name)
    label = short_figure_labels()[name]
    households = _stated(incident, _HOUSEHOLDS) if name == "displaced_people" else []
    if households:
        label = displaced_label(households[-1][1])
    if not stated:
        source = _source(households[-1][0]) if households else no_figures_text()
        return FigureTile(value="–", label=label, source=source, differs=_differs(incident, name))
    value = stated[-1][1]
    before = stated[-2][1] if len(stated) > 1 else value
    change = (
        f"{'+' if value > before else '−'}{describe_figure(name, abs(value - before))}" if value != before else ""
    )
    return FigureTile(
        value=describe_figure(name, value),
        label=label,
        change=change,
        source=_sources(incident, name) or _source(stated[-1][0]),
        differs=_differs(incident, name),
    )


def _stated(incident: Incident, name: str) -> list[tuple[Observation, int]]:
    """Return the observations of a figure with the value after each, oldest first.

    The number of injured adds up the newest numbers of severely and slightly injured, which may differ in source.
    """
    found = []
    newest: dict[str, int] = {}
    for observation in sorted_observations(incident):
        values = {part: getattr(observation.figures, part) for part in _PARTS.get(name, (name,))}
        known = {part: value for part, value in values.items() if value is not None}
        if known:
            newest |= known
            found.append((observation, sum(newest.values())))
    return found


def _figures_of(name: str) -> tuple[str, ...]:
    return (*_PARTS.get(name, (name,)), *((_HOUSEHOLDS,) if name == "displaced_people" else ()))


def _differs(incident: Incident, name: str) -> bool:
    stated = all_figure_statements(incident)
    return any(figure_difference(stated.get(figure, ())) for figure in _figures_of(name))


def _sources(incident: Incident, name: str) -> str:
    """Return the newest value of each source, one a line, if there are several."""
    stated = all_figure_statements(incident)
    lines = [
        f"{figure_label(figure)}: {_describe_statements(figure, stated[figure])}"
        for figure in _figures_of(name)
        if len(stated.get(figure, ())) > 1
    ]
    return "\n".join(lines)


def _describe_statements(figure: str, stated: Iterable[SourceStatement]) -> str:
    return " · ".join(f"{describe_figure(figure, s.value)} ({s.source}, {format_time(s.at)})" for s in stated)


def _source(observation: Observation) -> str:
    return f"{observation.source} · {format_time(observation.at)}"
