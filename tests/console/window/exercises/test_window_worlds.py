"""A window in the real world or in an exercise shows only its own world, and a real alarm reaches it there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from support.console_stores import open_store
from support.two_worlds import MARK, NAME, TwoWorlds
from support.unit_samples import unit_card
from support.window_fixture import OpenWindow, visible_texts

from tabuah.console.window.incidents.board_cards import board_cards
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.shell.palette_search import palette_items
from tabuah.console.window.stations.station_items import station_items
from tabuah.console.window.units.unit_updates import units_content
from tabuah.operations.exercises.drafts import end_exercise, wipe_exercise
from tabuah.operations.exercises.scope import ALL_WORLDS, REAL_WORLD
from tabuah.operations.units.drafts import register_unit, unit_in_exercise
from tabuah.operations.units.unit import UnitState
from tabuah.server.journal import ServerJournal
from tabuah.text.sync.verdict_reasons import describe_reason
from tabuah.widgets.alarms.values import AlarmItem
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.exercise_chip import ExerciseChip


@pytest.fixture
def worlds(tmp_path: Path, data: Path) -> Iterator[TwoWorlds]:
    with ServerJournal.open(tmp_path / "journal") as journal, open_store(data) as store:
        yield TwoWorlds(store, journal)


@pytest.fixture
def window(worlds: TwoWorlds, open_console: Callable[..., OpenWindow]) -> OpenWindow:
    return open_console()


def switch_to(window: OpenWindow, name: str = NAME) -> None:
    window.console.services.state.choose_exercise(name)
    window.until(window.shell.parts.exercise_banner.isVisible)


def shown(window: OpenWindow) -> set[str]:
    """Return the names in board, map and strip."""
    parts = window.shell.parts
    content = parts.map.canvas.content
    alarm = parts.strip.current
    return {*content.incidents.ids, *content.stations.ids, *([alarm.id] if alarm else [])}


def test_window_opens_in_real_world(window: OpenWindow, worlds: TwoWorlds) -> None:
    window.until(lambda: shown(window) == {worlds.real.id, worlds.gauge})
    parts = window.shell.parts
    assert [incident.id for incident in window.incidents] == [worlds.real.id]
    assert parts.exercise_banner.isHidden()
    assert parts.real_alarm.isHidden()
    assert parts.map.canvas.content.watermark == ""
    assert "LATIHAN" not in window.shell.windowTitle()


def test_exercise_window_shows_only_its_world(window: OpenWindow, worlds: TwoWorlds) -> None:
    switch_to(window)
    alarm = next(iter(window.console.services.state.snapshot.alarms))
    window.until(lambda: shown(window) == {worlds.drill.id, worlds.drill_gauge, alarm})
    parts = window.shell.parts
    assert [incident.id for incident in window.incidents] == [worlds.drill.id]
    assert MARK in visible_texts(parts.exercise_banner)
    assert window.shell.windowTitle().startswith(MARK)
    assert parts.map.canvas.content.watermark == MARK
    assert window.shell.contentsMargins().left() > 0
    assert "LATIHAN" in visible_texts(parts.strip)


def test_items_of_exercise_are_marked_among_real_ones(window: OpenWindow, worlds: TwoWorlds) -> None:
    card = unit_in_exercise(unit_card("TRC-9"), worlds.exercise_id)
    worlds.store.save(register_unit(card, exercise=True, exercise_id=worlds.exercise_id))
    worlds.store.save(register_unit(unit_card("TRC-9")))
    worlds.raise_alarm(worlds.gauge)
    worlds.sync()
    state, parts = window.console.services.state, window.shell.parts
    state.choose_world(ALL_WORLDS)
    window.until(lambda: len(parts.map.canvas.content.units.ids) == 2 and len(state.snapshot.alarms) == 2)
    window.until(lambda: len(parts.map.canvas.content.stations.ids) == 2)
    window.until(lambda: len(parts.map.canvas.content.incidents.ids) == 2)
    content = parts.map.canvas.content
    for markers, drill in (
        (content.incidents, worlds.drill.id),
        (content.stations, worlds.drill_gauge),
        (content.units, card.id),
    ):
        assert [markers.ids[index] for index in markers.drills] == [drill]
        assert [MARK in text for text in markers.values].count(True) == 1
    cards = board_cards(state.snapshot, state.now())
    assert {card.id: card.exercise for card in cards} == {worlds.real.id: "", worlds.drill.id: MARK}
    units = units_content(
        window.updates.units.known, None, nearest=False, now=state.now(), exercises=state.snapshot.exercises
    )
    assert {unit.id: unit.exercise for unit in units.units} == {"TRC-9": "", card.id: MARK}
    items = station_items(state.snapshot, state.latest, state.now())
    assert {item.id: item.exercise for item in items} == {worlds.gauge: "", worlds.drill_gauge: MARK}
    window.until(lambda: parts.strip.current is not None and not parts.strip.current.exercise)
    parts.strip.show_next()
    assert parts.strip.current is not None
    assert parts.strip.current.exercise == MARK
    window.selection.choose_station(worlds.drill_gauge)
    window.until(lambda: window.find(ExerciseChip, "chart_exercise").accessibleName() == MARK)
    window.selection.choose_station(worlds.gauge)
    window.until(lambda: window.find(ExerciseChip, "chart_exercise").isHidden())


def test_exercise_map_labels_units_by_plain_call_sign(window: OpenWindow, worlds: TwoWorlds) -> None:
    card = unit_in_exercise(unit_card("TRC-9"), worlds.exercise_id)
    worlds.store.save(register_unit(card, exercise=True, exercise_id=worlds.exercise_id))
    switch_to(window)
    window.until(lambda: list(window.shell.parts.map.canvas.content.units.names) == ["TRC-9"])
    assert window.shell.parts.map.canvas.content.units.ids == [card.id]


def test_exercise_window_searches_only_its_world(window: OpenWindow, worlds: TwoWorlds) -> None:
    switch_to(window)
    state = window.console.services.state
    found = {item.id for item in palette_items((), state.snapshot, None, now=state.now())}
    assert worlds.drill.id in found
    assert worlds.drill_gauge in found
    assert not found & {worlds.real.id, worlds.gauge}


def test_window_returns_to_real_world(window: OpenWindow, worlds: TwoWorlds) -> None:
    switch_to(window)
    window.selection.choose_incident(worlds.drill.id)
    window.find(QPushButton, "exercise_leave_button").click()
    window.until(window.shell.parts.exercise_banner.isHidden)
    window.until(lambda: shown(window) == {worlds.real.id, worlds.gauge})
    assert window.selection.incident == ""
    assert window.shell.contentsMargins().left() == 0


def test_real_critical_alarm_calls_exercise_window(window: OpenWindow, worlds: TwoWorlds) -> None:
    switch_to(window)
    heard: list[tuple[AlarmItem, ...]] = []
    window.updates.world.real_alarms_shown.connect(heard.append)
    alarm = worlds.raise_alarm(worlds.gauge)
    worlds.sync()
    parts = window.shell.parts
    window.until(parts.real_alarm.isVisible)
    assert "ALARM NYATA" in visible_texts(parts.real_alarm)
    assert [item.id for item in heard[-1]] == [alarm]
    assert not heard[-1][0].exercise
    assert alarm not in window.console.services.state.snapshot.alarms
    window.find(QPushButton, "real_alarm_button").click()
    window.until(parts.real_alarm.isHidden)
    window.until(lambda: parts.strip.current is not None and parts.strip.current.id == alarm)


def test_exercise_alarm_does_not_call_real_window(window: OpenWindow, worlds: TwoWorlds) -> None:
    worlds.raise_alarm(worlds.drill_gauge, exercise_id=worlds.exercise_id)
    worlds.sync()
    state = window.console.services.state
    window.until(lambda: len(state.everything.alarms) == 2)
    window.updates.alarms.refresh()
    assert window.shell.parts.strip.current is None


def test_report_in_exercise_belongs_to_it(window: OpenWindow, worlds: TwoWorlds) -> None:
    switch_to(window)
    window.key(Qt.Key.Key_N)
    window.write("Koto Baru")
    window.key(Qt.Key.Key_Return)
    window.write("K")  # no flood, of which there is one already
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.incidents) == 2)
    new = next(incident for incident in window.incidents if incident.id != worlds.drill.id)
    assert (new.exercise, new.exercise_id) == (True, worlds.exercise_id)


def test_ended_exercise_says_at_once_that_nothing_is_reported(window: OpenWindow, worlds: TwoWorlds) -> None:
    switch_to(window)
    window.until(lambda: window.shell.parts.strip.current is not None)
    window.selection.choose_incident(worlds.drill.id)
    state, over = window.console.services.state, describe_reason("exercise_ended")
    worlds.store.save(end_exercise(state.everything.exercises[worlds.exercise_id]))
    worlds.sync()
    window.until(lambda: state.exercise is not None and not state.exercise.is_running)
    side = window.shell.parts.side
    for run in (
        lambda: window.key(Qt.Key.Key_N),
        lambda: window.key(Qt.Key.Key_E),
        lambda: window.key(Qt.Key.Key_I),
        lambda: window.commands.incidents.report_actions.begin_at(100.63, -0.8),
    ):
        window.notifier.close()
        run()
        window.until(lambda: over in window.toasts)
        assert side.page is SidePage.DETAILS
    window.commands.exercises.leave()
    window.key(Qt.Key.Key_N)
    assert side.page is SidePage.REPORT


def test_alarm_list_of_ended_exercise_gives_reason(window: OpenWindow, worlds: TwoWorlds) -> None:
    switch_to(window)
    window.until(lambda: window.shell.parts.strip.current is not None)
    window.selection.choose_incident(worlds.drill.id)
    alarm_list = window.commands.alarms.alarm_list
    alarm_list.begin_groups()
    dialog = alarm_list.dialog
    assert dialog is not None
    names = ("group_acknowledge", "group_shelve", "group_incident")
    buttons = [button for button in dialog.findChildren(KeyButton) if button.objectName() in names]
    assert len(buttons) == len(names)
    assert all(button.isEnabled() for button in buttons)
    state, over = window.console.services.state, describe_reason("exercise_ended")
    worlds.store.save(end_exercise(state.everything.exercises[worlds.exercise_id]))
    worlds.sync()
    window.until(lambda: not any(button.isEnabled() for button in buttons))
    assert {button.accessibleDescription() for button in buttons} == {over}
    window.qtbot.keyClick(dialog, Qt.Key.Key_I)
    assert alarm_list.dialog is dialog
    assert over in visible_texts(dialog)
    assert window.shell.parts.side.page is SidePage.DETAILS


def test_wiped_exercise_leaves_no_station_in_chart(window: OpenWindow, worlds: TwoWorlds) -> None:
    switch_to(window)
    window.selection.choose_station(worlds.drill_gauge)
    chart = window.shell.parts.chart
    window.until(lambda: "AWLR Simulasi" in visible_texts(chart))
    state = window.console.services.state
    worlds.store.save(end_exercise(state.everything.exercises[worlds.exercise_id]))
    window.until(lambda: state.exercise is not None and not state.exercise.is_running)
    assert state.exercise is not None
    worlds.store.save(wipe_exercise(state.exercise))
    worlds.sync()
    window.until(lambda: not state.snapshot.stations)
    window.until(lambda: "AWLR Simulasi" not in visible_texts(chart))
    assert window.selection.station == ""


def test_incident_of_exercise_alarm_belongs_to_exercise(window: OpenWindow, worlds: TwoWorlds) -> None:
    switch_to(window)
    window.until(lambda: window.shell.parts.strip.current is not None)
    window.key(Qt.Key.Key_I)
    window.key(Qt.Key.Key_N)  # new, although there is a flood at the same place
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.incidents) == 2)
    assert {(each.exercise, each.exercise_id) for each in window.incidents} == {(True, worlds.exercise_id)}


def test_open_form_is_asked_about_before_switching(window: OpenWindow, worlds: TwoWorlds) -> None:
    window.key(Qt.Key.Key_N)
    window.write("Koto Baru")
    window.key(Qt.Key.Key_Return)
    window.commands.exercises.switch(worlds.scope)
    state, parts = window.console.services.state, window.shell.parts
    assert parts.confirm.isVisible()
    assert state.scope == REAL_WORLD
    window.find(QPushButton, "confirm_yes").click()
    assert state.scope == worlds.scope
    assert parts.side.page is SidePage.DETAILS
    window.key(Qt.Key.Key_N)
    assert parts.report_form.draft().place is None  # the draft belongs to the real world
    window.key(Qt.Key.Key_Escape)
    window.commands.exercises.leave()
    window.key(Qt.Key.Key_N)
    assert parts.report_form.draft().place is not None


def test_exercise_of_command_line_is_shown_once_known(
    data: Path, tmp_path: Path, open_console: Callable[..., OpenWindow]
) -> None:
    window = open_console(exercise=NAME)
    assert MARK in visible_texts(window.shell.parts.exercise_banner)
    assert window.incidents == []
    with ServerJournal.open(tmp_path / "journal") as journal, open_store(data) as store:
        worlds = TwoWorlds(store, journal)
        window.until(lambda: [incident.id for incident in window.incidents] == [worlds.drill.id])
    assert window.console.services.state.scope == worlds.scope


def test_unit_of_exercise_is_dispatched_by_its_call_sign(window: OpenWindow, worlds: TwoWorlds) -> None:
    card = unit_in_exercise(unit_card("TRC-9"), worlds.exercise_id)
    worlds.store.save(register_unit(card, exercise=True, exercise_id=worlds.exercise_id))
    window.console.services.state.choose_world(worlds.scope)
    window.until(lambda: card.id in window.console.services.state.snapshot.units)
    window.until(lambda: [known.unit.id for known in window.updates.units.known] == [card.id])
    window.choose(worlds.drill)
    window.shell.parts.map.canvas.setFocus()
    window.key(Qt.Key.Key_D)
    window.until(lambda: window.edit("confirm_field").isVisible())
    window.key(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert window.edit("confirm_field").text() == "TRC-9"
    window.key(Qt.Key.Key_Return)
    window.until(lambda: window.incident.assignment == ("TRC-9",))
    window.until(lambda: [known.activity.state for known in window.updates.units.known] == [UnitState.ASSIGNED])
