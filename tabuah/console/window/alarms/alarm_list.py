"""The alarm list: groups, suppressed alarms, maintenance of stations, and performance figures."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from tabuah.console.reports.atomic_write import write_file
from tabuah.console.reports.csv_tables import encode_alarm_performance_csv
from tabuah.console.window.alarms.alarm_actions import AlarmActions
from tabuah.console.window.alarms.alarm_items import group_lines, suppressed_lines, work_lines
from tabuah.console.window.alarms.alarm_performance import (
    MeasuredPerformance,
    PerformanceMeasurement,
    performance_view,
)
from tabuah.console.window.shared.confirm_card import ConfirmCard
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.file_dialogs import ask_for_path, save_dialog
from tabuah.console.window.shared.impact_cache import ImpactCache
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.alarms.alarm_groups import AlarmGroup
from tabuah.operations.impact_areas import alarm_impact_area
from tabuah.operations.maintenance.window import MaintenanceState
from tabuah.operations.rules.any_rule import AnyRule
from tabuah.resources.localisation import _
from tabuah.resources.time_zone import home_zone
from tabuah.text.alarms.action_messages import saved_file_text
from tabuah.text.alarms.performance import performance_figures
from tabuah.text.alarms.then_and_now import Present
from tabuah.text.alarms.verification import all_verification_figures
from tabuah.text.map.impact import impact_facts
from tabuah.widgets.alarms.alarms_dialog import GROUPS, PERFORMANCE, AlarmsDialog
from tabuah.widgets.theme.appearance import Appearance

SPANS: Final = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
_AGES_MS: Final = 5_000  # interval for values and displayed ages while the window is open
_PARTS: Final = frozenset(
    {
        StatePart.ALARMS,
        StatePart.STATIONS,
        StatePart.RULES,
        StatePart.MAINTENANCE,
        StatePart.INCIDENTS,
        StatePart.BULLETINS,
        StatePart.WORLD,
    }
)

Groups = Callable[[datetime], tuple[AlarmGroup, ...]]


class AlarmListActions(QObject):
    """Follows the console state while its window is open."""

    def __init__(
        self,
        context: WindowContext,
        window: QWidget,
        appearance: Appearance,
        *,
        alarm_actions: AlarmActions,
        groups: Groups,
        present: Present,
        impacts: ImpactCache,
        show_notices: Callable[[str], None],
    ) -> None:
        """Use `groups` as the source of the alarm groups at a time, and `present` of the present values.

        `show_notices` shows the receipts of the notices about an alarm.
        """
        super().__init__(window)
        self._context, self._window, self._appearance, self._alarm_actions = (
            context,
            window,
            appearance,
            alarm_actions,
        )
        self._dialog: AlarmsDialog | None = None
        self._figures = PerformanceMeasurement(context)
        self._confirm: ConfirmCard | None = None  # asks in the window of the alarms
        self._groups, self._present, self._impacts = groups, present, impacts
        self._show_notices = show_notices
        impacts.computed.connect(self._show_impact)
        impacts.forgotten.connect(self._show_impact)
        self._clock = QTimer(self)
        self._clock.setInterval(_AGES_MS)
        self._clock.timeout.connect(self.show_values)
        context.state.changed.connect(self._on_room_changed)

    @property
    def dialog(self) -> AlarmsDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self, page: str = GROUPS) -> None:
        """Open the window at a page, or bring it to the front."""
        if self._dialog is None:
            self._dialog = self._open()
            self._dialog.show()
            self._clock.start()
        self._dialog.show_page(page)
        self._refresh()
        bring_to_front(self._dialog, self._context.notifier)

    def begin_groups(self) -> None:
        self.begin(GROUPS)

    def begin_figures(self) -> None:
        self.begin(PERFORMANCE)

    def close(self) -> None:
        """Close the window and stop following."""
        self._context.state.changed.disconnect(self._on_room_changed)
        self._clock.stop()
        if self._dialog is not None:
            self._dialog.close()

    def _open(self) -> AlarmsDialog:
        dialog = AlarmsDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._confirm = ConfirmCard(self._appearance, dialog)
        dialog.groups.acknowledge_requested.connect(self._on_acknowledge_requested)
        dialog.groups.shelve_requested.connect(self._on_shelve_requested)
        dialog.groups.incident_requested.connect(self._on_incident_requested)
        dialog.groups.locate_requested.connect(self._alarm_actions.locate_alarm)
        dialog.groups.notices_requested.connect(self._show_notices)
        dialog.groups.member_changed.connect(self._on_member_changed)
        dialog.suppressed.unshelve_requested.connect(self._alarm_actions.unshelve)
        dialog.suppressed.locate_requested.connect(self._alarm_actions.locate_alarm)
        dialog.page_chosen.connect(self._on_page_chosen)
        dialog.performance.span_chosen.connect(self._on_page_chosen)
        dialog.performance.export_requested.connect(self._on_export_requested)
        dialog.finished.connect(self._on_finished)
        return dialog

    def _refresh(self) -> None:
        if self._dialog is None:
            return
        self.show_values()
        if self._dialog.page == PERFORMANCE:
            self._figures.measure(SPANS[self._dialog.performance.span], self._show_figures)

    def _show_figures(self, measured: MeasuredPerformance) -> None:
        if self._dialog is None:
            return
        snapshot = self._context.state.snapshot
        rules: dict[str, AnyRule] = {**snapshot.bulletin_rules, **snapshot.rules}
        view = performance_view(
            measured.performance, measured.verified, stations=snapshot.stations, rules=rules, mark=measured.mark
        )
        self._dialog.performance.show_performance(view)

    def show_values(self) -> None:
        """Show the alarms with their present values, while the window is open."""
        dialog, state = self._dialog, self._context.state
        if dialog is None:
            return
        snapshot, now, heard_at = state.snapshot, state.now(), self._heard_at()
        answering = state.writing_refusal("alarm.acknowledged")
        dialog.groups.show_reasons(answering=answering, reporting=state.writing_refusal("incident.reported"))
        dialog.suppressed.show_reason(answering)
        suppressed = suppressed_lines(snapshot, self._present, now)
        dialog.show_groups(group_lines(self._groups(now), snapshot, self._present, now))
        dialog.show_suppressed(suppressed)
        dialog.show_maintenance(work_lines(snapshot, heard_at, now))
        standings = [window.state_at(now, heard_at) for window in snapshot.maintenance.values()]
        dialog.show_counts(
            suppressed=len(suppressed),
            maintenance=sum(standing is not MaintenanceState.OVER for standing in standings),
        )

    def _on_member_changed(self, _alarm_id: str) -> None:
        self._show_impact()

    def _show_impact(self) -> None:
        """Show the impact of the selected alarm; nothing while it is computed, and for alarms without an area."""
        if self._dialog is None:
            return
        snapshot = self._context.state.snapshot
        alarm = snapshot.alarms.get(self._dialog.groups.member)
        area = alarm_impact_area(alarm, snapshot.warnings) if alarm is not None else None
        impact = self._impacts.impact(area)
        facts = impact_facts(impact, area) if impact and area else ()
        self._dialog.groups.show_impact("\n".join(f"{label}: {value}" for label, value in facts))

    def _heard_at(self) -> dict[str, datetime]:
        heard_at: dict[str, datetime] = {}
        for (station, _parameter), reading in self._context.state.latest.items():
            heard_at[station] = max(reading.at, heard_at.get(station, reading.at))
        return heard_at

    def _on_export_requested(self) -> None:
        if self._dialog is None:
            return
        day = self._context.state.now().astimezone(home_zone()).date().isoformat()
        dialog = save_dialog(
            self._dialog,
            _("Save the figures"),
            name=_("alarm-figures-{day}.csv").format(day=day),
            filters=("CSV (*.csv)",),
        )
        ask_for_path(dialog, self._export)

    def _export(self, file: Path) -> None:
        if self._dialog is None:
            return
        question = self._figures.question(SPANS[self._dialog.performance.span])
        message, notifier = saved_file_text(file.name), self._context.notifier
        self._context.work.run(
            lambda _context: write_file(file, _performance_csv(question())),
            on_done=lambda _done: notifier.saved(message, file),
            on_error=self._context.notifier.error,
        )

    def _on_acknowledge_requested(self, alarm_id: str) -> None:
        self._alarm_actions.acknowledge_group(alarm_id)

    def _on_shelve_requested(self, alarm_id: str) -> None:
        if self._confirm is not None:
            self._alarm_actions.shelve_group(alarm_id, self._confirm)

    def _on_incident_requested(self, alarm_id: str) -> None:
        """Close the dialog, which covers the form, and make an incident."""
        if self._dialog is not None:
            self._dialog.close()
        self._window.activateWindow()
        self._alarm_actions.make_incident_of(alarm_id)

    def _on_page_chosen(self, _page: str) -> None:
        self._refresh()

    def _on_room_changed(self, parts: frozenset[StatePart]) -> None:
        if parts & _PARTS:
            self._refresh()

    def _on_finished(self, _result: int) -> None:
        self._clock.stop()
        self._dialog = self._confirm = None


def _performance_csv(measured: MeasuredPerformance) -> bytes:
    figures = (*performance_figures(measured.performance), *all_verification_figures(measured.verified))
    return encode_alarm_performance_csv(figures, measured.alarms, mark=measured.mark)
