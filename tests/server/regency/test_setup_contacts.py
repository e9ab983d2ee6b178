"""Contacts in the setup folder: the same bytes, personal numbers only on request, changes by field."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.contact_samples import PERSONAL, flood_authority, sample_contact

from tabuah.operations.contacts.contact import Contact
from tabuah.operations.contacts.drafts import register_contact, retire_contact
from tabuah.resources.regency import shipped_regency
from tabuah.server.errors import UnusableSetup
from tabuah.server.journal import ServerJournal
from tabuah.server.regency.setup_changes import SetupChange, current_setup, import_setup
from tabuah.server.regency.setup_contacts import journal_contacts, known_personal
from tabuah.server.regency.setup_folder import CONTACTS_FILE, read_setup, write_setup
from tabuah.storage.journal.identifiers import new_salt

CAMAT, BWS = sample_contact(remark="lewat\npintu barat"), flood_authority()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server") as opened:
        opened.append_drafts([register_contact(CAMAT, PERSONAL, salt=new_salt()), register_contact(BWS)])
        yield opened


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "empty") as opened:
        yield opened


def export(journal: ServerJournal, folder: Path, *, with_personal: bool = False) -> bytes:
    setup = current_setup(journal, with_personal=with_personal)
    write_setup(folder, setup, profile=shipped_regency(), map_file=None)
    return (folder / CONTACTS_FILE).read_bytes()


def take_in(journal: ServerJournal, folder: Path) -> list[SetupChange]:
    changes = import_setup(journal, folder, read_setup(folder), actor="admin")
    return [change for change in changes if change.part == "contacts"]


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / CONTACTS_FILE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rewrite(folder: Path, **cells: str) -> None:
    """Change cells of the first contact."""
    found = rows(folder)
    found[0].update(cells)
    with (folder / CONTACTS_FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, found[0].keys())
        writer.writeheader()
        writer.writerows(found)


def test_contacts_go_to_another_server_without_personal_numbers(
    journal: ServerJournal, empty: ServerJournal, tmp_path: Path
):
    written = export(journal, tmp_path / "setup")
    assert PERSONAL.phones[0].encode() not in written
    assert export(journal, tmp_path / "setup") == written
    assert [change.is_new for change in take_in(empty, tmp_path / "setup")] == [True, True]
    assert take_in(empty, tmp_path / "setup") == []
    moved = journal_contacts(empty)
    assert (moved[CAMAT.id].personal_entry, moved[BWS.id]) == ("", BWS)
    assert take_in(journal, tmp_path / "setup") == [], "sealed numbers of the journal stay"
    assert known_personal(journal, journal_contacts(journal)[CAMAT.id]) == PERSONAL


def test_personal_numbers_go_along_only_on_request(journal: ServerJournal, empty: ServerJournal, tmp_path: Path):
    assert PERSONAL.phones[0].encode() in export(journal, tmp_path / "setup", with_personal=True)
    assert take_in(journal, tmp_path / "setup") == []
    take_in(empty, tmp_path / "setup")
    moved = journal_contacts(empty)[CAMAT.id]
    assert known_personal(empty, moved) == PERSONAL
    assert known_personal(empty, journal_contacts(empty)[BWS.id]) is None


def test_folder_changes_restores_and_removes_nothing(journal: ServerJournal, tmp_path: Path):
    export(journal, tmp_path / "setup")
    journal.append_drafts([retire_contact(CAMAT, reason="pindah")])
    rewrite(tmp_path / "setup", hours="24 jam", phones="112 | 0755 31123")
    (change,) = take_in(journal, tmp_path / "setup")
    assert (change.name, change.fields) == (CAMAT.name, ("phones", "hours", "retired"))
    found: Contact = journal_contacts(journal)[CAMAT.id]
    assert (found.hours, found.phones, found.retired) == ("24 jam", ("112", "0755 31123"), None)
    (tmp_path / "setup" / CONTACTS_FILE).unlink()
    assert take_in(journal, tmp_path / "setup") == []
    assert len(journal_contacts(journal)) == 2


def test_wrong_cells_are_named_by_line_and_nothing_is_written(journal: ServerJournal, tmp_path: Path):
    export(journal, tmp_path / "setup")
    rewrite(tmp_path / "setup", function="presiden", phones="nol")
    head = journal.head()
    with pytest.raises(UnusableSetup) as refused:
        take_in(journal, tmp_path / "setup")
    assert str(refused.value).count(f"{CONTACTS_FILE}:3: ") == 2  # the remark of its first contact has two lines
    assert journal.head() == head
