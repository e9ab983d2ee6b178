"""Commands of the window: those of each subject, and one method for each action of the window itself."""

from collections.abc import Callable

import msgspec
from PySide6.QtWidgets import QLineEdit, QListView, QMainWindow

from tabuah.console.window.aid.aid_actions import AidActions
from tabuah.console.window.alarms.alarm_commands import AlarmCommands
from tabuah.console.window.alarms.alarm_sound import MUTED_FOR
from tabuah.console.window.bulletins.data_sources import DataSourceActions
from tabuah.console.window.calls.call_list import CallListActions
from tabuah.console.window.contacts.directory import DirectoryActions
from tabuah.console.window.disruptions.disruption_actions import DisruptionActions
from tabuah.console.window.exercises.exercise_actions import ExerciseActions
from tabuah.console.window.gateways.mapping_trial import MappingTrialActions
from tabuah.console.window.incidents.incident_commands import IncidentCommands
from tabuah.console.window.map.map_actions import MapActions
from tabuah.console.window.messages.message_list import MessageListActions
from tabuah.console.window.notices.receipt_list import ReceiptListActions
from tabuah.console.window.parent_events.event_actions import ParentEventActions
from tabuah.console.window.people.people_commands import PeopleCommands
from tabuah.console.window.replay.replay_actions import ReplayActions
from tabuah.console.window.roster.roster_actions import RosterActions
from tabuah.console.window.rules.rule_actions import RuleActions
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shell.first_steps_actions import FirstStepsActions
from tabuah.console.window.shell.settings_actions import SettingsActions
from tabuah.console.window.shell.wall_actions import WallActions
from tabuah.console.window.shell.window_widgets import WindowWidgets
from tabuah.console.window.shelters.shelter_actions import ShelterActions
from tabuah.console.window.shifts.shift_actions import ShiftActions
from tabuah.console.window.stations.station_commands import StationCommands
from tabuah.console.window.sync.server_connection import ServerConnection
from tabuah.console.window.sync.sync_commands import SyncCommands
from tabuah.console.window.tasks.limit_actions import LimitActions
from tabuah.console.window.tasks.task_actions import TaskActions
from tabuah.console.window.units.unit_commands import UnitCommands
from tabuah.resources.localisation import _
from tabuah.widgets.theme.appearance import TEXT_SCALES, Appearance


class ApplicationHooks(msgspec.Struct, frozen=True, kw_only=True):
    """What only the application, or a part that reads the table of actions itself, can do."""

    change_language: Callable[[], None]
    quit: Callable[[], bool]
    open_help: Callable[[], None]
    open_keys: Callable[[], None]


