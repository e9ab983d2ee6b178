"""A server process killed while it sends notices loses none, and repeats only the one that it was sending."""

import os
import re
import threading
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from faults.server_process import ServerProcess
from support.contact_samples import sample_contact
from support.notice_servers import GatewayServer, start_gateway_server
from support.wait import wait_until_true

from tabuah.operations.alarms.drafts import raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.contacts.drafts import register_contact
from tabuah.operations.levels import AlarmSeverity
from tabuah.server.journal import ServerJournal
from tabuah.server.notices.links import find_linked_notice
from tabuah.server.notices.notice_planner import NoticePlanner
from tabuah.server.notices.notice_queue import ACCEPTED, NoticeQueue
from tabuah.server.notices.settings_file import load_notice_settings
from tabuah.storage.journal.identifiers import new_uuid

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of POSIX"),
]

CONTACTS: Final = 12
ALARMS: Final = 4
KILLED_AT: Final = (1, 15, 40)  # numbers of requests; at the first one others are still planned
SETTINGS: Final = """
public_url = "{url}"
[[channel]]
name = "sms"
kind = "http"
url = "{url}/send"
json = {{ to = "{{recipient}}", text = "{{text}}" }}
[[recipient]]
name = "semua"
channels = ["sms"]
functions = ["camat"]
[limits]
messages = 1000
collect_s = 0
"""


def write_alarms(directory: Path, url: str) -> None:
    """Write contacts and alarms into the journal of a server that does not run, after the position of its queue."""
    with ServerJournal.open(directory) as journal:
        (directory / "notices.toml").write_text(SETTINGS.format(url=url))
        contacts = [sample_contact(n, kecamatan=(), phones=(f"0812 {n:04d}",)) for n in range(1, CONTACTS + 1)]
        journal.append_drafts([register_contact(each) for each in contacts])
        with NoticeQueue(directory) as queue:
            NoticePlanner(journal, load_notice_settings(directory), queue).load()
        now = datetime.now(UTC)
        for number in range(ALARMS):
            body = AlarmRaised(
                rule="r",
                station=f"SLK-PGA-{number}",
                parameter="pm25_ugm3",
                severity=AlarmSeverity.CRITICAL,
                onset_at=now,
                cause=f"air/{number}",
            )
            journal.append_drafts([raise_alarm(new_uuid(now), body, exercise=False)])


def kill_at_request(server: ServerProcess, gateway: GatewayServer, number: int) -> None:
    """Run a server, and kill it when the gateway has a message and has not answered yet."""
    held, killed = threading.Event(), threading.Event()

    def hold(count: int) -> None:
        if count == number:
            held.set()
            killed.wait(60)

    gateway.before_answer = hold
    try:
        server.start()
        assert held.wait(60), f"request {number} never came"
        server.kill()
    finally:
        killed.set()
        server.stop()


def texts_by_key(gateway: GatewayServer) -> dict[str, list[str]]:
    found = defaultdict(list)
    for _path, headers, body in gateway.requests:
        found[headers["idempotency-key"]].append(f"{body['to']} {body['text']}")
    return found


def test_killed_server_loses_no_notice_and_repeats_the_one_in_flight(tmp_path: Path):
    directory = tmp_path / "server"
    with start_gateway_server() as gateway:
        write_alarms(directory, gateway.url)
        server = ServerProcess(directory)
        for number in KILLED_AT:
            kill_at_request(server, gateway, number)
        gateway.before_answer = lambda _number: None
        server.start()
        try:
            with NoticeQueue(directory) as queue:
                wait_until_true(lambda: len(queue.deliveries(states=(ACCEPTED,))) == CONTACTS * ALARMS, timeout_s=60)
        finally:
            server.stop()
        sent = texts_by_key(gateway)
    assert len(sent) == CONTACTS * ALARMS
    assert Counter(map(len, sent.values())) == {1: CONTACTS * ALARMS - len(KILLED_AT), 2: len(KILLED_AT)}
    assert Counter(text[:9] for texts in sent.values() for text in texts[:1]) == {
        f"0812 {n:04d}": ALARMS for n in range(1, CONTACTS + 1)
    }
    with ServerJournal.open(directory) as journal:  # the repeated message has another link; both can be used
        links = [re.findall(r"/n/([\w-]+)", "".join(texts)) for texts in sent.values() if len(texts) == 2]
        assert all(len(set(tokens)) == 2 for tokens in links)
        assert all(find_linked_notice(journal, token) is not None for tokens in links for token in tokens)
