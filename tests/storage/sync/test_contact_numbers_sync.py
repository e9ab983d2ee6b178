"""Personal numbers of contacts, with a real server: they reach the roles that read callers, and are erased."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from support.console_stores import open_store
from support.console_sync import sync
from support.contact_samples import PERSONAL, sample_contact
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.contacts.contact import Contact
from tabuah.operations.contacts.drafts import register_contact, retire_contact
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.people.roles import Role
from tabuah.server.people.personal_data import (
    erase_personal_data,
    expired_personal_data,
    find_personal_data,
    list_personal_data,
)
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt
from tabuah.storage.sync.session import log_in

NUMBER = PERSONAL.phones[0]
USERS = {"sari": Role.SUPERVISOR, "budi": Role.FIELD, "tamu": Role.VIEWER, "admin": Role.ADMIN}


@dataclass
class Consoles:
    """A server and the consoles of a supervisor, a field office, a viewer and an administrator."""

    server: RunningServer
    folder: Path
    stores: dict[str, ConsoleStore]

    def sync(self, *names: str) -> None:
        for name in names or self.stores:
            sync(self.stores[name])

    def add_contact(self, by: str) -> Contact:
        contact = sample_contact(phones=())
        self.stores[by].save(register_contact(contact, PERSONAL, salt=new_salt()))
        self.sync(by)
        self.sync()
        return contact

    def readers(self) -> set[str]:
        """Return the consoles that have personal values."""
        return {name for name, store in self.stores.items() if _has_values(store)}


def _has_values(store: ConsoleStore) -> bool:
    with closing(sqlite3.connect(store.path)) as connection:
        return bool(connection.execute("SELECT count(*) FROM personal").fetchone()[0])


@contextmanager
def start_consoles(tmp_path: Path) -> Iterator[Consoles]:
    with start_server(tmp_path / "server") as server, ExitStack() as opened:
        stores = {name: opened.enter_context(open_store(tmp_path / name)) for name in USERS}
        for name, role in USERS.items():
            server.add_user(name, role, opd="Damkar")
            log_in(stores[name], url=server.url, user=name, password=PASSWORD)
        yield Consoles(server, tmp_path, stores)


@pytest.fixture
def consoles(tmp_path: Path) -> Iterator[Consoles]:
    with start_consoles(tmp_path) as found:
        yield found


def test_numbers_reach_the_roles_that_read_callers(consoles: Consoles):
    contact = consoles.add_contact("sari")
    assert consoles.readers() == {"sari", "budi"}
    assert all(store.contacts()[0].name == contact.name for store in consoles.stores.values())
    tables = [path for path in (consoles.folder / "tamu").rglob("*") if path.is_file()]
    assert not any(NUMBER.encode() in path.read_bytes() for path in tables)
    consoles.server.journal.append_drafts(
        [Draft(subject="user/tamu", kind="user.changed", body=encode_body(UserChanged(role=Role.FIELD)))]
    )
    consoles.sync("tamu")
    consoles.sync("tamu")
    assert "tamu" in consoles.readers(), "a new role fetches what it may read"


def test_numbers_that_an_administrator_wrote_leave_its_console(consoles: Consoles):
    consoles.add_contact("admin")
    assert consoles.readers() == {"sari", "budi"}


def test_numbers_are_listed_and_erased_everywhere(consoles: Consoles):
    contact = consoles.add_contact("sari")
    journal = consoles.server.journal
    (found,) = list_personal_data(journal)
    assert (found.subject, found.name, found.values) == (f"contact/{contact.id}", contact.name, 1)
    assert find_personal_data(journal, [contact.name]) == [found]
    now = journal.clock() + timedelta(days=400)
    assert expired_personal_data(journal, keep_days=365, now=now) == [], "it is still in use"
    consoles.stores["sari"].save(retire_contact(consoles.stores["sari"].contacts()[0], reason="pindah"))
    consoles.sync("sari")
    assert [each.subject for each in expired_personal_data(journal, keep_days=365, now=now)] == [found.subject]
    assert erase_personal_data(journal, [found.subject], reason="permintaan") == 1
    consoles.sync()
    assert consoles.readers() == set()
    assert list_personal_data(journal) == []