class SubjectCommands(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The commands of each subject."""

    incidents: IncidentCommands
    alarms: AlarmCommands
    stations: StationCommands
    rules: RuleActions
    bulletins: DataSourceActions
    units: UnitCommands
    map: MapActions
    sync: SyncCommands
    replay: ReplayActions
    exercises: ExerciseActions
    people: PeopleCommands
    gateways: MappingTrialActions
    roster: RosterActions
    shifts: ShiftActions
    events: ParentEventActions
    calls: CallListActions
    messages: MessageListActions
    notices: ReceiptListActions
    contacts: DirectoryActions
    shelters: ShelterActions
    disruptions: DisruptionActions
    tasks: TaskActions
    limits: LimitActions
    aid: AidActions
    settings: SettingsActions
    wall: WallActions
    first_steps: FirstStepsActions


class WindowCommands:
    """The commands behind the action table. An attribute holds the commands of each subject."""

    def __init__(
        self,
        window: QMainWindow,
        parts: WindowWidgets,
        context: WindowContext,
        subjects: SubjectCommands,
        *,
        appearance: Appearance,
        connection: ServerConnection,
        hooks: ApplicationHooks,
    ) -> None:
        self._window, self._parts, self._context = window, parts, context
        self._appearance, self._connection, self._hooks = appearance, connection, hooks
        self.incidents, self.alarms, self.stations = subjects.incidents, subjects.alarms, subjects.stations
        self.rules, self.bulletins, self.units = subjects.rules, subjects.bulletins, subjects.units
        self.map, self.sync, self.replay = subjects.map, subjects.sync, subjects.replay
        self.exercises, self.people, self.gateways = subjects.exercises, subjects.people, subjects.gateways
        self.roster = subjects.roster
        self.shifts = subjects.shifts
        self.events = subjects.events
        self.calls = subjects.calls
        self.messages, self.notices = subjects.messages, subjects.notices
        self.contacts = subjects.contacts
        self.shelters, self.disruptions = subjects.shelters, subjects.disruptions
        self.tasks, self.limits = subjects.tasks, subjects.limits
        self.aid = subjects.aid
        self.settings = subjects.settings
        self.wall = subjects.wall
        self.first_steps = subjects.first_steps

    def close(self) -> None:
        """Close the dialogs and the replay of this window. Map imports continue."""
        for subject in (
            self.incidents,
            self.alarms,
            self.stations,
            self.rules,
            self.bulletins,
            self.map,
            self.replay,
            self.exercises,
            self.people,
            self.gateways,
            self.roster,
            self.shifts,
            self.events,
            self.calls,
            self.messages,
            self.notices,
            self.contacts,
            self.shelters,
            self.disruptions,
            self.tasks,
            self.limits,
            self.units,
            self.aid,
            self.settings,
            self.wall,
            self.first_steps,
        ):
            subject.close()

    def open_incident(self, incident_id: str) -> None:
        """Select an incident and show it on the map."""
        self._context.show_incident(incident_id)

    def open_moves(self) -> None:
        """Open the menu of the statuses that the selected incident can move to."""
        self._show_details()
        self._parts.details.open_move_menu()

    def open_reports(self) -> None:
        """Open the report menu."""
        self._show_details()
        self._parts.details.open_report_menu()

    def filter_timeline(self) -> None:
        """Open the filter of the timeline."""
        self._show_details()
        self._parts.details.open_timeline_filter()

    def locate(self) -> None:
        """Show the alarm in the strip, or else the selected incident, on the map."""
        if (
            self._context.selection.alarm in self._context.state.snapshot.alarms
            and self._parts.strip.current is not None
        ):
            self.alarms.alarm_actions.locate()
            return
        incident = self._context.incident
        if incident is not None and incident.place is not None:
            self._context.look_at(incident.place.lon_deg, incident.place.lat_deg)

    def next_alarm(self) -> None:
        """Show the next alarm in the strip."""
        self._parts.strip.show_next()

    def mute(self) -> None:
        """Mute the current alarms for some minutes, or unmute them."""
        minutes = int(MUTED_FOR.total_seconds() // 60)
        message = _("Alarm sound is on again.")
        if self.alarms.alarm_sound.mute():
            message = _("Muted for {n} minutes; new alarms still sound.").format(n=minutes)
        self._context.notifier.inform(message)

    def open_palette(self) -> None:
        """Open the command palette."""
        self._parts.header.palette_requested.emit()

    def open_help(self) -> None:
        """Open the help for the panel with the focus."""
        self._hooks.open_help()

    def open_keys(self) -> None:
        """Open the help with all keys."""
        self._hooks.open_keys()

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

    @property
    def has_open_form(self) -> bool:
        """Whether a form that can have unsaved input is open in the side panel."""
        return self._context.side.page in (
            SidePage.REPORT,
            SidePage.EDIT,
            SidePage.READING,
            SidePage.LEVEL,
            SidePage.UNIT,
            SidePage.STATION,
            SidePage.STATION_IMPORT,
            SidePage.KEEPING,
        )

    def change_language(self) -> None:
        """Switch to the other language, unless a form has unsaved input."""
        if self.has_open_form:
            self._context.notifier.refuse(_("Finish or close the form before changing the language."))
            return
        self._hooks.change_language()

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
        self._hooks.quit()

    def _show_details(self) -> None:
        self._parts.panels["details"].show()
        self._context.side.show_page(SidePage.DETAILS)
