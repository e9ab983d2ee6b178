"""Held and rejected entries: nothing is lost, and the user's decisions last."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from support.console_stores import add_users, enrol, open_store, push, report_incident_at, sync

from tabuah.operations.codes import Severity, Status
from tabuah.operations.errors import NotPossible
from tabuah.operations.held_entries import refuse_held, release_held
from tabuah.operations.incidents.drafts import attach_to_incident, edit_incident, move_incident, note_incident
from tabuah.operations.incidents.editable_text import editable_text
from tabuah.operations.incidents.entry_bodies import IncidentAttached, IncidentEdited
from tabuah.operations.incidents.outcomes import EntryOutcome
from tabuah.operations.people.key_replacement import KeyReplacementCause
from tabuah.operations.people.roles import Role
from tabuah.operations.reissued_entries import identity_of
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.errors import ChainFork
from tabuah.text.incidents.timeline import timeline_of

LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server", serving=True) as journal:
        add_users(journal, ani=Role.SUPERVISOR, budi=Role.FIELD)
        yield journal


def reject_two_moves(budi: ConsoleStore, journal: ServerJournal) -> str:
    """Let budi, who believes to be a supervisor, mark a report false twice; return the incident's id."""
    incident = report_incident_at(budi)
    sync(budi, journal)
    known = budi.identity
    believed = msgspec.structs.replace(known.grant, role=Role.SUPERVISOR)
    budi.remember_identity(msgspec.structs.replace(known, role=Role.SUPERVISOR, grant=believed))
    budi.save(move_incident(budi.incident(incident.id), Status.FALSE_REPORT, reason="kata warga"))
    budi.save(move_incident(budi.incident(incident.id), Status.FALSE_REPORT, reason="kata wali nagari juga"))
    budi.remember_identity(known)
    sync(budi, journal)
    return incident.id


def hold_a_report(budi: ConsoleStore, journal: ServerJournal) -> str:
    """Let budi report after his grant has expired; return the incident's id."""
    enrol(journal, budi, "budi", expires_at=LONG_AGO)
    incident = report_incident_at(budi, "Banjir di Selayo")
    budi.save(note_incident(budi.incident(incident.id), "air setinggi lutut"))
    sync(budi, journal)
    return incident.id


def outcomes(store: ConsoleStore, incident_id: str) -> dict[str, EntryOutcome]:
    return {event.text: event.outcome for event in timeline_of(store.entries_of(f"incident/{incident_id}"))}


def test_held_report_is_visible_to_author(journal, budi, ani):
    incident_id = hold_a_report(budi, journal)
    sync(ani, journal)
    (mine,) = budi.held_reports()
    assert (mine.incident.id, mine.incident.title, mine.incident.note_count) == (incident_id, "Banjir di Selayo", 1)
    assert budi.incidents() == ani.incidents() == []
    (seen,) = ani.held_reports()
    assert (seen.incident.id, seen.own, mine.own) == (incident_id, False, True)
    assert [aside.reason for aside in ani.held()] == ["grant_expired"] * 2


def test_released_report_takes_effect_everywhere(journal, budi, ani):
    incident_id = hold_a_report(budi, journal)
    sync(ani, journal)
    for aside in ani.held():
        ani.save(release_held(aside.entry))
    assert [incident.id for incident in ani.incidents()] == [incident_id]
    sync(ani, journal)
    sync(budi, journal)
    assert ani.held() == budi.held() == budi.held_reports() == []
    assert budi.incident(incident_id) == ani.incident(incident_id)
    assert set(outcomes(budi, incident_id).values()) == {EntryOutcome.RELEASED, EntryOutcome.EFFECTIVE}


def test_release_of_work_that_waits_under_another_key_is_refused(journal, ani):
    incident = report_incident_at(ani)
    sync(ani, journal)
    enrol(journal, ani, "ani", expires_at=LONG_AGO)
    edit = edit_incident(incident, IncidentEdited(title="Banjir di Selayo"))
    original = ani.save(edit)
    sync(ani, journal)
    (aside,) = ani.held()
    enrol(journal, ani, "ani")
    identity = identity_of(original.entry, original.text.decode())
    ani.save(msgspec.structs.replace(edit, replaces=original.entry.id, again=identity))
    with pytest.raises(NotPossible, match="already_there"):
        ani.save(release_held(aside.entry))
    sync(ani, journal)
    assert ani.rejections() == []
    assert ani.incident(incident.id).title == "Banjir di Selayo"


def test_refused_entry_reaches_author_with_reason(journal, budi, ani):
    hold_a_report(budi, journal)
    sync(ani, journal)
    for aside in ani.held():
        ani.save(refuse_held(aside.entry, "laporan ganda"))
    sync(ani, journal)
    sync(budi, journal)
    (tray,) = budi.rejections()
    assert (tray.root.entry.kind, tray.root.reason, tray.root.refusal_reason, tray.root.by) == (
        "incident.reported", "refused", "laporan ganda", "ani",
    )  # fmt: skip
    assert [aside.entry.kind for aside in tray.dependents] == ["incident.noted"]
    assert budi.counts().rejected == 2
    assert ani.rejections() == []


