"""The commands of the stations: page, list, chart, manual readings, retention and maintenance."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from PySide6.QtWidgets import QMainWindow

from tabuah.console.window.shared.console_readings import ConsoleReadings
from tabuah.console.window.shared.draft_writer import DraftWriter
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.stations.chart_export import ChartExport
from tabuah.console.window.stations.maintenance_actions import MaintenanceActions
from tabuah.console.window.stations.manual_readings import ManualReadingActions
from tabuah.console.window.stations.retention import RetentionSettings
from tabuah.console.window.stations.station_file_actions import StationFileActions
from tabuah.console.window.stations.station_import_actions import StationImportActions
from tabuah.console.window.stations.station_list import StationListActions
from tabuah.console.window.stations.station_page import StationPage
from tabuah.console.window.stations.station_registration import StationRegistration
from tabuah.console.window.stations.station_state_actions import StationStateActions
from tabuah.console.window.stations.station_updates import StationUpdates
from tabuah.console.window.stations.unregistered_stations import UnregisteredStations
from tabuah.widgets.charts.station_chart import StationChart
from tabuah.widgets.controls.edit_form import EditForm
from tabuah.widgets.controls.import_panel import ImportPanel
from tabuah.widgets.stations.station_form import StationForm
from tabuah.widgets.stations.station_page_dialog import EDIT, LIMITS, MAINTAIN, MOVE, RETIRE, TYPE_IN
from tabuah.widgets.stations.unregistered_panel import UnregisteredStationsPanel
from tabuah.widgets.theme.appearance import Appearance


@dataclass(frozen=True, kw_only=True, eq=False)
class StationCommands:
    """The actions on stations and their readings."""

    manual_readings: ManualReadingActions
    chart_export: ChartExport
    retention: RetentionSettings
    maintenance_actions: MaintenanceActions
    station_page: StationPage
    station_list: StationListActions
    registration: StationRegistration
    state_actions: StationStateActions
    station_import: StationImportActions
    unregistered: UnregisteredStations

    def close(self) -> None:
        """Close the dialogs."""
        self.maintenance_actions.close()
        self.station_page.close()
        self.station_list.close()
        self.registration.close()
        self.unregistered.close()


class StationWidgets(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The widgets that the commands of the stations use."""

    reading_form: EditForm
    retention_form: EditForm
    station_form: StationForm
    station_import: ImportPanel
    unregistered: UnregisteredStationsPanel
    chart: StationChart


def build_station_commands(
    context: WindowContext,
    window: QMainWindow,
    appearance: Appearance,
    widgets: StationWidgets,
    *,
    drafts: DraftWriter,
    readings: ConsoleReadings,
    updates: StationUpdates,
    reason_of: Callable[[str], str],
) -> StationCommands:
    """Build the commands; `reason_of` returns why an action of the table is unavailable."""
    manual_readings = ManualReadingActions(context, widgets.reading_form, readings)
    maintenance_actions = MaintenanceActions(context)
    files = StationFileActions(context, appearance, window)
    registration = StationRegistration(context, widgets.station_form, drafts, files)
    state_actions = StationStateActions(context)
    forms = {
        TYPE_IN: manual_readings.begin,
        MAINTAIN: maintenance_actions.begin,
        EDIT: registration.begin_edit,
        LIMITS: registration.begin_limits,
        MOVE: state_actions.move,
        RETIRE: state_actions.retire_or_restore,
    }
    station_page = StationPage(context, window, appearance, readings, files=files, forms=forms, reason_of=reason_of)
    return StationCommands(
        manual_readings=manual_readings,
        chart_export=ChartExport(context, widgets.chart, window, updates),
        retention=RetentionSettings(context, widgets.retention_form),
        maintenance_actions=maintenance_actions,
        station_page=station_page,
        station_list=StationListActions(context, window, appearance, readings, open_page=station_page.begin_at),
        registration=registration,
        unregistered=UnregisteredStations(context, widgets.unregistered, register=registration.begin),
        state_actions=state_actions,
        station_import=StationImportActions(context, widgets.station_import, window),
    )
