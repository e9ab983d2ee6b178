"""`tabuah incident edit --set caller=…`: added and corrected later, read by some roles, erased with the incident."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.console_stores import add_users, enrol, open_store, pull, push, sync

from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.server.people.personal_data import erase_personal_data, list_personal_data

REPORT = ("incident", "report", "--hazard", "flood", "--title", "Banjir", "--nagari", "Koto Baru")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, sari=Role.SUPERVISOR, tamu=Role.VIEWER)
        yield journal


def console(journal: ServerJournal, folder: Path, capsys, user: str) -> CommandLineConsole:
    with open_store(folder / user) as store:
        enrol(journal, store, user)
        pull(store, journal)
    return CommandLineConsole(folder / user, capsys)


def caller(line: CommandLineConsole, number: str) -> str | None:
    assert "caller" not in line.json("incident", "show", number)
    return line.json("incident", "show", number, "--caller")["caller"]


def test_caller_is_added_corrected_and_removed(journal: ServerJournal, tmp_path: Path, capsys):
    sari = console(journal, tmp_path, capsys, "sari")
    number = sari.json(*REPORT)["number"]
    assert caller(sari, number) is None
    sari.run("incident", "edit", number, "--set", "caller=Bu Yanti 0812 3456", "--set", "title=Banjir besar")
    assert caller(sari, number) == "Bu Yanti 0812 3456"
    assert sari.json("incident", "show", number)["title"] == "Banjir besar"
    timeline = [event["text"] for event in sari.json("incident", "show", number)["timeline"]]
    assert "Pelapor diubah" in timeline
    assert not any("Yanti" in text for text in timeline)
    sari.run("incident", "edit", number, "--set", "caller=Bu Yanti 0813 9999")
    assert caller(sari, number) == "Bu Yanti 0813 9999"
    assert "0813 9999" in sari.run("incident", "show", number, "--caller")
    assert "0813 9999" not in sari.run("incident", "show", number)
    with open_store(sari.directory) as store:
        assert push(store, journal)
        pull(store, journal)
    assert caller(sari, number) == "Bu Yanti 0813 9999"
    (listed,) = list_personal_data(journal)
    assert listed.values == 2, "the earlier caller stays until it is erased"
    tamu = console(journal, tmp_path, capsys, "tamu")
    with open_store(tamu.directory) as store:
        sync(store, journal)
        store.personal_scope.follow()
    assert caller(tamu, number) is None
    erase_personal_data(journal, [listed.subject], reason="permintaan")
    assert list_personal_data(journal) == []
    with open_store(sari.directory) as store:
        sync(store, journal)
    assert caller(sari, number) is None
    sari.run("incident", "edit", number, "--set", "caller=Pak Budi")
    sari.run("incident", "edit", number, "--set", "caller=")
    assert caller(sari, number) is None


@pytest.mark.parametrize("text", ["x" * 201, "a\u202eb"])
def test_bad_caller_is_refused_and_nothing_is_saved(tmp_path: Path, capsys, text: str):
    line = CommandLineConsole(tmp_path / "console", capsys)
    line.run(*REPORT, "--caller", text, code=2)
    assert "200" in line.errors
    assert line.json("incident", "list") == []
    number = line.json(*REPORT, "--caller", "Pak Budi")["number"]
    line.run("incident", "edit", number, "--set", f"caller={text}", code=2)
    assert caller(line, number) == "Pak Budi"
