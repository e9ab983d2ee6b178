"""The example relay: signatures, a new log-in after the end of a token, and answers that lose no message."""

import hashlib
import hmac
import importlib.util
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.messages.mapping_file import FILE_NAME
from tabuah.operations.people.roles import Role

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "message_relay.py"
SECRET = "rahasia-aplikasi"
BODY = json.dumps({"messages": [{"id": "1", "sender": "Yanti", "address": "62812", "text": "air naik"}]}).encode()
SIGNATURE = "sha256=" + hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()


def load_example() -> Any:
    spec = importlib.util.spec_from_file_location("message_relay", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tabuah(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        (tmp_path / "server" / FILE_NAME).write_text('[[message]]\naccount = "wa"\nuse = "simple"\n')
        server.add_user("wa", Role.GATEWAY)
        yield server


@contextmanager
def relay_of(url: str, *, kind: str = "whatsapp", password: str = PASSWORD) -> Iterator[tuple[Any, httpx2.Client]]:
    module = load_example()
    session = module.TabuahServer(url, "wa", password, None)
    server = module.RelayServer(0, session, kind=kind, secret=SECRET.encode(), verify_token="kata-kunci")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}"
        with httpx2.Client(base_url=address, timeout=20, trust_env=False) as client:
            yield session, client
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def count_messages(server: RunningServer) -> int:
    return len(server.journal.states_of_kind("message"))


def test_signed_webhook_is_recorded_once(tabuah: RunningServer):
    with relay_of(tabuah.url) as (_session, client):
        answers = [client.post("/", content=BODY, headers={"X-Hub-Signature-256": SIGNATURE}) for _turn in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert count_messages(tabuah) == 1


def test_ended_token_leads_to_a_new_log_in(tabuah: RunningServer):
    with relay_of(tabuah.url) as (session, client):
        session._token = "ended"
        assert client.post("/", content=BODY, headers={"X-Hub-Signature-256": SIGNATURE}).status_code == 200
    assert count_messages(tabuah) == 1


@pytest.mark.parametrize("headers", [{}, {"X-Hub-Signature-256": "sha256=" + "0" * 64}])
def test_webhook_without_the_signature_is_refused(tabuah: RunningServer, headers: dict[str, str]):
    with relay_of(tabuah.url) as (_session, client):
        assert client.post("/", content=BODY, headers=headers).status_code == 403
    assert count_messages(tabuah) == 0


def test_telegram_is_recognised_by_its_secret(tabuah: RunningServer):
    with relay_of(tabuah.url, kind="telegram") as (_session, client):
        named = "X-Telegram-Bot-Api-Secret-Token"
        statuses = [client.post("/", content=BODY, headers={named: each}).status_code for each in ("salah", SECRET)]
    assert statuses == [403, 200]
    assert count_messages(tabuah) == 1


@pytest.mark.parametrize(("token", "status"), [("kata-kunci", 200), ("lain", 403), ("", 403)])
def test_subscription_is_answered_with_its_number(token: str, status: int):
    with relay_of("http://127.0.0.1:9") as (_session, client):
        answer = client.get("/", params={"hub.verify_token": token, "hub.challenge": "4711"})
    assert (answer.status_code, answer.text) == (status, "4711" if status == 200 else "")


def test_sender_repeats_a_webhook_while_the_server_is_down():
    with relay_of("http://127.0.0.1:9") as (_session, client):  # nothing listens there
        assert client.post("/", content=BODY, headers={"X-Hub-Signature-256": SIGNATURE}).status_code == 503


def test_wrong_password_of_the_account_loses_no_message(tabuah: RunningServer):
    with relay_of(tabuah.url, password="salah-sekali") as (_session, client):
        assert client.post("/", content=BODY, headers={"X-Hub-Signature-256": SIGNATURE}).status_code == 503


def test_account_without_a_mapping_loses_no_message(tabuah: RunningServer):
    (tabuah.journal.directory.path / FILE_NAME).write_text("")
    with relay_of(tabuah.url) as (_session, client):
        assert client.post("/", content=BODY, headers={"X-Hub-Signature-256": SIGNATURE}).status_code == 503


def test_document_that_cannot_be_read_is_not_repeated(tabuah: RunningServer):
    body = b"no JSON"
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    with relay_of(tabuah.url) as (_session, client):
        assert client.post("/", content=body, headers={"X-Hub-Signature-256": signature}).status_code == 200
    assert count_messages(tabuah) == 0
