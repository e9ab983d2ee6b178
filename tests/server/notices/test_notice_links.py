"""Links of notices: only POST confirms, once; unknown links look the same; restored servers; further notices."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from support.notice_servers import GatewayServer, start_gateway_server
from support.planner_session import CAMAT, HEAD, PlannerSession
from support.readings_fixture import Clock
from support.running_server import RunningServer, start_server
from support.wait import wait_until_true

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.drafts import escalate_alarm, raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmEscalated, AlarmRaised
from tabuah.operations.contacts.drafts import register_contact
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.acknowledgement import NoticeAcknowledgement
from tabuah.operations.notices.settings import read_notice_settings
from tabuah.server.journal import ServerJournal
from tabuah.server.notices import routes
from tabuah.server.notices.links import acknowledge_linked_notice, find_linked_notice, write_link
from tabuah.server.notices.notice_queue import NoticeQueue
from tabuah.storage.journal.identifiers import new_uuid

URL = 'public_url = "https://siaga.example.org/tabuah/"\n'


@pytest.fixture
def session(tmp_path: Path) -> Iterator[PlannerSession]:
    clock = Clock()
    with ServerJournal.open(tmp_path, clock=clock) as journal:
        journal.append_drafts([register_contact(HEAD)])
        session = PlannerSession(journal, clock)
        yield session
        session.queue.close()


def link_of(session: PlannerSession, number: int = 0) -> str:
    """Write the link of a delivery, and return its token."""
    settings = read_notice_settings(URL)
    delivery = session.queue.deliveries()[::-1][number]
    link = write_link(session.journal, settings, session.queue, delivery, session.clock.now)
    assert link.startswith("https://siaga.example.org/tabuah/n/")
    return link.rpartition("/")[2]


def test_token_is_long_and_only_its_hash_is_in_the_queue(session: PlannerSession):
    session.raise_one()
    session.run()
    tokens = {link_of(session) for _ in range(3)}
    assert len(tokens) == 3
    assert all(len(token) >= 22 for token in tokens)  # 128 bits
    stored = b"".join(file.read_bytes() for file in session.journal.directory.path.glob("notices.db*"))
    assert not any(token.encode() in stored for token in tokens)
    assert all(find_linked_notice(session.journal, token) for token in tokens)


def test_links_of_many_attempts_are_bounded(session: PlannerSession):
    session.raise_one()
    session.run()
    tokens = []
    for _ in range(8):
        session.clock.go(1)
        tokens.append(link_of(session))
    known = [find_linked_notice(session.journal, token) is not None for token in tokens]
    assert known == [False] * 3 + [True] * 5


def test_link_without_address_or_rules_is_not_written(session: PlannerSession):
    session.raise_one()
    (delivery,) = session.run()
    assert write_link(session.journal, session.settings, session.queue, delivery, session.clock.now) == ""


def test_link_expires(session: PlannerSession):
    session.raise_one()
    session.run()
    token = link_of(session)
    session.clock.now += timedelta(hours=72)
    assert find_linked_notice(session.journal, token) is None
    assert acknowledge_linked_notice(session.journal, token) is None


def test_second_confirmation_says_when_the_first_was(session: PlannerSession):
    alarm = session.raise_one()
    session.run()
    token = link_of(session)
    seen = find_linked_notice(session.journal, token)
    assert seen is not None
    assert seen.acknowledged_at is None
    first = acknowledge_linked_notice(session.journal, token)
    session.clock.go(5)
    second = acknowledge_linked_notice(session.journal, token)
    assert first is not None
    assert second is not None
    assert (first.is_new, second.is_new) == (True, False)
    assert first.acknowledged_at == second.acknowledged_at
    assert [type(each.value) for each in session.journal.states_of_kind("notice").values()] == [NoticeAcknowledgement]
    state = session.journal.state_of(f"alarm/{alarm}").value
    assert isinstance(state, Alarm)
    assert state.acknowledged_at is None


def test_confirmed_contact_gets_no_escalation_but_the_next_alarm(session: PlannerSession):
    alarm = session.raise_one(1)
    session.run()
    acknowledge_linked_notice(session.journal, link_of(session))
    session.clock.go(2)
    state = session.journal.state_of(f"alarm/{alarm}").value
    assert isinstance(state, Alarm)
    session.journal.append_drafts([escalate_alarm(state, AlarmEscalated(step=1, to="Kalaksa BPBD", waited_s=120))])
    assert [each.occasion for each in session.run()] == ["alarm"]
    session.raise_one(2)
    assert [each.occasion for each in session.run()] == ["alarm", "alarm"]


def test_confirmation_cancels_what_still_waits_and_survives_a_restart(session: PlannerSession):
    alarm = session.raise_one()
    session.run()
    state = session.journal.state_of(f"alarm/{alarm}").value
    assert isinstance(state, Alarm)
    session.journal.append_drafts([escalate_alarm(state, AlarmEscalated(step=1, to="Kalaksa BPBD", waited_s=120))])
    session.run()
    acknowledge_linked_notice(session.journal, link_of(session))
    session.queue.close()  # killed before the planner has seen the confirmation
    session.restart()
    found = session.run()
    assert [each.state for each in found] == ["cancelled", "cancelled"]
    assert [each.acknowledged_at is not None for each in found] == [True, False]


def test_confirmation_of_one_contact_stops_no_other(session: PlannerSession):
    session.journal.append_drafts([register_contact(CAMAT)])
    alarm = session.raise_one()
    found = session.run()
    mine = next(n for n, each in enumerate(found) if each.contact == HEAD.id)
    acknowledge_linked_notice(session.journal, link_of(session, mine))
    state = session.journal.state_of(f"alarm/{alarm}").value
    assert isinstance(state, Alarm)
    session.journal.append_drafts([escalate_alarm(state, AlarmEscalated(step=1, to="Kalaksa BPBD", waited_s=120))])
    assert [each.contact for each in session.run() if each.occasion != "alarm"] == [CAMAT.id]


def test_confirmation_of_an_exercise_is_an_entry_of_the_exercise(session: PlannerSession):
    session.raise_one(exercise=True)
    session.run()
    acknowledge_linked_notice(session.journal, link_of(session))
    (state,) = session.journal.states_of_kind("notice").values()
    assert isinstance(state.value, NoticeAcknowledgement)
    assert state.value.exercise


def test_link_of_a_lost_time_says_so(session: PlannerSession, tmp_path_factory: pytest.TempPathFactory):
    session.raise_one()
    session.run()
    token = link_of(session)
    session.queue.close()
    restored = tmp_path_factory.mktemp("restored")
    with ServerJournal.open(restored, clock=session.clock) as journal:  # its journal ends before the alarm
        for file in session.journal.directory.path.glob("notices.db*"):
            (restored / file.name).write_bytes(file.read_bytes())
        found = acknowledge_linked_notice(journal, token)
        assert found is not None
        assert found.is_lost
        assert not journal.states_of_kind("notice")
    session.restart()


# By HTTP


@contextmanager
def start_notified_server(directory: Path) -> Iterator[tuple[RunningServer, GatewayServer, str]]:
    """Run a server that has sent a message with a link, and return the path of the link."""
    with start_gateway_server() as gateway:
        directory.mkdir()
        channel = f'[[channel]]\nname = "sms"\nkind = "http"\nurl = "{gateway.url}/send"\n'
        rule = '[[recipient]]\nname = "k"\nchannels = ["sms"]\nfunctions = ["head"]\n'
        text = f'public_url = "{gateway.url}"\n{channel}json = {{ text = "{{text}}" }}\n{rule}'
        (directory / "notices.toml").write_text(text + "[limits]\ncollect_s = 0\n")
        with start_server(directory) as server:
            server.journal.append_drafts([register_contact(HEAD)])
            now = datetime.now(UTC)
            body = AlarmRaised(
                rule="r", station="X-1", parameter="p", severity=AlarmSeverity.HIGH, onset_at=now, title="<b>Air</b>"
            )
            server.journal.append_drafts([raise_alarm(new_uuid(now), body, exercise=False)])
            wait_until_true(lambda: gateway.requests)
            found = re.search(r"http://[^/]+(/n/[\w-]+)", gateway.requests[0][2]["text"])
            assert found is not None, gateway.requests[0][2]["text"]
            yield server, gateway, found[1]


def test_link_shows_by_get_and_confirms_by_post_once(tmp_path: Path):
    with start_notified_server(tmp_path / "server") as (server, _gateway, path), server.client() as client:
        for _ in range(3):  # a link preview, a mail scanner, the person
            shown = client.get(path)
            assert (shown.status_code, "<form method='post'>" in shown.text) == (200, True)
        assert not server.journal.states_of_kind("notice")
        assert "&lt;b&gt;Air" in shown.text
        assert "<b>" not in shown.text
        assert "<script" not in shown.text
        assert "http" not in shown.text  # no resource of another host, and not the link itself
        first, second = client.post(path), client.post(path)
        assert "class='done'" in first.text
        assert first.text != second.text
        assert len(server.journal.states_of_kind("notice")) == 1
        assert "<form" not in client.get(path).text
        with NoticeQueue(tmp_path / "server") as queue:
            wait_until_true(lambda: queue.deliveries()[0].acknowledged_at)


def test_pages_of_links_have_strict_headers_and_reveal_nothing(tmp_path: Path):
    with start_notified_server(tmp_path / "server") as (server, _gateway, path), server.client() as client:
        shown = client.get(path)
        unknown = [client.get(f"/n/{token}") for token in ("x", "A" * 22, "-" * 190)]
        unknown += [client.post(f"/n/{'B' * 22}"), client.get(f"{path}x")]
        for reply in (shown, *unknown):
            assert_strict(reply)
        assert {reply.status_code for reply in unknown} == {404}
        assert len({reply.text for reply in unknown}) == 1
        assert {**dict(unknown[0].headers), "date": ""} == {**dict(unknown[3].headers), "date": ""}


def test_log_of_a_bug_has_no_token(
    running_server: RunningServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def fail(*_arguments: object, **_fields: object) -> object:
        raise LookupError("a bug")

    monkeypatch.setattr(routes, "_page_of", fail)
    with running_server.client() as client:
        assert client.get("/n/RAHASIA").status_code == 500
    assert "/n/{token" in caplog.text
    assert "RAHASIA" not in caplog.text


def assert_strict(reply: httpx2.Response) -> None:
    policy = reply.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script-src" not in policy
    assert reply.headers["cache-control"] == "no-store"
    assert "noindex" in reply.headers["x-robots-tag"]
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert reply.headers["content-type"].startswith("text/html")


def test_links_are_rate_limited(running_server: RunningServer):
    with running_server.client() as client:
        replies = [client.get("/n/xyz").status_code for _ in range(routes.BURST + 5)]
    assert replies[: routes.BURST - 5] == [404] * (routes.BURST - 5)
    assert replies[-1] == 429
