"""The window of shelters: opens it, searches, saves changes and counts, undoes them; works offline."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.shelters.shelter_files import write_shelters
from tabuah.console.shelters.shelter_records import make_shelter_record
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shelters.shelter_changes import ShelterChanges, reopening
from tabuah.console.window.shelters.shelter_editor import ShelterEditor
from tabuah.console.window.shelters.shelter_items import (
    incident_shelters,
    search_shelters,
    shelter_card,
    shelter_items,
    sort_shelters,
)
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.errors import NotPossible
from tabuah.operations.shelters.drafts import (
    close_shelter,
    reopen_shelter,
    withdraw_count,
)
from tabuah.operations.shelters.evacuees import evacuee_totals
from tabuah.operations.shelters.shelter import Shelter
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.shelters.shelter_text import describe_count, describe_totals
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.controls.record_dialog import RecordAct, RecordDialog, RecordTexts
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

_PARTS: Final = frozenset(
    {StatePart.SHELTERS, StatePart.INCIDENTS, StatePart.PERSON, StatePart.WORLD, StatePart.PENDING}
)
COUNT, EDIT, CLOSE, WITHDRAW, MAP = "count", "edit", "close", "withdraw", "map"
ADD, EXPORT, UNDO = "add", "export", "undo"
CLOSED_TOGGLE, INCIDENT_TOGGLE = "closed", "of_incident"
_COUNT_FORM: Final = "count"  # prefix of the edited object in the form of a count


def _dialog_texts() -> RecordTexts:
    return RecordTexts(
        name="shelter",
        title=_("Shelters and posts"),
        list_label=_("Shelters and posts"),
        search_label=_("Find a shelter"),
        placeholder=_("Name, kind, office, place"),
        toggles={CLOSED_TOGGLE: _("Closed ones, too"), INCIDENT_TOGGLE: ""},
        filters=(
            RecordAct(code=ADD, text=_("Add"), key="Ctrl Shift N", icon="plus"),
            RecordAct(code=UNDO, text=_("Undo"), key="F3", icon="undo"),
            RecordAct(code=EXPORT, text=_("Export"), key="Ctrl S"),
        ),
        acts=(
            RecordAct(code=COUNT, text=_("Count evacuees"), key="Enter"),
            RecordAct(code=EDIT, text=_("Edit"), key="Ctrl Shift E"),
            RecordAct(code=WITHDRAW, text=_("Withdraw the newest count"), key="Ctrl Shift W"),
            RecordAct(code=CLOSE, text=_("Close the shelter"), key="Ctrl Shift D"),
            RecordAct(code=MAP, text=_("Show on the map"), key="Ctrl M", icon="pin"),
        ),
        icon="home",
    )


class ShelterActions(QObject):
    """Opens the window of shelters, and follows the state while it is open."""

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._dialog: RecordDialog | None = None
        self._confirm: ConfirmCard | None = None
        self._editor: ShelterEditor | None = None
        self._changes = ShelterChanges(context)
        self._changes.saved.connect(self._on_saved)
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> RecordDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self, shelter: str = "") -> None:
        """Open the window, or bring it to the front, with a shelter selected."""
        self._open_for(of_incident=False)
        if self._dialog is not None and shelter:
            chosen = self._shelters.get(shelter)
            if chosen is not None and not chosen.is_open:
                self._dialog.offer_toggle(CLOSED_TOGGLE, _("Closed ones, too"), checked=True)
                self._show()
            self._dialog.list.choose(shelter)

    def begin_for_incident(self) -> None:
        """Open the window with the shelters of the selected incident."""
        self._open_for(of_incident=self._context.incident is not None)

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    # The list

    @property
    def _shelters(self) -> Mapping[str, Shelter]:
        return self._context.state.snapshot.shelters

    @property
    def _chosen(self) -> Shelter | None:
        return self._shelters.get(self._dialog.list.chosen) if self._dialog is not None else None

    def _open_for(self, *, of_incident: bool) -> None:
        if self._dialog is None:
            self._dialog = self._open()
        incident = self._context.incident
        text = _("Only for {number}").format(number=incident.number) if incident is not None else ""
        self._dialog.offer_toggle(INCIDENT_TOGGLE, text, checked=of_incident)
        self._show()
        bring_to_front(self._dialog)

    def _open(self) -> RecordDialog:
        dialog = RecordDialog(self._appearance, _dialog_texts(), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.record_chosen.connect(self._on_record_chosen)
        dialog.act_requested.connect(self._on_act_requested)
        dialog.search_changed.connect(self._show)
        dialog.finished.connect(self._on_finished)
        self._confirm = ConfirmCard(self._appearance, dialog)
        self._editor = ShelterEditor(self._context, dialog, self._changes)
        return dialog

    def _listed(self, dialog: RecordDialog) -> list[Shelter]:
        listed = [each for each in self._shelters.values() if each.is_open or dialog.is_on(CLOSED_TOGGLE)]
        incident = self._context.incident
        if incident is not None and dialog.is_on(INCIDENT_TOGGLE):
            listed = incident_shelters(listed, incident.id)
        return sort_shelters(search_shelters(listed, dialog.words))

    def _show(self) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        listed = self._listed(dialog)
        refusal = self._refusal("shelter.added")
        title = _("No shelter matches.") if dialog.words.strip() else _("No shelters yet")
        dialog.show_records(
            shelter_items(listed, self._context.state.snapshot.exercises),
            summary=describe_totals(evacuee_totals(listed)) if listed else "",
            empty=(title, _("Ctrl Shift N adds one.")),
            reasons={
                ADD: refusal,
                UNDO: "" if self._changes.can_undo else _("There is nothing to undo."),
                EXPORT: "" if listed else _("There is nothing to export."),
            },
        )
        self._show_card(self._chosen)

    def _refusal(self, kind: str) -> str:
        return self._context.state.writing_refusal(kind)

    def _on_record_chosen(self, _shelter_id: str) -> None:
        self._show_card(self._chosen)

    def _show_card(self, shelter: Shelter | None) -> None:
        if self._dialog is None:
            return
        if shelter is None:
            self._dialog.show_card(None)
            return
        snapshot = self._context.state.snapshot
        incident = snapshot.incidents.get(shelter.incident)
        self._dialog.show_card(shelter_card(shelter, incident, snapshot.exercises, self._reasons(shelter)))

    def _reasons(self, shelter: Shelter) -> dict[str, str]:
        closes = "shelter.closed" if shelter.is_open else "shelter.reopened"
        no_count = "" if shelter.counts else _("Nobody has counted here yet.")
        return {
            COUNT: self._refusal("shelter.counted"),
            EDIT: self._refusal("shelter.edited"),
            CLOSE: self._refusal(closes),
            WITHDRAW: no_count or self._refusal("shelter.count_withdrawn"),
        }

    # Acts

    def _on_act_requested(self, code: str) -> None:
        shelter = self._chosen
        if self._dialog is None or self._editor is None or not self._dialog.shows_list:
            return
        if code == ADD:
            self._editor.begin(None)
        elif code == UNDO:
            self._changes.undo_last()
        elif code == EXPORT:
            name = dated_name("shelters", at=self._context.state.now(), suffix=".xlsx")
            filters = ("XLSX (*.xlsx)", "CSV (*.csv)", "GeoJSON (*.geojson)")
            dialog = save_dialog(self._dialog, _("Export shelters"), name=name, filters=filters)
            ask_for_path(dialog, self.write_export)
        elif shelter is not None:
            self._act_on(code, shelter, self._editor)

    def _act_on(self, code: str, shelter: Shelter, editor: ShelterEditor) -> None:
        if code == COUNT:
            editor.begin_count(shelter)
        elif code == EDIT:
            editor.begin(shelter)
        elif code == MAP:
            self._context.look_at(shelter.place.lon_deg, shelter.place.lat_deg)
        else:
            self._ask_for_reason(code, shelter)

    def write_export(self, target: Path) -> None:
        """Write the listed shelters to a file."""
        dialog = self._dialog
        if dialog is None:
            return
        listed, exercises = self._listed(dialog), self._context.state.snapshot.exercises

        def write(store: ConsoleStore) -> None:
            write_shelters(target, [make_shelter_record(store, each, exercises) for each in listed])

        message = _("Saved: {file}").format(file=target)
        self._context.store.run(
            write,
            on_done=lambda _none: self._note(message, Level.NORMAL),
            on_error=lambda error: self._note(f"{error} {_('Nothing was changed.')}", Level.CRITICAL),
        )

    def _ask_for_reason(self, code: str, shelter: Shelter) -> None:
        assert self._confirm is not None
        title, text, confirm = _question_of(code, shelter)
        question = Question(
            title=title, text=text, confirm=confirm, field=_("Reason"), required=_("State a reason."), is_reason=True
        )
        self._confirm.ask(question, partial(self._on_reason_given, code, shelter))

    def _on_reason_given(self, code: str, shelter: Shelter, reason: str) -> None:
        name = shelter.name
        try:
            if code == WITHDRAW:
                draft = withdraw_count(shelter, shelter.counts[-1].entry if shelter.counts else "", reason=reason)
                self._changes.save(draft, _("The newest count of {name} is withdrawn.").format(name=name), None)
            elif shelter.is_open:
                draft = close_shelter(shelter, reason=reason)
                self._changes.save(draft, _("{name} is closed.").format(name=name), reopening())
            else:
                draft = reopen_shelter(shelter, reason=reason)
                self._changes.save(draft, _("{name} is open again.").format(name=name), self._changes.closing())
        except NotPossible as refusal:
            self._note(describe_not_possible(refusal), Level.ATTENTION)

    def _on_saved(self, message: str) -> None:
        self._note(message, Level.NORMAL)
        self._show()

    def _note(self, text: str, level: Level) -> None:
        if self._dialog is not None:
            self._dialog.show_note(text, level)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if self._dialog is None or not parts & _PARTS:
            return
        self._show()
        if added := self._changes.take_added():
            self._dialog.list.choose(added)

    def _on_finished(self, _result: int) -> None:
        self._dialog = self._confirm = self._editor = None
        self._changes.forget()


def _question_of(code: str, shelter: Shelter) -> tuple[str, str, str]:
    """Return title, text and confirmation of the question before an act that needs a reason."""
    if code == WITHDRAW:
        latest = shelter.latest
        return (
            _("Withdraw the newest count of {name}?").format(name=shelter.name),
            describe_count(latest) if latest else "",
            _("Withdraw the newest count"),
        )
    if shelter.is_open:
        text = _("It is no longer on the map. Its history stays, and it can be reopened.")
        return _("Close {name}?").format(name=shelter.name), text, _("Close the shelter")
    return _("Reopen {name}?").format(name=shelter.name), "", _("Reopen")
