"""Rewinding to an earlier record: no entry of this console is lost with a device that the server has forgotten."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.console_stores import add_users, enrol, open_store, report_incident_at, sync

from tabuah.operations.incidents.drafts import add_restricted_note
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.handback import JournalPosition


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server", serving=True) as journal:
        add_users(journal, ani=Role.OPERATOR)
        yield journal


@pytest.fixture
def ani(tmp_path: Path, journal: ServerJournal) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "ani") as store:
        enrol(journal, store, "ani")
        sync(store, journal)
        yield store


def go_on_under_new_key(store: ConsoleStore, journal: ServerJournal) -> None:
    store.answer_fork()
    enrol(journal, store, "ani")
    sync(store, journal)


def position(store: ConsoleStore) -> JournalPosition:
    return JournalPosition(seq=store.head.seq, hash=store.head.hash)


def test_rewind_issues_work_of_a_forgotten_device_again(ani, journal):
    incident = report_incident_at(ani)
    sync(ani, journal)
    common = position(ani)
    go_on_under_new_key(ani, journal)
    original = ani.save(add_restricted_note(incident, "keluarga Pak Buyung", salt="00" * 16)).entry
    sync(ani, journal)
    go_on_under_new_key(ani, journal)
    ani.history.rewind(common)
    again = [entry for entry, verdict in ani.entries_of(original.subject) if verdict is None]
    assert [(entry.kind, entry.device, entry.replaces) for entry in again] == [
        (original.kind, ani.device, original.id)
    ]  # fmt: skip
    assert ani.personal_of(again[0].id) == {"restricted": "keluarga Pak Buyung"}
    assert ani.counts().pending == 1
    assert ani.incident(incident.id).note_count == 1
