"""Overseeing the alarms: their window with groups, what is kept quiet, work on stations, and the figures."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from tabuah.console.reports.performance_csv import performance_csv
from tabuah.console.reports.whole_file import write_file
from tabuah.console.window.alarm_figures import AlarmFigures, Measured
from tabuah.console.window.confirm_card import ConfirmCard
from tabuah.console.window.file_dialogs import save_dialog
from tabuah.console.window.presenting.alarm_overview import group_lines, quiet_lines, work_lines
from tabuah.console.window.presenting.performance_view import performance_view
from tabuah.console.window.presenting.refusals import refusal_of
from tabuah.console.window.room import Part
from tabuah.console.window.workflows.answering import Answering
from tabuah.console.window.workplace import Workplace
from tabuah.operations.alarms.grouping import AlarmGroup
from tabuah.operations.alarms.performance_telling import figures_of
from tabuah.operations.alarms.verified import verified_figures
from tabuah.operations.maintenance.window import Standing
from tabuah.operations.rules.either import AnyRule
from tabuah.resources.catalogue import _
from tabuah.resources.formats import WIB
from tabuah.widgets.alarms.alarms_dialog import FIGURES, GROUPS, AlarmsDialog
from tabuah.widgets.theme.appearance import Appearance

SPANS: Final = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
_AGES_MS: Final = 5_000  # how often values and their ages are shown anew while the window is open
_PARTS: Final = frozenset({Part.ALARMS, Part.STATIONS, Part.RULES, Part.MAINTENANCE, Part.INCIDENTS, Part.BULLETINS})

Groups = Callable[[datetime], tuple[AlarmGroup, ...]]


class Overseeing(QObject):
    """Follows the room while its window is open."""

    def __init__(self, place: Workplace, window: QWidget, appearance: Appearance, answering: Answering) -> None:
        super().__init__(window)
        self._at, self._window, self._appearance, self._answering = place, window, appearance, answering
        self._dialog: AlarmsDialog | None = None
        self._figures = AlarmFigures(place)
        self._confirm: ConfirmCard | None = None  # asks in the window of the alarms, where one looks
        self.groups: Groups = lambda _now: ()
        self._clock = QTimer(self)
        self._clock.setInterval(_AGES_MS)
        self._clock.timeout.connect(self._show_alarms)
        place.room.changed.connect(self._on_room_changed)

    @property
    def dialog(self) -> AlarmsDialog | None:
        """The window, while it is open."""
        return self._dialog

    def begin(self, page: str = GROUPS) -> None:
        """Open the window at a page, or bring it to the front."""
        if self._dialog is None:
            self._dialog = self._open()
            self._dialog.show()
            self._clock.start()
        self._dialog.show_page(page)
        self._refresh()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def begin_groups(self) -> None:
        """Open the page of groups."""
        self.begin(GROUPS)

    def begin_figures(self) -> None:
        """Open the page of figures."""
        self.begin(FIGURES)

    def close(self) -> None:
        """The window goes; nothing is followed any more."""
        self._at.room.changed.disconnect(self._on_room_changed)
        self._clock.stop()
        if self._dialog is not None:
            self._dialog.close()

    def _open(self) -> AlarmsDialog:
        dialog = AlarmsDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._confirm = ConfirmCard(self._appearance, dialog)
        dialog.groups.acknowledge_requested.connect(self._answering.acknowledge_group)
        dialog.groups.shelve_requested.connect(self._on_shelve_requested)
        dialog.groups.incident_requested.connect(self._on_incident_requested)
        dialog.groups.locate_requested.connect(self._answering.locate_alarm)
        dialog.quiet.unshelve_requested.connect(self._answering.unshelve)
        dialog.quiet.locate_requested.connect(self._answering.locate_alarm)
        dialog.page_chosen.connect(self._on_page_chosen)
        dialog.performance.span_chosen.connect(self._on_page_chosen)
        dialog.performance.export_requested.connect(self._on_export_requested)
        dialog.finished.connect(self._on_finished)
        return dialog

    def _refresh(self) -> None:
        if self._dialog is None:
            return
        self._show_alarms()
        if self._dialog.page == FIGURES:
            self._figures.measure(SPANS[self._dialog.performance.span], self._show_figures)

    def _show_figures(self, measured: Measured) -> None:
        if self._dialog is None:
            return
        snapshot = self._at.room.snapshot
        rules: dict[str, AnyRule] = {**snapshot.bulletin_rules, **snapshot.rules}
        view = performance_view(measured.performance, measured.verified, stations=snapshot.stations, rules=rules)
        self._dialog.performance.show_performance(view)

    def _show_alarms(self) -> None:
        dialog, snapshot, now = self._dialog, self._at.room.snapshot, self._at.room.now()
        if dialog is None:
            return
        latest, heard_at = self._at.room.latest, self._heard_at()
        answering = refusal_of(snapshot.role, "alarm.acknowledged")
        dialog.groups.show_reasons(answering=answering, reporting=refusal_of(snapshot.role, "incident.reported"))
        dialog.quiet.show_reason(answering)
        quiet = quiet_lines(snapshot, latest, now)
        dialog.show_groups(group_lines(self.groups(now), snapshot, latest, now))
        dialog.show_quiet(quiet)
        dialog.show_works(work_lines(snapshot, heard_at, now))
        standings = [window.standing(now, heard_at) for window in snapshot.maintenance.values()]
        dialog.show_counts(quiet=len(quiet), works=sum(standing is not Standing.OVER for standing in standings))

    def _heard_at(self) -> dict[str, datetime]:
        heard_at: dict[str, datetime] = {}
        for (station, _parameter), reading in self._at.room.latest.items():
            heard_at[station] = max(reading.at, heard_at.get(station, reading.at))
        return heard_at

    def _on_export_requested(self) -> None:
        if self._dialog is None:
            return
        day = self._at.room.now().astimezone(WIB).date().isoformat()
        dialog = save_dialog(
            self._dialog,
            _("Save the figures"),
            name=_("alarm-figures-{day}.csv").format(day=day),
            filters=("CSV (*.csv)",),
        )
        dialog.fileSelected.connect(self._export)
        dialog.open()

    def _export(self, name: str) -> None:
        if self._dialog is None:
            return
        question = self._figures.question(SPANS[self._dialog.performance.span])
        told = _("Saved: {file}").format(file=Path(name).name)
        self._at.work.run(
            lambda _context: write_file(Path(name), _as_csv(question())),
            on_done=lambda _done: self._at.teller.done(told),
            on_error=self._at.teller.error,
        )

    def _on_shelve_requested(self, alarm_id: str) -> None:
        if self._confirm is not None:
            self._answering.shelve_group(alarm_id, self._confirm)

    def _on_incident_requested(self, alarm_id: str) -> None:
        """The form is in the main window, which is seen when this one has gone."""
        if self._dialog is not None:
            self._dialog.close()
        self._window.activateWindow()
        self._answering.make_incident_of(alarm_id)

    def _on_page_chosen(self, _page: str) -> None:
        self._refresh()

    def _on_room_changed(self, parts: frozenset[Part]) -> None:
        if parts & _PARTS:
            self._refresh()

    def _on_finished(self, _result: int) -> None:
        self._clock.stop()
        self._dialog = self._confirm = None


def _as_csv(measured: Measured) -> bytes:
    figures = (*figures_of(measured.performance), *verified_figures(measured.verified))
    return performance_csv(figures, measured.alarms)
