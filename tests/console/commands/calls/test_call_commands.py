"""`tabuah call`: record, list, correct, export, and turn into an incident."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.console_stores import add_users, enrol, open_store, pull, push, report_incident_at

from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.server.people.personal_data import list_personal_data

PRANK = ("call", "record", "iseng", "--channel", "112", "--note", "anak-anak tertawa", "--caller", "0812 345")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, sari=Role.SUPERVISOR, tamu=Role.VIEWER)
        yield journal


@pytest.fixture
def console(journal: ServerJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    return log_in(journal, tmp_path, capsys, "sari")


def log_in(journal: ServerJournal, folder: Path, capsys: pytest.CaptureFixture[str], user: str) -> CommandLineConsole:
    with open_store(folder / user) as store:
        enrol(journal, store, user)
        pull(store, journal)
    return CommandLineConsole(folder / user, capsys)


def test_call_is_recorded_listed_counted_and_corrected(console: CommandLineConsole):
    recorded = console.json(*PRANK)
    (row,) = console.json("call", "list")
    assert (row["call_class"], row["channel"], row["taken_by"]) == ("prank", "call_112", "sari")
    assert (row["caller"], row["pending"], row["exercise"]) == ("0812 345", True, None)
    console.run("call", "list")
    assert "panggilan iseng 1" in console.errors
    changed = console.json("call", "edit", recorded["id"][:13], "--set", "class=ghost", "--set", "caller=")
    assert changed["changed"] == ["caller", "class"]
    (row,) = console.json("call", "list", "--class", "kosong")
    assert (row["note"], row["caller"], row["has_caller"]) == ("anak-anak tertawa", None, False)
    assert console.json("call", "list", "--class", "prank") == []


def test_bad_call_is_refused_in_words_and_nothing_is_saved(console: CommandLineConsole):
    for arguments, words in (
        (("normal",), "tabuah incident report"),
        (("iseng", "--note", "x" * 100_000), "2000"),
        (("iseng", "--note", "a\u202eb"), "note"),
        (("iseng", "--at", "2099-01-01T00:00"), "2099"),
        (("hantu",), "ghost"),
    ):
        console.run("call", "record", *arguments, code=2)
        assert words in console.errors
    assert console.json("call", "list") == []
    console.run("call", "show", "abc", code=2)
    assert "tabuah call list" in console.errors


def test_call_becomes_an_incident_with_its_caller_and_time(console: CommandLineConsole):
    call = console.json(
        "call", "record", "kosong", "--note", "air naik 😱", "--caller", "Budi", "--at", "2026-01-02T03:04"
    )
    made = console.json("call", "incident", call["id"], "--hazard", "banjir", "--nagari", "Koto Baru, Kubung")
    shown = console.json("incident", "show", made["number"])
    assert (shown["title"], shown["description"]) == ("air naik 😱", "air naik 😱")
    assert shown["occurred_at"].startswith("2026-01-01T20:04")
    row = console.json("call", "show", call["id"])
    assert (row["call_class"], row["incident"]) == ("normal", made["number"])
    console.run("call", "edit", call["id"], "--set", "class=iseng", code=2)
    assert "panggilan normal" in console.errors


def test_call_is_linked_to_a_known_incident_of_its_world(console: CommandLineConsole):
    with open_store(console.directory) as store:
        incident = report_incident_at(store)
    call = console.json("call", "record", "informasi")
    assert console.json("call", "incident", call["id"], "--to", incident.number)["number"] == incident.number
    console.run("call", "incident", call["id"], code=2)
    assert "--to" in console.errors


def test_call_is_taken_off_its_incident(console: CommandLineConsole):
    with open_store(console.directory) as store:
        incident = report_incident_at(store)
    call = console.json(*PRANK)
    console.run("call", "unlink", call["id"], code=2)
    console.json("call", "incident", call["id"], "--to", incident.number)
    (found,) = console.json("incident", "callers", "0812345")
    assert (found["number"], found["field"]) == (incident.number, "call")
    assert console.json("call", "unlink", call["id"])["call_class"] == "prank"
    assert console.json("call", "show", call["id"])["incident"] == ""
    assert console.json("incident", "callers", "0812345") == []


def test_incident_of_a_call_has_place_words_and_answers(console: CommandLineConsole):
    call = console.json(*PRANK)
    options = ("--nagari", "Koto Baru, Kubung", "--jorong", "Simpang", "--landmark", "dekat masjid", "--at-risk", "4")
    made = console.json("call", "incident", call["id"], "--hazard", "banjir", *options)
    shown = console.json("incident", "show", made["number"])
    assert (shown["jorong"], shown["landmark"], shown["people_at_risk"]) == ("Simpang", "dekat masjid", 4)
    console.run("call", "incident", call["id"], "--to", made["number"], "--at-risk", "4", code=2)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_calls_are_exported_without_callers_unless_asked(console: CommandLineConsole, tmp_path: Path, suffix: str):
    console.json(*PRANK)
    file = tmp_path / f"panggilan.{suffix}"
    assert console.json("call", "export", str(file))["calls"] == 1
    assert b"0812 345" not in file.read_bytes()
    console.run("call", "export", str(file), "--callers")
    assert "Simpan" in console.errors
    if suffix == "csv":
        assert "0812 345" in file.read_text("utf-8-sig")
    console.run("call", "export", str(tmp_path / "panggilan.txt"), code=2)


def test_caller_is_sealed_for_a_viewer_and_known_to_the_server_for_erasure(
    journal: ServerJournal, console: CommandLineConsole, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    call = console.json(*PRANK)
    with open_store(console.directory) as store:
        push(store, journal)
    (found,) = list_personal_data(journal)
    assert found.subject == f"call/{call['id']}"
    assert found.ended_at is not None
    viewer = log_in(journal, tmp_path, capsys, "tamu")
    (row,) = viewer.json("call", "list")
    assert (row["has_caller"], row["caller"]) == (True, None)
    assert "tersegel" in viewer.run("call", "show", call["id"])
    viewer.run("call", "record", "iseng", code=2)
