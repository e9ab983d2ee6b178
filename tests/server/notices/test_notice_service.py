"""Notices of a running server: from an alarm to an accepted mail, retries, restarts and the health."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.contact_samples import sample_contact
from support.notice_servers import SMTP_PASSWORD, start_gateway_server, start_mail_server
from support.running_server import RunningServer, start_server
from support.wait import wait_until_true

from tabuah.operations.alarms.drafts import raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.contacts.drafts import register_contact
from tabuah.operations.levels import AlarmSeverity
from tabuah.server.notices.notice_queue import NoticeQueue
from tabuah.storage.journal.identifiers import new_uuid

RULES = """
[limits]
collect_s = 0
[[recipient]]
name = "pimpinan"
channels = ["surel", "sms"]
functions = ["camat"]
"""
CONTACT = sample_contact(1, kecamatan=(), emails=("camat@example.org",), phones=("0812 1",))


def sms_channel(url: str) -> str:
    head = f'[[channel]]\nname = "sms"\nkind = "http"\nurl = "{url}/send"\n'
    return head + 'json = { to = "{recipient}" }\nreceipt = "id"\n'


def raise_one(server: RunningServer) -> None:
    now = datetime.now(UTC)
    body = AlarmRaised(rule="r", station="X-1", parameter="pm25_ugm3", severity=AlarmSeverity.CRITICAL, onset_at=now)
    server.journal.append_drafts([raise_alarm(new_uuid(now), body, exercise=False)])


def write_settings(directory: Path, text: str) -> None:
    directory.mkdir(exist_ok=True)
    (directory / "smtp-password").write_text(SMTP_PASSWORD)
    (directory / "notices.toml").write_text(text)


def test_alarm_reaches_a_contact_by_mail_and_gateway(tmp_path: Path):
    directory = tmp_path / "server"
    with start_mail_server(tmp_path) as mail, start_gateway_server() as gateway:
        gateway.answers = [(503, {}, {})]
        write_settings(directory, RULES + mail.channel() + sms_channel(gateway.url))
        with start_server(directory) as server:
            server.journal.append_drafts([register_contact(CONTACT)])
            raise_one(server)
            wait_until_true(lambda: mail.mails and gateway.requests)
            with NoticeQueue(directory) as queue:
                wait_until_true(lambda: sorted(each.attempts for each in queue.deliveries()) == [1, 1])
                waiting = queue.deliveries(states=("waiting",))
                assert [(each.channel, each.error) for each in waiting] == [("sms", "HTTP 503")]
                queue.retry([each.id for each in waiting], datetime.now(UTC))
                wait_until_true(lambda: len(queue.deliveries(states=("accepted",))) == 2)
                assert {each.receipt for each in queue.deliveries()} == {"OK queued as 1", "m-1"}
            with server.client() as client:
                health = client.get("/health").json()
            assert health["notices"] == {"waiting": 0, "failed": 0, "is_late": False}
            assert health["jobs"]["notices"] is True
    keys = {headers["idempotency-key"] for _path, headers, _body in gateway.requests}
    assert len(gateway.requests) == 2
    assert len(keys) == 1  # the same at both attempts
    assert gateway.requests[0][2] == {"to": "0812 1"}


def test_message_that_waits_survives_a_restart(tmp_path: Path):
    directory = tmp_path / "server"
    with start_mail_server(tmp_path) as mail, start_gateway_server() as gateway:
        mail.refusals = ["451 later"]
        write_settings(directory, RULES + mail.channel() + sms_channel(gateway.url))
        with start_server(directory) as server:
            server.journal.append_drafts([register_contact(CONTACT)])
            raise_one(server)
            with NoticeQueue(directory) as queue:
                wait_until_true(lambda: any(each.error for each in queue.deliveries()))
        assert not mail.mails
        with NoticeQueue(directory) as queue:
            queue.retry([each.id for each in queue.deliveries(states=("waiting",))], datetime.now(UTC))
        with start_server(directory):
            wait_until_true(lambda: mail.mails)


def test_permanent_refusal_is_a_problem_of_the_health_and_not_logged_with_the_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    directory = tmp_path / "server"
    with start_mail_server(tmp_path) as mail, start_gateway_server() as gateway:
        mail.refusals = ["550 <camat@example.org> unknown"]
        write_settings(directory, RULES + mail.channel() + sms_channel(gateway.url))
        with start_server(directory) as server:
            server.journal.append_drafts([register_contact(CONTACT)])
            raise_one(server)
            with NoticeQueue(directory) as queue:
                wait_until_true(lambda: queue.counts().failed == 1)
            with server.client() as client:
                assert "notices_failed" in json.dumps(client.get("/health").json()["problems"])
            with NoticeQueue(directory) as queue:
                assert "camat@example.org" in queue.deliveries(states=("failed",))[0].error
    assert "SMTP 550" in caplog.text
    assert "camat@example.org" not in caplog.text


def test_server_without_settings_has_no_notices(tmp_path: Path):
    with start_server(tmp_path / "server") as server, server.client() as client:
        health = client.get("/health").json()
    assert "notices" not in health["jobs"]
    assert health["notices"] is None
