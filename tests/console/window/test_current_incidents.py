"""The window has at hand what matters now, what that names and what was looked up; the rest stays in the cache."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from consoles import over, report
from PySide6.QtCore import Qt
from window_room import OpenWindow, beside, report_beside

from tabuah.console.window import current_incidents
from tabuah.console.window.snapshot import RoomSnapshot, read_snapshot
from tabuah.operations.codes import Status
from tabuah.operations.entries import subject_of
from tabuah.operations.incidents.gestures import merge_incidents, move_incident, note_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.storage.cache.findings import Rejection, SetAsideEntry
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.palette.command_palette import CommandPalette

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LONG_AGO = timedelta(days=60)


class Clock:
    now = NOW - LONG_AGO

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[ConsoleStore]:
    store = ConsoleStore(tmp_path / "ani", clock=clock)
    yield store
    store.close()


def sent(store: ConsoleStore) -> None:
    """As if the server had everything: what waits is always at hand."""
    with store._desk.writing():
        store._desk.connection.execute("UPDATE subjects SET confirmed = coalesce(shown, confirmed), shown = NULL")


def room_of(store: ConsoleStore, before: RoomSnapshot | None = None, *looked_up: str) -> RoomSnapshot:
    return read_snapshot(store, before, looked_up=looked_up)


def test_what_was_over_long_ago_is_not_read(store: ConsoleStore, clock: Clock):
    open_one, _over = report(store), over(store)
    sent(store)
    clock.now = NOW
    assert list(room_of(store).incidents) == [open_one.id]


def test_what_waits_for_the_server_is_at_hand_however_old(store: ConsoleStore, clock: Clock):
    old = over(store)
    clock.now = NOW
    assert list(room_of(store).incidents) == [old.id]


def test_what_is_looked_up_comes_and_stays(store: ConsoleStore, clock: Clock):
    open_one, old = report(store), over(store)
    sent(store)
    clock.now = NOW
    room = room_of(store)
    room = room_of(store, room, old.id, "nobody")
    assert list(room.incidents) == [open_one.id, old.id]
    store.save(note_incident(store.incident(open_one.id), "air naik"))
    assert list(room_of(store, room).incidents) == [open_one.id, old.id]


def test_what_nobody_needs_may_change_without_a_redraw(store: ConsoleStore, clock: Clock):
    old = over(store)
    report(store)
    sent(store)
    clock.now = NOW
    room = room_of(store)
    with store._desk.writing():
        row = store._desk.subjects.read(subject_of("incident", old.id))
        store._desk.subjects.write(row, version=store._desk.meta.next_version())
    assert room_of(store, room).incidents is room.incidents


def test_what_is_opened_again_comes_back(store: ConsoleStore, clock: Clock):
    old = over(store)
    sent(store)
    clock.now = NOW
    room = room_of(store)
    assert room.incidents == {}
    store.save(move_incident(old, Status.VERIFIED))
    assert list(room_of(store, room).incidents) == [old.id]


def test_a_merged_incident_brings_the_one_that_took_it_in(store: ConsoleStore, clock: Clock):
    target = over(store)
    last = over(store)
    store.save(merge_incidents(target, last))
    target = store.incident(target.id)
    sent(store)
    clock.now = NOW
    merged = report(store)
    store.save(merge_incidents(merged, target))
    sent(store)
    assert set(room_of(store).incidents) == {merged.id, target.id, last.id}


def test_what_is_in_a_tray_brings_its_incident(store: ConsoleStore, clock: Clock):
    old = over(store)
    sent(store)
    clock.now = NOW
    room = room_of(store)
    entry = store.entries_of(subject_of("incident", old.id))[0][0]
    asides = replace(room, rejections=(Rejection(SetAsideEntry(entry, "role_forbids")),))
    assert list(current_incidents.with_wanted(store, asides, ())) == [old.id]


def test_very_many_changes_are_read_as_at_the_start(
    store: ConsoleStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(current_incidents, "MANY", 2)
    kept, old = over(store), [over(store) for _number in range(4)]
    sent(store)
    clock.now = NOW
    room = room_of(store, room_of(store), kept.id)
    fresh = report(store)
    keys = (*(incident.id for incident in old), kept.id, fresh.id)
    assert set(current_incidents.changed_incidents(store, room.incidents, keys)) == {fresh.id, kept.id}


@pytest.fixture
def long_over(data: Path) -> Incident:
    """An incident that ended two months ago, at the console that is opened then."""
    store = ConsoleStore(data, clock=lambda: datetime.now(UTC) - LONG_AGO)
    try:
        incident = over(store, "Longsor di Jorong Simpang")
        sent(store)
    finally:
        store.close()
    return incident


def test_the_palette_finds_what_was_over_long_ago_and_shows_it(long_over: Incident, open_console, data: Path) -> None:
    window: OpenWindow = open_console()
    assert window.incidents == []
    window.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    window.write("longsor simpang")
    palette = window.shell.parts.palette
    assert isinstance(palette, CommandPalette)
    window.until(lambda: palette._model.rowCount() == 1)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: "Longsor di Jorong Simpang" in window.details_text)
    lon_deg, lat_deg = window.shell.parts.map.canvas.view.centre_deg
    assert (round(lon_deg, 2), round(lat_deg, 2)) == (100.6, -0.9)
    with beside(data) as store:
        report_beside(store)
    window.until(lambda: len(window.incidents) == 2)
    assert "Longsor di Jorong Simpang" in window.details_text


def test_what_was_over_long_ago_is_shown_wherever_it_is_chosen(long_over: Incident, open_console) -> None:
    window: OpenWindow = open_console()
    window.shell.selection.choose_incident(long_over.id)
    window.until(lambda: "Longsor di Jorong Simpang" in window.details_text)
    window.shell.selection.choose_incident("nobody")
    window.until(lambda: "Belum ada insiden dipilih" in window.details_text)
