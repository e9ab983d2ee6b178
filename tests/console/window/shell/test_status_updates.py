"""The status bar: services and counts."""

from support.window_values import NOW, snapshot_with

from tabuah.console.window.shell.status_updates import status_summary
from tabuah.console.window.state.connection_status import ConnectionStatus
from tabuah.operations.people.roles import Role
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.widgets.values import Level


def test_status_bar_shows_unreachable_server() -> None:
    summary = status_summary(
        snapshot_with(role=Role.OPERATOR),
        ConnectionStatus(state=ConnectionState.OFFLINE, problem="x"),
        latest={},
        severities=[],
        now=NOW,
    )
    assert summary.services[0].text == "Server tidak terjangkau"
    assert summary.services[0].level is Level.ATTENTION
