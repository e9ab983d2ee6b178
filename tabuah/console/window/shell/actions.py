"""The table of actions: label, keys, menu and the condition under which each is available."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from tabuah.console.window.people.requirements import (
    needs_administrator,
    needs_deputy_namer,
    needs_person,
    needs_second_factor_role,
)
from tabuah.console.window.shell.action_requirements import (
    Requirement,
    needs_alarm_for,
    needs_conflict,
    needs_exercise,
    needs_incident,
    needs_incident_for,
    needs_incident_in_event,
    needs_maintainer,
    needs_merged_incident,
    needs_open_incident_for_merge,
    needs_place,
    needs_reader_of_callers,
    needs_receipt_reader,
    needs_role_for,
    needs_server,
    needs_station,
    needs_station_for,
    needs_supervised_alarm,
    needs_typist,
    needs_unit_for,
    needs_unlinked_alarm,
)
from tabuah.console.window.shell.key_names import key_caption
from tabuah.console.window.state.action_context import ActionContext
from tabuah.operations.people.scope import IncidentAction
from tabuah.resources.localisation import N_, _
from tabuah.widgets.map.tools.tool_list import ENTRIES
from tabuah.widgets.shell.palette_index import PaletteItem
from tabuah.widgets.values import ActionState

if TYPE_CHECKING:
    from tabuah.console.window.shell.window_commands import WindowCommands


_EDITS: Final = (IncidentAction.DESCRIBE, IncidentAction.PLACE, IncidentAction.RATE, IncidentAction.ASSIGN)


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One action of the window.

    `label` is English and marked for translation. `keys` use Qt's portable names; the first is shown.
    `needs` returns the reason why the action is unavailable, or an empty text.
    """

    id: str
    label: str
    run: Callable[["WindowCommands"], None]
    menu: str
    keys: tuple[str, ...] = ()
    icon: str = "command"
    needs: Requirement = lambda _action_context: ""

    @property
    def shown_key(self) -> str:
        """The key to show, in Qt's portable form."""
        return self.keys[0] if self.keys else ""

    def reason(self, action_context: ActionContext) -> str:
        """Return why the action is unavailable, or an empty text."""
        return self.needs(action_context)


INCIDENT: Final = N_("Incident")
ALARM: Final = N_("Alarm")
VIEW: Final = N_("View")
STATION: Final = N_("Station")
MAP: Final = N_("Map")
CONSOLE: Final = N_("Console")
MENUS: Final = (INCIDENT, ALARM, STATION, VIEW, MAP, CONSOLE)


def _take_tool(code: str, commands: "WindowCommands") -> None:
    commands.take_tool(code)


_TOOLS: Final = tuple(
    Action(id=f"tool_{entry.code}", label=entry.label, keys=(entry.key,), menu=MAP, icon=entry.icon,
           run=partial(_take_tool, entry.code))
    for entry in ENTRIES
)  # fmt: skip

