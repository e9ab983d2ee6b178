"""The demonstration's field office: everything it sends was written by its user, at the time that the story tells."""

from pathlib import Path

from running_server import PASSWORD, start_server

from tabuah.console.demo.board import STORIES
from tabuah.console.demo.cast import Player
from tabuah.console.demo.field_office import write_board
from tabuah.operations.authority.roles import Role
from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.incident import Incident
from tabuah.storage.cache.store import ConsoleStore

OFFICE = Player(
    name="posko", role=Role.FIELD, opd="Kecamatan Lembang Jaya", full_name="Posko (demo)", password=PASSWORD
)


def test_what_the_office_sends_was_written_by_its_user_and_accepted(tmp_path: Path) -> None:
    folder = tmp_path / "posko"
    with start_server(tmp_path / "server") as server:
        server.add_user(OFFICE.name, Role.FIELD)
        assert write_board(folder, url=server.url, player=OFFICE) == len(STORIES)
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
