"""`tabuah notice list` and `export`, with a running server."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import CommandLineConsole
from support.notice_receipts import add_receipts
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.people.roles import Role


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("sari", Role.SUPERVISOR)
        server.add_user("posko", Role.FIELD)
        yield server


def log_in(server: RunningServer, tmp_path: Path, capsys, user: str) -> CommandLineConsole:
    console = CommandLineConsole(tmp_path / user, capsys)
    console.run("login", "--server", server.url, "--user", user)
    console.run("sync")
    return console


@pytest.fixture
def console(server: RunningServer, tmp_path: Path, capsys, monkeypatch) -> CommandLineConsole:
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    return log_in(server, tmp_path, capsys, "sari")


def test_notice_list_shows_state_and_reason(console: CommandLineConsole, tmp_path: Path):
    assert "tidak ada saluran" in console.run("notice", "list") or "tidak mengirim" in console.run("notice", "list")
    add_receipts(tmp_path / "server", states=("waiting", "failed"), error="550 no such user")
    text = console.run("notice", "list")
    assert "Camat 1" in text
    assert "550 no such user" in text
    assert "gagal" in text
    found = console.json("notice", "list", "--state", "failed")
    assert [each["contact_name"] for each in found["receipts"]] == ["Camat 1"]
    assert "lama" in console.run("notice", "list", "--limit", "1")


def test_notice_list_names_an_unknown_alarm(console: CommandLineConsole):
    console.run("notice", "list", "--alarm", "abc", code=2)
    assert "abc" in console.errors


def test_notice_export_leaves_addresses_out_unless_asked(console: CommandLineConsole, tmp_path: Path):
    add_receipts(tmp_path / "server", states=("accepted",) * 3, address="=cmd@example.org")
    for name, options in (("a.csv", ()), ("b.csv", ("--personal",))):
        assert console.json("notice", "export", str(tmp_path / name), *options)["receipts"] == 3
    plain, personal = ((tmp_path / name).read_text("utf-8-sig") for name in ("a.csv", "b.csv"))
    assert "example.org" not in plain
    assert "example.org" in personal
    rows = list(csv.reader(personal.splitlines(), delimiter=";" if ";" in personal.splitlines()[0] else ","))
    assert rows[1][-1].startswith("'=")
    console.run("notice", "export", str(tmp_path / "c.xlsx"))
    assert (tmp_path / "c.xlsx").stat().st_size > 1000


def test_notice_list_is_refused_for_a_field_office(
    console: CommandLineConsole, server: RunningServer, tmp_path: Path, capsys
):
    field = log_in(server, tmp_path, capsys, "posko")
    field.run("notice", "list", code=4)
    assert field.errors


def test_notice_cancel_cancels_waiting_messages(console: CommandLineConsole, tmp_path: Path):
    add_receipts(tmp_path / "server", states=("waiting", "accepted"))
    assert "1 pesan dibatalkan" in console.run("notice", "cancel", "1")
    assert console.json("notice", "cancel", "1", "2", code=4) == {"changed": [], "unchanged": [1, 2]}
    assert "diubah oleh sari" in console.run("notice", "list")


def test_notice_retry_is_refused_where_nothing_is_sent(console: CommandLineConsole, tmp_path: Path):
    add_receipts(tmp_path / "server", states=("failed",))
    console.run("notice", "retry", "1", code=4)
    assert "Tidak ada yang diubah" in console.errors
    console.run("notice", "retry", code=2)


def test_notice_changes_without_a_server_say_so(console: CommandLineConsole, server: RunningServer):
    server.stop()
    console.run("notice", "cancel", "1", code=3)
    assert console.errors


def test_notice_list_without_a_server_says_so(console: CommandLineConsole, server: RunningServer):
    server.stop()
    console.run("notice", "list", code=3)
    assert console.errors
