"""Edits of an incident: fields, place, and answers of callers."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace
from PySide6.QtCore import QObject

from tabuah.console.window.incidents.typed_answers import (
    InvalidField,
    answer_fields,
    earlier_answers,
    read_answer_changes,
)
from tabuah.console.window.shared import form_fields
from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.codes import Channel, Hazard, Severity
from tabuah.operations.incidents.drafts import answer_questions, edit_incident
from tabuah.operations.incidents.entry_bodies import MAX_DESCRIPTION, IncidentAnswered, IncidentEdited
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace, describe_place, keep_words
from tabuah.operations.incidents.scope_rules import action_on_field
from tabuah.resources.localisation import _, format_moment
from tabuah.resources.moment_parser import moment_text, past_moment
from tabuah.text.incidents.action_messages import (
    ambiguous_place_text,
    answered_text,
    choose_place_text,
    description_length_text,
    edit_undone_text,
    edited_text,
    moved_text,
    outside_place_text,
    outside_reason_required,
    outside_title,
    title_length_text,
    unknown_place_text,
)
from tabuah.text.incidents.incident_text import field_label, place_text
from tabuah.text.incidents.places import place_words_fault
from tabuah.text.people.scope import PersonalScope
from tabuah.widgets.controls.edit_form import EditField, EditForm

_LONGEST = 200
_PLACE: Final = "place"
_TIME: Final = "occurred_at"
_WORDS: Final = ("jorong", "landmark")


class EditActions(QObject):
    """The edit form for fields and answers, and the choice of a new place on the map."""

    def __init__(self, context: WindowContext, form: EditForm) -> None:
        super().__init__(form)
        self._context, self._form = context, form
        self._apply: Callable[[Incident, dict[str, str]], None] = self._edit  # what a submission does
        self._form_incident = ""  # id of the incident of the form that was opened last
        self._kind = ""  # of the entry that a submission writes
        self._relocates = ""  # id of the incident whose place is being chosen
        form.submitted.connect(self._on_submitted)
        form.cancelled.connect(self._leave)
        context.canvas.location_picked.connect(self._on_location_picked)
        context.canvas.pick_cancelled.connect(self._on_pick_cancelled)

    def begin(self) -> None:
        """Open the fields of the selected incident."""
        incident = self._context.incident
        if incident is not None:
            title = _("Edit {number}").format(number=incident.number)
            scope = self._context.state.snapshot.personal_scope
            fields = edit_fields(incident, scope, now=self._context.state.now())
            self.open_form(incident, title, fields, self._edit, kind="incident.edited")

    def begin_answers(self) -> None:
        """Open the people at risk and the answers of callers."""
        incident = self._context.incident
        if incident is not None:
            title = _("Answers of callers to {number}").format(number=incident.number)
            self.open_form(incident, title, answer_fields(incident), self._answer, kind="incident.answered")

    def begin_relocating(self) -> None:
        """Use the next click on the map as the place of the incident."""
        incident = self._context.incident
        if incident is not None:
            self._context.canvas.begin_pick()
            self._relocates = incident.id
            self._context.notifier.inform(choose_place_text(incident.number))

    def relocate(self, incident_id: str, lon_deg: float, lat_deg: float) -> None:
        """Set the place of an incident to a drawn point."""
        self._relocates = incident_id
        self._on_location_picked(lon_deg, lat_deg)

    def open_form(
        self,
        incident: Incident,
        title: str,
        fields: Sequence[EditField],
        apply: Callable[[Incident, dict[str, str]], None],
        *,
        kind: str,
    ) -> None:
        """Open fields of an incident. `apply` saves changes as entries of `kind`, or raises `InvalidField`."""
        self._apply, self._kind, self._form_incident = apply, kind, incident.id
        self._form.show_fields(incident.id, title, fields)
        self._context.side.show_page(SidePage.EDIT)
        self._form.focus_first()

    @property
    def edited_incident(self) -> str:
        """The id of the incident in the form; empty while the form is not open."""
        return self._form_incident if self._form.isVisible() else ""

    def _leave(self) -> None:
        self._context.side.show_page(SidePage.DETAILS)
        self._context.canvas.setFocus()

    def _on_submitted(self, incident_id: str, changes: dict[str, str]) -> None:
        if refusal := self._context.state.writing_refusal(self._kind):
            self._context.notifier.refuse(refusal)  # such as a role that was taken away; the typed text stays
            return
        incident = self._context.state.snapshot.incidents.get(incident_id)
        if incident is None:
            self._leave()
            return
        try:
            self._apply(incident, changes)
        except InvalidField as error:
            self._form.show_error(error.field, error.error)
        else:
            self._leave()

    def _edit(self, incident: Incident, changes: dict[str, str]) -> None:
        if "title" in changes and not 0 < len(changes["title"]) <= _LONGEST:
            raise InvalidField("title", title_length_text(_LONGEST))
        if len(changes.get("description", "")) > MAX_DESCRIPTION:
            raise InvalidField("description", description_length_text(MAX_DESCRIPTION))
        place = self._changed_place(incident, changes)
        values = self._read_values(changes)
        values |= {_PLACE: place} if place is not None else {}
        if not values:
            return
        before = {code: old for code in values if (old := getattr(incident, code)) is not None}
        self._save_fields(incident, values, before, edited_text(incident.number))

    def _read_values(self, changes: dict[str, str]) -> dict[str, Any]:
        """Return the changed values of fields other than the place.

        Raises:
            InvalidField: a text is no time, or one in the future.
        """
        values: dict[str, Any] = {code: _READERS[code](text) for code, text in changes.items() if code != _TIME}
        if _TIME not in changes:
            return values
        try:
            values[_TIME] = past_moment(changes[_TIME], now=self._context.state.now())
        except ValueError as error:
            raise InvalidField(_TIME, str(error)) from error
        return values

    def _changed_place(self, incident: Incident, changes: dict[str, str]) -> IncidentPlace | None:
        """Take the fields of the place out of the changes; return the new place, None if nothing differs.

        Raises:
            InvalidField: a text names no place, or there is no place that a landmark could describe.
        """
        named = changes.pop(_PLACE, "")
        words = {code: changes.pop(code) for code in _WORDS if code in changes}
        for code, text in words.items():
            if fault := place_words_fault(text):
                raise InvalidField(code, fault)
        found = self._place_named(named) if named else incident.place
        if isinstance(found, str):
            raise InvalidField(_PLACE, found)
        if found is None and words:
            raise InvalidField(_PLACE, choose_place_text(incident.number))
        if found is None or not (named or words):
            return None
        return describe_place(keep_words(found, incident.place), **words)

    def _place_named(self, text: str) -> IncidentPlace | str:
        """Return the place that a text names, or the error."""
        places = self._context.places
        found = places.suggest(text)
        if not found:
            return unknown_place_text()
        same = [each for each in found if each.name.casefold() == found[0].name.casefold()]
        if len(same) > 1 and "," not in text:
            return ambiguous_place_text(f"{same[0].name}, {same[0].detail.rpartition(' · ')[2]}")
        if places.outside_question(found[0]):
            return outside_place_text()
        return places.place_of(found[0])

    def _save_fields(self, incident: Incident, values: dict[str, Any], before: dict[str, Any], message: str) -> None:
        def on_saved(_saved: SavedEntries) -> None:
            self._context.notifier.done(message, undo=lambda: self._write_back(incident.id, before))

        self._context.save_draft(edit_incident(incident, IncidentEdited(**values)), on_saved=on_saved)

    def _write_back(self, incident_id: str, before: dict[str, Any]) -> None:
        """Undo: write the old values as a new entry."""
        incident = self._context.state.snapshot.incidents.get(incident_id)
        if incident is not None:
            message = edit_undone_text(incident.number)
            draft = edit_incident(incident, IncidentEdited(**before))
            self._context.save_draft(draft, on_saved=lambda _saved: self._context.notifier.done(message))

    def _answer(self, incident: Incident, changes: dict[str, str]) -> None:
        body = read_answer_changes(incident, changes)
        before = earlier_answers(incident, body)

        def on_saved(_saved: SavedEntries) -> None:
            self._context.notifier.done(
                answered_text(incident.number), undo=lambda: self._take_back(incident.id, before)
            )

        self._context.save_draft(answer_questions(incident, body), on_saved=on_saved)

    def _take_back(self, incident_id: str, before: IncidentAnswered) -> None:
        """Undo: state the earlier answers again."""
        incident = self._context.state.snapshot.incidents.get(incident_id)
        if incident is not None:
            message = edit_undone_text(incident.number)
            draft = answer_questions(incident, before)
            self._context.save_draft(draft, on_saved=lambda _saved: self._context.notifier.done(message))

    def _on_location_picked(self, lon_deg: float, lat_deg: float) -> None:
        incident = self._context.state.snapshot.incidents.get(self._relocates)
        self._relocates = ""
        if incident is None:
            return
        outside = self._context.places.outside_question(self._context.places.suggestion_at(lon_deg, lat_deg))
        if not outside:
            self._relocate(incident, lon_deg, lat_deg, "")
            return
        question = Question(
            title=outside_title(incident.number),
            text=outside,
            confirm=_("Move it there"),
            field=_("Reason"),
            required=outside_reason_required(),
        )
        self._context.confirm.ask(question, lambda reason: self._relocate(incident, lon_deg, lat_deg, reason))

    def _relocate(self, incident: Incident, lon_deg: float, lat_deg: float, outside_reason: str) -> None:
        chosen = self._context.places.place_at(lon_deg, lat_deg, outside_reason=outside_reason)
        place = keep_words(chosen, incident.place)
        message = moved_text(incident.number, place_text(place))
        before: dict[str, IncidentPlace | None] = {"place": incident.place}
        if incident.place is None:
            self._context.save_draft(
                edit_incident(incident, IncidentEdited(place=place)),
                on_saved=lambda _saved: self._context.notifier.done(message),
            )
        else:
            self._save_fields(incident, {"place": place}, before, message)

    def _on_pick_cancelled(self) -> None:
        self._relocates = ""


def unit_names(text: str) -> tuple[str, ...]:
    """Return the units in a text, separated by commas."""
    return tuple(unit.strip() for unit in text.split(",") if unit.strip())


_READERS: dict[str, Callable[[str], object]] = {
    "title": str,
    "description": str,
    "hazard": Hazard,
    "severity": Severity,
    "channel": Channel,
    "assignment": unit_names,
}


def edit_fields(incident: Incident, scope: PersonalScope, *, now: datetime) -> tuple[EditField, ...]:
    """Return the fields of an incident with their current values; those out of scope have the reason."""
    fields = (*_fields(incident), _time_field(incident, now))
    refusals = {field.code: scope.refusal(incident, action_on_field(_field_of(field.code))) for field in fields}
    return tuple(replace(field, refusal=refusals[field.code]) for field in fields)


def _time_field(incident: Incident, now: datetime) -> EditField:
    at = incident.occurred_at
    return EditField(code=_TIME, label=field_label(_TIME), value=moment_text(at, now=now), hint=format_moment(at))


def _field_of(code: str) -> str:
    """Return the field of an incident that a field of the form belongs to."""
    return _PLACE if code in _WORDS else code


def _fields(incident: Incident) -> tuple[EditField, ...]:
    channels = tuple(dict.fromkeys((*form_fields.MANUAL_CHANNELS, incident.channel)))
    return (
        EditField(code="title", label=field_label("title"), value=incident.title),
        EditField(code=_PLACE, label=field_label(_PLACE), value=_place_name(incident.place), guarded=True),
        *_word_fields(incident.place),
        EditField(
            code="severity",
            label=field_label("severity"),
            value=incident.severity.value,
            choices=form_fields.severity_choices(),
            guarded=True,
        ),
        EditField(
            code="assignment", label=field_label("assignment"), value=", ".join(incident.assignment), guarded=True
        ),
        EditField(
            code="hazard",
            label=field_label("hazard"),
            value=incident.hazard.value,
            choices=form_fields.hazard_choices(incident.hazard.value),
        ),
        EditField(
            code="description",
            label=field_label("description"),
            value=incident.description,
            max_chars=MAX_DESCRIPTION,
        ),
        EditField(
            code="channel", label=field_label("channel"), value=incident.channel.value,
            choices=form_fields.channel_choices(channels),
        ),
    )  # fmt: skip


def _word_fields(place: IncidentPlace | None) -> tuple[EditField, ...]:
    texts = {"jorong": place.jorong, "landmark": place.landmark} if place else dict.fromkeys(_WORDS, "")
    return tuple(EditField(code=code, label=field_label(code), value=text) for code, text in texts.items())


def _place_name(place: IncidentPlace | None) -> str:
    return f"{place.nagari}, {place.kecamatan}" if place is not None and place.nagari else ""
