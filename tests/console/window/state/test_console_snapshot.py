"""The snapshot holds current, referenced and looked-up incidents; the others stay in the cache."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from support.console_stores import report_false_incident, report_incident_at
from support.window_fixture import OpenWindow, open_second_store, report_in_second_store

from tabuah.console.window.state import console_snapshot
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot, read_snapshot
from tabuah.operations.codes import Status
from tabuah.operations.entries import subject_of
from tabuah.operations.incidents.drafts import merge_incidents, move_incident, note_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.storage.cache.meta import JournalHead
from tabuah.storage.cache.pending_work import BlockedEntry, Rejection
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.shell.command_palette import CommandPalette

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


def mark_all_synced(store: ConsoleStore) -> None:
    """Mark everything as accepted, since pending incidents are always in the snapshot."""
    with store._session.writing():
        store._session.connection.execute("UPDATE subjects SET confirmed = coalesce(shown, confirmed), shown = NULL")


def snapshot_of(store: ConsoleStore, before: ConsoleSnapshot | None = None, *looked_up: str) -> ConsoleSnapshot:
    return read_snapshot(store, before, looked_up=looked_up)


def test_snapshot_omits_incidents_of_long_ago(store: ConsoleStore, clock: Clock):
    open_one, _over = report_incident_at(store), report_false_incident(store)
    mark_all_synced(store)
    clock.now = NOW
    assert list(snapshot_of(store).incidents) == [open_one.id]


def test_snapshot_keeps_pending_incidents_of_any_age(store: ConsoleStore, clock: Clock):
    old = report_false_incident(store)
    clock.now = NOW
    assert list(snapshot_of(store).incidents) == [old.id]


def test_snapshot_keeps_looked_up_incidents(store: ConsoleStore, clock: Clock):
    open_one, old = report_incident_at(store), report_false_incident(store)
    mark_all_synced(store)
    clock.now = NOW
    snapshot = snapshot_of(store)
    snapshot = snapshot_of(store, snapshot, old.id, "nobody")
    assert list(snapshot.incidents) == [open_one.id, old.id]
    store.save(note_incident(store.incident(open_one.id), "air naik"))
    assert list(snapshot_of(store, snapshot).incidents) == [open_one.id, old.id]


def test_snapshot_stays_same_for_irrelevant_changes(store: ConsoleStore, clock: Clock):
    old = report_false_incident(store)
    report_incident_at(store)
    mark_all_synced(store)
    clock.now = NOW
    snapshot = snapshot_of(store)
    with store._session.writing():
        row = store._session.subjects.read(subject_of("incident", old.id))
        store._session.subjects.write(row, version=store._session.meta.next_version())
    assert snapshot_of(store, snapshot).incidents is snapshot.incidents


def test_snapshot_has_all_entries_up_to_its_head(store: ConsoleStore, monkeypatch: pytest.MonkeyPatch):
    """A sync may write while a snapshot is read: its head is not one of entries that came after its incidents."""
    report_incident_at(store)
    before = read_snapshot(store)
    later = JournalHead(seq=7, hash="f" * 64)
    read_changed = console_snapshot._read_changed

    def pulled_meanwhile(store: ConsoleStore, before: ConsoleSnapshot) -> ConsoleSnapshot:
        read = read_changed(store, before)
        monkeypatch.setattr(ConsoleStore, "head", property(lambda _store: later))
        return read

    monkeypatch.setattr(console_snapshot, "_read_changed", pulled_meanwhile)
    assert read_snapshot(store, before).head == before.head
    assert read_snapshot(store, before).head == later


def test_snapshot_includes_reopened_incident(store: ConsoleStore, clock: Clock):
    old = report_false_incident(store)
    mark_all_synced(store)
    clock.now = NOW
    snapshot = snapshot_of(store)
    assert snapshot.incidents == {}
    store.save(move_incident(old, Status.VERIFIED))
    assert list(snapshot_of(store, snapshot).incidents) == [old.id]


def test_snapshot_includes_target_of_merged_incident(store: ConsoleStore, clock: Clock):
    target = report_false_incident(store)
    last = report_false_incident(store)
    store.save(merge_incidents(target, last))
    target = store.incident(target.id)
    mark_all_synced(store)
    clock.now = NOW
    merged = report_incident_at(store)
    store.save(merge_incidents(merged, target))
    mark_all_synced(store)
    assert set(snapshot_of(store).incidents) == {merged.id, target.id, last.id}


def test_snapshot_includes_incident_of_rejected_entry(store: ConsoleStore, clock: Clock):
    old = report_false_incident(store)
    mark_all_synced(store)
    clock.now = NOW
    snapshot = snapshot_of(store)
    entry = store.entries_of(subject_of("incident", old.id))[0][0]
    asides = replace(snapshot, rejections=(Rejection(BlockedEntry(entry, "role_forbids")),))
    assert list(console_snapshot.with_referenced(store, asides, ())) == [old.id]


def test_snapshot_reads_many_changes_at_once(store: ConsoleStore, clock: Clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(console_snapshot, "MANY_CHANGES", 2)
    kept, old = report_false_incident(store), [report_false_incident(store) for _number in range(4)]
    mark_all_synced(store)
    clock.now = NOW
    snapshot = snapshot_of(store, snapshot_of(store), kept.id)
    fresh = report_incident_at(store)
    keys = (*(incident.id for incident in old), kept.id, fresh.id)
    assert set(console_snapshot.changed_incidents(store, snapshot.incidents, keys)) == {fresh.id, kept.id}


@pytest.fixture
def archived_incident(data: Path) -> Incident:
    """Create an incident that ended two months ago."""
    store = ConsoleStore(data, clock=lambda: datetime.now(UTC) - LONG_AGO)
    try:
        incident = report_false_incident(store, "Longsor di Jorong Simpang")
        mark_all_synced(store)
    finally:
        store.close()
    return incident


def test_palette_finds_and_shows_archived_incident(archived_incident: Incident, open_console, data: Path) -> None:
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
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 2)
    assert "Longsor di Jorong Simpang" in window.details_text


def test_archived_incident_is_shown_when_selected(archived_incident: Incident, open_console) -> None:
    window: OpenWindow = open_console()
    window.selection.choose_incident(archived_incident.id)
    window.until(lambda: "Longsor di Jorong Simpang" in window.details_text)
    window.selection.choose_incident("nobody")
    window.until(lambda: "Belum ada insiden dipilih" in window.details_text)
