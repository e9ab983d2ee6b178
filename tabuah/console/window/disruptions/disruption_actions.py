"""The window of disruptions: opens it, searches, saves changes and ends, undoes them; works offline."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.disruptions.disruption_files import write_disruptions
from tabuah.console.disruptions.disruption_records import make_disruption_record
from tabuah.console.window.disruptions.disruption_changes import DisruptionChanges, ending, resuming
from tabuah.console.window.disruptions.disruption_editor import DisruptionEditor
from tabuah.console.window.disruptions.disruption_items import (
    disruption_card,
    disruption_items,
    search_disruptions,
)
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.disruptions.disruption import Disruption, DisruptionKind
from tabuah.operations.disruptions.disruption_list import DisruptionFilter, sort_disruptions
from tabuah.operations.disruptions.drafts import end_disruption, resume_disruption
from tabuah.operations.errors import NotPossible
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.disruptions.disruption_text import count_disruptions, describe_period
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.controls.record_dialog import RecordAct, RecordDialog, RecordTexts
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

_PARTS: Final = frozenset(
    {StatePart.DISRUPTIONS, StatePart.INCIDENTS, StatePart.PERSON, StatePart.WORLD, StatePart.PENDING}
)
EDIT, END, MAP = "edit", "end", "map"
ADD, EXPORT, UNDO = "add", "export", "undo"
ENDED_TOGGLE, ROADS_TOGGLE, OVERDUE_TOGGLE, INCIDENT_TOGGLE = "ended", "roads", "overdue", "of_incident"
_ROADS: Final = frozenset(kind for kind in DisruptionKind if kind.blocks_traffic)


def _dialog_texts() -> RecordTexts:
    return RecordTexts(
        name="disruption",
        title=_("Closed roads and outages"),
        list_label=_("Closed roads and outages"),
        search_label=_("Find a closed road or an outage"),
        placeholder=_("Name, kind, source, place"),
        toggles={
            ENDED_TOGGLE: _("Ended ones, too"),
            ROADS_TOGGLE: _("Roads and bridges only"),
            OVERDUE_TOGGLE: _("Overdue only"),
            INCIDENT_TOGGLE: "",
        },
        filters=(
            RecordAct(code=ADD, text=_("Report it"), key="Ctrl Shift N", icon="plus"),
            RecordAct(code=UNDO, text=_("Undo"), key="F3", icon="undo"),
            RecordAct(code=EXPORT, text=_("Export"), key="Ctrl S"),
        ),
        acts=(
            RecordAct(code=END, text=_("Open or working again"), key="Enter"),
            RecordAct(code=EDIT, text=_("Edit"), key="Ctrl Shift E"),
            RecordAct(code=MAP, text=_("Show on the map"), key="Ctrl M", icon="pin"),
        ),
        icon="pin",
    )


class DisruptionActions(QObject):
    """Opens the window of disruptions, and follows the state while it is open."""

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._dialog: RecordDialog | None = None
        self._confirm: ConfirmCard | None = None
        self._editor: DisruptionEditor | None = None
        self._changes = DisruptionChanges(context)
        self._changes.saved.connect(self._on_saved)
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> RecordDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self, disruption: str = "") -> None:
        """Open the window, or bring it to the front, with a disruption selected."""
        self._open_for(of_incident=False)
        if self._dialog is not None and disruption:
            chosen = self._disruptions.get(disruption)
            if chosen is not None and not chosen.is_open:
                self._dialog.offer_toggle(ENDED_TOGGLE, _("Ended ones, too"), checked=True)
                self._show()
            self._dialog.list.choose(disruption)

    def begin_for_incident(self) -> None:
        """Open the window with the disruptions of the selected incident."""
        self._open_for(of_incident=self._context.incident is not None)

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    # The list

    @property
    def _disruptions(self) -> Mapping[str, Disruption]:
        return self._context.state.snapshot.disruptions

    @property
    def _chosen(self) -> Disruption | None:
        return self._disruptions.get(self._dialog.list.chosen) if self._dialog is not None else None

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
        self._editor = DisruptionEditor(self._context, dialog, self._changes)
        return dialog

    def _listed(self, dialog: RecordDialog) -> list[Disruption]:
        incident = self._context.incident if dialog.is_on(INCIDENT_TOGGLE) else None
        wanted = DisruptionFilter(
            kinds=_ROADS if dialog.is_on(ROADS_TOGGLE) else frozenset(),
            incident=incident.id if incident is not None else "",
            with_ended=dialog.is_on(ENDED_TOGGLE),
            only_overdue=dialog.is_on(OVERDUE_TOGGLE),
        )
        now = self._context.state.now()
        chosen = [each for each in self._disruptions.values() if wanted.has(each, now)]
        return sort_disruptions(search_disruptions(chosen, dialog.words))

    def _show(self) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        listed = self._listed(dialog)
        title = _("Nothing matches.") if dialog.words.strip() else _("No closed roads and no outages")
        dialog.show_records(
            disruption_items(listed, self._context.state.snapshot.exercises, self._context.state.now()),
            summary=count_disruptions(listed),
            empty=(title, _("Ctrl Shift N reports one.")),
            reasons={
                ADD: self._refusal("disruption.reported"),
                UNDO: "" if self._changes.can_undo else _("There is nothing to undo."),
                EXPORT: "" if listed else _("There is nothing to export."),
            },
        )
        self._show_card(self._chosen)

    def _refusal(self, kind: str) -> str:
        return self._context.state.writing_refusal(kind)

    def _on_record_chosen(self, _disruption_id: str) -> None:
        self._show_card(self._chosen)

    def _show_card(self, disruption: Disruption | None) -> None:
        if self._dialog is None:
            return
        if disruption is None:
            self._dialog.show_card(None)
            return
        snapshot = self._context.state.snapshot
        ends = "disruption.ended" if disruption.is_open else "disruption.resumed"
        card = disruption_card(
            disruption,
            snapshot.incidents.get(disruption.incident),
            snapshot.exercises,
            reasons={EDIT: self._refusal("disruption.edited"), END: self._refusal(ends)},
            now=self._context.state.now(),
        )
        self._dialog.show_card(card)

    # Acts

    def _on_act_requested(self, code: str) -> None:
        disruption = self._chosen
        if self._dialog is None or self._editor is None or not self._dialog.shows_list:
            return
        if code == ADD:
            self._editor.begin(None)
        elif code == UNDO:
            self._changes.undo_last()
        elif code == EXPORT:
            name = dated_name("disruptions", at=self._context.state.now(), suffix=".xlsx")
            filters = ("XLSX (*.xlsx)", "CSV (*.csv)", "GeoJSON (*.geojson)")
            dialog = save_dialog(self._dialog, _("Export closed roads and outages"), name=name, filters=filters)
            ask_for_path(dialog, self.write_export)
        elif disruption is not None:
            self._act_on(code, disruption, self._editor)

    def _act_on(self, code: str, disruption: Disruption, editor: DisruptionEditor) -> None:
        if code == EDIT:
            editor.begin(disruption)
        elif code == MAP:
            self._context.look_at(disruption.place.lon_deg, disruption.place.lat_deg)
        else:
            self._ask_for_reason(disruption)

    def write_export(self, target: Path) -> None:
        """Write the listed disruptions to a file."""
        dialog = self._dialog
        if dialog is None:
            return
        listed, exercises = self._listed(dialog), self._context.state.snapshot.exercises

        def write(store: ConsoleStore) -> None:
            write_disruptions(target, [make_disruption_record(store, each, exercises) for each in listed])

        message = _("Saved: {file}").format(file=target)
        self._context.store.run(
            write,
            on_done=lambda _none: self._note(message, Level.NORMAL),
            on_error=lambda error: self._note(f"{error} {_('Nothing was changed.')}", Level.CRITICAL),
        )

    def _ask_for_reason(self, disruption: Disruption) -> None:
        assert self._confirm is not None
        title = _("{name}: open or working again?") if disruption.is_open else _("{name}: does it go on?")
        question = Question(
            title=title.format(name=disruption.name),
            text=describe_period(disruption, self._context.state.now()),
            confirm=_("Save"),
            field=_("Reported by, or remark"),
            required=_("State who reported it."),
            is_reason=True,
        )
        self._confirm.ask(question, partial(self._on_reason_given, disruption))

    def _on_reason_given(self, disruption: Disruption, reason: str) -> None:
        name = disruption.name
        try:
            if disruption.is_open:
                draft = end_disruption(disruption, reason=reason)
                self._changes.save(draft, _("{name} is open or working again.").format(name=name), resuming())
            else:
                draft = resume_disruption(disruption, reason=reason)
                self._changes.save(draft, _("{name} goes on.").format(name=name), ending())
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
