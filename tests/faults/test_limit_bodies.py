"""Accepted bodies at the limits of their fields pass through server, consoles, commands, reports and the window."""

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot
from support.command_line import CommandLine
from support.judged_journal import key_of
from support.limit_bodies import NOW, bodies_at_limits
from support.operator_device import OperatorDevice
from support.running_server import RunningServer, start_server
from support.window_fixture import log_in_and_sync, open_window

from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.bounds import EARLIEST, LATEST
from tabuah.operations.bulletins.entry_bodies import VolcanoLevelled
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents.entry_bodies import (
    IncidentAnswered,
    IncidentAttached,
    IncidentCounted,
    IncidentEdited,
    IncidentReported,
)
from tabuah.operations.maintenance.entry_bodies import MaintenancePlanned
from tabuah.operations.people.roles import Role
from tabuah.operations.rules.entry_bodies import RuleWritten
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.operations.units.entry_bodies import UnitRegistered

Bodies = list[msgspec.Struct]
WRITTEN: Final[dict[type[msgspec.Struct], str]] = {
    StationRegistered: "station.registered",
    RuleWritten: "rule.written",
    IncidentReported: "incident.reported",
    IncidentEdited: "incident.edited",
    IncidentAttached: "incident.attached",
    IncidentCounted: "incident.counted",
    IncidentAnswered: "incident.answered",
    AlarmRaised: "alarm.raised",
    MaintenancePlanned: "maintenance.planned",
    UnitRegistered: "unit.registered",
    VolcanoLevelled: "volcano.levelled",
}
LISTS: Final = (
    ("incident", "list"),
    ("alarm", "list", "--all"),
    ("alarm", "suppressed"),
    ("station", "list"),
    ("station", "maintenance"),
    ("rule", "list"),
    ("unit", "list"),
    ("volcano", "list"),
    ("status",),
    ("rejected", "list"),
)


def draft_of(index: int, body: msgspec.Struct) -> Draft:
    kind = WRITTEN[type(body)]
    match body:
        case StationRegistered():
            key = body.station.code
        case RuleWritten():
            key = body.rule.id
        case UnitRegistered():
            key = body.id
        case VolcanoLevelled():
            key = "261160"
        case IncidentReported():
            key = key_of(1)
        case IncidentEdited() | IncidentAttached() | IncidentCounted() | IncidentAnswered():
            key = key_of(1)
        case _:
            key = key_of(100 + index)
    return Draft(subject=f"{kind.partition('.')[0]}/{key}", kind=kind, body=encode_body(body))


def write(server: RunningServer, bodies: Bodies) -> int:
    authors = {
        role: OperatorDevice(server.journal, user=f"p-{role}", role=role) for role in (Role.ADMIN, Role.SUPERVISOR)
    }
    accepted = 0
    for index, body in enumerate(bodies):
        author = authors[Role.ADMIN if isinstance(body, StationRegistered | UnitRegistered) else Role.SUPERVISOR]
        ((verdict, reason),) = author.push(draft_of(index, body))
        assert reason not in ("not_judgeable", "out_of_bounds"), body
        accepted += verdict == "accepted"
    return accepted


def check_server(server: RunningServer) -> None:
    server.service.readings.check_silence()
    server.service.escalation_scheduler.write_due()
    server.service.feeds.update_alarms()


HOUR: Final = timedelta(hours=1)
MAINTENANCE: Final = st.sampled_from([EARLIEST, NOW, LATEST - HOUR]).map(
    lambda since: MaintenancePlanned(stations=("AA",), since=since, until=since + HOUR, reason="x" * 400)
)
BODIES: Final = st.tuples(
    *(MAINTENANCE if cls is MaintenancePlanned else bodies_at_limits(cls) for cls in WRITTEN)
).map(list)


@settings(
    max_examples=3,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(bodies=BODIES)
def test_bodies_at_limits_are_handled_everywhere(bodies: Bodies, capsys: pytest.CaptureFixture[str], qtbot: QtBot):
    with ExitStack() as opened:
        directory = Path(opened.enter_context(TemporaryDirectory()))
        with start_server(directory / "server") as server:
            server.add_user("ani")
            write(server, bodies)
            check_server(server)
        server = opened.enter_context(start_server(directory / "server"))
        check_server(server)
        data = directory / "console"
        log_in_and_sync(data, server, "ani")
        run = CommandLine(capsys, data)
        for command in LISTS:
            for more in ((), ("--json",)):
                code, out, err = run(*command, *more)
                assert code == 0, (command, out, err)
        code, out, err = run("report", "daily", "--output", str(directory / "daily.pdf"))
        assert code == 0, (out, err)
        window = open_window(qtbot, data)
        opened.callback(window.console.close)
        for station in window.console.services.state.snapshot.stations:
            window.selection.choose_station(station)
        for incident in window.incidents:
            window.selection.choose_incident(incident.id)
        qtbot.wait(500)
        window.updates._on_tick()
