"""The window of time limits: all that run, the first due first, with their escalation; and the holidays."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from tabuah.console.tasks.limit_records import read_limit_records, write_limit_table
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.console.window.tasks.limit_items import (
    find_limits,
    holiday_card,
    holiday_line,
    limit_card,
    limit_line,
)
from tabuah.console.window.tasks.limit_reminders import Announce, LimitReminders
from tabuah.operations.regency.holiday_table import sort_holidays
from tabuah.operations.roster.duty import OnDuty, supervisor_on_duty
from tabuah.operations.tasks.limit_stages import LimitStage, LimitState, limit_states
from tabuah.resources.localisation import _, ngettext
from tabuah.resources.regency import current_regency
from tabuah.resources.regency_profile import Holiday
from tabuah.resources.time_zone import in_home_zone
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.tasks.limit_text import limit_counts_text
from tabuah.widgets.controls.record_dialog import RecordAct, RecordDialog, RecordTexts
from tabuah.widgets.theme.appearance import Appearance

_SHOW, _EXPORT = "show", "export"
_OVERDUE, _HOLIDAYS = "overdue", "holidays"
_PARTS: Final = frozenset({StatePart.TASKS, StatePart.INCIDENTS, StatePart.ROSTER, StatePart.PERSON, StatePart.WORLD})
_MOST_ROWS: Final = 2_000
_AGAIN_MS: Final = 10_000


class LimitActions(QObject):
    """Opens the window of time limits, follows the state while it is open, and owns the reminders.

    Args of the constructor:
        show_incident: selects an incident.
        show_task: opens the list of tasks at a task.
        announce, is_past, is_locked: of `LimitReminders`.
    """

    def __init__(
        self,
        context: WindowContext,
        window: QWidget,
        appearance: Appearance,
        *,
        show_incident: Callable[[str], None],
        show_task: Callable[[str], None],
        announce: Announce,
        is_past: Callable[[], bool],
        is_locked: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._show_incident, self._show_task = show_incident, show_task
        self._dialog: RecordDialog | None = None
        self._states: dict[str, LimitState] = {}
        self._holidays: dict[str, Holiday] = {}
        self._clock = QTimer(self)
        self._clock.setInterval(_AGAIN_MS)
        self._clock.timeout.connect(self._show)
        self.reminders = LimitReminders(
            context, self, announce=announce, show=self.begin_at, is_past=is_past, is_locked=is_locked
        )
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> RecordDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the time limits, at the one that was announced last."""
        self.begin_at(self.reminders.last)

    def begin_at(self, key: str) -> None:
        """Open the time limits at one of them."""
        if self._dialog is None:
            self._dialog = self._open()
            self._clock.start()
        self._dialog.reset_search()
        self._show()
        if key in self._states:
            self._dialog.list.choose(key)
        bring_to_front(self._dialog, self._context.notifier)

    def close(self) -> None:
        """Close the dialog and stop following."""
        self.reminders.close()
        self._clock.stop()
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    def write_export(self, file: Path) -> None:
        """Write the running limits of the world of the window to a CSV or XLSX file."""
        scope = self._context.state.scope

        def work(store: ConsoleStore) -> int:
            records = read_limit_records(store, scope)
            write_limit_table(file, records)
            return len(records)

        def done(n: int) -> None:
            text = ngettext("{n} time limit is written to {file}.", "{n} time limits are written to {file}.", n)
            self._context.notifier.saved(text.format(n=n, file=file), file)

        self._context.store.run(work, on_done=done, on_error=self._context.notifier.error)

    def _open(self) -> RecordDialog:
        texts = RecordTexts(
            name="limits",
            title=_("Time limits"),
            list_label=_("Time limits, the first due first"),
            search_label=_("Search the time limits"),
            placeholder=_("Limit, incident, unit or office"),
            toggles={_OVERDUE: _("Overdue only"), _HOLIDAYS: _("Holidays")},
            filters=(RecordAct(code=_EXPORT, text=_("Export"), key="Ctrl S"),),
            acts=(RecordAct(code=_SHOW, text=_("Show"), key="Enter"),),
            icon="history",
        )
        dialog = RecordDialog(self._appearance, texts, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.search_changed.connect(self._show)
        dialog.record_chosen.connect(self._on_chosen)
        dialog.act_requested.connect(self._on_act_requested)
        dialog.finished.connect(self._on_finished)
        return dialog

    def _show(self) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        if dialog.is_on(_HOLIDAYS):
            self._show_holidays(dialog)
        else:
            self._show_limits(dialog)
        self._on_chosen(dialog.list.chosen)

    def _show_limits(self, dialog: RecordDialog) -> None:
        state, now = self._context.state, self._context.state.now()
        snapshot, on_duty = state.snapshot, self._on_duty()
        found = find_limits(
            limit_states(snapshot.incidents.values(), snapshot.tasks.values(), now), dialog.words, snapshot
        )
        if dialog.is_on(_OVERDUE):
            found = [each for each in found if each.stage in (LimitStage.OVERDUE, LimitStage.ESCALATED)]
        self._states = {each.due.key: each for each in found}
        dialog.show_records(
            [limit_line(each, snapshot, on_duty, now) for each in found[:_MOST_ROWS]],
            summary=limit_counts_text(found),
            empty=(_("No running time limits"), _("Limits of incidents and tasks are listed here while they run.")),
            reasons={_EXPORT: "" if found else _("There is nothing to export.")},
        )

    def _show_holidays(self, dialog: RecordDialog) -> None:
        words, today = dialog.words.casefold().split(), in_home_zone(self._context.state.now()).date()
        found = [
            each
            for each in sort_holidays(current_regency().holidays)
            if all(word in f"{each.name} {each.date.isoformat()}".casefold() for word in words)
        ]
        self._holidays = {each.date.isoformat(): each for each in found}
        ordered = sorted(found, key=lambda each: (each.date < today, each.date))
        dialog.show_records(
            [holiday_line(each, today) for each in ordered],
            summary=ngettext("{n} holiday", "{n} holidays", len(found)).format(n=len(found)),
            empty=(_("No holidays"), _("Limits in working days count Monday to Friday.")),
            reasons={_EXPORT: _("The command tabuah profile holiday export writes the holidays.")},
        )

    def _on_chosen(self, key: str) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        if dialog.is_on(_HOLIDAYS):
            holiday = self._holidays.get(key)
            dialog.show_card(holiday_card(holiday, {_SHOW: _("A holiday has no subject.")}) if holiday else None)
            return
        state = self._states.get(key)
        if state is None:
            dialog.show_card(None)
            return
        snapshot, now = self._context.state.snapshot, self._context.state.now()
        dialog.show_card(limit_card(state, snapshot, self._on_duty(), now, {_SHOW: self._show_reason(state)}))

    def _show_reason(self, state: LimitState) -> str:
        is_here = bool(state.due.task) or state.due.incident in self._context.state.snapshot.incidents
        return "" if is_here else _("The incident is not on this console.")

    def _on_duty(self) -> OnDuty:
        snapshot, now = self._context.state.snapshot, self._context.state.now()
        return supervisor_on_duty(snapshot.rosters.values(), snapshot.authority.users, now)

    def _on_act_requested(self, code: str) -> None:
        dialog = self._dialog
        if dialog is None:
            return
        if code == _EXPORT:
            name = dated_name("limits", at=self._context.state.now(), suffix=".xlsx")
            target = save_dialog(dialog, _("Export the time limits"), name=name,
                                 filters=["XLSX (*.xlsx)", "CSV (*.csv)"])  # fmt: skip
            ask_for_path(target, self.write_export)
            return
        state = self._states.get(dialog.list.chosen)
        if state is None or dialog.is_on(_HOLIDAYS):
            return
        dialog.close()
        if state.due.task:
            self._show_task(state.due.task)
        else:
            self._show_incident(state.due.incident)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if self._dialog is not None and parts & _PARTS:
            self._show()

    def _on_finished(self, _result: int) -> None:
        self._clock.stop()
        self._dialog = None
