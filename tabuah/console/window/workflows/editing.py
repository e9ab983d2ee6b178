"""Editing: the fields of an incident, its place, and figures of casualties and damage."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from tabuah.console.window.confirm_card import Question
from tabuah.console.window.panels import Page
from tabuah.console.window.presenting.forms import SOURCE, edit_fields, figure_fields
from tabuah.console.window.presenting.places import place_line
from tabuah.console.window.workplace import Saved, Workplace
from tabuah.operations.codes import Channel, Hazard, Severity
from tabuah.operations.incidents.bodies import Figures, IncidentEdited
from tabuah.operations.incidents.gestures import count_for_incident, edit_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.places import IncidentPlace
from tabuah.resources.catalogue import _
from tabuah.widgets.forms.edit_form import EditForm

_MOST = 100_000_000
_LONGEST = 200


class Editing(QObject):
    """The edit form, used for fields and for figures, and the new place of an incident."""

    def __init__(self, place: Workplace, form: EditForm) -> None:
        super().__init__(form)
        self._at, self._form = place, form
        self._counts = False
        self._relocates = ""  # id of the incident whose place is being pointed at
        form.submitted.connect(self._on_submitted)
        form.cancelled.connect(self._leave)
        place.canvas.location_picked.connect(self._on_location_picked)
        place.canvas.pick_cancelled.connect(self._on_pick_cancelled)

    def begin(self) -> None:
        """Open the fields of the incident that is looked at."""
        incident = self._at.incident
        if incident is not None:
            self._counts = False
            title = _("Edit {number}").format(number=incident.number)
            self._form.show_fields(incident.id, title, edit_fields(incident))
            self._open()

    def begin_figures(self) -> None:
        """Open the fields for what a source counts."""
        incident = self._at.incident
        if incident is not None:
            self._counts = True
            title = _("Casualties and damage of {number}").format(number=incident.number)
            self._form.show_fields(incident.id, title, figure_fields())
            self._open()

    def begin_relocating(self) -> None:
        """Let the next click on the map be the place of the incident."""
        incident = self._at.incident
        if incident is not None:
            self._at.canvas.begin_pick()
            self._relocates = incident.id
            told = _("Point at the place of {number}: a click, or the arrows and Enter; Esc leaves it where it is.")
            self._at.teller.inform(told.format(number=incident.number))

    def relocate(self, incident_id: str, lon_deg: float, lat_deg: float) -> None:
        """Say that an incident is at a place that somebody drew."""
        self._relocates = incident_id
        self._on_location_picked(lon_deg, lat_deg)

    def _open(self) -> None:
        self._at.side.show_page(Page.EDIT)
        self._form.focus_first()

    def _leave(self) -> None:
        self._at.side.show_page(Page.DETAILS)
        self._at.canvas.setFocus()

    def _on_submitted(self, incident_id: str, changes: dict[str, str]) -> None:
        incident = self._at.room.snapshot.incidents.get(incident_id)
        if incident is None:
            self._leave()
        elif self._counts:
            self._count(incident, changes)
        else:
            self._edit(incident, changes)

    def _edit(self, incident: Incident, changes: dict[str, str]) -> None:
        if "title" in changes and not 0 < len(changes["title"]) <= _LONGEST:
            self._form.show_error("title", _("A title has 1 to {n} characters.").format(n=_LONGEST))
            return
        values = {code: _READERS[code](text) for code, text in changes.items()}
        before = {code: getattr(incident, code) for code in values}
        self._save_fields(incident, values, before, _("{number} is changed.").format(number=incident.number))
        self._leave()

    def _save_fields(self, incident: Incident, values: dict[str, Any], before: dict[str, Any], told: str) -> None:
        def on_saved(_saved: Saved) -> None:
            self._at.teller.done(told, undo=lambda: self._write_back(incident.id, before))

        self._at.save_draft(edit_incident(incident, IncidentEdited(**values)), on_saved=on_saved)

    def _write_back(self, incident_id: str, before: dict[str, Any]) -> None:
        """Undo: the old values as a new entry."""
        incident = self._at.room.snapshot.incidents.get(incident_id)
        if incident is not None:
            told = _("{number} is as it was before; both stand in its history.").format(number=incident.number)
            draft = edit_incident(incident, IncidentEdited(**before))
            self._at.save_draft(draft, on_saved=lambda _saved: self._at.teller.done(told))

    def _count(self, incident: Incident, changes: dict[str, str]) -> None:
        source = changes.pop(SOURCE, "")
        if not 0 < len(source) <= _LONGEST:
            self._form.show_error(SOURCE, _("Who says so? Figures without a source are worth nothing."))
            return
        figures: dict[str, int] = {}
        for code, text in changes.items():
            digits = text.replace(".", "").replace(" ", "")
            if not digits.isdecimal() or int(digits) > _MOST:
                self._form.show_error(code, _("Write a whole number, or leave it empty."))
                return
            figures[code] = int(digits)
        if not figures:
            self._form.show_error(SOURCE, _("Write at least one figure."))
            return
        told = _("The figures of {number} are noted, as {source} states them.")
        draft = count_for_incident(incident, Figures(**figures), source=source)
        text = told.format(number=incident.number, source=source)
        self._at.save_draft(draft, on_saved=lambda _saved: self._at.teller.done(text))
        self._leave()

    def _on_location_picked(self, lon_deg: float, lat_deg: float) -> None:
        incident = self._at.room.snapshot.incidents.get(self._relocates)
        self._relocates = ""
        if incident is None:
            return
        outside = self._at.places.question(self._at.places.at(lon_deg, lat_deg))
        if not outside:
            self._relocate(incident, lon_deg, lat_deg, "")
            return
        question = Question(
            title=_("Move {number} outside the regency?").format(number=incident.number),
            text=outside,
            confirm=_("Move it there"),
            field=_("Reason"),
            required=_("Outside the regency a place needs a reason."),
        )
        self._at.confirm.ask(question, lambda reason: self._relocate(incident, lon_deg, lat_deg, reason))

    def _relocate(self, incident: Incident, lon_deg: float, lat_deg: float, outside_reason: str) -> None:
        place = self._at.places.place_at(lon_deg, lat_deg, outside_reason=outside_reason)
        told = _("{number} is now at {place}.").format(number=incident.number, place=place_line(place))
        before: dict[str, IncidentPlace | None] = {"place": incident.place}
        if incident.place is None:
            self._at.save_draft(
                edit_incident(incident, IncidentEdited(place=place)),
                on_saved=lambda _saved: self._at.teller.done(told),
            )
        else:
            self._save_fields(incident, {"place": place}, before, told)

    def _on_pick_cancelled(self) -> None:
        self._relocates = ""


def unit_names(text: str) -> tuple[str, ...]:
    """The units in a text, separated by commas."""
    return tuple(unit.strip() for unit in text.split(",") if unit.strip())


_READERS: dict[str, Callable[[str], object]] = {
    "title": str,
    "description": str,
    "hazard": Hazard,
    "severity": Severity,
    "channel": Channel,
    "assignment": unit_names,
}
