"""Commands of the window: one method for each action in the action table."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QLineEdit, QListView, QMainWindow

from tabuah.console.window.alarms.alarm_actions import AlarmActions
from tabuah.console.window.alarms.alarm_list import AlarmListActions
from tabuah.console.window.alarms.alarm_sound import MUTED_FOR, AlarmSound
from tabuah.console.window.bulletins.data_sources import DataSourceActions
from tabuah.console.window.incidents.attachment_actions import AttachmentActions
from tabuah.console.window.incidents.conflict_actions import ConflictActions
from tabuah.console.window.incidents.edit_actions import EditActions
from tabuah.console.window.incidents.map_selection import MapSelection
from tabuah.console.window.incidents.note_actions import NoteActions
from tabuah.console.window.incidents.report_actions import ReportActions
from tabuah.console.window.incidents.report_export import ReportExport
from tabuah.console.window.incidents.status_actions import StatusActions
from tabuah.console.window.map.bookmarks import BookmarkActions
from tabuah.console.window.map.drawing_actions import DrawingActions
from tabuah.console.window.map.map_import_actions import MapImportActions
from tabuah.console.window.map.print_actions import PrintActions
from tabuah.console.window.replay.replay_actions import ReplayActions
from tabuah.console.window.rules.rule_actions import RuleActions
from tabuah.console.window.shared.console_readings import ConsoleReadings
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shell.window_widgets import WindowWidgets
from tabuah.console.window.stations.chart_export import ChartExport
from tabuah.console.window.stations.maintenance_actions import MaintenanceActions
from tabuah.console.window.stations.manual_readings import ManualReadingActions
from tabuah.console.window.stations.retention import RetentionSettings
from tabuah.console.window.stations.station_list import StationListActions
from tabuah.console.window.stations.station_page import StationPage
from tabuah.console.window.sync.bundles import BundleActions
from tabuah.console.window.sync.data_saver import DataSaverActions
from tabuah.console.window.sync.held_and_rejected import HeldAndRejectedActions
from tabuah.console.window.sync.key_renewal import KeyRenewalNotice
from tabuah.console.window.sync.login import LoginActions
from tabuah.console.window.sync.server_connection import ServerConnection
from tabuah.console.window.units.unit_actions import UnitActions
from tabuah.console.window.units.unit_registration import UnitRegistration
from tabuah.resources.catalogue import _
from tabuah.widgets.alarms.alarm_sound import SoundPlayer
from tabuah.widgets.stations.station_page_dialog import MAINTAIN, TYPE_IN
from tabuah.widgets.theme.appearance import TEXT_SCALES, Appearance

_CLOSE_UP_M = 40.0  # metres a pixel when the map centres on one object


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationHooks:
    """What only the application can do."""

    change_language: Callable[[], None]
    quit: Callable[[], None]


class WindowCommands:
    """The commands behind the action table. Each attribute holds the actions of one subject."""

    def __init__(
        self,
        window: QMainWindow,
        parts: WindowWidgets,
        context: WindowContext,
        *,
        appearance: Appearance,
        connection: ServerConnection,
        switches: ApplicationHooks,
        readings: ConsoleReadings,
        server_url: str = "",
    ) -> None:
        self._window, self._parts, self._context = window, parts, context
        self._appearance, self._connection, self._switches = appearance, connection, switches
        self.report_actions = ReportActions(context, parts.report_form)
        self.edit_actions = EditActions(context, parts.edit_form)
        self.drawing = DrawingActions(
            context, parts.map, report_actions=self.report_actions, edit_actions=self.edit_actions
        )
        self.map_selection = MapSelection(context, parts.map, parts.board)
        self.bookmarks = BookmarkActions(context, parts.map, window)
        self.status_actions = StatusActions(context, parts.details)
        self.unit_actions = UnitActions(context, parts.units, send=self.status_actions.send, look_at=self.look_at)
        self.unit_registration = UnitRegistration(context, parts.unit_form)
        parts.units.edit_requested.connect(self.unit_registration.begin_edit)
        self.note_actions = NoteActions(context, parts.details)
        self.manual_readings = ManualReadingActions(context, parts.reading_form, readings)
        self.attachment_actions = AttachmentActions(context, parts.details, window)
        self.report_export = ReportExport(context, parts.details, window)
        self.bundles = BundleActions(context, window)
        self.chart_export = ChartExport(context, parts.chart, window)
        self.map_import_actions = MapImportActions(context, parts.map, parts.layers, window)
        self.replay = ReplayActions(context, parts.past_frame, parts.time_bar)
        self.map_print = PrintActions(context, window, appearance, past=lambda: self.replay.moment)
        self.rule_actions = RuleActions(context, window, appearance)
        self.data_saver = DataSaverActions(context)
        self.retention = RetentionSettings(context, parts.keeping_form)
        self.held_and_rejected = HeldAndRejectedActions(context, parts.trays, parts.lower)
        self.data_sources = DataSourceActions(context, parts.sources, parts.lower, parts.level_form)
        self.key_renewal = KeyRenewalNotice(context)
        self.conflict_actions = ConflictActions(context, parts.resolver, parts.lower)
        self.alarm_actions = AlarmActions(context, parts.strip, self.report_actions)
        self.maintenance_actions = MaintenanceActions(context)
        self.station_page = StationPage(context, window, appearance, readings, act=self._act_at_station)
        self.station_list = StationListActions(
            context, window, appearance, readings, open_page=self.station_page.begin_at
        )
        self.alarm_list = AlarmListActions(context, window, appearance, self.alarm_actions)
        parts.strip.all_requested.connect(self.alarm_list.begin_groups)
        self.alarm_sound = AlarmSound(window, SoundPlayer(window), now=context.state.now)
        self.login = LoginActions(context, parts.login_form, connection, server_url=server_url)

    def close(self) -> None:
        """Close the dialogs and the replay of this window. Map imports continue."""
        self.map_import_actions.close()
        self.maintenance_actions.close()
        self.station_page.close()
        self.station_list.close()
        self.alarm_list.close()
        self.alarm_sound.close()
        self.replay.close()
        self.data_sources.close()
        self.map_print.close()
        self.rule_actions.close()

    def refresh_trays(self) -> None:
        """Refresh the held and rejected trays, and report a device key that was renewed."""
        self.held_and_rejected.refresh()
        self.key_renewal.refresh()

    def open_moves(self) -> None:
        """Open the status menu."""
        self._show_details()
        self._parts.details.open_move_menu()

    def open_reports(self) -> None:
        """Open the report menu."""
        self._show_details()
        self._parts.details.open_report_menu()

    def locate(self) -> None:
        """Show the alarm in the strip, or else the selected incident, on the map."""
        if (
            self._context.selection.alarm in self._context.state.snapshot.alarms
            and self._parts.strip.current is not None
        ):
            self.alarm_actions.locate()
            return
        incident = self._context.incident
        if incident is not None and incident.place is not None:
            self.look_at(incident.place.lon_deg, incident.place.lat_deg)

    def look_at(self, lon_deg: float, lat_deg: float) -> None:
        """Centre the map on a place and give it the focus."""
        self._context.canvas.centre_on(lon_deg, lat_deg, _CLOSE_UP_M)
        self._context.canvas.setFocus()

    def _act_at_station(self, code: str) -> None:
        """Run an action of the station page that needs a form in the main window."""
        if code == TYPE_IN:
            self.manual_readings.begin()
        elif code == MAINTAIN:
            self.maintenance_actions.begin()

    def next_alarm(self) -> None:
        """Show the next alarm in the strip."""
        self._parts.strip.show_next()

    def mute(self) -> None:
        """Mute the current alarms for some minutes, or unmute them."""
        minutes = int(MUTED_FOR.total_seconds() // 60)
        message = _("Alarm sound is on again.")
        if self.alarm_sound.mute():
            message = _("Muted for {n} minutes; new alarms still sound.").format(n=minutes)
        self._context.notifier.inform(message)

    def open_palette(self) -> None:
        """Open the command palette."""
        self._parts.header.palette_requested.emit()

    def focus_filter(self) -> None:
        """Focus the filter of the board."""
        self._parts.panels["board"].show()
        self._parts.board.focus_filter()

    def focus_board(self) -> None:
        self._parts.panels["board"].show()
        view = self._parts.board.findChild(QListView, "board_list")
        (view if isinstance(view, QListView) and view.isVisible() else self._parts.board).setFocus()

    def focus_map(self) -> None:
        self._context.canvas.setFocus()

    def focus_details(self) -> None:
        self._parts.panels["details"].show()
        self._context.side.setFocus()

    def take_tool(self, code: str) -> None:
        """Select a map tool, or put it away if it is already selected."""
        self._context.canvas.tools.activate(code)
        self._context.canvas.setFocus()

    def fit_map(self) -> None:
        """Fit the map to the regency."""
        self._context.canvas.fit_regency()

    def toggle_panel(self, name: str) -> None:
        """Show or hide a panel."""
        self._parts.panels[name].toggle()

    def detach_panel(self, name: str) -> None:
        """Move a panel to a window of its own, or back."""
        self._parts.panels[name].detach()

    def change_theme(self) -> None:
        """Switch between the dark and the light theme."""
        self._appearance.show_theme("light" if self._appearance.palette.name == "dark" else "dark")

    def change_text(self, step: int) -> None:
        """Change the text size by `step` within the supported sizes."""
        index = TEXT_SCALES.index(self._appearance.text_scale) + step
        if 0 <= index < len(TEXT_SCALES):
            self._appearance.show_text_scale(TEXT_SCALES[index])

    def change_language(self) -> None:
        """Switch to the other language, unless a form has unsaved input."""
        if self._context.side.page in (
            SidePage.REPORT,
            SidePage.EDIT,
            SidePage.READING,
            SidePage.LEVEL,
            SidePage.UNIT,
            SidePage.KEEPING,
        ):
            self._context.notifier.refuse(_("Finish or close the form before changing the language."))
            return
        self._switches.change_language()

    def toggle_full_screen(self) -> None:
        """Enter or leave full screen."""
        if self._window.isFullScreen():
            self._window.showNormal()
        else:
            self._window.showFullScreen()

    def undo(self) -> None:
        """Undo the latest change that can be undone."""
        if isinstance(self._window.focusWidget(), QLineEdit):
            return
        if not self._context.notifier.undo_last():
            self._context.notifier.inform(_("There is nothing to undo."))

    def sync_now(self) -> None:
        """Start a sync pass with the server."""
        self._connection.sync_soon()

    def quit(self) -> None:
        """Close the window. All work is saved already."""
        self._switches.quit()

    def _show_details(self) -> None:
        self._parts.panels["details"].show()
        self._context.side.show_page(SidePage.DETAILS)
