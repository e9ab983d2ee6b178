"""The trays of a console: nothing that took no effect is lost, and what a person decides on it holds."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from consoles import add_users, enrol, open_store, push, report, sync

from tabuah.operations.authority.roles import Role
from tabuah.operations.codes import Severity, Status
from tabuah.operations.errors import NotPossible
from tabuah.operations.holding import refuse_held, release_held
from tabuah.operations.incidents.bodies import IncidentAttached, IncidentEdited
from tabuah.operations.incidents.gestures import attach_to_incident, edit_incident, move_incident, note_incident
from tabuah.operations.incidents.rewording import words_of
from tabuah.operations.incidents.timeline import Outcome, timeline_of
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.renewals import Cause
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.errors import ChainFork

LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server", serving=True) as journal:
        add_users(journal, ani=Role.SUPERVISOR, budi=Role.FIELD)
        yield journal


def reject_two_moves(budi: ConsoleStore, journal: ServerJournal) -> str:
    """Budi believes to be a supervisor and calls a report false, twice; the server knows better. Gives its id."""
    incident = report(budi)
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
    """Budi's log-in has expired when he reports; gives the incident's id."""
    enrol(journal, budi, "budi", expires_at=LONG_AGO)
    incident = report(budi, "Banjir di Selayo")
    budi.save(note_incident(budi.incident(incident.id), "air setinggi lutut"))
    sync(budi, journal)
    return incident.id


def outcomes(store: ConsoleStore, incident_id: str) -> dict[str, Outcome]:
    return {event.text: event.outcome for event in timeline_of(store.entries_of(f"incident/{incident_id}"))}


def test_a_held_report_stays_in_sight_of_its_author_and_exists_for_nobody(journal, budi, ani):
    incident_id = hold_a_report(budi, journal)
    sync(ani, journal)
    (mine,) = budi.held_reports()
    assert (mine.incident.id, mine.incident.title, mine.incident.note_count) == (incident_id, "Banjir di Selayo", 1)
    assert budi.incidents() == ani.incidents() == []
    (seen,) = ani.held_reports()
    assert (seen.incident.id, seen.own, mine.own) == (incident_id, False, True)
    assert [aside.reason for aside in ani.held()] == ["grant_expired"] * 2


def test_a_released_report_takes_effect_everywhere_and_leaves_the_tray(journal, budi, ani):
    incident_id = hold_a_report(budi, journal)
    sync(ani, journal)
    for aside in ani.held():
        ani.save(release_held(aside.entry))
    assert [incident.id for incident in ani.incidents()] == [incident_id]
    sync(ani, journal)
    sync(budi, journal)
    assert ani.held() == budi.held() == budi.held_reports() == []
    assert budi.incident(incident_id) == ani.incident(incident_id)
    assert set(outcomes(budi, incident_id).values()) == {Outcome.RELEASED, Outcome.EFFECTIVE}


def test_what_a_supervisor_refused_comes_into_the_authors_tray_with_the_reason(journal, budi, ani):
    hold_a_report(budi, journal)
    sync(ani, journal)
    for aside in ani.held():
        ani.save(refuse_held(aside.entry, "laporan ganda"))
    sync(ani, journal)
    sync(budi, journal)
    (tray,) = budi.rejections()
    assert (tray.root.entry.kind, tray.root.reason, tray.root.told, tray.root.by) == (
        "incident.reported", "refused", "laporan ganda", "ani",
    )  # fmt: skip
    assert [aside.entry.kind for aside in tray.resting] == ["incident.noted"]
    assert budi.counts().rejected == 2
    assert ani.rejections() == []


def test_a_refused_report_is_sent_again_with_all_that_rests_on_it(journal, budi, ani):
    hold_a_report(budi, journal)
    sync(ani, journal)
    for aside in ani.held():
        ani.save(refuse_held(aside.entry, "tulis nama jorong"))
    sync(ani, journal)
    enrol(journal, budi, "budi")
    sync(budi, journal)
    (tray,) = budi.rejections()
    done = budi.issue_all_again(tray.root.entry.id, "Banjir di Selayo, Jorong Galanggang Tangah")
    assert [entry.replaces for entry in done.issued] == [aside.entry.id for aside in tray.entries]
    assert done.left == ()
    sync(budi, journal)
    sync(ani, journal)
    (incident,) = ani.incidents()
    assert (incident.title, incident.note_count) == ("Banjir di Selayo, Jorong Galanggang Tangah", 1)
    assert budi.rejections() == []
    assert budi.counts().rejected == 0


def test_refusing_needs_a_reason():
    with pytest.raises(NotPossible, match="alasan"):
        refuse_held(None, "  ")


def test_what_rests_on_a_rejected_change_stands_under_it(journal, budi):
    incident_id = reject_two_moves(budi, journal)
    (tray,) = budi.rejections()
    assert (tray.root.reason, words_of(tray.root.entry)) == ("role_forbids", "kata warga")
    assert budi.incident(incident_id).status is Status.REPORTED
    assert [words_of(aside.entry) for aside in tray.resting] == ["kata wali nagari juga"]
    assert tray.resting[0].entry.base["status"] == tray.root.entry.id
    assert budi.counts().rejected == 2


def test_what_the_rules_forbid_still_is_not_sent_again_and_stays(journal, budi):
    reject_two_moves(budi, journal)
    (tray,) = budi.rejections()
    with pytest.raises(NotPossible):
        budi.issue_all_again(tray.root.entry.id)
    assert [t.root.entry.id for t in budi.rejections()] == [tray.root.entry.id]
    assert budi.counts().pending == 0


def test_setting_aside_is_this_consoles_own_and_can_be_taken_back(journal, budi, ani):
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


def test_what_is_not_in_the_tray_is_not_found(budi):
    for act in (budi.dismiss, budi.issue_again, budi.issue_all_again, budi.rejection):
        with pytest.raises(UnknownKey):
            act("nothing")


def test_a_refused_photo_is_kept_and_waits_for_its_upload_when_sent_again(journal, budi, ani):
    incident = report(budi)
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
    budi.issue_all_again(tray.root.entry.id, "jembatan dari hilir")
    assert [blob.sha256 for blob in budi.attachments.waiting()] == ["a" * 64]
    assert budi.incident(incident.id).attachments[-1].caption == "jembatan dari hilir"


def test_a_conflict_tells_its_members_in_the_order_in_which_they_joined(journal, budi, ani):
    incident = report(budi)
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


def test_a_fork_is_remembered_with_what_became_of_the_numbers(journal, budi, tmp_path):
    import shutil

    sync(budi, journal)
    assert budi.last_renewal is None
    shutil.copytree(tmp_path / "budi", tmp_path / "copy")
    report(budi, "dari yang asli")
    sync(budi, journal)
    with open_store(tmp_path / "copy") as copy:
        mine = report(copy, "dari salinan")
        with pytest.raises(ChainFork):
            push(copy, journal)
        former = copy.device
        copy.answer_fork()
        renewal = copy.last_renewal
        assert (renewal.cause, renewal.former, renewal.device, renewal.entries) == (
            Cause.FORK,
            former,
            copy.device,
            1,
        )
        assert renewal.numbers == {mine.number: copy.incident(mine.id).number}


def test_a_lost_key_is_remembered_as_such(budi, tmp_path):
    (tmp_path / "budi" / "device.key").unlink()
    with open_store(tmp_path / "budi") as again:
        report(again)
        assert again.last_renewal.cause is Cause.LOST_KEY
