"""Predicted scope: what a console refuses before it is saved, and what it shows as held while the scope changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.console_stores import add_users, enrol, open_store, pull, report_incident_at, sync

from tabuah.operations.codes import Status
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.held_entries import release_held
from tabuah.operations.incidents.drafts import edit_incident, move_incident, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.people.roles import Role
from tabuah.operations.units.drafts import edit_unit, register_unit
from tabuah.operations.units.entry_bodies import UnitEdited, UnitRegistered
from tabuah.operations.units.unit import UnitKind
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.store import ConsoleStore


@dataclass
class Offices:
    """The control room (ani) and the fire brigade (budi), who are at the same incident."""

    journal: ServerJournal
    ani: ConsoleStore
    budi: ConsoleStore
    incident: str

    def sync(self) -> None:
        for store in (self.ani, self.budi, self.ani):
            sync(store, self.journal)

    def assign(self, *offices: str) -> None:
        self.ani.save(edit_incident(self.ani.incident(self.incident), IncidentEdited(assignment=offices)))
        sync(self.ani, self.journal)

    def move(self, to: Status) -> None:
        self.budi.save(move_incident(self.budi.incident(self.incident), to))

    @property
    def predicted(self) -> int:
        """The number of pending entries of budi that are shown without effect, as the server will hold them."""
        return len(self.budi.state(f"incident/{self.incident}").held)

    @property
    def held(self) -> list[str]:
        return [aside.reason for aside in self.budi.held()]


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[Offices]:
    with (
        ServerJournal.open(tmp_path / "server") as journal,
        open_store(tmp_path / "ani") as ani,
        open_store(tmp_path / "budi") as budi,
    ):
        add_users(journal, ani=Role.SUPERVISOR)
        add_users(journal, budi=Role.FIELD, opd="Damkar")
        enrol(journal, ani, "ani")
        enrol(journal, budi, "budi")
        incident = report_incident_at(ani)
        found = Offices(journal, ani, budi, incident.id)
        found.assign("Damkar")
        found.sync()
        yield found


def change_user(journal: ServerJournal, name: str, **changes: object) -> None:
    body = encode_body(UserChanged(**changes))
    journal.append_drafts([Draft(subject=f"user/{name}", kind="user.changed", body=body)])


def test_change_out_of_scope_is_refused_before_it_is_saved(offices: Offices):
    offices.assign("PUPR")
    offices.sync()
    with pytest.raises(NotPossible, match="out_of_scope"):
        offices.move(Status.ON_SCENE)
    offices.budi.save(note_incident(offices.budi.incident(offices.incident), "masih ada asap"))
    assert offices.budi.counts().pending == 1


def test_pending_work_is_shown_as_held_once_another_opd_is_known_to_be_assigned(offices: Offices):
    offices.move(Status.EN_ROUTE)
    offices.move(Status.ON_SCENE)
    offices.assign("PUPR")
    pull(offices.budi, offices.journal)
    assert offices.predicted == 2
    assert offices.budi.incident(offices.incident).status is Status.REPORTED
    offices.sync()
    assert offices.held == ["scope_changed", "scope_changed"]
    for aside in offices.ani.held():
        offices.ani.save(release_held(aside.entry))
    offices.sync()
    assert offices.held == []
    assert offices.budi.incident(offices.incident).status is Status.ON_SCENE
    assert offices.budi.rejected() == []


def test_pending_work_is_predicted_again_when_the_user_moves_to_another_opd(offices: Offices):
    offices.move(Status.ON_SCENE)
    change_user(offices.journal, "budi", opd="PUPR")
    pull(offices.budi, offices.journal)
    assert offices.predicted == 1
    change_user(offices.journal, "budi", opd="Damkar")
    pull(offices.budi, offices.journal)
    assert offices.predicted == 0
    assert offices.budi.incident(offices.incident).status is Status.ON_SCENE


def test_pending_work_is_predicted_again_when_a_unit_gets_another_opd(offices: Offices):
    unit = UnitRegistered(id="DMK-1", name="Mobil 1", kind=UnitKind.FIRE, opd="Damkar")
    offices.ani.save(register_unit(unit))
    offices.assign("DMK-1")
    offices.sync()
    offices.move(Status.ON_SCENE)
    offices.assign("DMK-1", "PUPR")
    pull(offices.budi, offices.journal)
    assert offices.predicted == 0
    offices.ani.save(edit_unit(offices.ani.units()[0], UnitEdited(opd="PMI")))
    sync(offices.ani, offices.journal)
    pull(offices.budi, offices.journal)
    assert offices.predicted == 1
    assert offices.budi.incident(offices.incident).status is Status.REPORTED


def test_own_report_stays_in_scope_offline_until_another_opd_is_assigned(offices: Offices):
    own = report_incident_at(offices.budi, "Kebakaran")
    for to in (Status.EN_ROUTE, Status.ON_SCENE, Status.CONTAINED):
        offices.budi.save(move_incident(offices.budi.incident(own.id), to))
    offices.sync()
    assert offices.ani.incident(own.id).status is Status.CONTAINED
    assert (offices.held, offices.budi.rejected()) == ([], [])
