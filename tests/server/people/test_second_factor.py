"""The second factor: codes of RFC 6238, each accepted once; recovery codes; reset by another administrator."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from support.console_stores import open_store
from support.running_server import PASSWORD, RunningServer, WritingDevice, log_in, proven_log_in, start_server

from tabuah.operations.people.roles import Role
from tabuah.server.people.second_factor import STEP_S, code_at, matching_step, new_secret, step_at, uri_of
from tabuah.storage.journal.people_protocol import RecoveryCodes
from tabuah.storage.journal.protocol import SessionRequest
from tabuah.storage.journal.wire import decode_entry
from tabuah.storage.sync.errors import RequestRefused
from tabuah.storage.sync.session import log_in as console_log_in

START = datetime(2026, 12, 1, 20, tzinfo=UTC)
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def next_step(self) -> None:
        self.now = datetime.fromtimestamp((step_at(self.now) + 1) * STEP_S, UTC)


@pytest.mark.parametrize(
    ("at_s", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_code_follows_rfc_6238(at_s: int, code: str):
    """Appendix B of the RFC, of whose eight digits the last six remain."""
    now = datetime.fromtimestamp(at_s, UTC)
    assert code_at(RFC_SECRET, step_at(now)) == code
    assert matching_step(RFC_SECRET, f" {code[:3]} {code[3:]}", now) == step_at(now)


@pytest.mark.parametrize("code", ["", "000000", "abc", "28708", "２８７０８２", "287082\0", "-287082", "9" * 100])
def test_other_code_fits_no_step(code: str):
    assert matching_step(RFC_SECRET, code, datetime.fromtimestamp(59, UTC)) is None


def test_code_may_be_one_step_early_or_late():
    secret, step = new_secret(), step_at(START)
    fits = [matching_step(secret, code_at(secret, step + off), START) is not None for off in (-2, -1, 0, 1, 2)]
    assert fits[1:4] == [True] * 3
    assert uri_of(secret, user="a/b &c").startswith("otpauth://totp/Tabuah:a%2Fb%20%26c?secret=")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(tmp_path: Path, clock: Clock) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server", clock=clock) as running:
        running.add_user("rina", Role.ADMIN)
        running.add_user("kalaksa", Role.SUPERVISOR)
        running.add_user("ani")
        yield running


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx2.Client]:
    """A client of the supervisor."""
    with server.client() as client:
        yield as_user(client, "kalaksa")


def as_user(client: httpx2.Client, user: str, **body: Any) -> httpx2.Client:
    device = WritingDevice(client, user)
    request = proven_log_in(client, SessionRequest(user=user, password=PASSWORD, **body), device.key)
    reply = client.post("/v1/session", content=msgspec.json.encode(request))
    assert reply.status_code == 200, reply.text
    client.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"
    device.enrol()
    return client


def set_up(client: httpx2.Client, clock: Clock) -> tuple[str, tuple[str, ...]]:
    """Put a second factor in force; return its secret and the recovery codes."""
    secret = client.post("/v1/second-factor", json={"password": PASSWORD}).json()["secret"]
    reply = client.post("/v1/second-factor/confirm", json={"code": code_at(secret, step_at(clock()))})
    assert reply.status_code == 200, reply.text
    clock.next_step()
    return secret, msgspec.json.decode(reply.content, type=RecoveryCodes).codes


def try_log_in(client: httpx2.Client, code: str = "", password: str = PASSWORD) -> tuple[int, str]:
    reply = client.post("/v1/session", json={"user": "kalaksa", "password": password, "code": code})
    return reply.status_code, reply.json().get("code", "")


def test_log_in_needs_the_code_once_it_is_confirmed(server: RunningServer, client: httpx2.Client, clock: Clock):
    secret = client.post("/v1/second-factor", json={"password": PASSWORD}).json()["secret"]
    assert try_log_in(client)[0] == 200  # not confirmed yet
    wrong = client.post("/v1/second-factor/confirm", json={"code": "000000"})
    assert wrong.json()["code"] == "wrong_second_factor"
    secret, _codes = set_up(client, clock)
    assert try_log_in(client) == (401, "second_factor_needed")
    assert try_log_in(client, "000000") == (401, "wrong_second_factor")
    assert try_log_in(client, code_at(secret, step_at(clock())), password="salah-salah") == (401, "wrong_password")
    assert try_log_in(client, code_at(secret, step_at(clock())))[0] == 200
    record = server.journal.records_of("user/kalaksa")[-1]
    texts = "".join(record.text for record in server.journal.records_after(0))
    assert decode_entry(record.text).kind == "user.second_factor_changed"
    assert secret not in texts
    again = client.post("/v1/second-factor", json={"password": PASSWORD})
    assert again.json()["code"] == "second_factor_exists"


def test_other_recovery_codes_replace_the_earlier_ones(client: httpx2.Client, clock: Clock):
    secret, codes = set_up(client, clock)
    path, code = "/v1/second-factor/recovery-codes", code_at(secret, step_at(clock()))
    wrong = client.post(path, json={"password": PASSWORD, "code": "salah"})
    assert wrong.json()["code"] == "wrong_second_factor"
    reply = client.post(path, json={"password": PASSWORD, "code": code})
    others = msgspec.json.decode(reply.content, type=RecoveryCodes).codes
    assert (len(others), set(others) & set(codes)) == (10, set())
    assert try_log_in(client, codes[0]) == (401, "wrong_second_factor")
    assert try_log_in(client, others[0])[0] == 200


def test_recovery_codes_need_a_second_factor(client: httpx2.Client):
    reply = client.post("/v1/second-factor/recovery-codes", json={"password": PASSWORD, "code": "000000"})
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


def test_code_is_accepted_once(client: httpx2.Client, clock: Clock):
    secret, _codes = set_up(client, clock)
    code = code_at(secret, step_at(clock()))
    assert try_log_in(client, code)[0] == 200
    assert try_log_in(client, code) == (401, "wrong_second_factor")
    earlier = code_at(secret, step_at(clock()) - 1)
    assert try_log_in(client, earlier) == (401, "wrong_second_factor")
    clock.next_step()
    assert try_log_in(client, code_at(secret, step_at(clock())))[0] == 200


def test_code_is_accepted_once_in_a_race(server: RunningServer, client: httpx2.Client, clock: Clock):
    secret, _codes = set_up(client, clock)
    code, statuses = code_at(secret, step_at(clock())), []

    def attempt() -> None:
        with server.client() as own:
            statuses.append(try_log_in(own, code)[0])

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(statuses) == [200, 401, 401, 401]


def test_recovery_code_works_once(client: httpx2.Client, clock: Clock):
    _secret, codes = set_up(client, clock)
    assert len(set(codes)) == 10
    assert try_log_in(client, codes[0].lower())[0] == 200
    assert try_log_in(client, codes[0]) == (401, "wrong_second_factor")
    assert try_log_in(client, codes[1])[0] == 200


def test_guessed_codes_are_delayed(client: httpx2.Client, clock: Clock):
    """The right password does not reset the failures."""
    secret, _codes = set_up(client, clock)
    for _ in range(5):
        assert try_log_in(client, "000000")[0] == 401
        try_log_in(client)
    assert try_log_in(client, code_at(secret, step_at(clock()))) == (429, "too_many_attempts")


def test_second_factor_is_removed_by_password_and_code(client: httpx2.Client, clock: Clock):
    secret, codes = set_up(client, clock)
    remove = {"password": PASSWORD, "code": codes[2]}
    for wrong in ({"code": "000000"}, {"password": "salah-salah"}):
        assert client.post("/v1/second-factor/remove", json={**remove, **wrong}).status_code == 401
    assert client.post("/v1/second-factor/remove", json=remove).status_code == 204
    assert try_log_in(client)[0] == 200
    assert client.post("/v1/second-factor/remove", json=remove).status_code == 404
    other, _codes = set_up(client, clock)
    assert other != secret


def test_another_administrator_resets_it(server: RunningServer, client: httpx2.Client, clock: Clock):
    set_up(client, clock)
    with server.client() as admin:
        as_user(admin, "rina")
        set_up(admin, clock)
        reset = {"name": "kalaksa", "reason": "ponsel hilang"}
        refused = admin.post("/v1/users/second-factor-reset", json={**reset, "name": "rina"})
        assert (refused.status_code, refused.json()["code"]) == (409, "needs_another_person")
        assert client.post("/v1/users/second-factor-reset", json=reset).status_code == 403
        users = admin.post("/v1/users/second-factor-reset", json=reset).json()["users"]
        assert {user["name"]: user["second_factor"] for user in users} == {
            "ani": False,
            "kalaksa": False,
            "rina": True,
        }
        assert admin.post("/v1/users/second-factor-reset", json={**reset, "name": "x"}).status_code == 404
    entry = decode_entry(server.journal.records_of("user/kalaksa")[-1].text)
    assert msgspec.json.decode(entry.body) == {"active": False, "by": "rina", "reason": "ponsel hilang"}
    assert try_log_in(client)[0] == 200


def test_second_factor_is_set_up_on_an_approved_device_only(server: RunningServer, client: httpx2.Client):
    set_up_path, confirm_path = "/v1/second-factor", "/v1/second-factor/confirm"
    secret = client.post(set_up_path, json={"password": PASSWORD}).json()["secret"]
    with server.client() as stranger:  # knows the password alone
        stranger.headers["Authorization"] = f"Bearer {log_in(stranger, 'kalaksa').access_token}"
        refused = [
            stranger.post(set_up_path, json={"password": PASSWORD}),
            stranger.post(confirm_path, json={"code": code_at(secret, step_at(START))}),
        ]
    assert [(reply.status_code, reply.json()["code"]) for reply in refused] == [
        (403, "second_factor_needs_device")
    ] * 2
    assert try_log_in(client)[0] == 200
    assert client.post(confirm_path, json={"code": code_at(secret, step_at(START))}).status_code == 200


def test_second_factor_is_for_supervisors_and_administrators(server: RunningServer):
    with server.client() as client:
        as_user(client, "ani")
        assert client.post("/v1/second-factor", json={"password": PASSWORD}).status_code == 403
        assert client.post("/v1/second-factor/confirm", json={"code": "000000"}).status_code == 403


def test_console_logs_in_with_a_code(server: RunningServer, client: httpx2.Client, clock: Clock, tmp_path: Path):
    secret, codes = set_up(client, clock)
    with open_store(tmp_path / "console") as store:
        with pytest.raises(RequestRefused) as refused:
            console_log_in(store, url=server.url, user="kalaksa", password=PASSWORD)
        assert refused.value.code == "second_factor_needed"
        code = code_at(secret, step_at(clock()))
        console_log_in(store, url=server.url, user="kalaksa", password=PASSWORD, code=code)
        before = store.device
        console_log_in(store, url=server.url, user="kalaksa", password=PASSWORD, code=codes[0], new_key=True)
        assert store.device != before
    with server.client() as other:
        assert log_in(other, "ani").user == "ani"
