"""Nothing about the world that is left stays in a window, and an acknowledgement is not lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from support.console_stores import open_store
from support.two_worlds import MARK, TwoWorlds
from support.window_fixture import OpenWindow, visible_texts

from tabuah.console.window.shared.confirm_card import Question
from tabuah.operations.exercises.scope import REAL_WORLD
from tabuah.server.journal import ServerJournal
from tabuah.widgets.shell.toast import Toast


@pytest.fixture
def worlds(tmp_path: Path, data: Path) -> Iterator[TwoWorlds]:
    with ServerJournal.open(tmp_path / "journal") as journal, open_store(data) as store:
        yield TwoWorlds(store, journal)


@pytest.fixture
def window(worlds: TwoWorlds, open_console: Callable[..., OpenWindow]) -> OpenWindow:
    worlds.raise_alarm(worlds.gauge)
    worlds.sync()
    window = open_console()
    window.until(lambda: window.shell.parts.strip.current is not None)
    return window


def toasts(window: OpenWindow) -> list[str]:
    return [toast.accessibleName() for toast in window.shell.findChildren(Toast) if toast.isVisible()]


def test_switch_clears_filter_question_and_messages(window: OpenWindow, worlds: TwoWorlds) -> None:
    context, parts = window.console.objects.context, window.shell.parts
    filter_field = window.edit("board_filter")
    filter_field.setText("tidak ada yang cocok")
    parts.board.show_map_selection(frozenset({worlds.real.id}))
    asked: list[str] = []
    context.notifier.done("nyata", undo=lambda: asked.append("undo"))
    context.notifier.warn("Disk penuh")
    context.confirm.ask(Question(title="Tutup insiden nyata?", text="", confirm="Tutup"), asked.append)
    context.canvas.begin_pick()
    window.commands.exercises.switch(worlds.scope)
    assert (filter_field.text(), parts.confirm.isVisible(), context.canvas.is_picking) == ("", False, False)
    assert toasts(window) == ["Disk penuh"]
    assert not context.notifier.undo_last()
    assert asked == []
    window.until(lambda: [incident.id for incident in window.incidents] == [worlds.drill.id])


def test_switch_back_and_forth_keeps_no_selection_or_alarm(window: OpenWindow, worlds: TwoWorlds) -> None:
    parts, selection = window.shell.parts, window.selection
    real_alarm = parts.strip.current
    assert real_alarm is not None
    for scope, incident, gauge in (
        (worlds.scope, worlds.real, worlds.gauge),
        (REAL_WORLD, worlds.drill, worlds.drill_gauge),
    ):
        selection.choose_incident(incident.id)
        selection.choose_station(gauge)
        before = parts.strip.current
        window.commands.exercises.switch(scope)
        assert (selection.incident, selection.alarm) == ("", "")
        assert selection.station != gauge
        window.until(lambda before=before: parts.strip.current is not None and parts.strip.current.id != before.id)
        window.until(lambda incident=incident: incident.number not in visible_texts(parts.details))
        window.until(lambda gauge=gauge: gauge not in parts.map.canvas.content.stations.ids)
    assert parts.strip.current.id == real_alarm.id


def test_acknowledgement_is_written_before_switch(window: OpenWindow, worlds: TwoWorlds) -> None:
    alarm = window.shell.parts.strip.current
    assert alarm is not None
    window.until(lambda: not window.updates.alarms.arrivals.is_new(alarm.id, window.console.services.state.now()))
    window.key(Qt.Key.Key_T)
    assert window.updates.alarms.pending.ids == {alarm.id}
    window.commands.exercises.switch(worlds.scope)
    state = window.console.services.state
    window.until(lambda: state.everything.alarms[alarm.id].acknowledged_at is not None)
    assert not any("ditanggapi" in text for text in toasts(window))


def test_frame_icon_title_and_sound_follow_the_world(window: OpenWindow, worlds: TwoWorlds) -> None:
    shell = window.shell
    real_icon, real_title = shell.windowIcon().cacheKey(), shell.windowTitle()
    window.commands.exercises.switch(worlds.scope)
    window.until(shell.parts.exercise_banner.isVisible)
    edges = shell.findChildren(QWidget, "exercise_edge")
    assert len(edges) == 4
    assert all(edge.isVisible() for edge in edges)
    assert shell.windowTitle() == f"{MARK} · {real_title}"
    assert shell.windowIcon().cacheKey() != real_icon
    assert QApplication.windowIcon().cacheKey() == shell.windowIcon().cacheKey()  # the tray follows it
    window.commands.exercises.leave()
    window.until(shell.parts.exercise_banner.isHidden)
    assert not any(edge.isVisible() for edge in edges)
    assert shell.windowTitle() == real_title
