"""A wiped exercise is gone on the server and on every console, and the journal still proves itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from support.bulletin_samples import sample_earthquake
from support.console_stores import add_users, enrol, open_store, pull, pull_page, push, report_incident_at, sync
from support.operator_device import OperatorDevice
from support.readings_fixture import START, gauge, open_readings_fixture, stage
from support.station_file_samples import sample_document

from tabuah.operations.bulletins.drafts import report_earthquake
from tabuah.operations.entries import Verdict
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.drafts import end_exercise, start_exercise, wipe_exercise
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.feeds.sources import FeedContent, FeedSource
from tabuah.operations.held_entries import release_held
from tabuah.operations.incidents.drafts import attach_to_incident, merge_incidents
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading
from tabuah.operations.stations.drafts import register_station, station_in_exercise
from tabuah.server.administration import revoke_device
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.audit import audit_server
from tabuah.server.feeds.service import FeedsService
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

DRILL = "gempa-1"


def drill_of(store: ConsoleStore) -> Exercise:
    return store.exercises()[0]


@contextmanager
def running_exercise(folder: Path) -> Iterator[tuple[ServerJournal, ConsoleStore, ConsoleStore]]:
    """Open a server with a running exercise, and the synced consoles of two supervisors."""
    with (
        ServerJournal.open(folder / "server") as journal,
        open_store(folder / "ani") as ani,
        open_store(folder / "budi") as budi,
    ):
        add_users(journal, ani=Role.SUPERVISOR, budi=Role.SUPERVISOR)
        journal.append_drafts([start_exercise("Gempa", known=(), suffix="1")])
        for name, store in (("ani", ani), ("budi", budi)):
            enrol(journal, store, name)
            sync(store, journal)
        yield journal, ani, budi


def test_wipe_reaches_server_consoles_and_audit(tmp_path: Path):
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, ani=Role.SUPERVISOR, budi=Role.SUPERVISOR)
        with open_store(tmp_path / "ani") as ani, open_store(tmp_path / "budi") as budi:
            for name, store in (("ani", ani), ("budi", budi)):
                enrol(journal, store, name)
                sync(store, journal)
            ani.save(start_exercise("Gempa", known=(), suffix="1"))
            real = report_incident_at(ani, "Banjir")
            drill = report_incident_at(ani, "Latihan", caller="Pak Rusdi 0812", exercise=True, exercise_id=DRILL)
            ani.save(attach_to_incident(drill, sample_document()))
            ani.save(attach_to_incident(real, sample_document(b"nyata")))
            sync(ani, journal)
            sync(budi, journal)
            assert {incident.id for incident in budi.incidents()} == {real.id, drill.id}
            ani.save(end_exercise(drill_of(ani)))
            ani.save(wipe_exercise(drill_of(ani)))
            sync(ani, journal)
            pull(budi, journal)
            for store in (ani, budi):
                assert [incident.id for incident in store.incidents()] == [real.id]
                assert store.find_damage() == store.checks.find_damage() == ""
                assert store.checks.audit().findings == ()
                assert store.entries_of(f"incident/{drill.id}"), "its entries stay as proof"
                assert store.personal_of(store.entries_of(f"incident/{drill.id}")[0][0].id) == {}
            assert journal.state_of(f"incident/{drill.id}").value is None
            assert journal.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM personal_values").scalar()) == 0
            named = journal.read(lambda c: c.exec_driver_sql("SELECT subject FROM blob_subjects").scalars().all())
            assert set(named) == {f"incident/{real.id}"}
            with open_store(tmp_path / "late") as late:
                enrol(journal, late, "budi")
                sync(late, journal)
                assert [incident.id for incident in late.incidents()] == [real.id]
    assert audit_server(tmp_path / "server").findings == ()


def test_released_wipe_reaches_server_consoles_and_audit(tmp_path: Path):
    with running_exercise(tmp_path) as (journal, ani, budi):
        drill = report_incident_at(ani, "Latihan", caller="Pak Rusdi 0812", exercise=True, exercise_id=DRILL)
        ani.save(end_exercise(drill_of(ani)))
        sync(ani, journal)
        revoke_device(journal, ani.device, "hilang")
        wipe = ani.save(wipe_exercise(drill_of(ani))).entry
        push(ani, journal)
        pull(budi, journal)
        assert [incident.id for incident in budi.incidents()] == [drill.id], "the wipe is held"
        budi.save(release_held(wipe))
        sync(budi, journal)
        assert budi.incidents() == []
        assert budi.personal_of(budi.entries_of(f"incident/{drill.id}")[0][0].id) == {}
        assert budi.checks.audit().findings == ()
        assert journal.state_of(f"incident/{drill.id}").value is None
        assert journal.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM personal_values").scalar()) == 0
    assert audit_server(tmp_path / "server").findings == ()


def test_real_incident_is_not_merged_into_wiped_drill(tmp_path: Path):
    with ServerJournal.open(tmp_path / "server") as journal, open_store(tmp_path / "ani") as ani:
        add_users(journal, ani=Role.SUPERVISOR)
        enrol(journal, ani, "ani")
        ani.save(start_exercise("Gempa", known=(), suffix="1"))
        drill = report_incident_at(ani, "Latihan", exercise=True, exercise_id=DRILL)
        real = report_incident_at(ani, "Banjir")
        ani.save(end_exercise(drill_of(ani)))
        ani.save(wipe_exercise(drill_of(ani)))
        with pytest.raises(NotPossible):  # from a window that still shows it
            ani.save(merge_incidents(real, drill))
        sync(ani, journal)
        other = OperatorDevice(journal, "budi")
        assert other.push(merge_incidents(real, drill)) == [(Verdict.REJECTED, "exercise_differs")]
        assert journal.state_of(f"incident/{real.id}").value.merged_into == ""
    assert audit_server(tmp_path / "server").findings == ()


def personal_values(journal: ServerJournal) -> int:
    return journal.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM personal_values").scalar())


def test_wipe_takes_callers_of_its_own_push(tmp_path: Path):
    with ServerJournal.open(tmp_path / "server") as journal, open_store(tmp_path / "ani") as ani:
        add_users(journal, ani=Role.SUPERVISOR)
        enrol(journal, ani, "ani")
        sync(ani, journal)
        ani.save(start_exercise("Gempa", known=(), suffix="1"))
        report_incident_at(ani, "Latihan", caller="Pak Rusdi 0812", exercise=True, exercise_id=DRILL)
        ani.save(end_exercise(drill_of(ani)))
        ani.save(wipe_exercise(drill_of(ani)))
        sync(ani, journal)
        assert journal.authority.is_wiped(DRILL)
        assert personal_values(journal) == 0


def test_wipe_takes_callers_of_held_reports(tmp_path: Path):
    with running_exercise(tmp_path) as (journal, ani, budi):
        kept = report_incident_at(budi, "Banjir", caller="Pak Karim 0813")
        drill = report_incident_at(budi, "Latihan", caller="Pak Rusdi 0812", exercise=True, exercise_id=DRILL)
        revoke_device(journal, budi.device, "hilang")
        sync(budi, journal)
        assert journal.state_of(f"incident/{drill.id}").held
        ani.save(end_exercise(drill_of(ani)))
        ani.save(wipe_exercise(drill_of(ani)))
        sync(ani, journal)
        values = journal.personal_values_of(journal.records_after(0))
        assert [value.value for value in values] == ["Pak Karim 0813"]
        assert journal.state_of(f"incident/{kept.id}").held


def test_server_drops_callers_that_come_after_wipe(tmp_path: Path):
    with running_exercise(tmp_path) as (journal, ani, budi):
        late = report_incident_at(budi, "Latihan", caller="Pak Rusdi 0812", exercise=True, exercise_id=DRILL)
        ani.save(end_exercise(drill_of(ani)))
        ani.save(wipe_exercise(drill_of(ani)))
        sync(ani, journal)
        sync(budi, journal)
        assert [aside.reason for aside in budi.rejected()] == ["exercise_ended"]
        assert budi.personal_of(budi.rejected()[0].entry.id), "the author may still need it"
        assert budi.rejected()[0].entry.subject == f"incident/{late.id}"
        assert personal_values(journal) == 0


def test_console_drops_callers_pulled_with_wipe(tmp_path: Path):
    with running_exercise(tmp_path) as (journal, ani, budi):
        drill = report_incident_at(ani, "Latihan", caller="Pak Rusdi 0812", exercise=True, exercise_id=DRILL)
        sync(ani, journal)
        before = pull_page(journal, budi.head.seq)
        ani.save(end_exercise(drill_of(ani)))
        ani.save(wipe_exercise(drill_of(ani)))
        sync(ani, journal)
        budi.apply_pull(before, pull_page(journal, before.records[-1].seq))
        assert budi.personal_of(budi.entries_of(f"incident/{drill.id}")[0][0].id) == {}


def test_wipe_forgets_attachments_named_earlier_in_its_batch(tmp_path: Path):
    with ServerJournal.open(tmp_path / "server") as journal:

        def name_then_wipe(batch: AdmissionBatch) -> set[tuple[str, str]]:
            naming, wiping = batch.new_layer(), batch.new_layer()
            naming.attached |= {("a" * 64, "incident/latihan"), ("b" * 64, "incident/nyata")}
            batch.merge(naming)
            wiping.wiped.add("incident/latihan")
            batch.merge(wiping)
            named, batch.attached = batch.attached, set()
            return named

        assert journal.submit(name_then_wipe).result() == {("b" * 64, "incident/nyata")}


def test_file_named_and_wiped_in_one_push_is_due_for_deletion(tmp_path: Path):
    document = sample_document()
    uploaded = (document.sha256, document.size, "ani", "2026-11-24T07:00:00+00:00")
    with running_exercise(tmp_path) as (journal, ani, _budi):
        journal.submit(
            lambda batch: batch.connection.exec_driver_sql("INSERT INTO blobs VALUES (?, ?, ?, ?)", uploaded)
        ).result()
        drill = report_incident_at(ani, "Latihan", exercise=True, exercise_id=DRILL)
        ani.save(attach_to_incident(drill, document))
        ani.save(end_exercise(drill_of(ani)))
        ani.save(wipe_exercise(drill_of(ani)))
        push(ani, journal)
        due = journal.read(lambda c: c.exec_driver_sql("SELECT sha256, received_at FROM blobs").all())
        assert [tuple(row) for row in due] == [(document.sha256, "")]


def test_wipe_deletes_readings_of_drill(tmp_path: Path):
    with open_readings_fixture(tmp_path) as room:
        room.journal.append_drafts([start_exercise("Gempa", known=(), suffix="1")])
        drill = station_in_exercise(gauge(3), DRILL)
        room.register(gauge(3))
        room.journal.append_drafts([register_station(drill)])
        room.catch_up()
        room.send(stage(1.2), Reading(drill.code, "stage_m", START, 3.4))
        assert readings_of(room.journal) == {gauge(3).code, drill.code}
        ani = OperatorDevice(room.journal, user="ani", role=Role.SUPERVISOR)
        for change in (end_exercise, wipe_exercise):
            assert ani.push(change(room.journal.authority.exercises[DRILL])) == [(Verdict.ACCEPTED, "")]
        room.catch_up()
        assert readings_of(room.journal) == {gauge(3).code}
        reply = room.send(Reading(drill.code, "stage_m", START, 3.4))
        assert [notice.reason for notice in reply.set_aside] == ["unknown_station"]
        assert {alarm.exercise for alarm in room.alarms()} <= {False}


def readings_of(journal: ServerJournal) -> set[str]:
    with ReadingsStore(journal.directory.path / FILE_NAME) as store:
        return {reading.station for reading in store.latest()}


def test_wipe_takes_bulletins_and_their_alarms(tmp_path: Path):
    source = FeedSource(
        name="drill", content=FeedContent.EARTHQUAKES, url="https://example.id/x", exercise=True, exercise_id=DRILL
    )
    with ServerJournal.open(tmp_path / "server") as journal:
        service = FeedsService(journal, (source,), asking=False)
        journal.append_drafts([start_exercise("Gempa", known=(), suffix="1")])
        now = journal.clock()
        quake = sample_earthquake(at=now)
        journal.append_drafts([report_earthquake("drill-1", quake, exercise=True, exercise_id=DRILL)])
        service.load()
        ani = OperatorDevice(journal, user="ani", role=Role.SUPERVISOR)
        for change in (end_exercise, wipe_exercise):
            assert ani.push(change(journal.authority.exercises[DRILL])) == [(Verdict.ACCEPTED, "")]
        service.load()
        service.update_alarms()
        service.stop()
        assert journal.state_of("earthquake/drill-1").value is None
        assert all(state.value is None for state in journal.states_of_kind("alarm").values())


def test_changed_role_shows_unsent_work_in_an_unsent_exercise_again(tmp_path: Path):
    with ServerJournal.open(tmp_path / "server") as journal, open_store(tmp_path / "ani") as ani:
        add_users(journal, ani=Role.SUPERVISOR)
        enrol(journal, ani, "ani")
        sync(ani, journal)
        waiting = msgspec.structs.replace(ani.identity, grant=None, approved=False)
        ani.remember_identity(waiting)
        ani.save(start_exercise("Gempa", known=(), suffix="1"))
        drill = report_incident_at(ani, "Latihan", exercise=True, exercise_id=DRILL)
        for role, shown in ((Role.FIELD, []), (Role.SUPERVISOR, [drill.id])):
            ani.remember_identity(msgspec.structs.replace(waiting, role=role))
            assert [incident.id for incident in ani.incidents()] == shown, "a field officer starts no exercise"
