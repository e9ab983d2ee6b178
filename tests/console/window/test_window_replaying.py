"""The past on the map: what was known then, the rest of the window in the present, one key back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from window_room import OpenWindow, beside, report_beside

from tabuah.console.window.workflows.replaying import Replaying
from tabuah.operations.codes import Status
from tabuah.operations.incidents.gestures import move_incident


@pytest.fixture
def replaying(window: OpenWindow, data: Path) -> Replaying:
    with beside(data) as store:
        incident = report_beside(store)
        store.save(move_incident(incident, Status.VERIFIED))
    window.until(lambda: len(window.incidents) == 1)
    window.until(lambda: shown(window) == [window.incidents[0].id])
    window.key(Qt.Key.Key_J)
    replaying = window.shell.doing.replaying
    window.until(lambda: replaying.room is not None)
    return replaying


def shown(window: OpenWindow) -> list[str]:
    return list(window.shell.parts.map.canvas.content.incidents.ids)


def test_the_beginning_does_not_know_what_came_later_and_the_end_is_the_present(
    window: OpenWindow, replaying: Replaying
) -> None:
    assert replaying.moment == replaying.room.since
    assert not window.shell.parts.past_frame.banner.isHidden()
    window.until(lambda: shown(window) == [])
    replaying.go_to(replaying.room.until)
    window.until(lambda: shown(window) == [window.incidents[0].id])
    assert (
        replaying.room.snapshot_at(replaying.room.until).incidents == window.shell._services.room.snapshot.incidents
    )
    replaying.end()


def test_the_board_stays_in_the_present_and_new_things_are_shown_there(
    window: OpenWindow, replaying: Replaying, data: Path
) -> None:
    window.until(lambda: shown(window) == [])
    with beside(data) as store:
        report_beside(store, title="Longsor baru")
    window.until(lambda: len(window.incidents) == 2)
    window.shell.following.stations.tick()
    window.shell.following.incidents.refresh()
    assert shown(window) == []
    window.key(Qt.Key.Key_J)
    window.until(lambda: len(shown(window)) == 2)
    assert window.shell.parts.past_frame.banner.isHidden()
    assert replaying.moment is None


def test_jumps_stop_at_what_happened(window: OpenWindow, replaying: Replaying) -> None:
    reported = replaying.room.happenings[0].at
    window.key(Qt.Key.Key_BracketRight)
    assert replaying.moment == reported
    window.until(lambda: len(shown(window)) == 1)
    window.key(Qt.Key.Key_BracketLeft)
    assert replaying.moment == replaying.room.since
    replaying.end()


def test_time_goes_on_and_stops_at_its_end(window: OpenWindow, replaying: Replaying) -> None:
    replaying.choose_speed(3600)
    window.key(Qt.Key.Key_Space)
    assert replaying.is_playing
    window.until(lambda: replaying.moment > replaying.room.since + timedelta(minutes=10))
    window.key(Qt.Key.Key_Space)
    assert not replaying.is_playing
    replaying.go_to(replaying.room.until - timedelta(minutes=1))
    replaying.play_or_pause()
    window.until(lambda: not replaying.is_playing)
    assert replaying.moment == replaying.room.until
    replaying.end()


def test_the_time_of_an_incident_needs_one_and_begins_before_it(window: OpenWindow, replaying: Replaying) -> None:
    replaying.show_span("event")
    window.until_toast("insiden")
    window.choose(window.incidents[0])
    replaying.show_span("event")
    window.until(lambda: replaying.room is not None and replaying.room.since < replaying.room.until)
    assert replaying.room.since < window.incidents[0].reported_at - timedelta(hours=2)
    replaying.end()


def test_another_stretch_gives_the_first_one_up(window: OpenWindow, replaying: Replaying) -> None:
    replaying.show_span("72")
    replaying.show_span("1")
    window.until(lambda: replaying.room is not None)
    assert replaying.room.until - replaying.room.since == timedelta(hours=1)
    replaying.end()


def test_what_is_printed_meanwhile_is_of_that_moment(window: OpenWindow, replaying: Replaying) -> None:
    printing = window.shell.doing.printing
    printing.begin()
    assert printing.dialog is not None
    sheet = printing._sheet(printing.dialog.choice)
    assert sheet is not None
    assert sheet.data_at == replaying.moment
    assert datetime.now(UTC) - sheet.printed_at < timedelta(minutes=1)
    window.until(lambda: not printing.dialog.preview.picture.isNull())
    printing.dialog.close()
    replaying.end()


def test_nothing_is_written(window: OpenWindow, replaying: Replaying, data: Path) -> None:
    with beside(data) as store:
        before = store.chain_length
        replaying.step(1)
        replaying.step(-1)
        assert store.chain_length == before
    replaying.end()


def test_another_language_leaves_the_past_and_the_print_dialog(window: OpenWindow, replaying: Replaying) -> None:
    replaying.play_or_pause()
    window.shell.doing.printing.begin()
    before = window.shell
    before.doing.change_language()
    window.until(lambda: window.shell is not before)
    assert not replaying.is_playing
    assert before.doing.printing.dialog is None
    assert window.shell.doing.replaying.moment is None
    window.until(lambda: shown(window) == [window.incidents[0].id])


def test_the_window_closes_while_the_past_is_being_read(window: OpenWindow, replaying: Replaying) -> None:
    replaying.show_span("72")
    window.console.close()
    assert replaying.moment is None
