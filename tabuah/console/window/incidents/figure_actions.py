"""The forms of casualties and damage: figures of a source, and people by sex, age and vulnerable group."""

from datetime import datetime
from typing import Final

from msgspec import UNSET, UnsetType, structs
from PySide6.QtCore import QObject

from tabuah.console.window.incidents.edit_actions import EditActions
from tabuah.console.window.incidents.typed_answers import InvalidField
from tabuah.console.window.shared.form_fields import SOURCE_FIELD, TIME_FIELD
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.incidents.drafts import report_figures
from tabuah.operations.incidents.entry_bodies import (
    MAX_AREA_M2,
    MAX_COUNT,
    MAX_RUPIAH,
    FigureGroups,
    Figures,
    PeopleGroups,
)
from tabuah.operations.incidents.figure_groups import GROUPS, PEOPLE_FIGURES
from tabuah.operations.incidents.figure_parser import parse_figure
from tabuah.operations.incidents.incident import Incident, Observation
from tabuah.resources.localisation import _
from tabuah.resources.moment_parser import moment_text, past_moment
from tabuah.text.incidents.action_messages import figures_recorded_text
from tabuah.text.incidents.figure_groups import group_label, group_notes
from tabuah.text.incidents.figures import FIGURE_LABELS, figure_label, figure_unit
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.values import Choice

_LONGEST_SOURCE: Final = 200
_LARGEST: Final = {"loss_idr": MAX_RUPIAH, "farmland_m2": MAX_AREA_M2}  # other figures are counts
_FIGURE: Final = "figure"
_PEOPLE: Final = "people"


class FigureActions(QObject):
    """Opens the forms for figures of the selected incident, and saves their fields as one statement of a source."""

    def __init__(self, context: WindowContext, edits: EditActions) -> None:
        super().__init__(edits)
        self._context, self._edits = context, edits

    def begin(self) -> None:
        """Open the fields for casualties and damage."""
        if incident := self._context.incident:
            title = _("Casualties and damage of {number}").format(number=incident.number)
            fields = figure_fields(self._context.state.now())
            self._edits.open_form(incident, title, fields, self._save_figures, kind="incident.counted")

    def begin_groups(self) -> None:
        """Open the fields for people by sex, age and vulnerable group."""
        if incident := self._context.incident:
            title = _("People by sex, age and group: {number}").format(number=incident.number)
            fields = group_fields(self._context.state.now())
            self._edits.open_form(incident, title, fields, self._save_groups, kind="incident.counted")

    def _save_figures(self, incident: Incident, changes: dict[str, str]) -> None:
        source, at = self._source_and_time(changes)
        figures = {code: _read(code, code, text) for code, text in changes.items()}
        if not figures:
            raise InvalidField(SOURCE_FIELD, _("Write at least one figure."))
        self._save(incident, Figures(**figures), source=source, at=at)

    def _save_groups(self, incident: Incident, changes: dict[str, str]) -> None:
        source, at = self._source_and_time(changes)
        figure = changes.pop(_FIGURE, PEOPLE_FIGURES[-1])
        people = {figure: _read(_PEOPLE, figure, changes.pop(_PEOPLE))} if _PEOPLE in changes else {}
        groups = {group: _read(group, figure, text) for group, text in changes.items()}
        if not groups:
            raise InvalidField(GROUPS[0], _("Write at least one group."))
        stated = FigureGroups(**{figure: PeopleGroups(**groups)})
        self._save(incident, Figures(**people), source=source, at=at, groups=stated)

    def _source_and_time(self, changes: dict[str, str]) -> tuple[str, datetime | None]:
        """Remove source and time from the changes and return them; the time is None if it was not changed.

        Raises:
            InvalidField: the source is missing, or the time is none or in the future.
        """
        source = changes.pop(SOURCE_FIELD, "").strip()
        if not 0 < len(source) <= _LONGEST_SOURCE:
            raise InvalidField(SOURCE_FIELD, _("Enter the source. Figures need a source."))
        typed = changes.pop(TIME_FIELD, "")
        try:
            return source, past_moment(typed, now=self._context.state.now()) if typed else None
        except ValueError as error:
            raise InvalidField(TIME_FIELD, str(error)) from error

    def _save(
        self,
        incident: Incident,
        figures: Figures,
        *,
        source: str,
        at: datetime | None,
        groups: FigureGroups | UnsetType = UNSET,
    ) -> None:
        draft = report_figures(incident, figures, source=source, groups=groups, occurred_at=at)
        stated = Observation(
            entry="", at=at or self._context.state.now(), actor="", source=source, figures=figures, groups=groups
        )
        notes = group_notes(structs.replace(incident, observations=(*incident.observations, stated)))
        text = " ".join((figures_recorded_text(incident.number, source), *notes))  # sums that do not agree are kept
        self._context.save_draft(draft, on_saved=lambda _saved: self._context.notifier.done(text))


def figure_fields(now: datetime) -> tuple[EditField, ...]:
    """Return empty fields for figures; a field that the source does not mention stays empty."""
    fields = (EditField(code=name, label=_label_with_unit(name), value="") for name in FIGURE_LABELS)
    return (_source_field(), *fields, _time_field(now))


def group_fields(now: datetime) -> tuple[EditField, ...]:
    """Return the fields for the people of one figure by group."""
    figures = tuple(
        Choice(code=code, label=figure_label(code), key=str(n)) for n, code in enumerate(PEOPLE_FIGURES, 1)
    )
    hint = _(
        "Leave it empty if the figure is stated already. Men and women, and all ages together, must agree with it."
    )
    return (
        EditField(code=_FIGURE, label=_("Who"), value=PEOPLE_FIGURES[-1], choices=figures),
        _source_field(),
        EditField(code=_PEOPLE, label=_("All of them"), value="", hint=hint),
        *(EditField(code=name, label=group_label(name).capitalize(), value="") for name in GROUPS),
        _time_field(now),
    )


def _source_field() -> EditField:
    return EditField(code=SOURCE_FIELD, label=_("Source of the figures"), value="")


def _time_field(now: datetime) -> EditField:
    return EditField(code=TIME_FIELD, label=_("Time of the figures"), value=moment_text(now, now=now))


def _label_with_unit(figure: str) -> str:
    label, unit = figure_label(figure), figure_unit(figure)
    return f"{label} ({unit})" if figure.endswith(("_m", "_m2")) else label


def _read(field: str, figure: str, text: str) -> int:
    """Return a typed figure.

    Raises:
        InvalidField: the text is no number, or a number that is too large.
    """
    try:
        value = parse_figure(figure, text)
    except ValueError as error:
        raise InvalidField(field, _number_hint(figure)) from error
    if value > _LARGEST.get(figure, MAX_COUNT):
        raise InvalidField(field, _("This number is too large."))
    return value


def _number_hint(figure: str) -> str:
    if figure == "farmland_m2":
        return _("Write hectares, such as 0,25 or 12, or leave it empty.")
    return _("Write a whole number, or leave it empty.")
