"""The commands of the incidents: report, edit, status, notes, attachments, reports and conflicts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow

from tabuah.console.window.incidents.attachment_actions import AttachmentActions
from tabuah.console.window.incidents.board_sort_order import BoardSortOrder
from tabuah.console.window.incidents.caller_actions import CallerActions
from tabuah.console.window.incidents.caller_lookup_actions import CallerLookupActions
from tabuah.console.window.incidents.conflict_actions import ConflictActions
from tabuah.console.window.incidents.edit_actions import EditActions
from tabuah.console.window.incidents.figure_actions import FigureActions
from tabuah.console.window.incidents.incident_list_actions import IncidentListActions
from tabuah.console.window.incidents.merge_actions import MergeActions
from tabuah.console.window.incidents.note_actions import NoteActions
from tabuah.console.window.incidents.performance_actions import IncidentPerformanceActions
from tabuah.console.window.incidents.report_actions import ReportActions
from tabuah.console.window.incidents.report_export import ReportExport
from tabuah.console.window.incidents.status_actions import StatusActions
from tabuah.console.window.shared.draft_writer import DraftWriter
from tabuah.console.window.shared.panels import LowerPanel
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.units.known_units import KnownUnit
from tabuah.widgets.controls.edit_form import EditForm
from tabuah.widgets.incidents.conflict_resolver import ConflictResolver
from tabuah.widgets.incidents.incident_board import IncidentBoard
from tabuah.widgets.incidents.incident_panel import IncidentPanel
from tabuah.widgets.incidents.report_form import ReportForm
from tabuah.widgets.map.content import MarkerKind
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.map.tools.map_query import QueryResult
from tabuah.widgets.theme.appearance import Appearance


class MapSelection(QObject):
    """One selection for the map and the board."""

    def __init__(self, context: WindowContext, view: MapView, board: IncidentBoard) -> None:
        super().__init__(view)
        self._context, self._tools, self._board = context, view.canvas.tools, board
        self._tools.results_changed.connect(self._on_results_changed)
        board.map_selection_cleared.connect(self._tools.clear_results)

    def _on_results_changed(self, found: QueryResult | None) -> None:
        if found is None:
            self._board.show_map_selection(None)
        elif found.area:
            incidents, stations = found.ids(MarkerKind.INCIDENT), found.ids(MarkerKind.STATION)
            self._board.show_map_selection(frozenset(incidents) if incidents else None)
            if len(incidents) == 1:
                self._context.selection.choose_incident(incidents[0])
            elif not incidents and len(stations) == 1:
                self._context.selection.choose_station(stations[0])


@dataclass(frozen=True, kw_only=True, eq=False)
class IncidentCommands:
    """The actions on incidents, one object for each form or menu."""

    report_actions: ReportActions
    edit_actions: EditActions
    figure_actions: FigureActions
    caller_actions: CallerActions
    map_selection: MapSelection
    board_sort_order: BoardSortOrder
    status_actions: StatusActions
    note_actions: NoteActions
    attachment_actions: AttachmentActions
    report_export: ReportExport
    incident_list: IncidentListActions
    callers: CallerLookupActions
    conflict_actions: ConflictActions
    merge_actions: MergeActions
    performance: IncidentPerformanceActions

    def close(self) -> None:
        """Close the windows of the list, of the callers and of the performance figures, and stop following."""
        self.board_sort_order.close()
        self.incident_list.close()
        self.callers.close()
        self.performance.close()


class IncidentWidgets(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The widgets that the commands of the incidents use."""

    report_form: ReportForm
    edit_form: EditForm
    details: IncidentPanel
    board: IncidentBoard
    map_view: MapView
    resolver: ConflictResolver
    lower: LowerPanel


def build_incident_commands(
    context: WindowContext,
    window: QMainWindow,
    widgets: IncidentWidgets,
    *,
    drafts: DraftWriter,
    known_units: Callable[[], Iterable[KnownUnit]],
    appearance: Appearance,
) -> IncidentCommands:
    """Build the commands; `known_units` returns the units that can be sent."""
    callers = CallerLookupActions(context, window, appearance)
    edits = EditActions(context, widgets.edit_form)
    return IncidentCommands(
        report_actions=ReportActions(context, widgets.report_form, drafts),
        edit_actions=edits,
        figure_actions=FigureActions(context, edits),
        caller_actions=CallerActions(context, edits),
        board_sort_order=BoardSortOrder(context, widgets.board),
        map_selection=MapSelection(context, widgets.map_view, widgets.board),
        status_actions=StatusActions(context, widgets.details, known_units=known_units),
        note_actions=NoteActions(context, widgets.details, drafts),
        attachment_actions=AttachmentActions(context, widgets.details, window),
        report_export=ReportExport(context, widgets.details, window),
        incident_list=IncidentListActions(context, window, appearance, callers),
        callers=callers,
        conflict_actions=ConflictActions(context, widgets.resolver, widgets.lower),
        merge_actions=MergeActions(context, widgets.details),
        performance=IncidentPerformanceActions(context, window, appearance),
    )
