"""The one table of actions: what can be done, by which key, and why it cannot; for keys, menus and palette."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from tabuah.console.window.link import LinkState
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.authority.roles import SENDS_READINGS, may_write
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.reasons import reason_words
from tabuah.resources.catalogue import N_, _
from tabuah.widgets.map.tools.tool_list import ENTRIES
from tabuah.widgets.palette.palette_item import PaletteItem
from tabuah.widgets.values import ActionState

if TYPE_CHECKING:
    from tabuah.console.window.doing import Doing


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What decides whether an action can be done now."""

    snapshot: RoomSnapshot
    incident: Incident | None
    alarm: Alarm | None
    link: LinkState
    station: str = ""  # code of the station whose chart is shown
    held_report: bool = False  # what is looked at was reported here and waits for a supervisor


Needs = Callable[[Situation], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action; `label` is English, marked for translation. `keys` in Qt's portable words, the first one is shown.

    `reason` says in words why it cannot be done now; empty when it can.
    """

    id: str
    label: str
    run: Callable[["Doing"], None]
    menu: str
    keys: tuple[str, ...] = ()
    icon: str = "command"
    needs: Needs = lambda _situation: ""

    @property
    def shown_key(self) -> str:
        """The key as people read it."""
        return self.keys[0] if self.keys else ""

    def reason(self, situation: Situation) -> str:
        """Why it cannot be done now; empty when it can."""
        return self.needs(situation)


def _incident(kind: str) -> Needs:
    """An incident must be chosen, and the role must allow the entry."""

    def needs(situation: Situation) -> str:
        if situation.incident is None:
            return _chosen(situation)
        return "" if may_write(situation.snapshot.role, kind) else reason_words("role_forbids")

    return needs


def _alarm(kind: str) -> Needs:
    """An alarm must be in the strip, and the role must allow the entry."""

    def needs(situation: Situation) -> str:
        if situation.alarm is None:
            return _("There is no alarm.")
        return "" if not kind or may_write(situation.snapshot.role, kind) else reason_words("role_forbids")

    return needs


def _may(kind: str) -> Needs:
    return lambda situation: "" if may_write(situation.snapshot.role, kind) else reason_words("role_forbids")


def _place(situation: Situation) -> str:
    if situation.alarm is not None or (situation.incident is not None and situation.incident.place is not None):
        return ""
    return _("There is no alarm, and no incident with a place is chosen.")


def _chosen(situation: Situation) -> str:
    if situation.held_report:
        return _("This report waits for a supervisor; until then nothing can be added to it.")
    return "" if situation.incident is not None else _("Choose an incident first.")


def _make_incident(situation: Situation) -> str:
    if situation.alarm is not None and situation.alarm.incidents:
        return _("An incident was made of this alarm already.")
    return _alarm("incident.reported")(situation)


def _conflicts(situation: Situation) -> str:
    return "" if situation.snapshot.counts.conflicts else _("No open conflicts")


def _station(situation: Situation) -> str:
    return "" if situation.station else _("Choose a station on the map first.")


def _typist(situation: Situation) -> str:
    if _station(situation):
        return _station(situation)
    return "" if situation.snapshot.role in SENDS_READINGS else reason_words("role_forbids")


def _maintain(situation: Situation) -> str:
    return _station(situation) or _may("maintenance.planned")(situation)


def _server(situation: Situation) -> str:
    return _("Log in to a server first.") if situation.link is LinkState.NONE else ""


INCIDENT: Final = N_("Incident")
ALARM: Final = N_("Alarm")
VIEW: Final = N_("View")
MAP: Final = N_("Map")
CONSOLE: Final = N_("Console")
MENUS: Final = (INCIDENT, ALARM, VIEW, MAP, CONSOLE)


def _take_tool(code: str, doing: "Doing") -> None:
    doing.take_tool(code)


_TOOLS: Final = tuple(
    Action(id=f"tool_{entry.code}", label=entry.label, keys=(entry.key,), menu=MAP, icon=entry.icon,
           run=partial(_take_tool, entry.code))
    for entry in ENTRIES
)  # fmt: skip

ACTIONS: Final = (
    Action(id="report", label=N_("Report an incident"), keys=("N",), menu=INCIDENT, icon="plus",
           needs=_may("incident.reported"), run=lambda d: d.reporting.begin()),
    Action(id="note", label=N_("Note it"), keys=("C",), menu=INCIDENT, icon="note",
           needs=_incident("incident.noted"), run=lambda d: d.noting.begin()),
    Action(id="dispatch", label=N_("Dispatch"), keys=("D",), menu=INCIDENT, icon="radio",
           needs=_incident("incident.moved"), run=lambda d: d.moving.dispatch()),
    Action(id="move", label=N_("Status"), keys=("M",), menu=INCIDENT, icon="move",
           needs=_incident("incident.moved"), run=lambda d: d.open_moves()),
    Action(id="edit", label=N_("Edit"), keys=("E",), menu=INCIDENT, icon="edit",
           needs=_incident("incident.edited"), run=lambda d: d.editing.begin()),
    Action(id="photo", label=N_("Photo"), keys=("F",), menu=INCIDENT, icon="camera",
           needs=_incident("incident.attached"), run=lambda d: d.attaching.begin()),
    Action(id="figures", label=N_("Casualties and damage"), keys=("H",), menu=INCIDENT, icon="list",
           needs=_incident("incident.counted"), run=lambda d: d.editing.begin_figures()),
    Action(id="relocate", label=N_("Another place"), keys=("P",), menu=INCIDENT, icon="pin",
           needs=_incident("incident.edited"), run=lambda d: d.editing.begin_relocating()),
    Action(id="area", label=N_("Affected area"), keys=("Shift+P",), menu=INCIDENT, icon="draw",
           needs=_incident("incident.edited"), run=lambda d: d.sketching.begin_area()),
    Action(id="document", label=N_("Report"), keys=("R",), menu=INCIDENT, icon="report",
           needs=_chosen, run=lambda d: d.open_reports()),
    Action(id="export", label=N_("Export the list of incidents"), keys=("Ctrl+E",), menu=INCIDENT, icon="list",
           run=lambda d: d.issuing.ask_for_list()),
    Action(id="settle", label=N_("Settle conflicts"), keys=("K",), menu=INCIDENT, icon="merge",
           needs=_conflicts, run=lambda d: d.settling.begin()),
    Action(id="locate", label=N_("Show on the map"), keys=("L",), menu=ALARM, icon="pin",
           needs=_place, run=lambda d: d.locate()),
    Action(id="acknowledge", label=N_("Acknowledge the alarm"), keys=("T",), menu=ALARM, icon="check",
           needs=_alarm("alarm.acknowledged"), run=lambda d: d.answering.acknowledge()),
    Action(id="make_incident", label=N_("Make an incident of the alarm"), keys=("I",), menu=ALARM, icon="incident",
           needs=_make_incident, run=lambda d: d.answering.make_incident()),
    Action(id="shelve", label=N_("Shelve the alarm"), keys=("Shift+T",), menu=ALARM, icon="clock",
           needs=_alarm("alarm.shelved"), run=lambda d: d.answering.shelve()),
    Action(id="next_alarm", label=N_("Next alarm"), keys=("A",), menu=ALARM, icon="alert",
           needs=_alarm(""), run=lambda d: d.next_alarm()),
    Action(id="alarms", label=N_("All alarms: groups, kept quiet, maintenance"), keys=("Shift+A",), menu=ALARM,
           icon="list", run=lambda d: d.overseeing.begin()),
    Action(id="alarm_figures", label=N_("Figures of the alarms (EEMUA 191)"), keys=("Ctrl+Shift+A",), menu=ALARM,
           icon="report", run=lambda d: d.overseeing.begin_figures()),
    Action(id="mute", label=N_("Mute the alarm sound for 10 minutes, or no longer"), keys=("Shift+M",), menu=ALARM,
           icon="clock", run=lambda d: d.mute()),
    Action(id="maintain", label=N_("Maintenance of the station: begin or end"), keys=("Shift+W",), menu=ALARM,
           icon="station", needs=_maintain, run=lambda d: d.maintaining.begin()),
    Action(id="rules", label=N_("Rules: read, try and write them"), keys=("Ctrl+R",), menu=ALARM, icon="list",
           run=lambda d: d.rule_writing.begin()),
    Action(id="volcano_level", label=N_("State the level of Gunung Talang"), keys=("Shift+V",), menu=ALARM,
           icon="edit", needs=_may("volcano.levelled"), run=lambda d: d.sourcing.begin_level()),
    Action(id="palette", label=N_("Search and commands"), keys=("Ctrl+K", "/", "F1"), menu=VIEW, icon="search",
           run=lambda d: d.open_palette()),
    Action(id="filter", label=N_("Filter incidents"), keys=("Ctrl+F",), menu=VIEW, icon="filter",
           run=lambda d: d.focus_filter()),
    Action(id="home", label=N_("Whole regency"), keys=("Ctrl+Home",), menu=VIEW, icon="home",
           run=lambda d: d.fit_map()),
    Action(id="print", label=N_("Print the map"), keys=("Ctrl+P",), menu=VIEW, icon="report",
           run=lambda d: d.printing.begin()),
    Action(id="replay", label=N_("Replay the past on the map, or back to now"), keys=("J",), menu=VIEW,
           icon="history", run=lambda d: d.replaying.toggle()),
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
           icon="server", run=lambda d: d.sourcing.begin()),
    Action(id="station_page", label=N_("Page of the station: health, limits, past"), keys=("Y",), menu=VIEW,
           icon="station", needs=_station, run=lambda d: d.inspecting.begin()),
    Action(id="stations", label=N_("All stations: silent, high, low battery"), keys=("Shift+Y",), menu=VIEW,
           icon="list", run=lambda d: d.surveying.begin()),
    Action(id="save_chart", label=N_("Save the chart as a picture or a table"), keys=("Shift+G",), menu=VIEW,
           icon="download", needs=_station, run=lambda d: d.charting.ask()),
    Action(id="compare_gauges", label=N_("Chart: gauges above beside it, or no longer"), keys=("Shift+C",), menu=VIEW,
           icon="station", needs=_station, run=lambda d: d.charting.compare()),
    Action(id="detach_chart", label=N_("Chart in a window of its own, or back"), menu=VIEW, icon="station",
           run=lambda d: d.detach_panel("chart")),
    Action(id="detach_details", label=N_("Details in a window of their own, or back"), menu=VIEW, icon="list",
           run=lambda d: d.detach_panel("details")),
    Action(id="theme", label=N_("Dark or light"), keys=("F9",), menu=VIEW, icon="moon",
           run=lambda d: d.change_theme()),
    Action(id="larger", label=N_("Larger text"), keys=("Ctrl++", "Ctrl+="), menu=VIEW, icon="plus",
           run=lambda d: d.change_text(1)),
    Action(id="smaller", label=N_("Smaller text"), keys=("Ctrl+-",), menu=VIEW, icon="minus",
           run=lambda d: d.change_text(-1)),
    Action(id="full_screen", label=N_("Full screen"), keys=("F11",), menu=VIEW, icon="zoom-box",
           run=lambda d: d.toggle_full_screen()),
    *_TOOLS,
    Action(id="go_to", label=N_("Go to a place or coordinates"), keys=("G",), menu=MAP, icon="pin",
           run=lambda d: d.open_palette()),
    Action(id="keep_view", label=N_("Keep this view"), keys=("Ctrl+D",), menu=MAP, icon="bookmark",
           run=lambda d: d.bookmarking.begin_keeping()),
    Action(id="import_map", label=N_("Import a map file"), keys=("Ctrl+O",), menu=MAP, icon="download",
           run=lambda d: d.importing.ask_for_file()),
    Action(id="undo", label=N_("Undo"), keys=("Ctrl+Z",), menu=CONSOLE, icon="undo", run=lambda d: d.undo()),
    Action(id="sync", label=N_("Sync now"), keys=("F5",), menu=CONSOLE, icon="sync", needs=_server,
           run=lambda d: d.sync_now()),
    Action(id="data_saver", label=N_("Data saver: on or off"), keys=("Shift+F5",), menu=CONSOLE, icon="radio",
           run=lambda d: d.sparing.switch()),
    Action(id="live_station", label=N_("Data saver: this station live, or no longer"), keys=("Ctrl+F5",),
           menu=CONSOLE, icon="station", needs=_station, run=lambda d: d.sparing.switch_station()),
    Action(id="type_reading", label=N_("Type in what was read at the station"), keys=("W",), menu=CONSOLE,
           icon="station", needs=_typist, run=lambda d: d.typing_in.begin()),
    Action(id="register_unit", label=N_("Register a unit"), keys=("Ctrl+Shift+U",), menu=CONSOLE, icon="user",
           needs=_may("unit.registered"), run=lambda d: d.unit_registering.begin()),
    Action(id="keeping", label=N_("How long readings are kept"), keys=("Ctrl+Shift+K",), menu=CONSOLE,
           icon="history", run=lambda d: d.keeping.begin()),
    Action(id="export_bundle", label=N_("Export a bundle for USB or chat"), keys=("Ctrl+Shift+E",), menu=CONSOLE,
           icon="attachment", run=lambda d: d.carrying.ask_for_export()),
    Action(id="import_bundle", label=N_("Import a bundle"), keys=("Ctrl+Shift+I",), menu=CONSOLE,
           icon="attachment", run=lambda d: d.carrying.ask_for_import()),
    Action(id="held", label=N_("Held changes"), keys=("B",), menu=CONSOLE, icon="lock",
           run=lambda d: d.clearing.begin_held()),
    Action(id="rejected", label=N_("Rejected changes"), keys=("Shift+B",), menu=CONSOLE, icon="history",
           run=lambda d: d.clearing.begin_rejected()),
    Action(id="log_in", label=N_("Log in, or change the user"), menu=CONSOLE, icon="user",
           run=lambda d: d.logging_in.begin()),
    Action(id="language", label=N_("Bahasa Indonesia or English"), keys=("F10",), menu=CONSOLE, icon="info",
           run=lambda d: d.change_language()),
    Action(id="quit", label=N_("Quit"), keys=("Ctrl+Q",), menu=CONSOLE, icon="close", run=lambda d: d.quit()),
)  # fmt: skip

BY_ID: Final = {action.id: action for action in ACTIONS}
ON_DETAILS: Final = ("note", "dispatch", "move", "edit", "photo", "document")


def action_state(action: Action, situation: Situation) -> ActionState:
    """An action as buttons and menus show it."""
    return ActionState(
        code=action.id, label=_(action.label), key=shown(action.shown_key), reason=action.reason(situation)
    )


def details_actions(situation: Situation) -> tuple[ActionState, ...]:
    """The buttons under an incident; the panel knows reports as "report"."""
    states = (action_state(BY_ID[name], situation) for name in ON_DETAILS)
    return tuple(
        ActionState(
            code="report" if state.code == "document" else state.code,
            label=state.label,
            key=state.key,
            reason=state.reason,
        )
        for state in states
    )


def command_items(situation: Situation) -> tuple[PaletteItem, ...]:
    """All actions as the palette finds them: those that can be done first."""
    items = [
        PaletteItem(
            id=action.id,
            kind="command",
            title=_(action.label),
            detail=action.reason(situation) or _(action.menu),
            key=shown(action.shown_key),
            icon=action.icon,
            words=action.label,
            reason=action.reason(situation),
        )
        for action in ACTIONS
        if action.id != "palette"
    ]
    return tuple(sorted(items, key=lambda item: bool(item.reason)))


def shown(key: str) -> str:
    """A key as it stands in a cap: "Ctrl K"."""
    return key.replace("++", " +").replace("+", " ") if len(key) > 1 else key
