"""Erasure of personal data: on the server, on consoles, again after a restore; the chain verifies all the time."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.console_stores import report_incident_at
from support.restored_server import RestorableServer, restorable_server

from tabuah.console.commands.main import run
from tabuah.operations.codes import Status
from tabuah.operations.incidents.drafts import move_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.server.audit import audit_server
from tabuah.server.errors import NoSuchRecord
from tabuah.server.handback.handback import Handback
from tabuah.server.people.personal_data import (
    PersonalConfiguration,
    erase_personal_data,
    expired_personal_data,
    find_personal_data,
    list_personal_data,
)
from tabuah.server.people.personal_retention import PersonalRetention
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.push import PushRequest
from tabuah.storage.journal.wire import SignedEntry

CALLER = "Pak Rusdi 0812-3456"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[RestorableServer]:
    with restorable_server(tmp_path) as server:
        server.console("ani", Role.SUPERVISOR)
        server.console("budi", Role.SUPERVISOR)
        yield server


def report(place: RestorableServer, caller: str = CALLER) -> Incident:
    incident = report_incident_at(place.consoles["ani"], caller=caller)
    place.sync_all()
    return incident


def caller_of(store: ConsoleStore, incident: Incident) -> dict[str, str]:
    return store.personal_of(store.entries_of(f"incident/{incident.id}")[0][0].id)


def erase(place: RestorableServer, incident: Incident) -> int:
    return erase_personal_data(place.server.journal, [f"incident/{incident.id}"], reason="permintaan pelapor")


def assert_chain_verifies(directory: Path, place: RestorableServer) -> None:
    report = audit_server(directory)
    assert (report.findings, report.head) == ((), place.server.journal.head().seq)


def test_erasure_reaches_server_and_consoles_and_the_chain_verifies(place: RestorableServer):
    incident, other = report(place), report(place, "Bu Upik 0813")
    assert caller_of(place.consoles["budi"], incident) == {"caller": CALLER}
    assert erase(place, incident) == 1
    place.sync_all()
    for store in place.consoles.values():
        assert caller_of(store, incident) == {}
        assert caller_of(store, other) == {"caller": "Bu Upik 0813"}
    assert [found.number for found in list_personal_data(place.server.journal)] == [other.number]
    assert_chain_verifies(place.directory, place)
    assert erase(place, incident) == 0, "there is nothing left"


def test_erased_values_are_not_on_the_disk(place: RestorableServer):
    incident = report(place)
    erase(place, incident)
    place.sync_all()
    place.stop()
    place.consoles["budi"].close()
    files = [*place.directory.glob("journal.db*"), *(place.folder / "budi").glob("cache.gpkg*")]
    assert files
    assert [file.name for file in files if CALLER.encode() in file.read_bytes()] == []


def test_erased_values_are_not_pushed_again(place: RestorableServer):
    incident = report(place)
    ani = place.consoles["ani"]
    entry = ani.entries_of(f"incident/{incident.id}")[0][0]
    values = ani.personal_among([entry.id])
    erase(place, incident)
    assert place.server.journal.authority.is_erased(entry.id)
    record = place.server.journal.records_of(f"incident/{incident.id}")[0]
    signed = SignedEntry(record.text, record.signature)
    place.server.journal.push(PushRequest(device=ani.device, entries=(signed,), personal=values))
    assert list_personal_data(place.server.journal) == []


def test_erasure_is_applied_again_after_a_restore(place: RestorableServer):
    incident = report(place)
    backup = place.back_up()
    erase(place, incident)
    place.sync("budi")
    place.restore(backup)
    assert [found.number for found in list_personal_data(place.server.journal)] == [incident.number]
    place.log_in("budi")
    place.sync("budi")
    Handback(place.server.journal).end_wait()
    assert list_personal_data(place.server.journal) == [], "the console handed the erasure back"
    place.log_in("ani")
    place.sync_all()
    assert list_personal_data(place.server.journal) == [], "another console does not bring the values back"
    assert caller_of(place.consoles["ani"], incident) == {}
    assert_chain_verifies(place.directory, place)


def test_retention_erases_what_ended_long_ago(place: RestorableServer):
    ended, running = report(place), report(place, "Bu Upik 0813")
    ani = place.consoles["ani"]
    ani.save(move_incident(ani.incident(ended.id), Status.FALSE_REPORT, reason="salah sambung"))
    place.sync_all()
    journal = place.server.journal
    now = journal.clock()
    assert expired_personal_data(journal, keep_days=30, now=now + timedelta(days=29)) == []
    assert [f.number for f in expired_personal_data(journal, keep_days=30, now=now + timedelta(days=31))] == [
        ended.number
    ]
    retention = PersonalRetention(journal, PersonalConfiguration(keep_days=30))
    assert retention.erase_expired() == 0
    erased = expired_personal_data(journal, keep_days=30, now=now + timedelta(days=31))
    assert erase_personal_data(journal, [each.subject for each in erased], reason="retention") == 1
    assert [found.number for found in list_personal_data(journal)] == [running.number]


def test_retention_without_days_has_no_thread(place: RestorableServer):
    retention = PersonalRetention(place.server.journal, PersonalConfiguration())
    retention.start()
    assert retention.is_running
    retention.stop()


def test_unknown_incident_erases_nothing(place: RestorableServer):
    incident = report(place)
    with pytest.raises(NoSuchRecord, match="SLK-0"):
        find_personal_data(place.server.journal, [incident.number, "SLK-0"])


def test_personal_commands_list_and_erase(place: RestorableServer, capsys: pytest.CaptureFixture[str]):
    incident = report(place)
    data = ("--data", str(place.directory))
    assert run(["server", "personal", "list", "--json", *data]) == 0
    out = capsys.readouterr().out
    assert incident.number in out
    assert "Rusdi" not in out
    assert run(["server", "personal", "erase", incident.number, "--reason", "diminta", "--dry-run", *data]) == 0
    assert run(["server", "personal", "list", *data]) == 0
    assert incident.number in capsys.readouterr().out
    assert run(["server", "personal", "retention", *data]) == 2, "no time is set"
    assert run(["server", "personal", "retention", "--days", "30", *data]) == 0
    assert run(["server", "personal", "erase", incident.number, "--reason", "diminta", *data]) == 0
    capsys.readouterr()
    assert run(["server", "personal", "list", *data]) == 0
    assert incident.number not in capsys.readouterr().out
    assert run(["server", "personal", "erase", "SLK-X", "--reason", "diminta", *data]) == 2
