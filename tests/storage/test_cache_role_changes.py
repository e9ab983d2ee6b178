"""What waits is shown as the server will probably take it, also when the role of its author changes meanwhile."""

from pathlib import Path

import msgspec
from consoles import add_users, enrol, open_store, report, sync

from tabuah.operations.authority.roles import Role
from tabuah.operations.codes import Status
from tabuah.operations.incidents.gestures import move_incident, note_incident
from tabuah.server.journal import ServerJournal


def test_work_written_under_an_earlier_role_stays_in_its_authors_view(tmp_path: Path):
    with ServerJournal.open(tmp_path / "server") as journal, open_store(tmp_path / "ani") as store:
        add_users(journal, ani=Role.OPERATOR)
        enrol(journal, store, "ani")
        incident = report(store)
        sync(store, journal)
        store.save(note_incident(store.incident(incident.id), "menunggu"))
        store.remember_identity(msgspec.structs.replace(store.identity, role=Role.VIEWER))
        assert store.incident(incident.id).note_count == 1


def test_what_a_role_forbids_is_no_longer_shown_once_the_role_is_known(tmp_path: Path):
    with ServerJournal.open(tmp_path / "server") as journal, open_store(tmp_path / "budi") as store:
        add_users(journal, budi=Role.FIELD)
        incident = report(store)
        store.save(move_incident(incident, Status.FALSE_REPORT))
        assert store.incident(incident.id).status is Status.FALSE_REPORT
        enrol(journal, store, "budi")
        assert store.incident(incident.id).status is Status.REPORTED
        assert store.counts().pending == 2
        sync(store, journal)
        assert [set_aside.reason for set_aside in store.rejected()] == ["role_forbids"]
