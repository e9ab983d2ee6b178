"""The window of shelters: opens it, searches, saves changes and counts, undoes them; works offline."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QWidget

from tabuah.console.shelters.shelter_files import write_shelters
from tabuah.console.shelters.shelter_records import make_shelter_record
from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.record_window import (
    ADD,
    EXPORT,
    GEOGRAPHIC_FILTERS,
    INCIDENT_TOGGLE,
    RecordWindow,
    export_act,
    undo_act,
)
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shelters.shelter_changes import closing, reopening, shelter_changes
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

COUNT, EDIT, CLOSE, WITHDRAW, MAP = "count", "edit", "close", "withdraw", "map"
CLOSED_TOGGLE = "closed"
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
            undo_act(),
            export_act(),
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


class ShelterActions(RecordWindow[Shelter]):
    """Opens the window of shelters, and follows the state while it is open."""

    PARTS = frozenset({StatePart.SHELTERS, StatePart.INCIDENTS, StatePart.PERSON, StatePart.WORLD, StatePart.PENDING})

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance) -> None:
        super().__init__(context, window, appearance, texts=_dialog_texts, changes=shelter_changes(context))
        self._editor: ShelterEditor | None = None

    def begin(self, shelter: str = "") -> None:
        """Open the window, or bring it to the front, with a shelter selected, also a closed one."""
        self._open_for(of_incident=False)
        self._select(shelter, CLOSED_TOGGLE)

    def _add_form(self, dialog: RecordDialog) -> None:
        self._editor = ShelterEditor(self._context, dialog, self._changes)

    # The list

    def _listed(self, dialog: RecordDialog) -> list[Shelter]:
        known = self._changes.records.values()
        listed = [each for each in known if each.is_open or dialog.is_on(CLOSED_TOGGLE)]
        if incident_id := self._listed_incident(dialog):
            listed = incident_shelters(listed, incident_id)
        return sort_shelters(search_shelters(listed, dialog.words))

    def _show_rows(self, dialog: RecordDialog) -> None:
        listed = self._listed(dialog)
        title = _("No shelter matches.") if dialog.words.strip() else _("No shelters yet")
        dialog.show_records(
            shelter_items(listed, self._context.state.snapshot.exercises),
            summary=describe_totals(evacuee_totals(listed)) if listed else "",
            empty=(title, _("Ctrl Shift N adds one.")),
            reasons=self._list_reasons("shelter.added", is_empty=not listed),
        )

    def _show_chosen(self, dialog: RecordDialog) -> None:
        shelter, snapshot = self._chosen, self._context.state.snapshot
        if shelter is None:
            dialog.show_card(None)
            return
        incident = snapshot.incidents.get(shelter.incident)
        dialog.show_card(shelter_card(shelter, incident, snapshot.exercises, self._reasons(shelter)))

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

    def _act(self, code: str) -> None:
        shelter, editor = self._chosen, self._editor
        if editor is None:
            return
        if code == ADD:
            editor.begin(None)
        elif code == EXPORT:
            self._ask_for_file(_("Export shelters"), name="shelters", filters=GEOGRAPHIC_FILTERS)
        elif shelter is not None:
            self._act_on(code, shelter, editor)

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

        self._write_file(target, write)

    def _ask_for_reason(self, code: str, shelter: Shelter) -> None:
        title, text, confirm = _question_of(code, shelter)
        question = Question(
            title=title, text=text, confirm=confirm, field=_("Reason"), required=_("State a reason."), is_reason=True
        )
        self._ask(question, partial(self._on_reason_given, code, shelter))

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
                self._changes.save(draft, _("{name} is open again.").format(name=name), closing(self._context))
        except NotPossible as refusal:
            self._note(describe_not_possible(refusal), Level.ATTENTION)


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
