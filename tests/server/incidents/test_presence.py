"""Presence: who edits an incident, announced over the live stream and never stored."""

import itertools

import httpx2
import msgspec
import pytest
from support.draft_samples import incident_report_draft
from support.running_server import RunningServer, WritingDevice, log_in
from support.wait import wait_until_true

from tabuah.operations.entries import subject_key
from tabuah.server.incidents.presence import SHORTEST_GAP_S, VALID_S, PresenceBoard
from tabuah.storage.journal.presence_protocol import MAX_EDITORS, PresenceReply


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def board(seconds: Seconds) -> PresenceBoard:
    return PresenceBoard(seconds)


def editors(board: PresenceBoard) -> list[tuple[str, str]]:
    return [(each.user, each.incident) for each in board.present().editors]


def test_board_has_one_incident_of_each_device(board: PresenceBoard, seconds: Seconds) -> None:
    assert board.announce(device="d", user="ani", incident="a")
    seconds.now += SHORTEST_GAP_S
    assert board.announce(device="d", user="ani", incident="b")
    assert board.announce(device="e", user="budi", incident="a")
    assert editors(board) == [("ani", "b"), ("budi", "a")]
    assert board.announce(device="d", user="ani", incident="")
    assert editors(board) == [("budi", "a")]


def test_board_has_the_message_that_a_device_answers(board: PresenceBoard, seconds: Seconds) -> None:
    assert board.announce(device="d", user="ani", incident="", message="m")
    assert [(each.user, each.incident, each.message) for each in board.present().editors] == [("ani", "", "m")]
    assert not board.announce(device="d", user="ani", incident="", message="n"), "too often"
    assert board.announce(device="d", user="ani", incident="")
    assert board.present().editors == ()


def test_board_forgets_without_a_renewal(board: PresenceBoard, seconds: Seconds) -> None:
    board.announce(device="d", user="ani", incident="a")
    seconds.now += VALID_S - 1
    assert board.present().editors[0].valid_s == 1.0
    seconds.now += 1
    assert editors(board) == []


def test_board_refuses_messages_that_come_too_often(board: PresenceBoard, seconds: Seconds) -> None:
    assert board.announce(device="d", user="ani", incident="a")
    assert not board.announce(device="d", user="ani", incident="b")
    assert board.announce(device="d", user="ani", incident="")  # the end is always taken
    seconds.now += SHORTEST_GAP_S


def test_board_is_bounded(board: PresenceBoard) -> None:
    for n in range(MAX_EDITORS + 10):
        board.announce(device=f"d{n}", user="ani", incident="a")
    assert len(board.present().editors) == MAX_EDITORS


def say(device: WritingDevice, incident: str) -> httpx2.Response:
    """Send a message with a session of the device; that of the fixture belongs to no device."""
    token = log_in(device.client, device.user, key=device.key).access_token
    headers = {"Authorization": f"Bearer {token}"}
    return device.client.post("/v1/presence", json={"incident": incident}, headers=headers)


def test_presence_reaches_the_live_stream(running_server: RunningServer, device: WritingDevice) -> None:
    draft = incident_report_draft(device.key.tag)
    device.push(device.write(draft))
    incident, broadcaster = subject_key(draft.subject), running_server.service.broadcaster
    with running_server.client("ani") as client, client.stream("GET", "/v1/stream?stations=") as response:
        events = iter(httpx2.EventSource(response))
        assert next(events).event == "alive"
        wait_until_true(lambda: broadcaster.count() == 1)
        head = running_server.journal.head().seq
        reply = say(device, incident)
        assert reply.status_code == 200, reply.text
        found = next(event for event in itertools.islice(events, 5) if event.event == "presence")
    present = msgspec.json.decode(found.data, type=PresenceReply)
    assert [each.incident for each in present.editors] == [incident]
    assert running_server.journal.head().seq == head


def test_unknown_incident_is_refused(running_server: RunningServer, device: WritingDevice) -> None:
    unknown = "00000000-0000-7000-8000-000000000999"
    assert device.client.post("/v1/presence", json={"incident": ""}).status_code == 403  # a program, not a console
    assert say(device, unknown).status_code == 404
    assert say(device, "../x").status_code == 400


def test_presence_of_an_unknown_message_is_refused(running_server: RunningServer, device: WritingDevice) -> None:
    token = log_in(device.client, device.user, key=device.key).access_token
    reply = device.client.post(
        "/v1/presence",
        json={"incident": "", "message": "01a2325e-80a0-7000-8000-000000000001"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (reply.status_code, reply.json()["detail"]) == (404, "no such message")
