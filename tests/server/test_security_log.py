"""The security log: log-ins, refusals and administration, bounded, and without secrets."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.command_line import CommandLine
from support.draft_samples import incident_report_draft
from support.running_server import PASSWORD, RunningServer, WritingDevice, log_in

from tabuah.operations.people.roles import Role
from tabuah.server import security_log
from tabuah.server.administration import approve_device, revoke_device
from tabuah.server.journal import ServerJournal
from tabuah.server.people.user_changes import create_user
from tabuah.server.security_log import SecurityLog

MOMENT = datetime(2026, 12, 1, 3, tzinfo=UTC)


def events(journal: ServerJournal) -> list[tuple[str, str, str]]:
    return [(event.event, event.code, event.user) for event in journal.security_log.read()]


def test_security_log_records_log_ins_and_refusals(running_server: RunningServer, device: WritingDevice):
    with running_server.client() as client:
        log_in(client, "ani")
        for user, password in (("ani", "wrong-password"), ("my-secret-password", "x")):
            client.post("/v1/session", json={"user": user, "password": password})
    chained = device.write(incident_report_draft(device.key.tag))
    request = device.request(chained)
    body = {"device": request.device, "entries": [[request.entries[0].text, "00" * 64]]}
    assert device.client.post("/v1/journal", json=body).status_code == 422
    found = events(running_server.journal)
    assert found == [
        ("device_enrolled", "approved", "ani"),
        ("log_in", "", "ani"),
        ("log_in_failed", "wrong_password", "ani"),
        ("log_in_failed", "wrong_password", ""),
        ("refused", "bad_signature", "ani"),
    ]
    text = running_server.journal.security_log.path.read_text("utf-8")
    assert not any(secret in text for secret in (PASSWORD, "my-secret-password", "wrong-password", "Banjir"))
    assert running_server.journal.security_log.path.stat().st_mode & 0o077 == 0


def test_security_log_records_administration(running_server: RunningServer, device: WritingDevice):
    journal = running_server.journal
    create_user(journal, name="sari", role=Role.SUPERVISOR, opd="BPBD", password=PASSWORD)
    approve_device(journal, device.key.device_id)
    revoke_device(journal, device.key.device_id, "lost", stolen=True)
    found = events(journal)
    assert found[-2:] == [("user_added", "supervisor", "sari"), ("device_revoked", "stolen", "ani")]


def test_security_log_writes_repeated_events_once(tmp_path: Path):
    now_s = [100.0]
    log = SecurityLog(tmp_path, clock=lambda: MOMENT, monotonic_s=lambda: now_s[0])
    for _each in range(1_000):
        log.record_refusal(429, "too_many_streams", user="ani")
    log.record_refusal(429, "too_many_streams", user="budi")
    log.record_refusal(401, "unauthorised")
    now_s[0] += security_log.REPEATED_S
    log.record_refusal(429, "too_many_streams", user="ani")
    assert [(event.user, event.repeats) for event in log.read()] == [("ani", 0), ("budi", 0), ("ani", 999)]


def test_security_log_rotates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(security_log, "MAX_BYTES", 300)
    log = SecurityLog(tmp_path, clock=lambda: MOMENT)
    for number in range(100):
        log.record("log_in", user=f"user-{number}")
    files = list(tmp_path.iterdir())
    assert len(files) == security_log.OLD_FILES + 1
    assert all(file.stat().st_size <= 300 for file in files)
    users = [event.user for event in log.read()]
    assert users == [f"user-{number}" for number in range(100 - len(users), 100)]
    assert list(log.read(MOMENT + timedelta(seconds=1))) == []


def test_security_log_survives_damage_and_full_disk(tmp_path: Path):
    log = SecurityLog(tmp_path, clock=lambda: MOMENT)
    log.path.write_bytes(b"\xff\x00 not json\n")
    log.record("log_in", user="ani")
    assert [event.user for event in log.read()] == ["ani"]
    SecurityLog(tmp_path / "missing").record("log_in", user="ani")


def test_security_log_command_lists_events(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with ServerJournal.open(tmp_path) as journal:
        create_user(journal, name="sari", role=Role.SUPERVISOR, opd="BPBD", password=PASSWORD)
    (event,) = CommandLine(capsys, tmp_path).json("server", "log", "security")
    assert (event["event"], event["user"], event["code"]) == ("user_added", "sari", "supervisor")
