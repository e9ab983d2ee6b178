"""The incident performance window: measures periods on a worker of its own, opens incidents, saves files."""

from datetime import datetime
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.reports.atomic_write import write_file
from tabuah.console.reports.performance_export import (
    IncidentPerformanceSources,
    PerformanceFormat,
    draw_performance_map,
    encode_performance,
    read_performance_sources,
)
from tabuah.console.window.incidents.performance_view import MOST_LINES, incident_lines, incident_performance_view
from tabuah.console.window.shared.dialog_front import bring_to_front, return_to_window
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.long_task import LongTask, OnProgress
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.performance import IncidentPerformance, PerformanceRequest, measure_incidents
from tabuah.operations.incidents.periods import PerformancePeriod, PeriodKind, own_period, period_until
from tabuah.resources.localisation import _, format_number
from tabuah.resources.moment_parser import parse_moment
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.alarms.action_messages import saved_file_text
from tabuah.text.incidents.performance import period_kind_label
from tabuah.widgets.incidents.performance_dialog import IncidentPerformanceDialog
from tabuah.widgets.theme.appearance import Appearance

_PARTS = frozenset({StatePart.INCIDENTS, StatePart.WORLD, StatePart.UNITS, StatePart.AID, StatePart.SHELTERS})
_SOURCES_READ = 1, 2  # done and total: reading the sources, then computing