def test_refused_report_is_reissued_with_dependents(journal, budi, ani):
    hold_a_report(budi, journal)
    sync(ani, journal)
    for aside in ani.held():
        ani.save(refuse_held(aside.entry, "tulis nama jorong"))
    sync(ani, journal)
    enrol(journal, budi, "budi")
    sync(budi, journal)
    (tray,) = budi.rejections()
    done = budi.reissue_all(tray.root.entry.id, "Banjir di Selayo, Jorong Galanggang Tangah")
    assert [entry.replaces for entry in done.issued] == [aside.entry.id for aside in tray.entries]
    assert done.left == ()
    sync(budi, journal)
    sync(ani, journal)
    (incident,) = ani.incidents()
    assert (incident.title, incident.note_count) == ("Banjir di Selayo, Jorong Galanggang Tangah", 1)
    assert budi.rejections() == []
    assert budi.counts().rejected == 0


def test_refusal_needs_a_reason():
    with pytest.raises(NotPossible, match="reason_length n=400"):
        refuse_held(None, "  ")


def test_dependents_are_listed_under_rejected_entry(journal, budi):
    incident_id = reject_two_moves(budi, journal)
    (tray,) = budi.rejections()
    assert (tray.root.reason, editable_text(tray.root.entry)) == ("role_forbids", "kata warga")
    assert budi.incident(incident_id).status is Status.REPORTED
    assert [editable_text(aside.entry) for aside in tray.dependents] == ["kata wali nagari juga"]
    assert tray.dependents[0].entry.base["status"] == tray.root.entry.id
    assert budi.counts().rejected == 2


def test_still_forbidden_entry_stays_in_tray(journal, budi):
    reject_two_moves(budi, journal)
    (tray,) = budi.rejections()
    with pytest.raises(NotPossible):
        budi.reissue_all(tray.root.entry.id)
    assert [t.root.entry.id for t in budi.rejections()] == [tray.root.entry.id]
    assert budi.counts().pending == 0


def test_dismissal_is_local_and_reversible(journal, budi, ani):
    reject_two_moves(budi, journal)
    (tray,) = budi.rejections()
    head, version = journal.head().seq, budi.version
    budi.dismiss(tray.root.entry.id)
    assert budi.rejections() == []
    assert budi.counts().rejected == 0
    assert budi.version > version
    sync(budi, journal)
    assert journal.head().seq == head, "no entry was written"
    assert budi.rejections(dismissed=True) == [tray]
    budi.restore_dismissed(tray.root.entry.id)
    assert budi.counts().rejected == 2
    with pytest.raises(UnknownKey):
        budi.restore_dismissed(tray.root.entry.id)


def test_unknown_tray_entry_is_reported(budi):
    for act in (budi.dismiss, budi.reissue, budi.reissue_all, budi.rejection):
        with pytest.raises(UnknownKey):
            act("nothing")


def test_refused_photo_is_queued_when_reissued(journal, budi, ani):
    incident = report_incident_at(budi)
    sync(budi, journal)
    enrol(journal, budi, "budi", expires_at=LONG_AGO)
    photo = IncidentAttached(sha256="a" * 64, name="jembatan.jpg", media_type="image/jpeg", size=7)
    budi.save(attach_to_incident(budi.incident(incident.id), photo))
    sync(budi, journal)
    sync(ani, journal)
    ani.save(refuse_held(ani.held()[0].entry, "foto buram"))
    sync(ani, journal)
    enrol(journal, budi, "budi")
    sync(budi, journal)
    (tray,) = budi.rejections()
    budi.reissue_all(tray.root.entry.id, "jembatan dari hilir")
    assert [blob.sha256 for blob in budi.attachments.waiting()] == ["a" * 64]
    assert budi.incident(incident.id).attachments[-1].caption == "jembatan dari hilir"


def test_conflict_members_keep_joining_order(journal, budi, ani):
    incident = report_incident_at(budi)
    sync(budi, journal)
    sync(ani, journal)
    ani.save(edit_incident(ani.incident(incident.id), IncidentEdited(severity=Severity.SEVERE)))
    sync(ani, journal)
    for severity in (Severity.MINOR, Severity.CATASTROPHIC):
        budi.save(edit_incident(budi.incident(incident.id), IncidentEdited(severity=severity)))
    sync(budi, journal)
    (found,) = budi.conflicts()
    members = budi.members_of(found.conflict)
    assert [entry.id for entry in members] == list(found.conflict.members)
    assert len(members) == 2


def test_fork_is_recorded_with_new_numbers(journal, budi, tmp_path):
    import shutil

    sync(budi, journal)
    assert budi.last_key_replacement is None
    shutil.copytree(tmp_path / "budi", tmp_path / "copy")
    report_incident_at(budi, "dari yang asli")
    sync(budi, journal)
    with open_store(tmp_path / "copy") as copy:
        mine = report_incident_at(copy, "dari salinan")
        with pytest.raises(ChainFork):
            push(copy, journal)
        former = copy.device
        copy.answer_fork()
        renewal = copy.last_key_replacement
        assert (renewal.cause, renewal.former, renewal.device, renewal.entries) == (
            KeyReplacementCause.FORK,
            former,
            copy.device,
            1,
        )
        assert renewal.numbers == {mine.number: copy.incident(mine.id).number}


def test_lost_key_is_recorded_as_cause(budi, tmp_path):
    (tmp_path / "budi" / "device.key").unlink()
    with open_store(tmp_path / "budi") as again:
        report_incident_at(again)
        assert again.last_key_replacement.cause is KeyReplacementCause.LOST_KEY
