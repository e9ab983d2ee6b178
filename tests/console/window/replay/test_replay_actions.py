"""Replay on the map: what was known then, the rest of the window in the present, one key back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from support.window_fixture import OpenWindow, open_second_store, report_in_second_store

from tabuah.console.window.replay.replay_actions import ReplayActions
from tabuah.operations.codes import Status
from tabuah.operations.incidents.drafts import move_incident


@pytest.fixture
def replay(window: OpenWindow, data: Path) -> ReplayActions:
    with open_second_store(data) as store:
        incident = report_in_second_store(store)
        store.save(move_incident(incident, Status.VERIFIED))
    window.until(lambda: len(window.incidents) == 1)
    window.until(lambda: shown(window) == [window.incidents[0].id])
    window.key(Qt.Key.Key_J)
    replay = window.commands.replay
    window.until(lambda: replay.state is not None)
    return replay


def shown(window: OpenWindow) -> list[str]:
    return list(window.shell.parts.map.canvas.content.incidents.ids)


def test_replay_starts_without_later_knowledge(window: OpenWindow, replay: ReplayActions) -> None:
    assert replay.moment == replay.state.since
    assert not window.shell.parts.past_frame.banner.isHidden()
    window.until(lambda: shown(window) == [])
    replay.go_to(replay.state.until)
    window.until(lambda: shown(window) == [window.incidents[0].id])
    assert replay.state.snapshot_at(replay.state.until).incidents == window.console.services.state.snapshot.incidents
    replay.end()


def test_replay_leaves_board_in_present(window: OpenWindow, replay: ReplayActions, data: Path) -> None:
    window.until(lambda: shown(window) == [])
    with open_second_store(data) as store:
        report_in_second_store(store, title="Longsor baru")
    window.until(lambda: len(window.incidents) == 2)
    window.updates.stations.tick()
    window.updates.incidents.refresh()
    assert shown(window) == []
    window.key(Qt.Key.Key_J)
    window.until(lambda: len(shown(window)) == 2)
    assert window.shell.parts.past_frame.banner.isHidden()
    assert replay.moment is None


def test_replay_jumps_stop_at_events(window: OpenWindow, replay: ReplayActions) -> None:
    reported = replay.state.events[0].at
    window.key(Qt.Key.Key_BracketRight)
    assert replay.moment == reported
    window.until(lambda: len(shown(window)) == 1)
    window.key(Qt.Key.Key_BracketLeft)
    assert replay.moment == replay.state.since
    replay.end()


def test_replay_pauses_at_end(window: OpenWindow, replay: ReplayActions) -> None:
    replay.choose_speed(3600)
    window.key(Qt.Key.Key_Space)
    assert replay.is_playing
    window.until(lambda: replay.moment > replay.state.since + timedelta(minutes=10))
    window.key(Qt.Key.Key_Space)
    assert not replay.is_playing
    replay.go_to(replay.state.until - timedelta(minutes=1))
    replay.play_or_pause()
    window.until(lambda: not replay.is_playing)
    assert replay.moment == replay.state.until
    replay.end()


def test_incident_replay_needs_incident(window: OpenWindow, replay: ReplayActions) -> None:
    replay.show_span("event")
    window.wait_for_toast("insiden")
    window.choose(window.incidents[0])
    replay.show_span("event")
    window.until(lambda: replay.state is not None and replay.state.since < replay.state.until)
    assert replay.state.since < window.incidents[0].reported_at - timedelta(hours=2)
    replay.end()


def test_replay_of_new_period_cancels_first(window: OpenWindow, replay: ReplayActions) -> None:
    replay.show_span("72")
    replay.show_span("1")
    window.until(lambda: replay.state is not None)
    assert replay.state.until - replay.state.since == timedelta(hours=1)
    replay.end()


def test_map_print_shows_replayed_moment(window: OpenWindow, replay: ReplayActions) -> None:
    map_print = window.commands.map.map_print
    map_print.begin()
    assert map_print.dialog is not None
    sheet = map_print._sheet(map_print.dialog.choice)
    assert sheet is not None
    assert sheet.data_at == replay.moment
    assert datetime.now(UTC) - sheet.printed_at < timedelta(minutes=1)
    window.until(lambda: not map_print.dialog.preview.picture.isNull())
    map_print.dialog.close()
    replay.end()


def test_replay_writes_nothing(window: OpenWindow, replay: ReplayActions, data: Path) -> None:
    with open_second_store(data) as store:
        before = store.chain_length
        replay.step(1)
        replay.step(-1)
        assert store.chain_length == before
    replay.end()


def test_language_change_ends_replay_and_print(window: OpenWindow, replay: ReplayActions) -> None:
    replay.play_or_pause()
    window.commands.map.map_print.begin()
    before = window.console.objects
    before.commands.change_language()
    window.until(lambda: window.console.objects is not before)
    assert not replay.is_playing
    assert before.commands.map.map_print.dialog is None
    assert window.commands.replay.moment is None
    window.until(lambda: shown(window) == [window.incidents[0].id])


def test_window_closes_while_replay_is_read(window: OpenWindow, replay: ReplayActions) -> None:
    replay.show_span("72")
    window.console.close()
    assert replay.moment is None
