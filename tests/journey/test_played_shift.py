"""The worst hour of a shift: storm, earthquake and 19 calls over four consoles, one offline, then the handover."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from support.keyboard_bot import KeyboardBot
from support.played_calls import (
    DESK,
    GATEWAY,
    NEXT_SUPERVISOR,
    POSKO,
    SHIFT_STARTS_AT,
    SUPERVISOR,
    WHOLE_SHIFT,
    WINDOW,
    WORST_HOUR,
    event_of,
    read_calls,
)
from support.played_checks import (
    alarms_of,
    check_console,
    check_records,
    is_handed_over,
    lost_calls,
    missing_in_handover,
)
from support.played_consoles import PlayedConsole
from support.played_server import PlayedServer, played_server
from support.played_window import PlayedWindow
from support.readings_fixture import Clock
from support.window_fixture import open_second_store

from tabuah.operations.incidents.incident import Incident
from tabuah.operations.subject_state import SubjectState

pytestmark = pytest.mark.journey

OFFICES = (DESK, POSKO, SUPERVISOR, NEXT_SUPERVISOR)


def test_calls_of_whole_shift_contain_15_duplicates():
    calls = read_calls()
    assert (len(calls), sum(bool(call.same_as) for call in calls)) == (40, 15)
    assert all(event_of(call, calls).minute < call.minute for call in calls if call.same_as)
    assert [step.minute for step in WHOLE_SHIFT.steps] == sorted(step.minute for step in WHOLE_SHIFT.steps)


@dataclass
class PlayedHour:
    """The end of the hour: states by the journal of the server, what was offered, and the folders of all consoles."""

    states: dict[str, SubjectState]
    offered: dict[str, bool]
    folders: tuple[Path, ...]


@pytest.fixture(scope="module")
def hour(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> PlayedHour:
    """Play the hour step by step: the clock jumps from each step to the next."""
    folder, clock = tmp_path_factory.mktemp("shift"), Clock(SHIFT_STARTS_AT)
    clock.go(WORST_HOUR.first)
    with ExitStack() as opened:
        server = opened.enter_context(played_server(folder / "server", WORST_HOUR, clock))
        shared: dict[str, Any] = {"url": server.running.url, "clock": clock, "calls": WORST_HOUR.calls}
        window = PlayedWindow(folder / WINDOW, KeyboardBot(), user=WINDOW, **shared)
        opened.callback(window.close)
        offices = {user: PlayedConsole(folder / user, user=user, **shared) for user in OFFICES}
        for office in offices.values():
            opened.callback(office.close)
        play(clock, server, window, offices)
        offered = {key: first for player in (window, *offices.values()) for key, first in player.offered.items()}
        states = check_records(server.running.journal.records_after(0, 100_000))
    return PlayedHour(states, offered, tuple(folder / user for user in (WINDOW, *OFFICES)))


def play(clock: Clock, server: PlayedServer, window: PlayedWindow, offices: dict[str, PlayedConsole]) -> None:
    players = {**offices, WINDOW: window, GATEWAY: server}
    for step in WORST_HOUR.steps:
        clock.now = step.at
        server.running.service.readings.check_silence()  # by itself some seconds later, in the middle of a step
        if step.player == WINDOW:
            window.wait_until_synced(server.running.journal.head().seq)
        players[step.player].do(step)
        if step.player == WINDOW:  # it sends in the background, and the next player must know of it
            window.wait_until_synced(0)
    window.wait_until_synced(server.running.journal.head().seq)
    for office in offices.values():
        office.sync()


def test_worst_hour_loses_nothing_and_is_handed_over(hour: PlayedHour):
    for folder in hour.folders:
        with open_second_store(folder) as store:
            check_console(store, hour.states)
            assert lost_calls(store, WORST_HOUR.calls, with_callers=store.actor != POSKO) == []
    assert missing_in_handover(hour.states) == {}
    assert is_handed_over(hour.states)


def test_duplicates_are_offered_first_unless_their_incident_is_at_an_offline_office(hour: PlayedHour):
    duplicates = {call.key for call in WORST_HOUR.calls if call.same_as}
    assert hour.offered.keys() == duplicates
    assert {key for key, is_first in hour.offered.items() if not is_first} == {"k16"}
    titles = {call.key: call.title for call in WORST_HOUR.calls}
    values = [state.value for state in hour.states.values()]
    incidents = {value.title: value for value in values if isinstance(value, Incident)}
    assert incidents[titles["k16"]].merged_into == incidents[titles["k15"]].id, "the supervisor merged it later"


def test_storm_and_earthquake_of_worst_hour_raise_alarms(hour: PlayedHour):
    measured = {alarm.parameter for alarm in alarms_of(hour.states)}
    assert {"pga_g", "rain_mm"} <= measured, sorted((a.parameter, a.rule) for a in alarms_of(hour.states))
    assert any(alarm.acknowledged_at is not None for alarm in alarms_of(hour.states))
