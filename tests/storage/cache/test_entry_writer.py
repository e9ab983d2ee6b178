"""Saving of drafts: rules first, one transaction, one gapless chain for many writers."""

import subprocess
import sys
from pathlib import Path

import pytest
from support.console_stores import open_store, report_incident_at

from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.operations.entries import GENESIS, Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.drafts import edit_incident, move_incident, note_incident, report_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited, IncidentReported
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.chain import read_chain, verify_signatures
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.journal.wire import MAX_ENTRY_BYTES


@pytest.fixture
def store(tmp_path: Path):
    with open_store(tmp_path / "data") as store:
        yield store


def test_save_queues_and_shows_signed_entry(store: ConsoleStore):
    incident = report_incident_at(store, "Longsor di Cupak")
    (waiting,) = store.outbox_after(0, 100)
    (chained,) = read_chain([waiting.signed], device=store.device)
    verify_signatures([chained], store.own_key().public_key)
    assert (chained.entry.n, chained.entry.prev, chained.entry.grant) == (1, GENESIS, "")
    assert incident.title == "Longsor di Cupak"
    assert store.rows()[0].pending
    assert store.counts().pending == 1


def test_entries_of_one_device_form_a_chain(store: ConsoleStore):
    incident = report_incident_at(store)
    store.save(note_incident(incident, "satu"))
    store.save(note_incident(incident, "dua"))
    chain = read_chain([w.signed for w in store.outbox_after(0, 100)], device=store.device)
    assert [c.entry.n for c in chain] == [1, 2, 3]
    verify_signatures(chain, store.own_key().public_key)


def test_forbidden_draft_is_refused_with_reason(store: ConsoleStore):
    incident = report_incident_at(store)
    with pytest.raises(NotPossible) as refused:
        store.save(move_incident(incident, Status.CLOSED))
    assert refused.value.reason == "close_needs_contained"
    assert store.counts().pending == 1
    assert store.incident(incident.id).status is Status.REPORTED
    assert store.chain_length == 1


def test_duplicate_incident_number_is_refused(store: ConsoleStore):
    incident = report_incident_at(store)
    body = IncidentReported(number=incident.number, hazard=Hazard.FLOOD, title="Kembar")
    with pytest.raises(NotPossible) as refused:
        store.save(report_incident(body, incident_id=new_uuid(store.now())))
    assert refused.value.reason == "number_taken"


def test_incident_id_must_be_uuid(store: ConsoleStore):
    body = IncidentReported(number=store.next_incident_number(), hazard=Hazard.FLOOD, title="Banjir")
    with pytest.raises(NotPossible) as refused:
        store.save(report_incident(body, incident_id="../../etc"))
    assert refused.value.reason == "subject_malformed"


def test_several_drafts_are_saved_all_or_none(store: ConsoleStore):
    incident = report_incident_at(store)
    with pytest.raises(NotPossible):
        store.save_all([note_incident(incident, "catatan"), move_incident(incident, Status.CLOSED)])
    assert store.counts().pending == 1
    assert store.incident(incident.id).note_count == 0


def test_too_large_entry_is_refused_at_once(store: ConsoleStore):
    incident = report_incident_at(store)
    ring = tuple((100.123456 + i / 1e7, -0.123456) for i in range(9_000))
    with pytest.raises(NotPossible) as refused:
        store.save(edit_incident(incident, IncidentEdited(area=(*ring, ring[0]))))
    assert refused.value.reason == "too_large"
    assert store.chain_length * MAX_ENTRY_BYTES == MAX_ENTRY_BYTES


def test_own_edits_never_conflict(store: ConsoleStore):
    incident = report_incident_at(store)
    store.save(edit_incident(incident, IncidentEdited(severity=Severity.SEVERE)))
    store.save(edit_incident(store.incident(incident.id), IncidentEdited(severity=Severity.MINOR)))
    assert store.incident(incident.id).severity is Severity.MINOR
    assert store.conflicts() == []


def test_incident_numbers_count_up(store: ConsoleStore, tmp_path: Path):
    numbers = [store.next_incident_number() for _ in range(3)]
    tag = store.own_key().tag
    assert numbers == [f"SLK-{tag}-0001", f"SLK-{tag}-0002", f"SLK-{tag}-0003"]
    with open_store(tmp_path / "data") as again:
        assert again.next_incident_number() == f"SLK-{tag}-0004"


def test_incident_is_found_by_unambiguous_prefix(store: ConsoleStore):
    first, second = report_incident_at(store, "satu"), report_incident_at(store, "dua")
    assert store.incident(first.number.lower()).id == first.id
    assert store.incident(second.id).id == second.id
    assert store.incident(second.id[:-1]).id == second.id
    with pytest.raises(UnknownKey, match="beberapa"):
        store.incident(first.number[:8])
    for nothing in ("SLK-0000-0001", "", "%", "_"):
        with pytest.raises(UnknownKey):
            store.incident(nothing)


def test_personal_values_are_stored_apart(store: ConsoleStore):
    incident = report_incident_at(store, caller="Pak Budi 0812")
    ((entry, _verdict),) = store.entries_of(f"incident/{incident.id}")
    assert store.personal_of(entry.id) == {"caller": "Pak Budi 0812"}
    assert b"Budi" not in bytes(entry.body)


def test_changed_subjects_are_listed_by_version(store: ConsoleStore, tmp_path: Path):
    first = report_incident_at(store)
    version = store.version
    assert not store.others_wrote()
    with open_store(tmp_path / "data") as beside:
        second = report_incident_at(beside)
    assert store.others_wrote()
    assert not store.others_wrote()
    assert store.changed_since(version).subjects == {f"incident/{second.id}"}
    assert store.changed_since(0).subjects == {f"incident/{first.id}", f"incident/{second.id}"}


WRITER = """
import sys
from pathlib import Path
from support.console_stores import open_store, report_incident_at
with open_store(Path(sys.argv[1])) as store:
    for i in range(100):
        report_incident_at(store, f"{sys.argv[2]} {i}")
"""


def test_concurrent_processes_share_one_gapless_chain(tmp_path: Path, project: Path):
    command = [sys.executable, "-c", WRITER, str(tmp_path / "data")]
    environment = _environment(project)
    writers = [subprocess.Popen([*command, name], env=environment) for name in ("a", "b", "c")]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    with open_store(tmp_path / "data") as store:
        chain = read_chain([w.signed for w in store.outbox_after(0, 1000)], device=store.device)
        assert [c.entry.n for c in chain] == list(range(1, 301))
        assert len({incident.number for incident in store.incidents()}) == 300


def test_unknown_kind_makes_subject_read_only(store: ConsoleStore):
    incident = report_incident_at(store)
    subject = f"incident/{incident.id}"
    draft = Draft(subject=subject, kind="incident.imagined", body=note_incident(incident, "x").body)
    with pytest.raises(NotPossible) as refused:
        store.save(draft)
    assert refused.value.reason == "unknown_kind"


def _environment(project: Path) -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": f"{project}{os.pathsep}{project / 'tests'}"}
