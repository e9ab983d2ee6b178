"""The route of receipts: roles, masks, filters and pages; nothing is created and nothing changes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx2
import msgspec
import pytest
from support.notice_receipts import ALARM, add_receipts
from support.running_server import RunningServer, WritingDevice, log_in, start_server

from tabuah.operations.notices.masked_address import mask_address, mask_in_text
from tabuah.operations.people.roles import Role
from tabuah.server.notices.notice_queue import FILE_NAME, NoticeQueue
from tabuah.server.notices.receipts import ReceiptFilter, read_receipts
from tabuah.storage.journal.notices_protocol import (
    MAX_SUBJECTS,
    NoticeReceipt,
    NoticeReceiptsReply,
    NoticesChangedReply,
)

NUMBER = "0812-3456-7890"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "server") as running:
        for name, role in (
            ("budi", Role.OPERATOR),
            ("rina", Role.ADMIN),
            ("dodi", Role.FIELD),
            ("vivi", Role.VIEWER),
        ):
            running.add_user(name, role)
        yield running


def as_device(client: httpx2.Client, user: str) -> httpx2.Client:
    device = WritingDevice(client, user)
    client.headers["Authorization"] = f"Bearer {log_in(client, user, key=device.key).access_token}"
    device.enrol()
    return client


def read(client: httpx2.Client, **wanted: object) -> NoticeReceiptsReply:
    reply = client.get("/v1/notices", params=wanted)
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.content, type=NoticeReceiptsReply)


def test_receipts_are_for_the_control_room_and_administrators(server: RunningServer, tmp_path: Path):
    for name in ("dodi", "vivi"):
        with server.client(name) as client:
            assert client.get("/v1/notices").status_code == 403
    with server.client() as client:
        client.headers.pop("Authorization", None)
        assert client.get("/v1/notices").status_code == 401
    with server.client("budi") as client:
        assert read(client).receipts == ()
        assert read(client).is_sending is False
    assert not (tmp_path / "server" / FILE_NAME).exists()


def test_addresses_are_masked_for_those_without_the_right(server: RunningServer, tmp_path: Path):
    add_receipts(tmp_path / "server", address=NUMBER, error="550 +6281234567890 unknown")
    with server.client() as client:
        (found,) = read(as_device(client, "budi")).receipts
    assert (found.address, found.error) == (NUMBER, "550 +6281234567890 unknown")
    with server.client() as client:
        (admin,) = read(as_device(client, "rina")).receipts
    with server.client("budi") as client:  # a program that knows the password only
        (program,) = read(client).receipts
    for masked in (admin, program):
        assert masked.address == "…890"
        assert "3456" not in msgspec.json.encode(masked).decode()
        assert masked.error == "550 +62…890 unknown"
    assert "text" not in NoticeReceipt.__struct_fields__


def test_receipts_are_filtered_by_state_and_alarm(server: RunningServer, tmp_path: Path):
    add_receipts(tmp_path / "server", states=("waiting", "accepted", "failed", "cancelled"))
    with server.client("budi") as client:
        assert [each.state for each in read(client).receipts] == ["cancelled", "failed", "accepted", "waiting"]
        assert [each.state for each in read(client, state="failed").receipts] == ["failed"]
        (of_alarm,) = read(client, subject=f"alarm/{ALARM}").receipts
        assert (of_alarm.state, of_alarm.subjects) == ("waiting", (f"alarm/{ALARM}",))
        assert read(client, subject="alarm/'; DROP TABLE deliveries").receipts == ()
        for wrong in ({"state": "lost"}, {"limit": 0}, {"limit": 501}, {"before": 0}, {"subject": "a" * 121}):
            assert client.get("/v1/notices", params=wrong).status_code == 400


def test_pages_reach_every_receipt_once(server: RunningServer, tmp_path: Path):
    add_receipts(tmp_path / "server", states=("failed",) * 7)
    with server.client("budi") as client:
        found, page = [], read(client, limit=3)
        found += page.receipts
        while page.before is not None:
            page = read(client, limit=3, before=page.before)
            found += page.receipts
    assert [each.id for each in found] == [7, 6, 5, 4, 3, 2, 1]


def test_subjects_of_a_receipt_are_bounded(tmp_path: Path):
    add_receipts(tmp_path, alarms=[f"a-{n}" for n in range(MAX_SUBJECTS + 9)])
    (found,) = read_receipts(tmp_path, ReceiptFilter(), with_addresses=True)
    assert len(found.subjects) == MAX_SUBJECTS


def test_unusable_queue_is_an_answer_with_a_reason(server: RunningServer, tmp_path: Path):
    (tmp_path / "server" / FILE_NAME).write_bytes(b"no database" * 1000)
    with server.client("budi") as client:
        reply = client.get("/v1/notices")
    assert (reply.status_code, reply.json()["code"]) == (503, "notices_unusable")


def test_confirmation_and_times_are_those_of_the_queue(tmp_path: Path):
    now = add_receipts(tmp_path, states=("accepted",))
    with NoticeQueue(tmp_path) as queue, queue.transaction():
        queue.acknowledge("n-0", now + timedelta(minutes=4))
    (found,) = read_receipts(tmp_path, ReceiptFilter(), with_addresses=False)
    assert (found.created_at, found.acknowledged_at) == (now, now + timedelta(minutes=4))


def change(client: httpx2.Client, act: str, *ids: int) -> tuple[int, ...]:
    reply = client.post("/v1/notices", json={"act": act, "ids": ids})
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.content, type=NoticesChangedReply).changed


def test_waiting_messages_are_cancelled_once_and_name_who_did_it(server: RunningServer, tmp_path: Path):
    add_receipts(tmp_path / "server", states=("waiting", "accepted", "failed", "cancelled"))
    with server.client("rina") as client:
        assert change(client, "cancel", 1, 2, 3, 4, 99) == (1,)
        assert change(client, "cancel", 1) == ()
        states = {each.id: (each.state, each.changed_by) for each in read(client).receipts}
    assert states == {1: ("cancelled", "rina"), 2: ("accepted", ""), 3: ("failed", ""), 4: ("cancelled", "")}


@pytest.mark.parametrize("act", ["retry", "cancel"])
def test_notices_are_changed_by_supervisors_and_administrators_only(server: RunningServer, tmp_path: Path, act: str):
    add_receipts(tmp_path / "server")
    for name in ("budi", "dodi", "vivi"):
        with server.client(name) as client:
            assert client.post("/v1/notices", json={"act": act, "ids": [1]}).status_code == 403
    with server.client() as client:
        client.headers.pop("Authorization", None)
        assert client.post("/v1/notices", json={"act": act, "ids": [1]}).status_code == 401
    (found,) = read_receipts(tmp_path / "server", ReceiptFilter(), with_addresses=True)
    assert found.state == "waiting"


def test_malformed_changes_of_notices_are_refused(server: RunningServer):
    with server.client("rina") as client:
        for ids in ([], [0], ["x"], [2**63], list(range(1, 502))):
            assert client.post("/v1/notices", json={"act": "cancel", "ids": ids}).status_code in (400, 422)
        assert client.post("/v1/notices", json={"act": "delete", "ids": [1]}).status_code in (400, 422)
        assert change(client, "cancel", 1) == ()  # without a queue, which is not created


def test_server_without_channels_sends_nothing_again(server: RunningServer, tmp_path: Path):
    add_receipts(tmp_path / "server", states=("failed",))
    with server.client("rina") as client:
        reply = client.post("/v1/notices", json={"act": "retry", "ids": [1]})
        assert (reply.status_code, reply.json()["code"]) == (409, "notices_off")
        assert [each.state for each in read(client).receipts] == ["failed"]


def test_retry_leaves_accepted_and_waiting_messages_and_those_that_cannot_be_sent(tmp_path: Path):
    now = add_receipts(tmp_path, states=("waiting", "accepted", "failed", "cancelled"), error="550")
    later = now + timedelta(hours=1)
    with NoticeQueue(tmp_path) as queue:
        assert queue.retry_by("rina", (1, 2, 3, 4, 99), ("mail",), later) == ()  # another channel
        assert queue.retry_by("rina", (1, 2, 3, 4, 99), ("sms",), later) == (3, 4)
        assert queue.retry_by("rina", (3, 4), ("sms",), later + timedelta(hours=1)) == ()
        found = {each.id: each for each in queue.deliveries()}
        assert [found[key].created_at for key in (1, 2, 3, 4)] == [now, now, later, later]
        assert (found[3].state, found[3].error, found[3].changed_by) == ("waiting", "", "rina")
        assert not queue.is_waiting(2)


def test_message_without_an_address_is_not_sent_again(tmp_path: Path):
    now = add_receipts(tmp_path, states=("failed",), address="")
    with NoticeQueue(tmp_path) as queue:
        assert queue.retry_by("rina", (1,), ("sms",), now) == ()


@pytest.mark.parametrize(
    ("address", "masked"),
    [("camat@example.org", "…@example.org"), ("+62 812 3456", "…456"), ("112", "…"), ("", "…"), ("@kanal", "…")],
)
def test_mask_shows_the_end_only(address: str, masked: str):
    assert mask_address(address) == masked
    assert mask_in_text(f"to {address}: refused", address).count("camat") == 0
