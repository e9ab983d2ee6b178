"""The window of disruptions: list, search, changes, ends and their undo; works offline."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QWidget

from tabuah.console.disruptions.disruption_files import write_disruptions
from tabuah.console.disruptions.disruption_records import make_disruption_record
from tabuah.console.window.disruptions.disruption_changes import disruption_changes, ending, resuming
from tabuah.console.window.disruptions.disruption_editor import DisruptionEditor
from tabuah.console.window.disruptions.disruption_items import (
    disruption_card,
    disruption_items,
    search_disruptions,
)
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

EDIT, END, MAP = "edit", "end", "map"
ENDED_TOGGLE, ROADS_TOGGLE, OVERDUE_TOGGLE = "ended", "roads", "overdue"
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
            undo_act(),
            export_act(),
        ),
        acts=(
            RecordAct(code=END, text=_("Open or working again"), key="Enter"),
            RecordAct(code=EDIT, text=_("Edit"), key="Ctrl Shift E"),
            RecordAct(code=MAP, text=_("Show on the map"), key="Ctrl M", icon="pin"),
        ),
        icon="pin",
    )


class DisruptionActions(RecordWindow[Disruption]):
    """Opens the window of disruptions, and follows the state while it is open."""

    PARTS = frozenset(
        {StatePart.DISRUPTIONS, StatePart.INCIDENTS, StatePart.PERSON, StatePart.WORLD, StatePart.PENDING}
    )

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance) -> None:
        super().__init__(context, window, appearance, texts=_dialog_texts, changes=disruption_changes(context))
        self._editor: DisruptionEditor | None = None

    def begin(self, disruption: str = "") -> None:
        """Open the window, or bring it to the front, with a disruption selected, also one that has ended."""
        self._open_for(of_incident=False)
        self._select(disruption, ENDED_TOGGLE)

    def _add_form(self, dialog: RecordDialog) -> None:
        self._editor = DisruptionEditor(self._context, dialog, self._changes)

    # The list

    def _listed(self, dialog: RecordDialog) -> list[Disruption]:
        wanted = DisruptionFilter(
            kinds=_ROADS if dialog.is_on(ROADS_TOGGLE) else frozenset(),
            incident=self._listed_incident(dialog),
            with_ended=dialog.is_on(ENDED_TOGGLE),
            only_overdue=dialog.is_on(OVERDUE_TOGGLE),
        )
        now = self._context.state.now()
        chosen = [each for each in self._changes.records.values() if wanted.has(each, now)]
        return sort_disruptions(search_disruptions(chosen, dialog.words))

    def _show_rows(self, dialog: RecordDialog) -> None:
        listed = self._listed(dialog)
        title = _("Nothing matches.") if dialog.words.strip() else _("No closed roads and no outages")
        dialog.show_records(
            disruption_items(listed, self._context.state.snapshot.exercises, self._context.state.now()),
            summary=count_disruptions(listed),
            empty=(title, _("Ctrl Shift N reports one.")),
            reasons=self._list_reasons("disruption.reported", is_empty=not listed),
        )

    def _show_chosen(self, dialog: RecordDialog) -> None:
        disruption, snapshot = self._chosen, self._context.state.snapshot
        if disruption is None:
            dialog.show_card(None)
            return
        ends = "disruption.ended" if disruption.is_open else "disruption.resumed"
        card = disruption_card(
            disruption,
            snapshot.incidents.get(disruption.incident),
            snapshot.exercises,
            reasons={EDIT: self._refusal("disruption.edited"), END: self._refusal(ends)},
            now=self._context.state.now(),
        )
        dialog.show_card(card)

    # Acts

    def _act(self, code: str) -> None:
        disruption, editor = self._chosen, self._editor
        if editor is None:
            return
        if code == ADD:
            editor.begin(None)
        elif code == EXPORT:
            title = _("Export closed roads and outages")
            self._ask_for_file(title, name="disruptions", filters=GEOGRAPHIC_FILTERS)
        elif disruption is None:
            return
        elif code == EDIT:
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

        self._write_file(target, write)

    def _ask_for_reason(self, disruption: Disruption) -> None:
        title = _("{name}: open or working again?") if disruption.is_open else _("{name}: does it go on?")
        question = Question(
            title=title.format(name=disruption.name),
            text=describe_period(disruption, self._context.state.now()),
            confirm=_("Save"),
            field=_("Reported by, or remark"),
            required=_("State who reported it."),
            is_reason=True,
        )
        self._ask(question, partial(self._on_reason_given, disruption))

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
