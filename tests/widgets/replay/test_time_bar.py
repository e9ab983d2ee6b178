"""Time bar: histogram, ticks, mouse and keys, and the replay frame."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tabuah.resources.localisation import set_language
from tabuah.widgets.replay.event_histogram import BINS, LEVELS, event_histogram
from tabuah.widgets.replay.replay_frame import ReplayFrame
from tabuah.widgets.replay.time_bar import TimeBar, TimeBarState
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

SINCE = datetime(2026, 11, 24, 1, 10, tzinfo=UTC)
UNTIL = SINCE + timedelta(hours=6)


@pytest.fixture
def bar(qtbot: QtBot) -> TimeBar:
    set_language("id")
    made = TimeBar(Appearance())
    qtbot.addWidget(made)
    made.resize(900, 100)
    made.show_content(event_histogram(SINCE, UNTIL, ()))
    made.show_state(TimeBarState(moment=SINCE, playing=False, speed=600, span="6"))
    made.show()
    return made


def test_histogram_ticks_are_round_local_hours() -> None:
    ticks = event_histogram(SINCE, UNTIL, ()).ticks()
    assert [(tick + timedelta(hours=7)).strftime("%H.%M") for tick in ticks] == [
        "09.00", "10.00", "11.00", "12.00", "13.00", "14.00",
    ]  # fmt: skip
    days = event_histogram(SINCE, SINCE + timedelta(hours=72), ()).ticks()
    assert {(tick + timedelta(hours=7)).hour % 12 for tick in days} == {0}


def test_histogram_counts_events_by_time_and_level() -> None:
    things = [
        (SINCE, Level.HIGH),
        (UNTIL, Level.CRITICAL),
        (UNTIL, Level.CRITICAL),
        (UNTIL + timedelta(1), Level.HIGH),
    ]
    content = event_histogram(SINCE, UNTIL, things)
    assert content.counts[0][LEVELS.index(Level.HIGH)] == 1
    assert content.counts[BINS - 1][LEVELS.index(Level.CRITICAL)] == 2
    assert sum(map(sum, content.counts)) == 3


def test_time_slider_moves_by_press_and_keys(qtbot: QtBot, bar: TimeBar) -> None:
    middle = QPoint(bar.track.width() // 2, 20)
    with qtbot.waitSignal(bar.moment_chosen) as chosen:
        qtbot.mouseClick(bar.track, Qt.MouseButton.LeftButton, pos=middle)
    assert abs(chosen.args[0] - (SINCE + timedelta(hours=3))) < timedelta(minutes=2)
    for key, moment in ((Qt.Key.Key_Home, SINCE), (Qt.Key.Key_End, UNTIL)):
        with qtbot.waitSignal(bar.moment_chosen) as chosen:
            qtbot.keyClick(bar.track, key)
        assert chosen.args[0] == moment
    with qtbot.waitSignal(bar.moment_chosen) as chosen:
        qtbot.keyClick(bar.track, Qt.Key.Key_Left)
    assert chosen.args[0] == UNTIL - timedelta(minutes=3)


def test_time_bar_buttons_emit_requests(qtbot: QtBot, bar: TimeBar) -> None:
    wishes = {
        "time_play": (bar.play_requested, []),
        "time_step-back": (bar.step_requested, [-1]),
        "time_jump-forward": (bar.jump_requested, [1]),
    }
    for name, (signal, arguments) in wishes.items():
        button = bar.findChild(QToolButton, name)
        assert button.accessibleName()
        assert "(" in button.toolTip()
        with qtbot.waitSignal(signal) as heard:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert heard.args == arguments
    with qtbot.waitSignal(bar.now_requested):
        qtbot.keyClick(bar.track, Qt.Key.Key_Escape)


def test_replay_frame_shows_moment_and_clears(qtbot: QtBot) -> None:
    set_language("id")
    appearance = Appearance()
    bar = TimeBar(appearance)
    frame = ReplayFrame(appearance, QWidget(), bar)
    qtbot.addWidget(frame)
    frame.show()
    assert frame.banner.isHidden()
    assert bar.isHidden()
    frame.show_past(SINCE)
    assert frame.findChild(QLabel, "past_moment").text() == "24 Nov 2026 08.10.00 WIB"
    assert not frame.banner.isHidden()
    assert "24 Nov 2026 08.10 WIB" in frame.banner.accessibleName()
    assert frame.layout().contentsMargins().left() > 0
    frame.show_present()
    assert frame.banner.isHidden()
    assert frame.layout().contentsMargins().left() == 0
