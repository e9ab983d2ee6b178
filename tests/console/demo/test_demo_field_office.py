"""The field office of the demonstration: its user writes every entry at the sample's time."""

from pathlib import Path

from support.running_server import PASSWORD, start_server

from tabuah.console.demo.accounts import DemoAccount
from tabuah.console.demo.field_office import SAMPLE_INCIDENTS, write_sample_incidents
from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.storage.cache.store import ConsoleStore

OFFICE = DemoAccount(name="posko", role=Role.FIELD, opd="", full_name="Posko (demo)", password=PASSWORD)


def test_field_office_entries_are_accepted(tmp_path: Path) -> None:
    folder = tmp_path / "posko"
    with start_server(tmp_path / "server") as server:
        server.add_user(OFFICE.name, Role.FIELD, opd=OFFICE.opd)
        assert write_sample_incidents(folder, url=server.url, account=OFFICE) == len(SAMPLE_INCIDENTS)
    store = ConsoleStore(folder)
    try:
        assert store.counts().pending == 0
        for incident in store.incidents():
            assert isinstance(incident, Incident)
            entries = store.entries_of(f"incident/{incident.id}")
            assert {entry.actor for entry, _verdict in entries} == {"posko"}
            assert {verdict for _entry, verdict in entries} == {Verdict.ACCEPTED}
            assert entries[0][0].at < entries[-1][0].at or len(entries) == 1
    finally:
        store.close()
