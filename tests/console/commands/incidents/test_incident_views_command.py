"""`tabuah incident view`: save, list, rename, delete, export and import; a search uses a view."""

from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from support.command_line import CommandLine
from support.console_stores import report_false_incident, report_incident_at
from support.window_fixture import identity

from tabuah.console.commands.exit_codes import ExitCode
from tabuah.operations.people.roles import Role
from tabuah.storage.cache.store import ConsoleStore


@pytest.fixture
def line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> CommandLine:
    line = CommandLine(capsys, tmp_path / "data")
    with closing(ConsoleStore(line.data)) as store:
        report_incident_at(store, "Jembatan putus")
        report_incident_at(store, "Pohon tumbang")
        report_false_incident(store, "Longsor lama")
    return line


def log_in(line: CommandLine, user: str) -> None:
    with closing(ConsoleStore(line.data)) as store:
        store.remember_identity(identity(Role.OPERATOR, user))


def names(line: CommandLine) -> list[str]:
    return [view["name"] for view in line.json("incident", "view", "list")]


def test_saved_view_is_searched_renamed_and_deleted(line: CommandLine):
    line.json("incident", "view", "save", "Jembatan", "jembatan", "--open", "--period", "week", "--order", "oldest")
    line.json("incident", "view", "save", "Arsip", "--archive")
    assert [row["title"] for row in line.json("incident", "search", "--view", "jembatan")] == ["Jembatan putus"]
    assert [row["title"] for row in line.json("incident", "search", "--view", "Arsip")] == ["Longsor lama"]
    assert "“jembatan” · Insiden terbuka · 7 hari terakhir" in line("incident", "view", "list")[1]
    line.json("incident", "view", "rename", "arsip", "Selesai")
    assert names(line) == ["Jembatan", "Selesai"]
    line.json("incident", "view", "delete", "jembatan")
    assert names(line) == ["Selesai"]
    assert line("incident", "search", "--view", "Jembatan")[0] == ExitCode.BAD_INPUT
    assert line("incident", "search", "x", "--view", "Selesai")[0] == ExitCode.BAD_INPUT


def test_saved_view_names_a_parent_event(line: CommandLine):
    number = line.json("incident", "search", "jembatan")[0]["number"]
    line.json("event", "open", "Banjir Kubung", "--incident", number)
    line.json("incident", "view", "save", "Kejadian", "--event", "banjir kubung")
    assert [row["title"] for row in line.json("incident", "search", "--view", "kejadian")] == ["Jembatan putus"]
    assert "Banjir Kubung" in line("incident", "view", "list")[1]
    assert line("incident", "view", "save", "Lain", "--event", "tidak ada")[0] == ExitCode.BAD_INPUT
    assert names(line) == ["Kejadian"]


def test_views_belong_to_one_user(line: CommandLine):
    log_in(line, "rina")
    line.json("incident", "view", "save", "Arsip", "--archive")
    log_in(line, "budi")
    assert names(line) == []
    log_in(line, "rina")
    assert names(line) == ["Arsip"]


def test_exported_views_are_imported_by_another_user(line: CommandLine, tmp_path: Path):
    file = tmp_path / "tampilan.json"
    for name, hazard in (("Banjir", "banjir"), ("Longsor", "longsor"), ("Api", "kebakaran")):
        line.json("incident", "view", "save", name, "--hazard", hazard)
    assert line.json("incident", "view", "export", "banjir", "longsor", "-o", str(file))["views"] == 2
    stored = msgspec.json.decode(file.read_bytes())
    stored["views"][0]["filters"]["hazards"] = ["hujan batu"]
    file.write_bytes(msgspec.json.encode(stored))
    log_in(line, "budi")
    code, out, err = line("incident", "view", "import", str(file))
    assert (code, "1 tampilan" in out, "1." in err) == (0, True, True)
    assert names(line) == ["Longsor"]


@pytest.mark.parametrize("text", [b"", b"[]", b'{"format": "x", "views": []}', b"\xff\xfe"])
def test_other_file_is_refused(line: CommandLine, tmp_path: Path, text: bytes):
    file = tmp_path / "lain.json"
    file.write_bytes(text)
    code, _out, err = line("incident", "view", "import", str(file))
    assert code == ExitCode.BAD_INPUT
    assert "lain.json" in err