class MeasuredIncidents(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a request, the incidents by id, and the names of people."""

    found: IncidentPerformance
    incidents: dict[str, Incident]
    people: dict[str, str]
    mark: str


class PerformanceReader:
    """Reads the sources of the figures; those of an unchanged cache are read once.

    Belongs to the thread of the worker.
    """

    def __init__(self) -> None:
        self._known: tuple[int, IncidentPerformanceSources] | None = None

    def measure(
        self, store: ConsoleStore, request: PerformanceRequest, report_progress: OnProgress
    ) -> MeasuredIncidents:
        """Read the sources and compute the figures.

        Raises:
            LongTaskCancelledError: the measurement was cancelled; `report_progress` raises it.
        """
        sources = self.sources(store)
        report_progress(*_SOURCES_READ)
        found = measure_incidents(
            sources.incidents,
            request,
            as_of=store.now(),
            missions=sources.missions,
            ledger=sources.ledger,
            on_step=lambda: report_progress(*_SOURCES_READ),
        )
        incidents = {incident.id: incident for incident in sources.incidents}
        return MeasuredIncidents(found=found, incidents=incidents, people=sources.people, mark=sources.mark(request))

    def sources(self, store: ConsoleStore) -> IncidentPerformanceSources:
        version = store.version
        if self._known is None or self._known[0] != version:
            self._known = version, read_performance_sources(store)
        return self._known[1]


class IncidentPerformanceActions(QObject):
    """Opens the window and follows the console state while it is open."""

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._dialog: IncidentPerformanceDialog | None = None
        self._kind = PeriodKind.DAYS_30
        self._own: tuple[datetime, datetime] | None = None
        self._measured: MeasuredIncidents | None = None
        self._reader = PerformanceReader()
        self._task = LongTask(context.directory, self, thread="tabuah-performance")
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> IncidentPerformanceDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the window, or bring it to the front."""
        if self._dialog is None:
            self._dialog = self._open()
            self._measure()
        bring_to_front(self._dialog, self._context.notifier)

    def close(self) -> None:
        """Close the window, cancel the measurement and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()
        self._task.close()

    def _open(self) -> IncidentPerformanceDialog:
        periods = tuple((kind.value, period_kind_label(kind)) for kind in PeriodKind)
        dialog = IncidentPerformanceDialog(self._appearance, periods, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.periods.show_current(self._kind.value)
        dialog.period_chosen.connect(self._on_period_chosen)
        dialog.own_period_submitted.connect(self._on_own_period_submitted)
        dialog.numbers_chosen.connect(self._on_numbers_chosen)
        dialog.incident_opened.connect(self._on_incident_opened)
        dialog.place_requested.connect(self._on_place_requested)
        dialog.export_requested.connect(self._on_export_requested)
        dialog.finished.connect(self._on_finished)
        return dialog

    def _period(self) -> PerformancePeriod | None:
        """Return the chosen period; None while the own one has no ends."""
        now = self._context.state.now()
        if self._kind is not PeriodKind.OWN:
            return period_until(self._kind, now)
        return own_period(*self._own, now=now) if self._own else None

    def _request(self) -> PerformanceRequest | None:
        period = self._period()
        return PerformanceRequest(period=period, scope=self._context.state.scope) if period else None

    def _measure(self) -> None:
        """Measure the chosen period; a running measurement is cancelled."""
        request, dialog, reader = self._request(), self._dialog, self._reader
        if dialog is None or request is None:
            return
        dialog.show_busy(_("Computing …"))
        self._task.run(
            lambda store, report_progress: reader.measure(store, request, report_progress),
            on_progress=lambda _done, _of: None,
            on_done=self._show,
            on_error=self._on_failed,
        )

    def _show(self, measured: MeasuredIncidents) -> None:
        self._measured = measured
        if self._dialog is not None:
            self._dialog.show_view(
                incident_performance_view(measured.found, people=measured.people, mark=measured.mark)
            )

    def _on_failed(self, error: Exception) -> None:
        if self._dialog is not None:
            self._dialog.show_busy("")
        self._context.notifier.error(error)

    def _on_period_chosen(self, code: str) -> None:
        self._kind = PeriodKind(code)
        self._measure()

    def _on_own_period_submitted(self, since: str, until: str) -> None:
        now = self._context.state.now()
        if self._dialog is None:
            return
        try:
            begin = parse_moment(since, now=now)
            end = parse_moment(until, now=now) if until.strip() else now
        except ValueError as error:
            self._dialog.show_error(str(error))
            return
        if begin >= end:
            self._dialog.show_error(_("The period ends before it begins."))
            return
        self._own = begin, end
        self._measure()

    def _on_numbers_chosen(self, ids: tuple[str, ...], title: str) -> None:
        if self._dialog is None or self._measured is None:
            return
        lines = incident_lines(ids, self._measured.incidents, self._context.state.now())
        if len(ids) > MOST_LINES:
            title = _("{title} · the first {n}").format(title=title, n=format_number(MOST_LINES))
        self._dialog.show_incidents(title, lines)

    def _on_incident_opened(self, incident_id: str) -> None:
        """Select the incident in the main window, also one that ended long ago, and show it on the map."""
        self._context.show_incident(incident_id)
        return_to_window(self._window)

    def _on_place_requested(self, lon_deg: float, lat_deg: float) -> None:
        self._context.look_at(lon_deg, lat_deg)
        return_to_window(self._window)

    def _on_export_requested(self, code: str) -> None:
        if self._dialog is None or (period := self._period()) is None:
            return
        chosen, now = PerformanceFormat(code), self._context.state.now()
        dialog = save_dialog(
            self._dialog,
            _("Save the incident performance"),
            name=dated_name(_("performance"), self._kind.value, at=now, suffix=f".{code}"),
            filters=(f"{code.upper()} (*.{code})",),
        )
        request = PerformanceRequest(period=period, scope=self._context.state.scope)
        ask_for_path(dialog, lambda file: self.export(request, chosen, file))

    def export(self, request: PerformanceRequest, file_format: PerformanceFormat, file: Path) -> None:
        """Write the figures of a request to a file; the map of a PDF is drawn in the GUI thread."""
        notifier = self._context.notifier

        def write(sources: IncidentPerformanceSources) -> None:
            pictures = None
            if file_format is PerformanceFormat.PDF:
                pictures = draw_performance_map(sources, request, lambda: self._context.canvas.content)
            self._context.work.run(
                lambda _context: write_file(
                    file, encode_performance(sources, request, file_format=file_format, pictures=pictures).content
                ),
                on_done=lambda _done: notifier.saved(saved_file_text(file.name), file),
                on_error=notifier.error,
            )

        self._context.network.run(read_performance_sources, on_done=write, on_error=notifier.error)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if parts & _PARTS:
            self._measure()

    def _on_finished(self, _result: int) -> None:
        self._task.cancel()
        self._dialog = self._measured = None
