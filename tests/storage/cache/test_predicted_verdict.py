"""Predicted verdicts of pending work when the role of its author changes, and in an exercise of its own outbox."""

from pathlib import Path

import msgspec
from support.console_stores import add_users, enrol, open_store, pull, report_incident_at, sync

from tabuah.operations.codes import Status
from tabuah.operations.exercises.drafts import end_exercise, start_exercise
from tabuah.operations.incidents.drafts import move_incident, note_incident
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal


def test_earlier_role_work_stays_shown(tmp_path: Path):
    with ServerJournal.open(tmp_path / "server") as journal, open_store(tmp_path / "ani") as store:
        add_users(journal, ani=Role.OPERATOR)
        enrol(journal, store, "ani")
        incident = report_incident_at(store)
        sync(store, journal)
        store.save(note_incident(store.incident(incident.id), "menunggu"))
        store.remember_identity(msgspec.structs.replace(store.identity, role=Role.VIEWER))
        assert store.incident(incident.id).note_count == 1


def test_forbidden_work_is_hidden_once_known(tmp_path: Path):
    with ServerJournal.open(tmp_path / "server") as journal, open_store(tmp_path / "budi") as store:
        add_users(journal, budi=Role.FIELD)
        incident = report_incident_at(store)
        store.save(move_incident(incident, Status.FALSE_REPORT))
        assert store.incident(incident.id).status is Status.FALSE_REPORT
        enrol(journal, store, "budi")
        assert store.incident(incident.id).status is Status.REPORTED
        assert store.counts().pending == 2
        sync(store, journal)
        assert [set_aside.reason for set_aside in store.rejected()] == ["role_forbids"]


def test_work_in_own_pending_exercise_stays_shown_after_its_end(tmp_path: Path):
    with ServerJournal.open(tmp_path / "server") as journal, open_store(tmp_path / "ani") as store:
        add_users(journal, ani=Role.SUPERVISOR)
        enrol(journal, store, "ani")
        sync(store, journal)
        store.save(start_exercise("Gempa", known=(), suffix="1"))
        drill = report_incident_at(store, "Latihan", exercise=True, exercise_id="gempa-1")
        store.save(end_exercise(store.exercises()[0]))
        journal.append_drafts([start_exercise("Banjir", known=(), suffix="1")])
        pull(store, journal)  # another exercise started: everything pending is predicted again
        assert store.incident(drill.id).title == "Latihan"
        sync(store, journal)
        assert store.rejected() == []
