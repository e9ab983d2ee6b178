"""Updates of the views: each in its own turn of the event loop, and each once."""

import pytest
from support.window_fixture import OpenWindow

from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.exercises.scope import ALL_WORLDS, REAL_WORLD, ExerciseScope


def test_state_change_updates_one_view_in_each_turn(window: OpenWindow, monkeypatch) -> None:
    updates, shown = window.updates, []
    views = {"alarms": updates.alarms, "incidents": updates.incidents, "units": updates.units}
    for name, view in views.items():
        monkeypatch.setattr(view, "refresh", lambda name=name: shown.append(name))
    updates.incidents_changed.connect(lambda: shown.append("changed"))
    parts = frozenset({StatePart.INCIDENTS, StatePart.ALARMS, StatePart.UNITS})
    updates._on_state_changed(parts)
    updates._on_state_changed(parts)
    assert shown == []
    updates._on_next()
    updates._on_next()
    assert len(shown) <= 2
    window.until(lambda: "changed" in shown)
    assert shown == ["alarms", "incidents", "units", "changed"]


@pytest.mark.parametrize(("part", "scope"), [(StatePart.PERSON, REAL_WORLD), (StatePart.WORLD, ALL_WORLDS)])
def test_another_user_or_world_updates_all_views_at_once(
    window: OpenWindow, monkeypatch, part: StatePart, scope: ExerciseScope
) -> None:
    updates, shown = window.updates, []
    for name in ("alarms", "incidents", "world"):
        monkeypatch.setattr(getattr(updates, name), "refresh", lambda name=name: shown.append(name))
    updates._on_state_changed(frozenset({StatePart.INCIDENTS, StatePart.WORLD}))
    assert shown == [], "the window shows the same world as before"
    monkeypatch.setattr(window.console.services.state, "scope", scope)
    updates._on_state_changed(frozenset({part}))
    assert shown == ["world", "alarms", "incidents"]


def test_closed_updates_do_nothing_more(window: OpenWindow, monkeypatch) -> None:
    updates, shown = window.updates, []
    monkeypatch.setattr(updates.alarms, "refresh", lambda: shown.append("alarms"))
    updates._on_state_changed(frozenset({StatePart.ALARMS}))
    window.console.close()
    window.qtbot.wait(20)
    assert shown == []
