"""The state that decides which actions are available."""

import msgspec

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.sync.connection_state import ConnectionState


class ActionContext(msgspec.Struct, frozen=True, kw_only=True):
    """The state that decides which actions are available."""

    snapshot: ConsoleSnapshot
    incident: Incident | None
    alarm: Alarm | None
    link: ConnectionState
    linked_reason: str = ""  # why no incident can be made of the alarm and its group
    station: str = ""  # code of the station in the chart
    unit: str = ""  # call sign of the selected unit
    in_exercise: bool = False  # whether the window shows an exercise
    over_reason: str = ""  # why writing is not possible: the exercise of the window has ended
    held_report: bool = False  # the selected incident is a report from this console that is held for a supervisor
