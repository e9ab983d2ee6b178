"""Predicted verdicts of pending work when the role of its author changes, and in an exercise of its own outbox."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
import pytest
from support.console_stores import add_users, enrol, open_store, pull, report_incident_at, sync

from tabuah.operations.codes import Status
from tabuah.operations.disruptions.disruption import DisruptionKind
from tabuah.operations.disruptions.drafts import report_disruption
from tabuah.operations.disruptions.entry_bodies import DisruptionReported
from tabuah.operations.entries import Draft
from tabuah.operations.exercises.drafts import end_exercise, start_exercise
from tabuah.operations.incidents.drafts import move_incident, note_incident
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.people.roles import Role
from tabuah.operations.shelters.drafts import add_shelter
from tabuah.operations.shelters.entry_bodies import ShelterAdded
from tabuah.operations.shelters.shelter import ShelterKind
from tabuah.server.journal import ServerJournal

PLACE: Final = IncidentPlace(lon_deg=100.6, lat_deg=-0.9, nagari="Koto Baru")
BEGAN_AT: Final = datetime(2026, 12, 3, 1, 0, tzinfo=UTC)
LINKED_ID: Final = "01890000-0000-7000-8000-000000000001"


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


def shelter_for(incident: str) -> Draft:
    body = ShelterAdded(name="SDN 5", kind=ShelterKind.EVACUATION, place=PLACE, incident=incident)
    return add_shelter(LINKED_ID, body)


def disruption_for(incident: str) -> Draft:
    body = DisruptionReported(
        kind=DisruptionKind.ROAD,
        name="Jalan Koto Baru",
        place=PLACE,
        began_at=BEGAN_AT,
        source="warga",
        incident=incident,
    )
    return report_disruption(LINKED_ID, body)


@pytest.mark.parametrize("draft_for", [shelter_for, disruption_for])
def test_pending_link_is_predicted_again_once_its_incident_is_known(
    tmp_path: Path, draft_for: Callable[[str], Draft]
):
    with (
        ServerJournal.open(tmp_path / "server") as journal,
        open_store(tmp_path / "ani") as ani,
        open_store(tmp_path / "budi") as budi,
    ):
        add_users(journal, ani=Role.SUPERVISOR, budi=Role.SUPERVISOR)
        enrol(journal, ani, "ani")
        enrol(journal, budi, "budi")
        journal.append_drafts([start_exercise("Banjir", known=(), suffix="1")])
        sync(ani, journal)
        sync(budi, journal)
        drill = report_incident_at(budi, exercise=True, exercise_id="banjir-1")
        draft = draft_for(drill.id)
        ani.save(draft)
        assert ani.state(draft.subject).value is not None
        sync(budi, journal)
        pull(ani, journal)
        assert ani.state(draft.subject).value is None, "the server will reject it"
        sync(ani, journal)
        assert [each.reason for each in ani.rejected()] == ["exercise_differs"]
