"""Acting deputies: named for a stated time, carried by the grant, decided from the journal alone."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from support.command_line import CommandLine
from support.console_stores import report_incident_at
from support.console_sync import sync
from support.draft_samples import incident_report_draft
from support.running_server import PASSWORD, RunningServer, WritingDevice, start_server
from support.running_server import log_in as log_in_as

from tabuah.operations.entries import Verdict
from tabuah.operations.people.authority import Deputyship, User
from tabuah.operations.people.entry_bodies import UserChanged, UserDeputised
from tabuah.operations.people.fold import LONGEST_DEPUTYSHIP, is_possible_deputyship
from tabuah.operations.people.roles import Role
from tabuah.server.errors import DraftRefused
from tabuah.server.people import user_changes
from tabuah.server.people.user_changes import change_user
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import Session
from tabuah.storage.journal.wire import decode_entry
from tabuah.storage.sync.session import log_in

START = datetime(2026, 12, 1, 12, tzinfo=UTC)
END = START + timedelta(hours=12)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(tmp_path: Path, clock: Clock) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server", clock=clock) as running:
        running.add_user("kalaksa", Role.SUPERVISOR)
        running.add_user("rina", Role.ADMIN)
        running.add_user("ani")
        yield running


@contextlib.contextmanager
def device_of(server: RunningServer, user: str) -> Iterator[tuple[WritingDevice, Session]]:
    with server.client() as client:
        device = WritingDevice(client, user)
        session = renew(device)
        device.enrol()
        yield device, session


def renew(device: WritingDevice) -> Session:
    session = log_in_as(device.client, device.user, key=device.key)
    device.client.headers["Authorization"] = f"Bearer {session.access_token}"
    device.take(session.grant)
    return session


def name_deputy(client: httpx2.Client, **changes: Any) -> httpx2.Response:
    body = {"name": "ani", "role": "supervisor", "ends_at": END.isoformat(), "reason": "piket malam", **changes}
    return client.post("/v1/deputies", json=body)


@pytest.mark.parametrize("namer", ["kalaksa", "rina"])
def test_deputy_has_the_role_until_the_end(server: RunningServer, clock: Clock, namer: str):
    with device_of(server, namer) as (chief, _session), device_of(server, "ani") as (ani, before):
        assert before.role is Role.OPERATOR
        reply = name_deputy(chief.client)
        assert reply.status_code == 200, reply.text
        session = renew(ani)
        assert session.grant is not None
        assert (session.role, session.grant.role, session.grant.expires_at) == (Role.SUPERVISOR, Role.SUPERVISOR, END)
        assert renew(ani).grant == session.grant
        assert server.journal.authority.users["ani"].role is Role.OPERATOR
        entry = decode_entry(server.journal.records_of("user/ani")[-2].text)
        assert (entry.kind, entry.actor) == ("user.deputised", namer)
        clock.now = END
        after = renew(ani)
        assert after.grant is not None
        assert (after.role, after.grant.role, after.grant.deputyship) == (Role.OPERATOR, Role.OPERATOR, msgspec.UNSET)


def test_deputy_names_no_deputy(server: RunningServer):
    server.add_user("budi")
    with device_of(server, "kalaksa") as (chief, _session), device_of(server, "ani") as (ani, _before):
        assert name_deputy(ani.client, name="budi").status_code == 403
        assert name_deputy(chief.client).status_code == 200
        assert renew(ani).role is Role.SUPERVISOR
        assert name_deputy(ani.client, name="budi").status_code == 403
    with server.client() as program:
        token = program.post("/v1/session", json={"user": "kalaksa", "password": PASSWORD}).json()["access_token"]
        program.headers["Authorization"] = f"Bearer {token}"
        assert name_deputy(program).json()["code"] == "device_not_approved"


@pytest.mark.parametrize(
    "change",
    [
        {"role": "admin"},
        {"role": "operator"},
        {"name": "rina"},
        {"name": "kalaksa", "role": "operator", "ends_at": START.isoformat()},
        {"ends_at": START.isoformat()},
        {"ends_at": (START + LONGEST_DEPUTYSHIP + timedelta(seconds=1)).isoformat()},
    ],
)
def test_impossible_deputyship_is_refused(server: RunningServer, change: dict[str, Any]):
    with device_of(server, "kalaksa") as (chief, _session):
        reply = name_deputy(chief.client, **change)
    assert (reply.status_code, reply.json()["code"]) == (422, "not_possible")


def test_deputyship_does_not_begin_in_the_past(server: RunningServer):
    with device_of(server, "kalaksa") as (chief, _session):
        reply = name_deputy(chief.client, starts_at=(START - timedelta(days=2)).isoformat())
    assert reply.json()["deputyships"][0]["starts_at"] == START.isoformat().replace("+00:00", "Z")
    past = UserDeputised(
        deputyship="2", role=Role.SUPERVISOR, starts_at=START - timedelta(days=2), ends_at=END, by="kalaksa"
    )
    with pytest.raises(DraftRefused):
        user_changes.name_deputy(server.journal, "ani", past)


def test_deputyships_in_a_row_need_an_administrator(server: RunningServer):
    def name(client: httpx2.Client, *, first_h: int, hours: int) -> int:
        start = START + timedelta(hours=first_h)
        end = start + timedelta(hours=hours)
        return name_deputy(client, starts_at=start.isoformat(), ends_at=end.isoformat()).status_code

    with device_of(server, "kalaksa") as (chief, _session), device_of(server, "rina") as (admin, _other):
        assert name(chief.client, first_h=0, hours=48) == 200
        assert name(chief.client, first_h=49, hours=24) == 409  # 73 hours with the hour between them
        assert name(chief.client, first_h=49, hours=23) == 200
        assert name(chief.client, first_h=83, hours=1) == 409  # a break of 11 hours
        assert name(chief.client, first_h=84, hours=72) == 200
        assert name(admin.client, first_h=157, hours=72) == 200
        chief.client.post("/v1/deputies/end", json={"name": "ani", "reason": "x"})
        assert name(chief.client, first_h=49, hours=72) == 409  # the one in force counts until its planned end
        assert name(chief.client, first_h=84, hours=72) == 200  # those to come were ended before they began


def test_unknown_and_malformed_naming_is_refused(server: RunningServer):
    with device_of(server, "kalaksa") as (chief, _session):
        assert name_deputy(chief.client, name="siapa").status_code == 404
        for change in ({"reason": ""}, {"ends_at": "2026-12-01T12:00:00"}, {"ends_at": "besok"}):
            assert name_deputy(chief.client, **change).status_code == 400
        assert chief.client.post("/v1/deputies/end", json={"name": "ani", "reason": "x"}).status_code == 404


def test_work_under_an_ended_deputyship_is_held(server: RunningServer, clock: Clock):
    with device_of(server, "kalaksa") as (chief, _session), device_of(server, "ani") as (ani, _before):
        name_deputy(chief.client)
        renew(ani)
        first = ani.push(ani.write(incident_report_draft(ani.key.tag, 1), at=clock.now))
        assert [reply.verdict for reply in first.results] == [Verdict.ACCEPTED]
        ended = chief.client.post("/v1/deputies/end", json={"name": "ani", "reason": "sudah kembali"})
        assert ended.json() == {"name": "ani", "deputyships": []}
        late = ani.push(ani.write(incident_report_draft(ani.key.tag, 2), at=clock.now))
        assert [(reply.verdict, reply.reason) for reply in late.results] == [(Verdict.HELD, "deputyship_ended")]
        assert renew(ani).role is Role.OPERATOR
        own = ani.push(ani.write(incident_report_draft(ani.key.tag, 3), at=clock.now))
        assert [reply.verdict for reply in own.results] == [Verdict.ACCEPTED]


def test_another_role_ends_the_deputyship(server: RunningServer):
    with device_of(server, "kalaksa") as (chief, _session):
        name_deputy(chief.client)
    change_user(server.journal, "ani", UserChanged(role=Role.AUDITOR, by="rina", reason="pindah"))
    assert server.journal.authority.users["ani"].role_at(START) is Role.AUDITOR


def test_console_writes_in_the_own_role_after_the_end(server: RunningServer, clock: Clock, tmp_path: Path):
    """Without a connection at the end of the night nothing is held."""
    with (
        device_of(server, "kalaksa") as (chief, _session),
        contextlib.closing(ConsoleStore(tmp_path / "console", clock=clock)) as store,
    ):
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        name_deputy(chief.client)
        log_in(store, url=server.url, user="ani", password=PASSWORD)
        sync(store)
        assert store.identity is not None
        assert store.identity.role is Role.SUPERVISOR
        incident = report_incident_at(store, "malam")
        clock.now = END + timedelta(minutes=1)
        late = report_incident_at(store, "pagi")
        grants = [store.entries_of(f"incident/{each.id}")[0][0].grant for each in (incident, late)]
        roles = [server.journal.authority.grants[grant].role for grant in grants]
        assert roles == [Role.SUPERVISOR, Role.OPERATOR]
        result = sync(store)
        assert (result.held, result.rejected) == (0, 0)
        assert store.identity.role is Role.OPERATOR


def test_deputyship_is_for_workers_and_a_stated_time():
    user = User(name="ani", role=Role.FIELD, opd="BPBD")
    body = UserDeputised(deputyship="1", role=Role.OPERATOR, starts_at=START, ends_at=END, by="kalaksa")
    assert is_possible_deputyship(user, body)
    known = Deputyship(id="1", role=Role.OPERATOR, starts_at=START, ends_at=END, by="kalaksa")
    for changed in (
        msgspec.structs.replace(user, active=False),
        msgspec.structs.replace(user, role=Role.AUDITOR),
        msgspec.structs.replace(user, deputyships={"1": known}),
    ):
        assert not is_possible_deputyship(changed, body)
    acting = msgspec.structs.replace(user, deputyships={"1": known})
    moments = (START - timedelta(seconds=1), START, END - timedelta(seconds=1), END)
    assert [acting.role_at(moment) for moment in moments] == [Role.FIELD, Role.OPERATOR, Role.OPERATOR, Role.FIELD]
    locked = msgspec.structs.replace(acting, active=False)
    assert locked.role_at(START) is Role.FIELD


def test_deputy_is_named_and_ended_by_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TABUAH_PASSWORD", PASSWORD)
    line = CommandLine(capsys, tmp_path / "console")
    until = (datetime.now(UTC) + timedelta(hours=8)).isoformat()
    with start_server(tmp_path / "server") as server:
        server.add_user("kalaksa", Role.SUPERVISOR)
        server.add_user("ani")
        line.json("login", "--server", server.url, "--user", "kalaksa")
        named = line.json("deputy", "name", "ani", "supervisor", "--until", until, "--reason", "piket malam")
        assert [(each["role"], each["by"]) for each in named["deputyships"]] == [("supervisor", "kalaksa")]
        assert line("deputy", "name", "ani", "admin", "--until", until, "--reason", "x")[0] != 0
        assert line("deputy", "name", "ani", "supervisor", "--until", until)[0] == 2
        code, _out, told = line("deputy", "name", "ani", "supervisor", "--until", until, "--reason", "x" * 401)
        assert (code, "401" in told, "400" in told) == (2, True, True)
        assert line("deputy", "end", "ani", "--reason", "x" * 401)[0] == 2
        assert "ani" in line("deputy", "end", "ani", "--reason", "sudah kembali")[1]
        assert line("deputy", "end", "ani", "--reason", "x")[0] != 0
