"""Delays after failed log-ins: they grow, and enrolled devices are exempt from those of others."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from support.console_stores import open_store
from support.running_server import PASSWORD, RunningServer, WritingDevice, log_in, start_server
from support.weak_keys import WEAK_KEYS

from tabuah.server.administration import revoke_device
from tabuah.server.errors import Refusal
from tabuah.server.people.known_addresses import KnownAddresses
from tabuah.server.people.login_throttle import (
    FIRST_DELAY,
    FORGOTTEN_AFTER,
    LONGEST_DELAY,
    MAX_FAILURES_AS_USER,
    MAX_FAILURES_FROM_ADDRESS,
    MAX_FAILURES_OF_USER,
    LogInThrottle,
    delay_after,
)
from tabuah.server.people.user_changes import issue_reset_code
from tabuah.storage.journal.people_protocol import sign_log_in
from tabuah.storage.journal.protocol import SessionRequest
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.sync.errors import RequestRefused
from tabuah.storage.sync.session import log_in as console_log_in

NOW = datetime(2026, 12, 1, 20, tzinfo=UTC)
HERE, THERE = "10.0.0.1", "10.0.0.2"


def is_allowed(throttle: LogInThrottle, user: str, address: str, now: datetime = NOW, device: str = "") -> bool:
    try:
        throttle.check(user, address, now, device=device)
    except Refusal as refusal:
        return refusal.code != "too_many_attempts" or int(refusal.headers["Retry-After"]) < 1
    return True


def fail(throttle: LogInThrottle, user: str, address: str, times: int, now: datetime = NOW, device: str = "") -> None:
    for _ in range(times):
        throttle.count_failure(user, address, now, device=device)


def test_delay_grows_and_is_forgotten():
    throttle = LogInThrottle()
    fail(throttle, "ani", HERE, MAX_FAILURES_AS_USER - 1)
    assert is_allowed(throttle, "ani", HERE)
    fail(throttle, "ani", HERE, 1)
    assert not is_allowed(throttle, "Ani", HERE)
    assert is_allowed(throttle, "ani", THERE)
    assert is_allowed(throttle, "budi", HERE)
    assert is_allowed(throttle, "ani", HERE, NOW + FIRST_DELAY)
    fail(throttle, "ani", HERE, 1, NOW + FIRST_DELAY)
    assert not is_allowed(throttle, "ani", HERE, NOW + 2 * FIRST_DELAY)
    assert is_allowed(throttle, "ani", HERE, NOW + 3 * FIRST_DELAY)
    fail(throttle, "ani", HERE, 20, NOW + 3 * FIRST_DELAY)
    assert is_allowed(throttle, "ani", HERE, NOW + 3 * FIRST_DELAY + LONGEST_DELAY)
    fail(throttle, "ani", HERE, 1, NOW + 3 * FIRST_DELAY + FORGOTTEN_AFTER)
    assert is_allowed(throttle, "ani", HERE, NOW + 3 * FIRST_DELAY + FORGOTTEN_AFTER)
    assert delay_after(10**6) == LONGEST_DELAY


def test_log_in_clears_the_failures_of_the_user_there():
    throttle = LogInThrottle()
    fail(throttle, "ani", HERE, MAX_FAILURES_AS_USER)
    throttle.record_success("ani", HERE)
    assert is_allowed(throttle, "ani", HERE)


def test_failures_are_counted_by_address_and_by_user():
    spread = LogInThrottle()
    for number in range(MAX_FAILURES_OF_USER):
        spread.count_failure("ani", f"10.0.1.{number}", NOW)
    assert not is_allowed(spread, "ani", HERE)
    assert is_allowed(spread, "budi", HERE)
    sprayed = LogInThrottle()
    for number in range(MAX_FAILURES_FROM_ADDRESS):
        sprayed.count_failure(f"user{number}", HERE, NOW)
    assert not is_allowed(sprayed, "ani", HERE)
    assert is_allowed(sprayed, "ani", THERE)


def test_proven_device_is_counted_for_itself():
    throttle = LogInThrottle()
    fail(throttle, "ani", HERE, 1_000)
    assert is_allowed(throttle, "ani", HERE, device="laptop")
    fail(throttle, "ani", HERE, MAX_FAILURES_AS_USER, device="laptop")
    assert not is_allowed(throttle, "ani", HERE, device="laptop")
    assert is_allowed(throttle, "ani", HERE, device="other")
    assert is_allowed(throttle, "ani", HERE, NOW + LONGEST_DELAY)  # and delays no other


def test_user_at_a_usual_address_is_not_delayed_by_strangers():
    throttle = LogInThrottle()
    throttle.record_success("bws", HERE)
    for number in range(2 * MAX_FAILURES_OF_USER):
        throttle.count_failure("bws", f"10.0.1.{number}", NOW)
    assert is_allowed(throttle, "bws", HERE)
    assert not is_allowed(throttle, "bws", THERE)
    fail(throttle, "bws", HERE, MAX_FAILURES_AS_USER)  # guesses from there are limited as before
    assert not is_allowed(throttle, "bws", HERE)
    fail(throttle, "ani", THERE, MAX_FAILURES_FROM_ADDRESS)
    throttle.record_success("bws", THERE)
    assert not is_allowed(throttle, "bws", THERE)


def test_ipv6_clients_are_counted_and_known_by_their_network():
    throttle = LogInThrottle()
    throttle.record_success("bws", "2001:db8:1:2::1", is_gateway=True)
    for number in range(2 * MAX_FAILURES_OF_USER):
        throttle.count_failure("bws", f"2001:db8:{number + 16:x}::1", NOW)
    assert is_allowed(throttle, "bws", "2001:db8:1:2:3:4:5:6")  # a modem takes another address of its network
    assert not is_allowed(throttle, "bws", "2001:db8:1:3::1")
    for number in range(MAX_FAILURES_FROM_ADDRESS):
        throttle.count_failure(f"user{number}", f"2001:db8:9:9::{number:x}", NOW)
        throttle.count_wrong_code(f"2001:db8:8:8::{number:x}", NOW)
    assert not is_allowed(throttle, "ani", "2001:db8:9:9:ffff::1")
    assert not code_is_allowed(throttle, "2001:db8:8:8:ffff::1")


def test_gateway_with_a_chosen_password_is_not_delayed_after_a_restart(tmp_path: Path):
    file = tmp_path / "known-addresses.json"
    LogInThrottle(KnownAddresses(file)).record_success("bws", HERE, is_gateway=True)
    throttle = LogInThrottle(KnownAddresses(file))
    for number in range(2 * MAX_FAILURES_OF_USER):
        throttle.count_failure("bws", f"10.0.1.{number}", NOW)
    assert (is_allowed(throttle, "bws", HERE), is_allowed(throttle, "bws", THERE)) == (True, False)


def code_is_allowed(throttle: LogInThrottle, address: str) -> bool:
    try:
        throttle.check_code(address, NOW)
    except Refusal:
        return False
    return True


def test_codes_are_counted_by_address_alone():
    throttle = LogInThrottle()
    fail(throttle, "ani", THERE, MAX_FAILURES_AS_USER)
    for number in range(2 * MAX_FAILURES_OF_USER):
        throttle.count_failure("ani", f"10.0.1.{number}", NOW)
    assert code_is_allowed(throttle, HERE)
    assert code_is_allowed(throttle, THERE)
    for _ in range(MAX_FAILURES_FROM_ADDRESS):
        throttle.count_wrong_code(HERE, NOW)
    assert not code_is_allowed(throttle, HERE)
    assert not is_allowed(throttle, "budi", HERE)
    assert code_is_allowed(throttle, THERE)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as server:
        server.add_user("ani")
        yield server


def guess(client: httpx2.Client, times: int = MAX_FAILURES_AS_USER) -> None:
    for _ in range(times):
        client.post("/v1/session", json={"user": "ani", "password": "tebakan-saja"})


def proven_request(client: httpx2.Client, key: DeviceKey, server: str, **changes: Any) -> httpx2.Response:
    nonce = client.post("/v1/session/challenge", json={"user": "ani"}).json()["nonce"]
    request = SessionRequest(user="ani", password=PASSWORD, device=key.device_id, nonce=nonce)
    signed = msgspec.structs.replace(sign_log_in(request, key, server=server), **changes)
    return client.post("/v1/session", content=msgspec.json.encode(signed))


def test_enrolled_device_logs_in_while_others_guess(server: RunningServer):
    own = server.journal.server_id
    with server.client() as client:
        device = WritingDevice(client, "ani")
        token = log_in(client, "ani", key=device.key).access_token
        client.headers["Authorization"] = f"Bearer {token}"
        device.enrol()
        guess(client)
        assert client.post("/v1/session", json={"user": "ani", "password": PASSWORD}).status_code == 429
        assert proven_request(client, device.key, own).status_code == 200
        nonce = client.post("/v1/devices/challenge").json()["nonce"]
        refused = [
            proven_request(client, DeviceKey.generate(), own),
            proven_request(client, device.key, "another server"),
            proven_request(client, device.key, own, nonce="1.a.b"),
            proven_request(client, device.key, own, nonce="x"),
            proven_request(client, device.key, own, nonce=nonce),
            proven_request(client, device.key, own, proof="0" * 128),
            proven_request(client, device.key, own, public_key=WEAK_KEYS[0]),
        ]
        assert {reply.status_code for reply in refused} == {429}
        revoke_device(server.journal, device.key.device_id, "hilang")
        assert proven_request(client, device.key, own).status_code == 429


def test_console_proves_its_key_and_is_not_delayed(server: RunningServer, tmp_path: Path):
    with open_store(tmp_path / "posko") as store, open_store(tmp_path / "baru") as unknown, server.client() as client:
        console_log_in(store, url=server.url, user="ani", password=PASSWORD)
        guess(client)
        console_log_in(store, url=server.url, user="ani", password=PASSWORD)
        with pytest.raises(RequestRefused) as refused:
            console_log_in(unknown, url=server.url, user="ani", password=PASSWORD)
        assert refused.value.code == "too_many_attempts"


def test_wrong_codes_of_strangers_do_not_stop_the_right_one(server: RunningServer):
    code = issue_reset_code(server.journal, "ani", by="rina", reason="lupa").code
    reset = {"user": "ani", "code": "0000", "new_password": "jembatan-kelapa-7"}
    with server.client() as client:
        for number in range(MAX_FAILURES_OF_USER):
            client.post("/v1/password/reset", json=reset, headers={"X-Forwarded-For": f"203.0.113.{number}"})
        reply = client.post("/v1/password/reset", json=reset | {"code": code}, headers={"X-Forwarded-For": HERE})
    assert reply.status_code == 204, reply.text


def test_log_in_challenge_is_bounded(server: RunningServer):
    with server.client() as client:
        for body in ({}, {"user": ""}, {"user": "a" * 81}, {"user": 1}):
            assert client.post("/v1/session/challenge", json=body).status_code == 400
        assert client.post("/v1/session/challenge", json={"user": "siapa"}).status_code == 200
