"""Updates of the views: each in its own turn of the event loop, and each once."""

from support.window_fixture import OpenWindow

from tabuah.console.window.state.console_state import StatePart


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


def test_closed_updates_do_nothing_more(window: OpenWindow, monkeypatch) -> None:
    updates, shown = window.updates, []
    monkeypatch.setattr(updates.alarms, "refresh", lambda: shown.append("alarms"))
    updates._on_state_changed(frozenset({StatePart.ALARMS}))
    window.console.close()
    window.qtbot.wait(20)
    assert shown == []
