"""`tabuah task`: add, list, change, receive, end, reopen, find and export."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.console_stores import add_users, enrol, open_store, pull, report_incident_at

from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal

UNIT = ("unit", "register", "TRC-01", "--name", "TRC Kubung", "--kind", "trc", "--opd", "BPBD")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, sari=Role.SUPERVISOR)
        add_users(journal, opd="Dinas PUPR", dedi=Role.FIELD)
        yield journal


@pytest.fixture
def console(journal: ServerJournal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CommandLineConsole:
    return log_in(journal, tmp_path, capsys, "sari")


@pytest.fixture
def number(console: CommandLineConsole) -> str:
    with open_store(console.directory) as store:
        return report_incident_at(store).number


def log_in(journal: ServerJournal, folder: Path, capsys: pytest.CaptureFixture[str], user: str) -> CommandLineConsole:
    with open_store(folder / user) as store:
        enrol(journal, store, user)
        pull(store, journal)
    return CommandLineConsole(folder / user, capsys)


def test_task_is_added_listed_changed_and_ended(console: CommandLineConsole, number: str):
    task = console.json("task", "add", number, "pasang rambu", "--owner", "dinas pupr", "--due", "2026-01-02T03:04")
    (row,) = console.json("task", "list")
    assert (row["what"], row["owner_kind"], row["owner"]) == ("pasang rambu", "opd", "Dinas PUPR")
    assert (row["incident"], row["overdue"], row["status"], row["pending"]) == (number, True, "open", True)
    assert "terlambat" in console.run("task", "list")
    assert "1 tugas terlambat" in console.errors
    console.run("task", "change", task["id"][:13], "--set", "due=", "--set", "detail=dua sisi")
    assert console.json("task", "list", "--overdue") == []
    (row,) = console.json("task", "list", "--search", "RAMBU sisi")
    assert row["due_at"] is None
    console.json("task", "done", task["id"], "--note", "terpasang")
    assert console.json("task", "list") == []
    (row,) = console.json("task", "list", "--all", "--incident", number)
    assert (row["status"], row["ended_by"], row["end_note"]) == ("done", "sari", "terpasang")
    assert console.json("task", "reopen", task["id"], "--reason", "roboh")["status"] == "open"
    assert console.json("task", "cancel", task["id"], "--reason", "tidak perlu")["status"] == "cancelled"
    assert "tidak perlu" in console.run("task", "show", task["id"])


def test_owner_is_a_unit_a_person_or_an_office(console: CommandLineConsole, number: str):
    console.json(*UNIT)
    for text, kind, name in (
        ("trc-01", "unit", "TRC-01"),
        ("TRC Kubung", "unit", "TRC-01"),
        ("sari", "user", "sari"),
        ("opd:sari", "opd", "sari"),
    ):
        task = console.json("task", "add", number, "cek jembatan", "--owner", text)
        row = console.json("task", "show", task["id"])
        assert (row["owner_kind"], row["owner"]) == (kind, name)
    for wrong in ("user:siapa", "unit:X-99", " ", "x" * 121):
        console.run("task", "add", number, "cek jembatan", "--owner", wrong, code=2)
    assert len(console.json("task", "list", "--mine")) == 3  # the person, and the unit of the own office twice


def test_disposition_is_received_by_name_or_taken_back(console: CommandLineConsole, number: str):
    add = ("task", "add", number, "perbaiki jalan", "--owner", "Dinas PUPR", "--kind", "disposisi")
    task = console.json(*add, "--receipt-due", "2026-01-02T03:04")
    (row,) = console.json("task", "list", "--overdue")
    assert (row["kind"], row["status"]) == ("disposition", "open")
    console.run("task", "receive", task["id"], code=2)
    assert "petugas" in console.errors.lower() or "OPD" in console.errors
    assert console.json("task", "receive", task["id"], "--name", "Rina")["status"] == "received"
    assert console.json("task", "list", "--overdue") == []
    assert "Rina" in console.run("task", "show", task["id"])
    assert console.json("task", "receive", task["id"], "--withdraw")["status"] == "open"
    console.run("task", "add", number, "x", "--owner", "sari", "--kind", "disposisi", code=2)
    console.run("task", "add", number, "x", "--owner", "sari", "--receipt-due", "2026-01-02T03:04", code=2)


def test_wrong_task_is_refused_in_words(console: CommandLineConsole, number: str):
    console.run("task", "show", "abc", code=2)
    assert "tabuah task list" in console.errors
    console.run("task", "list", "--mine", "--overdue", code=2)
    task = console.json("task", "add", number, "cek", "--owner", "BPBD")
    console.run("task", "change", task["id"], "--set", "due=besok", code=2)
    console.run("task", "change", task["id"], "--set", "what=cek", code=2)
    console.run("task", "add", number, "x" * 201, "--owner", "BPBD", code=2)
    assert "200" in console.errors


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_tasks_are_exported(console: CommandLineConsole, number: str, tmp_path: Path, suffix: str):
    console.json("task", "add", number, "=cek", "--owner", "BPBD")
    file = tmp_path / f"tugas.{suffix}"
    assert console.json("task", "export", str(file)) == {"file": str(file), "tasks": 1}
    if suffix == "csv":
        text = file.read_text("utf-8-sig")
        assert number in text
        assert ",=cek" not in text
    console.run("task", "export", str(tmp_path / "tugas.txt"), code=2)


def test_clock_gives_the_due_time_and_running_clocks_are_listed(console: CommandLineConsole, number: str):
    add = ("task", "add", number, "jawab aduan", "--owner", "sari", "--clock", "sp4n_dispute")
    task = console.json("task", "show", console.json(*add)["id"])
    assert task["clock"] == "sp4n_dispute"
    (row,) = console.json("clock", "list")
    assert (row["incident"], row["task"], row["due_at"]) == (number, task["id"], task["due_at"])
    report = ("incident", "report", "--hazard", "kebakaran", "--title", "Rumah", "--nagari", "Koto Baru, Kubung")
    fire = console.json(*report)["number"]
    rows = console.json("clock", "list")
    assert [(each["incident"], each["code"]) for each in rows] == [(fire, "arrival"), (number, "sp4n_dispute")]
    assert console.json("clock", "list", "--overdue") == []
    assert "Tiba di lokasi" in console.run("clock", "list")
    console.run(*add[:-1], "tidak_ada", code=2)
    assert "sp4n_field_check" in console.errors
    console.run(*add, "--due", "16.00", code=2)


def test_clocks_name_their_stage_and_escalation_and_are_exported(
    console: CommandLineConsole, number: str, tmp_path: Path
):
    console.json("task", "add", number, "cek", "--owner", "BPBD", "--due", "2026-01-02T03:04")
    (row,) = console.json("clock", "list", "--overdue")
    assert (row["kind"], row["stage"], row["escalated_to"], row["exercise"]) == (
        *("task", "escalated", "Semua penyelia"),
        None,
    )
    assert "dieskalasi" in console.run("task", "list")
    file = tmp_path / "batas.csv"
    assert console.json("clock", "export", str(file)) == {"file": str(file), "limits": 1}
    assert "Semua penyelia" in file.read_text("utf-8-sig")
    console.run("clock", "export", str(tmp_path / "batas.txt"), code=2)