ACTIONS: Final = (
    Action(id="report", label=N_("Report an incident"), keys=("N", "Ctrl+N"), menu=INCIDENT, icon="plus",
           needs=needs_role_for("incident.reported"), run=lambda d: d.incidents.report_actions.begin()),
    Action(id="report_line", label=N_("Report a call in one line"), keys=("Shift+Q", "Ctrl+Shift+Q"), menu=INCIDENT,
           icon="phone", needs=needs_role_for("incident.reported"),
           run=lambda d: d.incidents.report_actions.begin_line()),
    Action(id="note", label=N_("Note it"), keys=("C",), menu=INCIDENT, icon="note",
           needs=needs_incident_for("incident.noted"), run=lambda d: d.incidents.note_actions.begin()),
    Action(id="dispatch", label=N_("Dispatch"), keys=("D",), menu=INCIDENT, icon="radio",
           needs=needs_incident_for("incident.moved", IncidentAction.ASSIGN),
           run=lambda d: d.incidents.status_actions.dispatch()),
    Action(id="add_task", label=N_("Add a task or disposition"), keys=("Shift+D",), menu=INCIDENT, icon="plus",
           needs=needs_incident_for("task.added"), run=lambda d: d.tasks.begin_new()),
    Action(id="incident_tasks", label=N_("Tasks of the incident"), keys=("Ctrl+G",), menu=INCIDENT, icon="list",
           needs=needs_incident, run=lambda d: d.tasks.begin_for_incident()),
    Action(id="tasks", label=N_("Tasks: open, own, overdue"), keys=("Ctrl+Shift+D",), menu=INCIDENT, icon="list",
           run=lambda d: d.tasks.begin()),
    Action(id="limits", label=N_("Time limits and holidays"), keys=("Shift+L",), menu=INCIDENT,
           icon="history", run=lambda d: d.limits.begin()),
    Action(id="move", label=N_("Status"), keys=("M",), menu=INCIDENT, icon="move",
           needs=needs_incident_for("incident.moved"), run=lambda d: d.open_moves()),
    Action(id="edit", label=N_("Edit"), keys=("E",), menu=INCIDENT, icon="edit",
           needs=needs_incident_for("incident.edited", *_EDITS), run=lambda d: d.incidents.edit_actions.begin()),
    Action(id="photo", label=N_("Photo"), keys=("F",), menu=INCIDENT, icon="camera",
           needs=needs_incident_for("incident.attached"), run=lambda d: d.incidents.attachment_actions.begin()),
    Action(id="figures", label=N_("Casualties and damage"), keys=("H",), menu=INCIDENT, icon="list",
           needs=needs_incident_for("incident.counted"), run=lambda d: d.incidents.figure_actions.begin()),
    Action(id="figure_groups", label=N_("People by sex, age and vulnerable group"), keys=("Shift+J",), menu=INCIDENT,
           icon="list", needs=needs_incident_for("incident.counted"),
           run=lambda d: d.incidents.figure_actions.begin_groups()),
    Action(id="answers", label=N_("Answers of callers, people at risk"), keys=("Shift+H",), menu=INCIDENT,
           icon="note", needs=needs_incident_for("incident.answered"),
           run=lambda d: d.incidents.edit_actions.begin_answers()),
    Action(id="caller", label=N_("Caller: add, correct"), keys=("Shift+N",), menu=INCIDENT, icon="phone",
           needs=needs_incident_for("incident.caller_changed", IncidentAction.DESCRIBE),
           run=lambda d: d.incidents.caller_actions.begin()),
    Action(id="relocate", label=N_("Another place"), keys=("P",), menu=INCIDENT, icon="pin",
           needs=needs_incident_for("incident.edited", IncidentAction.PLACE),
           run=lambda d: d.incidents.edit_actions.begin_relocating()),
    Action(id="area", label=N_("Affected area"), keys=("Shift+P",), menu=INCIDENT, icon="draw",
           needs=needs_incident_for("incident.edited", IncidentAction.PLACE),
           run=lambda d: d.map.drawing.begin_area()),
    Action(id="incident_contacts", label=N_("Contacts for the incident: copy, note a call"), keys=("Ctrl+T",),
           menu=INCIDENT, icon="phone", needs=needs_incident, run=lambda d: d.contacts.begin_for_incident()),
    Action(id="timeline_filter", label=N_("Filter the timeline by kind, person, text"), keys=("Shift+F",),
           menu=INCIDENT, icon="search", needs=needs_incident, run=lambda d: d.filter_timeline()),
    Action(id="document", label=N_("Report"), keys=("R",), menu=INCIDENT, icon="report",
           needs=needs_incident, run=lambda d: d.open_reports()),
    Action(id="export", label=N_("Export the list of incidents"), keys=("Ctrl+E",), menu=INCIDENT, icon="list",
           run=lambda d: d.incidents.report_export.ask_for_list()),
    Action(id="incident_performance", label=N_("Incident performance: response times, places, workload"),
           keys=("Ctrl+Shift+F",), menu=INCIDENT, icon="report", run=lambda d: d.incidents.performance.begin()),
    Action(id="day_after_action", label=N_("Special report of a day: what was known when, delays"), menu=INCIDENT,
           icon="report", run=lambda d: d.incidents.report_export.after_action.begin_day()),
    Action(id="incident_list", label=N_("List of incidents: search, filter, archive"), keys=("Ctrl+I",),
           menu=INCIDENT, icon="search", run=lambda d: d.incidents.incident_list.begin()),
    Action(id="callers", label=N_("Find a caller by number or name"), menu=INCIDENT, icon="phone",
           needs=needs_reader_of_callers, run=lambda d: d.incidents.callers.begin()),
    Action(id="settle", label=N_("Settle conflicts"), keys=("K",), menu=INCIDENT, icon="merge",
           needs=needs_conflict, run=lambda d: d.incidents.conflict_actions.begin()),
    Action(id="merge", label=N_("Merge into another incident"), keys=("Shift+K",), menu=INCIDENT, icon="merge",
           needs=needs_open_incident_for_merge, run=lambda d: d.incidents.merge_actions.merge()),
    Action(id="unmerge", label=N_("Undo the merge"), menu=INCIDENT, icon="undo",
           needs=needs_merged_incident, run=lambda d: d.incidents.merge_actions.unmerge()),
    Action(id="locate", label=N_("Show on the map"), keys=("L",), menu=ALARM, icon="pin",
           needs=needs_place, run=lambda d: d.locate()),
    Action(id="acknowledge", label=N_("Acknowledge the alarm"), keys=("T",), menu=ALARM, icon="check",
           needs=needs_alarm_for("alarm.acknowledged"), run=lambda d: d.alarms.alarm_actions.acknowledge()),
    Action(id="make_incident", label=N_("Report an incident from the alarm"), keys=("I",), menu=ALARM,
           icon="incident", needs=needs_unlinked_alarm, run=lambda d: d.alarms.alarm_actions.make_incident()),
    Action(id="shelve", label=N_("Shelve the alarm"), keys=("Shift+T",), menu=ALARM, icon="clock",
           needs=needs_alarm_for("alarm.shelved"), run=lambda d: d.alarms.alarm_actions.shelve()),
    Action(id="end_alarm", label=N_("End the alarm of a lost device"), menu=ALARM, icon="close",
           needs=needs_supervised_alarm, run=lambda d: d.alarms.alarm_actions.end()),
    Action(id="next_alarm", label=N_("Next alarm"), keys=("A",), menu=ALARM, icon="alert",
           needs=needs_alarm_for(""), run=lambda d: d.next_alarm()),
    Action(id="alarms", label=N_("All alarms: groups, suppressed, maintenance"), keys=("Shift+A",), menu=ALARM,
           icon="list", run=lambda d: d.alarms.alarm_list.begin()),
    Action(id="receipts", label=N_("Receipts of notices: who was notified, with which result"), menu=ALARM,
           icon="history", needs=needs_receipt_reader, run=lambda d: d.notices.begin()),
    Action(id="alarm_figures", label=N_("Alarm performance (EEMUA 191)"), keys=("Ctrl+Shift+A",), menu=ALARM,
           icon="report", run=lambda d: d.alarms.alarm_list.begin_figures()),
    Action(id="mute", label=N_("Alarm sound: mute for 10 minutes, or unmute"), keys=("Shift+M",), menu=ALARM,
           icon="clock", run=lambda d: d.mute()),
    Action(id="maintain", label=N_("Station maintenance: start or end"), keys=("Shift+W",), menu=ALARM,
           icon="station", needs=needs_maintainer, run=lambda d: d.stations.maintenance_actions.begin()),
    Action(id="rules", label=N_("Rules: read, try and write them"), keys=("Ctrl+R",), menu=ALARM, icon="list",
           run=lambda d: d.rules.begin()),
    Action(id="volcano_level", label=N_("Enter the level of Gunung Talang"), keys=("Shift+V",), menu=ALARM,
           icon="edit", needs=needs_role_for("volcano.levelled"), run=lambda d: d.bulletins.begin_level()),
    Action(id="palette", label=N_("Search and commands"), keys=("Ctrl+K", "/"), menu=VIEW, icon="search",
           run=lambda d: d.open_palette()),
    Action(id="help", label=N_("Help for what has the focus"), keys=("F1",), menu=VIEW, icon="info",
           run=lambda d: d.open_help()),
    Action(id="key_card", label=N_("All keys; key card to print"), keys=("?",), menu=VIEW, icon="list",
           run=lambda d: d.open_keys()),
    Action(id="first_steps", label=N_("First steps on a new computer"), keys=("Shift+F1",),
           menu=VIEW, icon="info", run=lambda d: d.first_steps.begin()),
    Action(id="filter", label=N_("Filter incidents"), keys=("Ctrl+F",), menu=VIEW, icon="filter",
           run=lambda d: d.focus_filter()),
    Action(id="home", label=N_("Whole regency"), keys=("Ctrl+Home",), menu=VIEW, icon="home",
           run=lambda d: d.fit_map()),
    Action(id="print", label=N_("Print the map"), keys=("Ctrl+P",), menu=VIEW, icon="report",
           run=lambda d: d.map.map_print.begin()),
    Action(id="replay", label=N_("Replay on the map: start or end"), keys=("J", "Ctrl+J"), menu=VIEW,
           icon="history", run=lambda d: d.replay.toggle()),
    Action(id="focus_board", label=N_("Go to the board"), keys=("Ctrl+1",), menu=VIEW, icon="board",
           run=lambda d: d.focus_board()),
    Action(id="focus_map", label=N_("Go to the map"), keys=("Ctrl+2",), menu=VIEW, icon="layers",
           run=lambda d: d.focus_map()),
    Action(id="focus_details", label=N_("Go to the details"), keys=("Ctrl+3",), menu=VIEW, icon="list",
           run=lambda d: d.focus_details()),
    Action(id="toggle_board", label=N_("Board: show or hide"), keys=("F6",), menu=VIEW, icon="board",
           run=lambda d: d.toggle_panel("board")),
    Action(id="toggle_details", label=N_("Details: show or hide"), keys=("F7",), menu=VIEW, icon="list",
           run=lambda d: d.toggle_panel("details")),
    Action(id="toggle_chart", label=N_("Chart: show or hide"), keys=("F8",), menu=VIEW, icon="station",
           run=lambda d: d.toggle_panel("chart")),
    Action(id="toggle_units", label=N_("Units: show or hide"), keys=("Ctrl+U",), menu=VIEW, icon="user",
           run=lambda d: d.toggle_panel("units")),
    Action(id="toggle_layers", label=N_("Layers: show or hide"), keys=("Ctrl+L",), menu=VIEW, icon="layers",
           run=lambda d: d.toggle_panel("layers")),
    Action(id="sources", label=N_("Earthquakes, warnings and data sources"), keys=("Ctrl+B",), menu=VIEW,
           icon="server", run=lambda d: d.bulletins.begin()),
    Action(id="station_page", label=N_("Station page: health, limits, history"), keys=("Y",), menu=VIEW,
           icon="station", needs=needs_station, run=lambda d: d.stations.station_page.begin()),
    Action(id="stations", label=N_("All stations: silent, high, low battery"), keys=("Shift+Y",), menu=VIEW,
           icon="list", run=lambda d: d.stations.station_list.begin()),
    Action(id="save_chart", label=N_("Save the chart as a picture or a table"), keys=("Shift+G",), menu=VIEW,
           icon="download", needs=needs_station, run=lambda d: d.stations.chart_export.ask()),
    Action(id="compare_gauges", label=N_("Chart: upstream gauges, show or hide"), keys=("Shift+C",), menu=VIEW,
           icon="station", needs=needs_station, run=lambda d: d.stations.chart_export.compare()),
    Action(id="detach_chart", label=N_("Chart: separate window, or dock"), menu=VIEW, icon="station",
           run=lambda d: d.detach_panel("chart")),
    Action(id="detach_details", label=N_("Details: separate window, or dock"), menu=VIEW, icon="list",
           run=lambda d: d.detach_panel("details")),
    Action(id="settings", label=N_("Settings: theme, text, sound, lock, data saver"), keys=("Ctrl+,",), menu=CONSOLE,
           icon="edit", run=lambda d: d.settings.begin()),
    Action(id="theme", label=N_("Theme: dark or light"), keys=("F9",), menu=VIEW, icon="moon",
           run=lambda d: d.change_theme()),
    Action(id="larger", label=N_("Larger text"), keys=("Ctrl++", "Ctrl+="), menu=VIEW, icon="plus",
           run=lambda d: d.change_text(1)),
    Action(id="smaller", label=N_("Smaller text"), keys=("Ctrl+-",), menu=VIEW, icon="minus",
           run=lambda d: d.change_text(-1)),
    Action(id="wall_view", label=N_("Wall view on the second screen: open or close"), keys=("Ctrl+F11",), menu=VIEW,
           icon="board", run=lambda d: d.wall.toggle()),
    Action(id="full_screen", label=N_("Full screen"), keys=("F11",), menu=VIEW, icon="zoom-box",
           run=lambda d: d.toggle_full_screen()),
    Action(id="register_station", label=N_("Register a station"), keys=("Ctrl+Shift+Y",), menu=STATION, icon="plus",
           needs=needs_role_for("station.registered"), run=lambda d: d.stations.registration.begin()),
    Action(id="edit_station", label=N_("Edit the station: limits, parameters, river"), keys=("Ctrl+Y",),
           menu=STATION, icon="edit", needs=needs_station_for("station.changed"),
           run=lambda d: d.stations.registration.begin_edit()),
    Action(id="station_limits", label=N_("Change the thresholds and ranges of the station"), menu=STATION,
           icon="edit", needs=needs_station_for("station.changed"),
           run=lambda d: d.stations.registration.begin_limits()),
    Action(id="import_stations", label=N_("Import stations from CSV or XLSX"), keys=("Ctrl+Shift+O",), menu=STATION,
           icon="download", needs=needs_role_for("station.registered"),
           run=lambda d: d.stations.station_import.begin()),
    Action(id="unregistered_stations", label=N_("Stations that send and are not registered"), menu=STATION,
           icon="radio", needs=needs_server, run=lambda d: d.stations.unregistered.begin()),
    Action(id="gateway_mappings", label=N_("Gateways: mappings and recorded messages"), keys=("Ctrl+Shift+G",),
           menu=STATION, icon="radio", needs=needs_administrator, run=lambda d: d.gateways.begin()),
    Action(id="station_template", label=N_("Save the template for station imports"), menu=STATION, icon="list",
           run=lambda d: d.stations.station_import.save_template()),
    Action(id="export_stations", label=N_("Export the stations as a table"), menu=STATION, icon="list",
           run=lambda d: d.stations.station_import.save_export()),
    Action(id="move_station", label=N_("Move the station on the map"), menu=STATION, icon="pin",
           needs=needs_station_for("station.changed"), run=lambda d: d.stations.state_actions.move()),
    Action(id="retire_station", label=N_("Retire the station, or put it back into service"), menu=STATION,
           icon="close", needs=needs_station_for("station.retired"),
           run=lambda d: d.stations.state_actions.retire_or_restore()),
    *_TOOLS,
    Action(id="go_to", label=N_("Go to a place or coordinates"), keys=("G",), menu=MAP, icon="pin",
           run=lambda d: d.open_palette()),
    Action(id="keep_view", label=N_("Bookmark this view"), keys=("Ctrl+D",), menu=MAP, icon="bookmark",
           run=lambda d: d.map.bookmarks.begin_keeping()),
    Action(id="import_map", label=N_("Import a map file"), keys=("Ctrl+O",), menu=MAP, icon="download",
           run=lambda d: d.map.map_import_actions.ask_for_file()),
    Action(id="undo", label=N_("Undo"), keys=("Ctrl+Z",), menu=CONSOLE, icon="undo", run=lambda d: d.undo()),
    Action(id="sync", label=N_("Sync now"), keys=("F5",), menu=CONSOLE, icon="sync", needs=needs_server,
           run=lambda d: d.sync_now()),
    Action(id="data_saver", label=N_("Data saver: on or off"), keys=("Shift+F5",), menu=CONSOLE, icon="radio",
           run=lambda d: d.sync.data_saver.toggle()),
    Action(id="live_station", label=N_("Data saver: keep this station live, or not"), keys=("Ctrl+F5",),
           menu=CONSOLE, icon="station", needs=needs_station, run=lambda d: d.sync.data_saver.toggle_station()),
    Action(id="type_reading", label=N_("Enter manual readings of the station"), keys=("W",), menu=CONSOLE,
           icon="station", needs=needs_typist, run=lambda d: d.stations.manual_readings.begin()),
    Action(id="register_unit", label=N_("Register a unit"), keys=("Ctrl+Shift+U",), menu=CONSOLE, icon="user",
           needs=needs_role_for("unit.registered"), run=lambda d: d.units.unit_registration.begin()),
    Action(id="check_in_unit", label=N_("Unit checks in by radio"), keys=("Shift+R",), menu=CONSOLE,
           icon="radio", needs=needs_unit_for("unit.checked_in"), run=lambda d: d.units.check_in_actions.check_in()),
    Action(id="request_help", label=N_("Unit asks for help"), keys=("Shift+X",), menu=CONSOLE, icon="alert",
           needs=needs_unit_for("unit.help_requested"), run=lambda d: d.units.help_actions.begin_request()),
    Action(id="acknowledge_help", label=N_("Acknowledge a call for help"), keys=("Ctrl+Shift+X",), menu=CONSOLE,
           icon="check", needs=needs_role_for("unit.help_acknowledged"),
           run=lambda d: d.units.help_actions.acknowledge()),
    Action(id="contacts", label=N_("Contacts: find, add, import"), keys=("Ctrl+Shift+T",), menu=CONSOLE, icon="phone",
           run=lambda d: d.contacts.begin()),
    Action(id="shelters", label=N_("Shelters and posts: evacuees, add, count"), keys=("Ctrl+Shift+H",), menu=CONSOLE,
           icon="home", run=lambda d: d.shelters.begin()),
    Action(id="aid", label=N_("Needs and aid: balance, record, correct"), keys=("Ctrl+Shift+B",), menu=CONSOLE,
           icon="list", run=lambda d: d.aid.begin()),
    Action(id="incident_aid", label=N_("Needs and aid of the incident"), menu=INCIDENT, icon="list",
           needs=needs_incident, run=lambda d: d.aid.begin_for_incident()),
    Action(id="disruptions", label=N_("Closed roads and outages: list, report, end"), keys=("Ctrl+Shift+R",),
           menu=CONSOLE, icon="pin", run=lambda d: d.disruptions.begin()),
    Action(id="incident_disruptions", label=N_("Closed roads and outages of the incident"), menu=INCIDENT, icon="pin",
           needs=needs_incident, run=lambda d: d.disruptions.begin_for_incident()),
    Action(id="incident_shelters", label=N_("Shelters of the incident"), menu=INCIDENT, icon="home",
           needs=needs_incident, run=lambda d: d.shelters.begin_for_incident()),
    Action(id="keeping", label=N_("Retention of readings"), keys=("Ctrl+Shift+K",), menu=CONSOLE,
           icon="history", run=lambda d: d.stations.retention.begin()),
    Action(id="export_bundle", label=N_("Export a bundle for USB or chat"), keys=("Ctrl+Shift+E",), menu=CONSOLE,
           icon="attachment", run=lambda d: d.sync.bundles.ask_for_export()),
    Action(id="import_bundle", label=N_("Import a bundle"), keys=("Ctrl+Shift+I",), menu=CONSOLE,
           icon="attachment", run=lambda d: d.sync.bundles.ask_for_import()),
    Action(id="held", label=N_("Held changes"), keys=("B",), menu=CONSOLE, icon="lock",
           run=lambda d: d.sync.held_and_rejected.begin_held()),
    Action(id="rejected", label=N_("Rejected changes"), keys=("Shift+B",), menu=CONSOLE, icon="history",
           run=lambda d: d.sync.held_and_rejected.begin_rejected()),
    Action(id="exercises", label=N_("Exercises: show, start, replay a day, end"), keys=("Ctrl+Shift+L",),
           menu=CONSOLE, icon="flag", run=lambda d: d.exercises.begin()),
    Action(id="leave_exercise", label=N_("Leave the exercise"), menu=CONSOLE, icon="flag", needs=needs_exercise,
           run=lambda d: d.exercises.leave()),
    Action(id="log_in", label=N_("Log in, or change the user"), menu=CONSOLE, icon="user",
           run=lambda d: d.sync.login.begin()),
    Action(id="administration", label=N_("Users, devices and sessions"), keys=("Ctrl+Shift+P",), menu=CONSOLE,
           icon="user", needs=needs_administrator, run=lambda d: d.people.administration.begin()),
    Action(id="backups", label=N_("Backups of the server"), menu=CONSOLE, icon="history",
           needs=needs_administrator, run=lambda d: d.people.backups.begin()),
    Action(id="personal_data", label=N_("Personal data of callers: find, erase"), menu=CONSOLE, icon="search",
           needs=needs_administrator, run=lambda d: d.people.personal_data.begin()),
    Action(id="deputies", label=N_("Acting deputies: list, name, end"), menu=CONSOLE, icon="user",
           needs=needs_deputy_namer, run=lambda d: d.people.deputies.begin()),
    Action(id="shift", label=N_("Shift on duty: log, promises, handover"), keys=("Ctrl+Shift+S",), menu=CONSOLE,
           icon="history", run=lambda d: d.shifts.begin()),
    Action(id="calls", label=N_("Call log: ghost, prank, information; correct, link, export"), keys=("Ctrl+Shift+C",),
           menu=CONSOLE, icon="phone", run=lambda d: d.calls.begin()),
    Action(id="messages", label=N_("Messages: those that wait, report, join, close, export"), keys=("Ctrl+Shift+M",),
           menu=CONSOLE, icon="note", run=lambda d: d.messages.begin()),
    Action(id="events", label=N_("Parent events: totals, incidents, situation report"), keys=("Ctrl+Shift+N",),
           menu=CONSOLE, icon="incident", run=lambda d: d.events.begin()),
    Action(id="put_under_event", label=N_("Put the incident under a parent event, or take it out"), keys=("Shift+E",),
           menu=INCIDENT, icon="merge", needs=needs_incident_for("incident.grouped", IncidentAction.GROUP),
           run=lambda d: d.events.begin_for_incident()),
    Action(id="incident_event", label=N_("Parent event of the incident: totals, related incidents"), keys=("Ctrl+M",),
           menu=INCIDENT, icon="incident", needs=needs_incident_in_event, run=lambda d: d.events.begin_of_incident()),
    Action(id="shift_handover", label=N_("Shift handover"), menu=CONSOLE,
           icon="history", run=lambda d: d.shifts.begin_handover()),
    Action(id="roster", label=N_("Duty roster: who is on duty, by week"), keys=("Ctrl+Shift+J",), menu=CONSOLE,
           icon="user", run=lambda d: d.roster.begin()),
    Action(id="log_out", label=N_("Log out; unsent work stays here"), menu=CONSOLE, icon="user",
           needs=needs_person, run=lambda d: d.people.log_out.begin()),
    Action(id="password", label=N_("Change the own password"), menu=CONSOLE, icon="lock",
           needs=needs_person, run=lambda d: d.people.password.begin()),
    Action(id="second_factor", label=N_("Second factor of the own log-in"), menu=CONSOLE, icon="lock",
           needs=needs_second_factor_role, run=lambda d: d.people.second_factor.begin()),
    Action(id="hand_over", label=N_("Hand over this computer: send everything, then erase"), menu=CONSOLE,
           icon="trash", needs=needs_person, run=lambda d: d.people.hand_over.begin()),
    Action(id="lock", label=N_("Lock the window; alarms go on"), keys=("F12",), menu=CONSOLE, icon="lock",
           needs=needs_person, run=lambda d: d.people.lock.lock()),
    Action(id="lock_time", label=N_("Lock the window by itself: after how many minutes"), menu=CONSOLE, icon="clock",
           run=lambda d: d.people.lock.ask_for_time()),
    Action(id="language", label=N_("Language: Bahasa Indonesia or English"), keys=("F10",), menu=CONSOLE, icon="info",
           run=lambda d: d.change_language()),
    Action(id="quit", label=N_("Quit"), keys=("Ctrl+Q",), menu=CONSOLE, icon="close", run=lambda d: d.quit()),
)  # fmt: skip

BY_ID: Final = {action.id: action for action in ACTIONS}
ON_DETAILS: Final = ("note", "dispatch", "move", "edit", "photo", "document")


def action_state(action: Action, action_context: ActionContext) -> ActionState:
    """Return an action as buttons and menus show it."""
    return ActionState(
        code=action.id, label=_(action.label), key=key_caption(action.shown_key), reason=action.reason(action_context)
    )


def details_actions(action_context: ActionContext) -> tuple[ActionState, ...]:
    """Return the buttons under an incident. The details panel calls "document" "report"."""
    states = (action_state(BY_ID[name], action_context) for name in ON_DETAILS)
    return tuple(replace(state, code="report") if state.code == "document" else state for state in states)


def command_items(action_context: ActionContext) -> tuple[PaletteItem, ...]:
    """Return all actions for the command palette, available ones first."""
    items = [
        PaletteItem(
            id=action.id,
            kind="command",
            title=_(action.label),
            detail=action.reason(action_context) or _(action.menu),
            key=key_caption(action.shown_key),
            icon=action.icon,
            words=action.label,
            reason=action.reason(action_context),
        )
        for action in ACTIONS
        if action.id != "palette"
    ]
    return tuple(sorted(items, key=lambda item: bool(item.reason)))
