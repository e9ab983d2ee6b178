"""Entries that refer to unknown conflicts and entries: every list, page, history and report survives them."""

import itertools
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot
from support.command_line import CommandLine
from support.console_sync import sync
from support.judged_journal import key_of
from support.operator_device import OperatorDevice
from support.running_server import RunningServer, start_server
from support.window_fixture import log_in_and_sync, open_second_store, open_window

from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.incidents.drafts import note_incident, report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal

INCIDENT = key_of(1)
CONFLICTS = (
    "",
    ".",
    "x",
    "x.y",
    ".severity",
    "no-entry.severity",
    "no-entry.deleted",
    "no-entry.banana",
    f"{key_of(9)}.status",
    f"{key_of(9)}.{'z' * 3000}",
)
REFERENCES = (
    *(
        ("conflict.settled", {"conflict": conflict, "take": take})
        for conflict in CONFLICTS
        for take in ("base", "current")
    ),
    *(("entry.released", {"entry": entry}) for entry in ("", "x", key_of(9))),
    *(("entry.refused", {"entry": entry, "reason": "x"}) for entry in ("", "x", key_of(9))),
)
SUBJECTS = (f"incident/{INCIDENT}", f"incident/{key_of(2)}", "station/TIDAK-ADA", f"alarm/{key_of(3)}", "unit/X-1")


def write_references(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Create a journal of version 1 of the rules with references to nothing, by a supervisor."""
    with monkeypatch.context() as older:
        older.setattr("tabuah.server.journal.BringPolicyUpToDate", lambda _key: lambda _batch: ())
        with ServerJournal.open(directory) as journal:
            writer = OperatorDevice(journal, user="penyerang", role=Role.SUPERVISOR)
            report = IncidentReported(number=f"SLK-{writer.key.tag}-0001", hazard=Hazard.FLOOD, title="Banjir")
            assert writer.push(report_incident(report, incident_id=INCIDENT)) == [(Verdict.ACCEPTED, "")]
            for subject, (kind, body) in itertools.product(SUBJECTS, REFERENCES):
                writer.push(Draft(subject=subject, kind=kind, body=msgspec.Raw(msgspec.json.encode(body))))


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write_references(tmp_path / "server", monkeypatch)
    with start_server(tmp_path / "server") as running:
        running.add_user("ani", Role.SUPERVISOR)
        yield running


@pytest.fixture
def data(tmp_path: Path, server: RunningServer) -> Path:
    path = tmp_path / "console"
    log_in_and_sync(path, server, "ani")
    return path


COMMANDS = [
    ("incident", "list"),
    ("incident", "show", INCIDENT),
    ("conflict", "list"),
    ("held", "list"),
    ("rejected", "list"),
    ("status",),
    ("alarm", "list"),
    ("unit", "list"),
    ("station", "list"),
]


@pytest.mark.parametrize("language", ["id", "en"])
def test_commands_survive_unknown_references(data: Path, tmp_path: Path, capsys, monkeypatch, language: str):
    monkeypatch.setenv("TABUAH_LANGUAGE", language)
    run = CommandLine(capsys, data)
    for command, more in itertools.product(COMMANDS, ((), ("--json",))):
        code, out, err = run(*command, *more)
        assert code == 0, (command, out, err)
    for form in ("pdf", "xlsx", "txt", "csv"):
        report = ("report", "incident", INCIDENT, "--kind", "awal", "-f", form, "-o", str(tmp_path / f"awal.{form}"))
        code, out, err = run(*report)
        assert code == 0, (form, out, err)
    code, out, err = run("report", "daily", "--output", str(tmp_path / "daily.pdf"))
    assert code == 0, (out, err)


def test_incident_with_unknown_references_stays_writable(data: Path):
    with open_second_store(data) as store:
        store.save(note_incident(store.incident(INCIDENT), "Air surut"))
        sync(store)
        assert not store.is_pending(f"incident/{INCIDENT}")
        assert store.counts().rejected == 0


def test_window_survives_unknown_references(data: Path, qtbot: QtBot, caplog: pytest.LogCaptureFixture):
    window = open_window(qtbot, data)
    try:
        window.choose(window.incidents[0])
        qtbot.wait(500)
        assert [r for r in caplog.records if r.exc_info] == []
    finally:
        window.console.close()
