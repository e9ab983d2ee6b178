"""Webhooks of a running server: signed requests to a real receiver, retries, rotation, disabling and the health."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook
from support.notice_servers import GatewayServer, start_gateway_server
from support.running_server import RunningServer, start_server
from support.unit_samples import unit_card
from support.wait import wait_until_true

from tabuah.operations.units.drafts import edit_unit, register_unit
from tabuah.operations.units.entry_bodies import UnitEdited
from tabuah.operations.webhooks.settings import read_webhook_settings
from tabuah.resources.fault_isolation import take_faults
from tabuah.server.errors import UnusableWebhooks
from tabuah.server.webhooks.settings_file import finish_rotation, rotate_secret
from tabuah.server.webhooks.webhook_queue import WebhookDelivery, WebhookQueue
from tabuah.server.webhooks.webhook_sender import WebhookSender

ENDPOINT = """
[[endpoint]]
name = "pupr"
url = "{url}/tabuah"
opd = "Dinas PUPR"
secret_file = "webhook-pupr"
"""


def prepare(directory: Path, receiver: GatewayServer, more: str = "") -> str:
    """Write settings with a secret, and return it."""
    directory.mkdir()
    text = more + ENDPOINT.format(url=receiver.url)
    (directory / "webhooks.toml").write_text(text)
    return rotate_secret(read_webhook_settings(text).endpoint[0], directory)


def register(server: RunningServer, number: int = 1) -> None:
    server.journal.append_drafts([register_unit(unit_card(f"PU-{number}", opd="Dinas PUPR"))])


def test_event_is_signed_and_sent_again_with_the_same_id(tmp_path: Path):
    directory = tmp_path / "server"
    with start_gateway_server() as receiver:
        receiver.answers = [(503, {}, {})]
        secret = prepare(directory, receiver)
        with start_server(directory) as server, WebhookQueue(directory) as queue:
            register(server)
            wait_until_true(lambda: any(each.attempts for each in queue.deliveries()))
            state = queue.endpoint("pupr")
            assert state is not None
            assert state.failing_since is not None
            queue.enable("pupr", datetime.now(UTC))  # does not wait for the next attempt
            wait_until_true(lambda: queue.deliveries(state="accepted"))
            with server.client() as client:
                health = client.get("/health").json()
        assert health["webhooks"] == {"waiting": 0, "failed": 0, "disabled": [], "failing": []}
        assert health["jobs"]["webhooks"] is True
    assert len({headers["webhook-id"] for _path, headers, _body in receiver.requests}) == 1
    assert len(receiver.requests) == 2
    for (path, headers, _body), data in zip(receiver.requests, receiver.bodies, strict=True):
        assert path == "/tabuah"
        assert Webhook(secret).verify(data, headers)["type"] == "dispatch.assigned"


def test_rotated_secret_signs_with_the_former_until_finished(tmp_path: Path):
    directory = tmp_path / "server"
    with start_gateway_server() as receiver:
        old = prepare(directory, receiver)
        (endpoint,) = read_webhook_settings(ENDPOINT.format(url=receiver.url)).endpoint
        with start_server(directory) as server:
            new = rotate_secret(endpoint, directory)  # while the server runs
            register(server, 1)
            wait_until_true(lambda: len(receiver.requests) == 1)
            assert finish_rotation(endpoint, directory) == 1
            register(server, 2)
            wait_until_true(lambda: len(receiver.requests) == 2)
    first, second = (headers["webhook-signature"].split() for _path, headers, _body in receiver.requests)
    assert (len(first), len(second)) == (2, 1)
    for secret in (old, new):
        Webhook(secret).verify(receiver.bodies[0], receiver.requests[0][1])
    Webhook(new).verify(receiver.bodies[1], receiver.requests[1][1])
    assert (directory / "webhook-pupr").stat().st_mode & 0o077 == 0


def test_receiver_that_is_gone_is_disabled_shown_and_enabled_again(tmp_path: Path):
    directory = tmp_path / "server"
    with start_gateway_server() as receiver:
        receiver.answers = [(410, {}, {})]
        prepare(directory, receiver)
        with start_server(directory) as server, WebhookQueue(directory) as queue, server.client() as client:
            register(server, 1)
            wait_until_true(lambda: client.get("/health").json()["webhooks"]["disabled"] == ["pupr"])
            assert "webhooks_disabled" in client.get("/health").json()["problems"]
            unit = server.journal.state_of("unit/PU-1").value
            server.journal.append_drafts([edit_unit(unit, UnitEdited(name="Regu jalan"))])
            assert queue.enable("pupr", datetime.now(UTC))
            wait_until_true(lambda: len(queue.deliveries(state="accepted")) == 2)
    assert [body["type"] for _path, _headers, body in receiver.requests] == [
        "dispatch.assigned",
        "dispatch.assigned",
        "dispatch.changed",
    ]


def test_endpoint_that_fails_for_too_long_is_disabled(tmp_path: Path):
    directory = tmp_path / "server"
    with start_gateway_server() as receiver:
        receiver.answers = [(500, {}, {})] * 3
        prepare(directory, receiver, "disable_after_d = 0.000001\n")
        with start_server(directory) as server, WebhookQueue(directory) as queue:
            register(server, 1)
            register(server, 2)
            wait_until_true(lambda: (state := queue.endpoint("pupr")) is not None and state.disabled_at is not None)
            assert "HTTP 500" in queue.endpoints(("pupr",))[0].reason


def test_event_that_waits_survives_a_restart(tmp_path: Path):
    directory = tmp_path / "server"
    with start_gateway_server() as receiver:
        receiver.answers = [(503, {}, {})]
        prepare(directory, receiver)
        with start_server(directory) as server, WebhookQueue(directory) as queue:
            register(server)
            wait_until_true(lambda: any(each.attempts for each in queue.deliveries()))
        with WebhookQueue(directory) as queue:
            queue.enable("pupr", datetime.now(UTC))
        with start_server(directory):
            wait_until_true(lambda: len(receiver.requests) == 2)


def test_server_without_settings_has_no_webhooks(tmp_path: Path):
    with start_server(tmp_path / "server") as server, server.client() as client:
        health = client.get("/health").json()
    assert "webhooks" not in health["jobs"]
    assert health["webhooks"] is None
    assert "webhooks" not in json.dumps(health["problems"])


def test_event_with_a_fault_does_not_hold_up_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    directory, send = tmp_path / "server", WebhookSender.send

    def send_faulty(sender: WebhookSender, delivery: WebhookDelivery, now: datetime) -> str:
        if delivery.subject == "unit/PU-1":
            raise ValueError("a bug")
        return send(sender, delivery, now)

    monkeypatch.setattr(WebhookSender, "send", send_faulty)
    with start_gateway_server() as receiver:
        prepare(directory, receiver)
        with start_server(directory) as server, WebhookQueue(directory) as queue:
            register(server, 1)
            register(server, 2)
            wait_until_true(lambda: queue.deliveries(state="accepted"))
            (faulty,) = queue.deliveries(state="waiting")
    assert faulty.subject == "unit/PU-1"
    assert faulty.attempts > 0  # it waits for its next attempt
    assert "ValueError" in faulty.answer
    assert [body["data"]["subject"] for _path, _headers, body in receiver.requests] == ["unit/PU-2"]
    take_faults()


def test_second_rotation_does_not_end_the_secret_in_use(tmp_path: Path):
    (endpoint,) = read_webhook_settings(ENDPOINT.format(url="https://pupr.example.org")).endpoint
    old, new = rotate_secret(endpoint, tmp_path), rotate_secret(endpoint, tmp_path)
    with pytest.raises(UnusableWebhooks, match="--finish"):
        rotate_secret(endpoint, tmp_path)
    assert (tmp_path / "webhook-pupr").read_text().split() == [new, old]
    finish_rotation(endpoint, tmp_path)
    assert rotate_secret(endpoint, tmp_path) not in (old, new)
