"""Presence in the window: who edits the incident elsewhere, and the message that this window sends."""

from datetime import timedelta
from pathlib import Path

import pytest
from support.window_fixture import OpenWindow, open_second_store, report_in_second_store

from tabuah.console.window.incidents.presence_announcer import PresenceAnnouncer
from tabuah.console.window.state.connection_status import ConnectionStatus
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.storage.journal.presence_protocol import Editor, PresenceReply


@pytest.fixture
def reported(window: OpenWindow, data: Path) -> OpenWindow:
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    return window


def editor(incident: str, *, device: str = "other") -> PresenceReply:
    return PresenceReply(editors=(Editor(incident=incident, user="petugas-2", device=device, valid_s=45),))


def test_editors_of_other_consoles_are_shown_while_online(reported: OpenWindow) -> None:
    state, key = reported.context.state, reported.incident.id
    state.update_presence(editor(key))
    assert state.editors_of(key) == ()  # offline: nothing is known
    state.update_link(ConnectionStatus(state=ConnectionState.ONLINE))
    assert state.editors_of(key) == ("petugas-2",)
    assert state.editors_of("another") == ()
    state.update_presence(editor(key, device=next(iter(state.snapshot.own_devices))))
    assert state.editors_of(key) == ()
    state.update_presence(editor(key))
    later = state.now() + timedelta(seconds=46)
    state.now = lambda: later  # type: ignore[method-assign]
    assert state.editors_of(key) == ()


def test_form_is_announced_once_and_its_end_too(reported: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    edits = reported.commands.incidents.edit_actions
    (announcer,) = edits.findChildren(PresenceAnnouncer)
    sent: list[str] = []
    monkeypatch.setattr(
        "tabuah.console.window.incidents.presence_announcer.announce_presence",
        lambda _store, present: sent.append(present.incident) or PresenceReply(),
    )
    edits.begin()
    announcer.check()
    assert sent == []  # offline
    reported.context.state.update_link(ConnectionStatus(state=ConnectionState.ONLINE))
    announcer.check()
    reported.until(lambda: sent == [reported.incident.id] and not announcer._is_sending)
    announcer.check()
    edits._leave()
    announcer.check()
    reported.until(lambda: sent == [reported.incident.id, ""])
