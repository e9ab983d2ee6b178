"""A journal with entries that once stopped servers and consoles: all of them start, sync, list, report and show."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from support.attack_samples import ATTACK_ALARM, ATTACK_STATION, ATTACKED_INCIDENT, ATTACKS
from support.attacked_server import build_attacked_journal, posted
from support.command_line import CommandLine
from support.console_sync import sync
from support.readings_fixture import gateway_account
from support.running_server import RunningServer, start_server
from support.window_fixture import log_in_and_sync, open_second_store, open_window

from tabuah.operations.entries import Verdict
from tabuah.operations.exercises.scope import UNNAMED
from tabuah.operations.incidents.drafts import note_incident
from tabuah.operations.policy.policy import STRICT_VERSION
from tabuah.server.audit import audit_server


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "server"
    build_attacked_journal(path, monkeypatch)
    return path


@pytest.fixture
def server(directory: Path):
    with start_server(directory) as running:
        running.add_user("ani")
        yield running


@pytest.fixture
def data(tmp_path: Path, server: RunningServer) -> Path:
    path = tmp_path / "console"
    log_in_and_sync(path, server, "ani")
    return path


def test_server_starts_twice_on_attacked_journal(directory: Path):
    for _start in range(2):
        with start_server(directory) as running, running.client() as client:
            assert client.get("/health").json()["status"] == "ok"
            assert running.journal.authority.decide_version >= STRICT_VERSION


def test_server_jobs_survive_attacked_journal(server: RunningServer):
    service = server.service
    service.readings.submit(gateway_account("mqtt/simulator"), [posted(ATTACK_STATION, 1.0)]).result()
    service.readings.check_silence()
    service.readings.check_silence()
    service.escalation_scheduler.write_due()
    service.feeds.update_alarms()


def test_audit_recomputes_verdicts_of_attacks(directory: Path):
    with start_server(directory):
        pass
    assert audit_server(directory).findings == ()


def test_recorded_verdicts_of_attacks_are_unchanged(server: RunningServer):
    with server.client("ani") as client:
        records = client.get("/v1/journal", params={"after": 0}).json()["records"]
    attacks = {subject for subject, _kind, _body in ATTACKS.values()}
    accepted = [r for r in records if any(f'"subject":"{subject}"' in r["text"] for subject in attacks)]
    assert len(accepted) >= len(ATTACKS)
    assert {r["verdict"] for r in accepted} == {Verdict.ACCEPTED.value}


COMMANDS = [
    ("alarm", "list", "--with-exercises"),
    ("alarm", "list", "--all", "--with-exercises"),
    ("alarm", "kpi", "--from", "2026-01-01", "--to", "2026-12-01"),
    ("alarm", "suppressed", "--with-exercises"),
    ("alarm", "escalation"),
    ("station", "list"),
    ("station", "list", "--with-exercises"),
    ("station", "show", ATTACK_STATION, "--exercise", UNNAMED),
    ("station", "show", "BAD-2", "--exercise", UNNAMED),
    ("station", "maintenance", "--with-exercises"),
    ("incident", "list"),
    ("incident", "show", ATTACKED_INCIDENT),
    ("rule", "list"),
    ("rule", "show", "bad-1"),
    ("unit", "list"),
    ("status",),
    ("held", "list"),
    ("rejected", "list"),
    (
        *("readings", "query", ATTACK_STATION, "rain_mm", "--exercise", UNNAMED),
        *("--from", "2026-01-01 00:00", "--to", "2026-12-31 00:00"),
    ),
    ("earthquake", "list"),
    ("warning", "list"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_command_lists_attacked_data(command: tuple[str, ...], data: Path, capsys: pytest.CaptureFixture[str]):
    run = CommandLine(capsys, data)
    for more in ((), ("--json",)):
        code, out, err = run(*command, *more)
        assert code == 0, (out, err)
        assert "Traceback" not in err


def test_daily_report_is_made_of_attacked_data(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    code, out, err = CommandLine(capsys, data)("report", "daily", "--output", str(tmp_path / "daily.pdf"))
    assert code == 0, (out, err)


def test_attacked_subject_stays_writable(data: Path, server: RunningServer):
    with open_second_store(data) as store:
        incident = store.incident(ATTACKED_INCIDENT)
        saved = store.save(note_incident(incident, "Air surut"))
        sync(store)
        assert store.attachments.find("b" * 64) is not None
        assert not store.is_pending(f"incident/{ATTACKED_INCIDENT}")
        assert saved.entry.subject == f"incident/{ATTACKED_INCIDENT}"


def test_window_shows_attacked_data(data: Path, qtbot: QtBot, caplog: pytest.LogCaptureFixture):
    window = open_window(qtbot, data)
    try:
        state = window.console.services.state
        assert {ATTACK_ALARM} <= set(state.snapshot.alarms)
        window.choose(window.incidents[0])
        window.selection.choose_station(ATTACK_STATION)
        qtbot.wait(1500)  # several ticks of the strip
        assert [r for r in caplog.records if r.exc_info] == []
    finally:
        window.console.close()
