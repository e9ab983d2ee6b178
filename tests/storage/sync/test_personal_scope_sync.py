"""Callers by assignment, with a real server: received with it, and gone from the disk after the release."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from support.console_stores import open_store, pull_page, report_incident_at
from support.console_sync import sync
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.codes import Status
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents.drafts import add_restricted_note, edit_incident, move_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.people.roles import Role
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt
from tabuah.storage.sync import pull, sync_pass
from tabuah.storage.sync.adaptive_batch import AdaptiveBatch, SyncBatch
from tabuah.storage.sync.server_link import ServerLink
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass

CALLER = "Ibu Yusnidar 0812-7766-5544"
NOTE = "korban anak di bawah umur, Rahmatillah"


@dataclass
class Consoles:
    """The consoles of the control room (ani), the fire brigade (budi) and public works (citra)."""

    server: RunningServer
    directory: Path
    stores: dict[str, ConsoleStore] = field(default_factory=dict)

    def __getitem__(self, name: str) -> ConsoleStore:
        return self.stores[name]

    def sync(self, *names: str) -> None:
        for name in names or self.stores:
            sync(self.stores[name])

    def report(self, by: str = "ani") -> Incident:
        """Report an incident with a caller and a restricted note."""
        store = self.stores[by]
        incident = report_incident_at(store, caller=CALLER)
        store.save(add_restricted_note(store.incident(incident.id), NOTE, salt=new_salt()))
        self.sync(by)
        return incident

    def assign(self, incident: Incident, *offices: str) -> None:
        seen = self.stores["ani"].incident(incident.id)
        self.stores["ani"].save(edit_incident(seen, IncidentEdited(assignment=offices)))
        self.sync("ani")

    def change_user(self, name: str, **changes: object) -> None:
        body = encode_body(UserChanged(**changes))
        self.server.journal.append_drafts([Draft(subject=f"user/{name}", kind="user.changed", body=body)])

    def known(self, name: str) -> set[str]:
        """Return the values that a console knows."""
        with closing(sqlite3.connect(self.stores[name].path)) as connection:
            return {row[0] for row in connection.execute("SELECT value FROM personal")}

    def has_traces(self, name: str) -> bool:
        """Return whether any file of a console contains one of the values."""
        files = [path for path in (self.directory / name).rglob("*") if path.is_file()]
        return any(text.encode() in path.read_bytes() for path in files for text in (CALLER, NOTE))


@contextmanager
def start_consoles(tmp_path: Path) -> Iterator[Consoles]:
    with (
        start_server(tmp_path / "server") as server,
        open_store(tmp_path / "ani") as ani,
        open_store(tmp_path / "budi") as budi,
        open_store(tmp_path / "citra") as citra,
    ):
        server.add_user("ani", Role.SUPERVISOR, opd="Pusdalops")
        server.add_user("budi", Role.FIELD, opd="Damkar")
        server.add_user("citra", Role.FIELD, opd="PUPR")
        found = Consoles(server, tmp_path, {"ani": ani, "budi": budi, "citra": citra})
        for name, store in found.stores.items():
            log_in(store, url=server.url, user=name, password=PASSWORD)
        yield found


@pytest.fixture
def consoles(tmp_path: Path) -> Iterator[Consoles]:
    with start_consoles(tmp_path) as found:
        yield found


def test_unassigned_incident_keeps_its_caller_in_the_control_room(consoles: Consoles):
    consoles.report()
    consoles.sync()
    assert consoles.known("ani") == {CALLER, NOTE}
    assert consoles.known("budi") == consoles.known("citra") == set()


def test_assignment_brings_earlier_values_and_the_release_takes_them_from_the_disk(consoles: Consoles):
    incident = consoles.report()
    consoles.sync()
    consoles.assign(incident, "PUPR", "Damkar")
    consoles.sync("budi", "citra")
    assert consoles.known("budi") == consoles.known("citra") == {CALLER, NOTE}
    assert consoles.has_traces("budi")
    consoles.assign(incident, "PUPR")
    consoles.sync("budi", "citra")
    assert (consoles.known("budi"), consoles.known("citra")) == (set(), {CALLER, NOTE})
    assert not consoles.has_traces("budi")
    consoles.assign(incident, "PUPR", "Damkar")
    consoles.sync("budi")
    assert consoles.known("budi") == {CALLER, NOTE}


def test_end_of_an_incident_takes_the_values_from_field_offices(consoles: Consoles):
    incident = consoles.report()
    consoles.assign(incident, "Damkar")
    consoles.sync("budi")
    consoles["ani"].save(move_incident(consoles["ani"].incident(incident.id), Status.FALSE_REPORT, reason="uji"))
    consoles.sync("ani", "budi")
    assert consoles.known("budi") == set()
    assert not consoles.has_traces("budi")
    assert consoles.known("ani") == {CALLER, NOTE}


def test_another_office_of_the_user_changes_what_is_known(consoles: Consoles):
    incident = consoles.report()
    consoles.assign(incident, "Damkar")
    consoles.sync("budi", "citra")
    consoles.change_user("budi", opd="PMI")
    consoles.change_user("citra", opd="Damkar")
    consoles.sync("budi", "citra")
    assert (consoles.known("budi"), consoles.known("citra")) == (set(), {CALLER, NOTE})
    assert not consoles.has_traces("budi")


def test_operator_at_the_desk_of_a_field_office_gets_all_values_again(consoles: Consoles):
    consoles.report()
    consoles.sync("budi")
    assert consoles.known("budi") == set()
    log_in(consoles["budi"], url=consoles.server.url, user="ani", password=PASSWORD)
    consoles.sync("budi")
    assert consoles.known("budi") == {CALLER, NOTE}
    log_in(consoles["budi"], url=consoles.server.url, user="citra", password=PASSWORD)
    consoles.sync("budi")
    assert consoles.known("budi") == set()
    assert not consoles.has_traces("budi")


def test_own_report_keeps_its_caller_until_another_opd_is_assigned(consoles: Consoles):
    incident = consoles.report("budi")
    consoles.sync()
    assert consoles.known("budi") == consoles.known("ani") == {CALLER, NOTE}
    consoles.assign(incident, "PUPR")
    consoles.sync("budi")
    assert consoles.known("budi") == set()


def test_values_of_pending_work_are_kept_until_the_server_has_them(consoles: Consoles):
    incident = consoles.report()
    consoles.assign(incident, "Damkar")
    consoles.sync("budi")
    budi = consoles["budi"]
    pending = "catatan terbatas yang belum terkirim"
    budi.save(add_restricted_note(budi.incident(incident.id), pending, salt=new_salt()))
    consoles.assign(incident, "PUPR")
    budi.apply_pull(pull_page(consoles.server.journal, budi.head.seq))
    assert consoles.known("budi") == {pending}
    consoles.sync("budi", "ani")
    assert consoles.known("ani") == {CALLER, NOTE, pending}
    assert consoles.known("budi") == set()


def test_user_without_an_opd_reads_all_values(consoles: Consoles):
    consoles.change_user("budi", opd="")
    consoles.report()
    consoles.sync("budi")
    assert consoles.known("budi") == {CALLER, NOTE}


def test_limit_that_a_later_page_of_the_same_pass_lifts_brings_all_values_again(consoles: Consoles):
    consoles.report()
    ani, journal = consoles["ani"], consoles.server.journal
    consoles.change_user("ani", role=Role.VIEWER)
    ani.apply_pull(pull_page(journal, ani.head.seq))
    assert consoles.known("ani") == set()
    consoles.change_user("ani", role=Role.SUPERVISOR)
    consoles.sync("ani")
    assert consoles.known("ani") == {CALLER, NOTE}


def test_values_left_out_of_a_page_are_fetched_where_the_next_page_lifts_the_limit(consoles: Consoles):
    consoles.sync()
    consoles.report("budi")
    ani, journal = consoles["ani"], consoles.server.journal
    page = pull_page(journal, ani.head.seq)
    ani.apply_pull(msgspec.structs.replace(page, personal=()))  # the server knows already that ani is a viewer
    consoles.change_user("ani", role=Role.VIEWER)
    consoles.change_user("ani", role=Role.SUPERVISOR)
    consoles.sync("ani")
    assert consoles.known("ani") == {CALLER, NOTE}


def test_values_of_a_snapshot_come_again_after_a_limit(consoles: Consoles, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pull, "FAR_BEHIND", 2)
    monkeypatch.setattr(sync_pass, "WORTH_ENTRIES", 1)
    consoles.report("budi")
    consoles.server.service.snapshots.make()
    session = ConsoleSession(consoles["ani"])
    one_by_one = AdaptiveBatch(first=1, least=1, most=1, target_s=1.0)
    with session.client:
        run_sync_pass(consoles["ani"], session, link=ServerLink(batch=SyncBatch(pull=one_by_one)))
    assert consoles["ani"]._session.meta.snapshot_seq
    assert consoles.known("ani") == {CALLER, NOTE}
    consoles.change_user("ani", role=Role.VIEWER)
    consoles.sync("ani")
    assert consoles.known("ani") == set()
    consoles.change_user("ani", role=Role.SUPERVISOR)
    consoles.sync("ani")
    assert consoles.known("ani") == {CALLER, NOTE}


@pytest.mark.parametrize("subject", [False, True])
def test_server_sends_values_by_assignment_on_every_route(consoles: Consoles, subject: bool):
    incident = consoles.report()
    consoles.assign(incident, "Damkar")
    params = {"after": 0} | ({"subject": f"incident/{incident.id}"} if subject else {})
    found = {}
    for name in consoles.stores:
        with consoles.server.approved_client(name) as client:
            found[name] = {value["value"] for value in client.get("/v1/journal", params=params).json()["personal"]}
    assert found == {"ani": {CALLER, NOTE}, "budi": {CALLER, NOTE}, "citra": set()}
