"""Administration of users over HTTP: who may do it, what is recorded, and which sessions end."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from support.running_server import PASSWORD, RunningServer, WritingDevice, log_in, start_server, utc_now

from tabuah.operations.entries import Draft, Entry
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.entry_bodies import UserChanged, UserCreated
from tabuah.operations.people.roles import Role
from tabuah.server.errors import DraftRefused, ServerError
from tabuah.server.people import refresh_tokens, reset_codes
from tabuah.server.people.login_throttle import MAX_FAILURES_FROM_ADDRESS
from tabuah.server.people.refresh_tokens import REFRESH_TERM
from tabuah.server.people.user_changes import change_user, create_user
from tabuah.storage.journal.people_protocol import ResetCode, UsersReply, UserSummary
from tabuah.storage.journal.protocol import RefreshRequest, sign_refresh
from tabuah.storage.journal.wire import decode_entry

NEW_PASSWORD = "jembatan-kelapa-7"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as running:
        running.add_user("rina", Role.ADMIN)
        running.add_user("ani")
        yield running


@pytest.fixture
def rina(server: RunningServer) -> Iterator[httpx2.Client]:
    """A client of an administrator on an approved device."""
    with server.client() as client:
        yield as_device(client, "rina")


def as_device(client: httpx2.Client, user: str, password: str = PASSWORD) -> httpx2.Client:
    device = WritingDevice(client, user)
    session = log_in(client, user, password=password, key=device.key)
    client.headers["Authorization"] = f"Bearer {session.access_token}"
    device.enrol()
    return client


def post(client: httpx2.Client, path: str, **body: Any) -> httpx2.Response:
    return client.post(path, json=body)


def users_in(reply: httpx2.Response) -> dict[str, UserSummary]:
    assert reply.status_code == 200, reply.text
    return {user.name: user for user in msgspec.json.decode(reply.content, type=UsersReply).users}


def code_in(reply: httpx2.Response) -> str:
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.content, type=ResetCode).code


def last_entry(server: RunningServer, name: str) -> Entry:
    return decode_entry(server.journal.records_of(f"user/{name}")[-1].text)


def test_users_are_listed_with_devices_and_sessions(server: RunningServer, rina: httpx2.Client):
    users = users_in(rina.get("/v1/users"))
    assert list(users) == ["ani", "rina"]
    assert users["ani"].last_seen_at is None
    admin = users["rina"]
    assert admin.last_seen_at is not None
    assert [session.device for session in admin.sessions] == [device.device for device in admin.devices]


@pytest.mark.parametrize("text", ["BPBD\x1b[2J", "BPBD\nPUPR", "\u202eDPBP", "a\tb", "\x7f"])
@pytest.mark.parametrize("field", ["opd", "full_name"])
def test_hidden_characters_of_users_are_refused(server: RunningServer, rina: httpx2.Client, field: str, text: str):
    created = post(rina, "/v1/users", **{"name": "budi", "role": "viewer", field: text})
    changed = post(rina, "/v1/users/change", **{"name": "ani", "reason": "pindah", field: text})
    assert [created.status_code, changed.status_code] == [400, 400]
    journal = server.journal
    values = {"name": "budi", "role": Role.VIEWER, field: text}
    with pytest.raises(ServerError, match="OPD"):
        create_user(journal, **{"opd": "", "password": NEW_PASSWORD, **values})
    with pytest.raises(ServerError, match="OPD"):
        change_user(journal, "ani", UserChanged(**{field: text}))
    drafts = [
        Draft(subject="user/budi", kind="user.created", body=encode_body(UserCreated(**values))),
        Draft(subject="user/ani", kind="user.changed", body=encode_body(UserChanged(**{field: text}))),
    ]
    for draft in drafts:
        with pytest.raises(DraftRefused) as refused:
            journal.append_drafts([draft])
        assert refused.value.reason == "hidden_characters"


def test_user_and_code_are_saved_together(
    server: RunningServer, rina: httpx2.Client, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patched:
        patched.setattr(reset_codes, "save_code", lambda *_args, **_kwargs: 1 / 0)
        assert post(rina, "/v1/users", name="budi", role="viewer").status_code == 500
    assert "budi" not in users_in(rina.get("/v1/users"))
    assert code_in(post(rina, "/v1/users", name="budi", role="viewer"))
    assert users_in(rina.get("/v1/users"))["budi"].reset_code_until is not None


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMIN, Role.SERVER)])
def test_only_an_administrator_changes_users(server: RunningServer, role: Role):
    server.add_user("other", role)
    with server.client() as client:
        as_device(client, "other")
        assert client.get("/v1/users").status_code == 403
        reply = post(client, "/v1/users/change", name="other", role="admin", reason="saya mau")
    assert (reply.status_code, reply.json()["code"]) == (403, "forbidden")
    assert server.journal.authority.users["other"].role is role


def test_administration_needs_an_approved_device(server: RunningServer):
    with server.client("rina") as client:
        reply = client.get("/v1/users")
    assert (reply.status_code, reply.json()["code"]) == (403, "device_not_approved")


def test_created_user_chooses_a_password_once(server: RunningServer, rina: httpx2.Client):
    code = code_in(post(rina, "/v1/users", name="budi", role="field", opd="Kubung"))
    reset = {"user": "budi", "code": code.lower().replace("-", " "), "new_password": NEW_PASSWORD}
    with server.client() as client:
        assert post(client, "/v1/session", user="budi", password=code).status_code == 401
        assert post(client, "/v1/password/reset", **{**reset, "new_password": "pendek"}).json()["code"] == (
            "weak_password"
        )
        assert post(client, "/v1/password/reset", **reset).status_code == 204
        assert post(client, "/v1/password/reset", **reset).json()["code"] == "wrong_code"
        log_in(client, "budi", password=NEW_PASSWORD)
    assert post(rina, "/v1/users", name="budi", role="field").json()["code"] == "name_taken"
    assert post(rina, "/v1/users", name="dua kata", role="field").json()["code"] == "not_possible"
    assert post(rina, "/v1/users", name="mesin", role="server").json()["code"] == "not_possible"
    assert post(rina, "/v1/users", name="Rina", role="field").json()["code"] == "name_taken"
    for name in ("server", "administrator", "bu\u200bdi"):
        assert post(rina, "/v1/users", name=name, role="field").json()["code"] == "not_possible"


def test_change_is_recorded_with_act_and_actor(server: RunningServer, rina: httpx2.Client):
    users = users_in(post(rina, "/v1/users/change", name="ani", role="supervisor", opd="Damkar", reason="naik"))
    assert (users["ani"].role, users["ani"].opd) == (Role.SUPERVISOR, "Damkar")
    entry = last_entry(server, "ani")
    assert (entry.kind, entry.actor) == ("user.changed", "rina")
    assert msgspec.json.decode(entry.body) == {
        "role": "supervisor",
        "opd": "Damkar",
        "by": "rina",
        "reason": "naik",
    }
    assert post(rina, "/v1/users/change", name="ani", active=False, reason="").status_code == 400
    assert post(rina, "/v1/users/change", name="siapa", active=False, reason="cuti").json()["code"] == "not_found"


def test_kecamatan_is_one_of_this_regency(server: RunningServer, rina: httpx2.Client):
    code_in(post(rina, "/v1/users", name="budi", role="field", opd="Kubung", kecamatan="13.02.10"))
    assert server.journal.authority.users["budi"].office.kecamatan == "13.02.10"
    users = users_in(post(rina, "/v1/users/change", name="budi", kecamatan="13.02.07", reason="pindah"))
    assert users["budi"].kecamatan == "13.02.07"
    for path in ("/v1/users", "/v1/users/change"):
        other = post(rina, path, name="budi", role="field", kecamatan="53.17.01", reason="pindah")
        assert (other.status_code, other.json()["code"]) == (422, "not_possible")
        assert post(rina, path, name="budi", role="field", kecamatan="Kubung", reason="pindah").status_code == 400
    users = users_in(post(rina, "/v1/users/change", name="budi", kecamatan="", reason="kembali"))
    assert users["budi"].kecamatan == ""


def test_lock_ends_sessions_at_once(server: RunningServer, rina: httpx2.Client):
    with server.client() as client:
        session = log_in(client, "ani")
        client.headers["Authorization"] = f"Bearer {session.access_token}"
        assert client.get("/v1/journal").status_code == 200
        users = users_in(post(rina, "/v1/users/change", name="ani", reason="pindah", active=False))
        assert users["ani"].sessions == ()
        assert client.get("/v1/journal").status_code == 401
        assert post(client, "/v1/session/refresh", refresh_token=session.refresh_token).status_code == 401


def test_new_role_counts_in_an_open_session(server: RunningServer, rina: httpx2.Client):
    with server.client() as client:
        session = log_in(client, "ani")
        client.headers["Authorization"] = f"Bearer {session.access_token}"
        users_in(post(rina, "/v1/users/change", name="ani", reason="pindah", role="admin"))
        assert client.get("/v1/users").status_code == 403  # from an approved device only
        users_in(post(rina, "/v1/users/change", name="ani", reason="pindah", role="viewer"))
        assert client.get("/v1/journal").status_code == 200
        assert post(client, "/v1/session/refresh", refresh_token=session.refresh_token).status_code == 200


def test_unlocked_user_logs_in_again(server: RunningServer, rina: httpx2.Client):
    for active in (False, True):
        users_in(post(rina, "/v1/users/change", name="ani", active=active, reason="cuti"))
    with server.client() as client:
        client.headers["Authorization"] = f"Bearer {log_in(client, 'ani').access_token}"
        assert client.get("/v1/journal").status_code == 200


def test_office_and_name_change_without_ending_sessions(server: RunningServer, rina: httpx2.Client):
    with server.client() as client:
        client.headers["Authorization"] = f"Bearer {log_in(client, 'ani').access_token}"
        users_in(post(rina, "/v1/users/change", name="ani", opd="PUPR", full_name="Ani S.", reason="mutasi"))
        assert client.get("/v1/journal").status_code == 200


def test_last_administrator_stays(server: RunningServer, rina: httpx2.Client):
    for change in ({"active": False}, {"role": "operator"}):
        reply = post(rina, "/v1/users/change", name="rina", reason="selesai", **change)
        assert (reply.status_code, reply.json()["code"]) == (409, "last_administrator")
    users_in(post(rina, "/v1/users/change", name="rina", full_name="Rina A.", reason="nama"))
    server.add_user("dedi", Role.ADMIN)
    users_in(post(rina, "/v1/users/change", name="rina", role="operator", reason="selesai"))
    assert rina.get("/v1/users").status_code == 403


def test_two_administrators_cannot_lock_each_other(server: RunningServer):
    """Both ask at the same moment; the writer decides, and one of them stays."""
    names = ("dedi", "sari")
    for name in names:
        server.add_user(name, Role.ADMIN)
    with server.client() as client:
        as_device(client, "dedi")
        users_in(post(client, "/v1/users/change", name="rina", active=False, reason="pensiun"))
    replies: dict[str, httpx2.Response] = {}
    barrier = threading.Barrier(2)

    def lock(own: str, other: str) -> None:
        with server.client() as client:
            as_device(client, own)
            barrier.wait(timeout=20)
            replies[own] = post(client, "/v1/users/change", name=other, active=False, reason="rebutan")

    threads = [threading.Thread(target=lock, args=pair) for pair in (names, names[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    statuses = sorted(reply.status_code for reply in replies.values())
    assert statuses[0] == 200
    assert statuses[1] in (401, 409)  # the other was locked out before, or is the last one
    active = [user for user in server.journal.authority.users.values() if user.active and user.role is Role.ADMIN]
    assert len(active) == 1


def test_reset_code_replaces_the_earlier_one(server: RunningServer, rina: httpx2.Client):
    first, second = (code_in(post(rina, "/v1/users/reset-code", name="ani", reason="lupa")) for _ in range(2))
    assert users_in(rina.get("/v1/users"))["ani"].reset_code_until is not None
    with server.client() as client:
        log_in(client, "ani")  # the password stays until the code is used
        reset = {"user": "ani", "new_password": NEW_PASSWORD}
        assert post(client, "/v1/password/reset", code=first, **reset).json()["code"] == "wrong_code"
        assert post(client, "/v1/password/reset", code=second, **reset).status_code == 204
        assert post(client, "/v1/session", user="ani", password=PASSWORD).status_code == 401
    entry = last_entry(server, "ani")
    assert (entry.kind, msgspec.json.decode(entry.body)) == (
        "user.password_changed",
        {"cause": "reset_code", "by": "ani"},
    )
    journal_text = "".join(record.text for record in server.journal.records_after(0))
    assert not any(secret in journal_text for secret in (first, second, NEW_PASSWORD))


def test_reset_code_expires_and_is_used_once_by_a_race(server: RunningServer):
    journal, now = server.journal, utc_now()

    def save(batch: Any) -> None:
        reset_codes.save_code(batch.connection, user="ani", code="7K3M-Q0ZT", expires_at=now + timedelta(hours=1))

    def use(batch: Any, at: Any = now) -> bool:
        return reset_codes.use_code(batch.connection, user="ani", code="7k3mqozt", now=at)

    journal.submit(save).result()
    assert not journal.submit(lambda batch: use(batch, now + timedelta(hours=1))).result()
    uses = [journal.submit(use) for _ in range(5)]
    assert sorted(used.result() for used in uses) == [False] * 4 + [True]


def test_code_of_a_locked_user_opens_nothing(server: RunningServer, rina: httpx2.Client):
    code = code_in(post(rina, "/v1/users/reset-code", name="ani", reason="lupa"))
    users_in(post(rina, "/v1/users/change", name="ani", active=False, reason="keluar"))
    with server.client() as client:
        reply = post(client, "/v1/password/reset", user="ani", code=code, new_password=NEW_PASSWORD)
    assert reply.json()["code"] == "wrong_code"


def test_guessed_codes_are_throttled(server: RunningServer):
    with server.client() as client:
        guess = {"user": "ani", "code": "AAAA-AAAA-AAAA-AAAA", "new_password": NEW_PASSWORD}
        attempts = range(MAX_FAILURES_FROM_ADDRESS + 1)
        codes = [post(client, "/v1/password/reset", **guess).json()["code"] for _ in attempts]
    assert codes == ["wrong_code"] * MAX_FAILURES_FROM_ADDRESS + ["too_many_attempts"]


def test_own_password_change_keeps_only_this_session(server: RunningServer):
    with server.client() as client, server.client() as other:
        other.headers["Authorization"] = f"Bearer {log_in(other, 'ani').access_token}"
        as_device(client, "ani")
        change = {"password": PASSWORD, "new_password": NEW_PASSWORD}
        assert post(client, "/v1/password", **{**change, "password": "salah-salah"}).json()["code"] == (
            "wrong_password"
        )
        assert post(client, "/v1/password", **{**change, "new_password": "rahasia2026!"}).json()["code"] == (
            "weak_password"
        )
        reply = post(client, "/v1/password", **change)
        assert reply.status_code == 200, reply.text
        client.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"
        assert reply.json()["grant"] is not None
        assert client.get("/v1/journal").status_code == 200
        assert other.get("/v1/journal").json()["code"] == "session_ended"


def test_one_session_is_ended(server: RunningServer, rina: httpx2.Client):
    with server.client() as first, server.client() as second:
        for client in (first, second):
            client.headers["Authorization"] = f"Bearer {log_in(client, 'ani').access_token}"
        sessions = users_in(rina.get("/v1/users"))["ani"].sessions
        assert len(sessions) == 2
        end = {"name": "ani", "session": sessions[0].session, "reason": "hilang"}
        left = users_in(post(rina, "/v1/sessions/end", **end))["ani"].sessions
        assert left == sessions[1:]
        assert sorted(client.get("/v1/journal").status_code for client in (first, second)) == [200, 401]
        assert post(rina, "/v1/sessions/end", **end).json()["code"] == "not_found"
        users_in(post(rina, "/v1/sessions/end", name="ani", reason="semua"))
        assert {client.get("/v1/journal").status_code for client in (first, second)} == {401}


def test_log_out_ends_the_session(server: RunningServer):
    with server.client() as client:
        session = log_in(client, "ani")
        client.headers["Authorization"] = f"Bearer {session.access_token}"
        assert client.post("/v1/session/end").status_code == 204
        assert client.get("/v1/journal").status_code == 401
        assert post(client, "/v1/session/refresh", refresh_token=session.refresh_token).status_code == 401


def test_devices_are_approved_and_revoked(server: RunningServer, rina: httpx2.Client):
    with server.client() as client:
        as_device(client, "ani")
        device = users_in(rina.get("/v1/users"))["ani"].devices[0]
        approved = users_in(post(rina, "/v1/devices/approve", device=device.device))["ani"].devices[0]
        assert approved.approved
        revoke = {"device": device.device, "reason": "hilang"}
        assert users_in(post(rina, "/v1/devices/revoke", **revoke))["ani"].devices[0].revoked
        assert client.get("/v1/journal").json()["code"] == "device_revoked"
        assert users_in(post(rina, "/v1/devices/revoke", **revoke, stolen=True))["ani"].devices[0].stolen
    assert post(rina, "/v1/devices/approve", device="0" * 32).status_code == 404
    assert post(rina, "/v1/devices/approve", device="../x").status_code == 400
    own = server.journal.server_id
    assert post(rina, "/v1/devices/revoke", device=own, reason="x").json()["code"] == "not_possible"


def test_session_ends_thirty_days_after_its_log_in(server: RunningServer):
    """Renewals do not prolong it."""
    start, journal = utc_now(), server.journal
    opened = journal.submit(
        lambda batch: refresh_tokens.open_family(batch.connection, user="ani", device="", now=start)
    ).result()
    token = opened.token
    for days in (10, 20, 29):
        now = start + timedelta(days=days)
        renewal = journal.submit(
            lambda batch, token=token, now=now: refresh_tokens.renew(batch.connection, token=token, now=now)
        ).result()
        assert renewal.refusal is None
        token = renewal.token
    late = journal.submit(
        lambda batch: refresh_tokens.renew(batch.connection, token=token, now=start + REFRESH_TERM)
    ).result()
    assert late.refusal is not None
    assert late.refusal.code == "session_ended"


def test_renewal_of_an_ended_session_is_refused(server: RunningServer, rina: httpx2.Client):
    with server.client() as client:
        device = WritingDevice(client, "ani")
        session = log_in(client, "ani", key=device.key)
        users_in(post(rina, "/v1/sessions/end", name="ani", reason="hilang"))
        request = RefreshRequest(refresh_token=session.refresh_token, device=device.key.device_id)
        signed = sign_refresh(request, device.key, server=server.journal.server_id)
        reply = client.post("/v1/session/refresh", content=msgspec.json.encode(signed))
    assert (reply.status_code, reply.json()["code"]) == (401, "session_ended")
