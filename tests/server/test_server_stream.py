"""The live stream: resumes, sends heartbeats, drops slow consoles, and ends at once."""

import asyncio
import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx2
import msgspec
import pytest
from support.draft_samples import incident_report_draft
from support.running_server import RunningServer, WritingDevice, start_server
from support.wait import wait_for_notification, wait_until_true

from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.readings.reading import Reading
from tabuah.server.stream import (
    ANNOUNCE_EVERY_S,
    CATCH_UP_BYTES,
    HEARTBEAT,
    MAX_WAITING,
    MAX_WAITING_BYTES,
    Broadcaster,
    StreamFilter,
    Subscription,
    brief_event,
    events_for,
)
from tabuah.storage.journal.wire import Record

MOMENT = datetime(2026, 11, 24, 7, tzinfo=UTC)


@contextmanager
def listening(client: httpx2.Client, after: int | None = None) -> Iterator[Iterator[httpx2.ServerSentEvent]]:
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    with client.stream("GET", "/v1/stream", headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        events = iter(httpx2.EventSource(response))
        assert next(events).event == "alive"
        yield events


def test_stream_sends_pushed_entries(running_server: RunningServer, device: WritingDevice):
    broadcaster = running_server.service.broadcaster
    wait_for_notification(running_server.journal)  # also the device's entries
    with running_server.client("ani") as client, listening(client) as events:
        wait_until_true(lambda: broadcaster.count() == 1)
        chained = device.write(incident_report_draft(device.key.tag))
        reply = device.push(chained)
        event = next(events)
    record = msgspec.json.decode(event.data, type=Record)
    assert (event.event, event.id, record.text) == ("entry", str(reply.head), chained.text.decode())
    wait_until_true(lambda: broadcaster.count() == 0)


def test_stream_resumes_without_gap_or_duplicate(running_server: RunningServer, device: WritingDevice):
    device.push(*(device.write(incident_report_draft(device.key.tag, n)) for n in range(1, 60)))
    known = 10
    with running_server.client("ani") as client, listening(client, after=known) as events:
        device.push(*(device.write(incident_report_draft(device.key.tag, n)) for n in range(60, 100)))
        head = running_server.journal.head().seq
        seqs = [int(event.id) for event in itertools.islice(events, head - known)]
    assert seqs == list(range(known + 1, head + 1))


def test_stream_is_gapless_under_parallel_writes(running_server: RunningServer, device: WritingDevice):
    stop = threading.Event()

    def write() -> None:
        for number in itertools.count(1):
            if stop.is_set():
                return
            device.push(device.write(incident_report_draft(device.key.tag, number)))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with running_server.client("ani") as client:
            for _ in range(3):
                with listening(client, after=0) as events:
                    assert [int(e.id) for e in itertools.islice(events, 60)] == list(range(1, 61))
    finally:
        stop.set()
        writer.join()


def test_stream_sends_readings(running_server: RunningServer):
    reading = Reading("SLK-AWLR-03", "stage_m", MOMENT, 3.42)
    with running_server.client("ani") as client, listening(client) as events:
        wait_until_true(lambda: running_server.service.broadcaster.count() == 1)
        running_server.service.broadcaster.publish_readings([reading])
        event = next(events)
    assert event.event == "readings"
    assert msgspec.json.decode(event.data, type=list[Reading]) == [reading]


def test_stream_heartbeat_ends_for_locked_user(running_server: RunningServer):
    running_server.service.broadcaster.heartbeat_s = 0.05
    with running_server.client("ani") as client, listening(client) as events:
        assert [next(events).event for _ in range(3)] == ["alive"] * 3
        change = UserChanged(active=False)
        running_server.journal.append_drafts(
            [Draft(subject="user/ani", kind="user.changed", body=encode_body(change))]
        )
        assert {event.event for event in events} <= {"alive", "entry"}  # and the stream ends


def test_server_stop_ends_open_streams(tmp_path):
    with start_server(tmp_path) as server:
        server.add_user("ani")
        with server.client("ani") as client, listening(client) as events:
            wait_until_true(lambda: server.service.broadcaster.count() == 1)
            began = time.monotonic()
            server.service.stop()
            assert list(events) == []
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("value", ["-1", "x", "1e3", "9" * 18, "٣"])
def test_stream_refuses_invalid_last_event_id(running_server: RunningServer, value: str):
    with running_server.client("ani") as client:
        reply = client.get("/v1/stream", headers={"Last-Event-ID": value.encode()})
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed_request")


def test_stream_sends_entries_committed_during_catch_up(running_server: RunningServer):
    journal, broadcaster = running_server.journal, Broadcaster()

    class CommittingJournal:
        """Commits and broadcasts an entry during every read."""

        def records_after(self, seq: int, limit: int) -> tuple[Record, ...]:
            records = journal.records_after(seq, limit)
            broadcaster.publish_records(records)
            return records

    async def told() -> list[bytes]:
        broadcaster.attach(asyncio.get_running_loop())
        events = events_for(broadcaster, CommittingJournal(), after=0, is_allowed=lambda: True, abort=lambda: None)
        heard = [await anext(events) for _ in range(2)]
        broadcaster.publish_readings([Reading("S-1", "rain_mm", MOMENT, 1.0)])
        heard.append(await anext(events))
        await events.aclose()
        return heard

    alive, entries, last = asyncio.run(told())
    assert (alive, entries.count(b"event: entry")) == (HEARTBEAT, journal.head().seq)
    assert last.startswith(b"event: readings")


def test_stream_drops_only_the_slow_console():
    async def scene() -> tuple[list[str], int, int]:
        aborted: list[str] = []
        broadcaster = Broadcaster()
        broadcaster.attach(asyncio.get_running_loop())
        broadcaster.subscribe(lambda: aborted.append("slow"))
        quick = broadcaster.subscribe(lambda: aborted.append("quick"))
        received = 0
        for number in range(MAX_WAITING + 10):
            broadcaster.publish_readings([Reading("S-1", "rain_mm", MOMENT, float(number))])
            await asyncio.sleep(0)
            while not quick.waiting.empty():
                quick.waiting.get_nowait()
                received += 1
        return aborted, received, broadcaster.dropped

    assert asyncio.run(scene()) == (["slow"], MAX_WAITING + 10, 1)


def test_stream_drops_console_with_too_many_bytes():
    async def scene() -> tuple[int, int]:
        broadcaster = Broadcaster()
        broadcaster.attach(asyncio.get_running_loop())
        slow = broadcaster.subscribe(lambda: None)
        for _each in range(3):
            broadcaster.publish_readings([Reading("X" * (MAX_WAITING_BYTES // 2), "rain_mm", MOMENT, 0.0)])
            await asyncio.sleep(0)
        return broadcaster.dropped, slow.waiting_bytes

    dropped, waiting_bytes = asyncio.run(scene())
    assert dropped == 1
    assert waiting_bytes <= MAX_WAITING_BYTES


def test_stream_catches_up_in_small_pieces(running_server: RunningServer, device: WritingDevice):
    long = [incident_report_draft(device.key.tag, n, title="x" * 200) for n in range(1, 101)]
    device.push(*map(device.write, long))
    device.push(*map(device.write, long))

    async def sizes() -> list[int]:
        broadcaster = Broadcaster()
        broadcaster.attach(asyncio.get_running_loop())
        events = events_for(broadcaster, running_server.journal, after=0, is_allowed=lambda: True, abort=int)
        pieces, sent = [], 0
        while sent < running_server.journal.head().seq:
            piece = await anext(events)
            sent += piece.count(b"event: entry")
            pieces.append(len(piece))
        await events.aclose()
        return pieces

    pieces = asyncio.run(sizes())
    assert max(pieces) < 2 * CATCH_UP_BYTES < sum(pieces)


def test_stream_closes_stalled_connection(running_server: RunningServer, device: WritingDevice):
    """Its socket is full long before the queue is; aborting the connection frees both."""
    service = running_server.service
    big = [Reading("S-" + "X" * 4000, "rain_mm", service.journal.clock(), 0.0)] * 20
    with running_server.client("ani") as client, client.stream("GET", "/v1/stream") as response:
        wait_until_true(lambda: service.broadcaster.count() == 1)
        for _ in range(60 * MAX_WAITING):
            service.broadcaster.publish_readings(big)
            if service.broadcaster.dropped:
                break
            time.sleep(0.0005)
        assert service.broadcaster.dropped == 1
        with pytest.raises(httpx2.TransportError):
            for _ in response.iter_bytes():
                pass


def test_brief_stream_sends_only_the_seq(running_server: RunningServer, device: WritingDevice):
    broadcaster = running_server.service.broadcaster
    device.push(*(device.write(incident_report_draft(device.key.tag, n)) for n in range(1, 40)))
    head = running_server.journal.head().seq
    with (
        running_server.client("ani") as client,
        client.stream("GET", "/v1/stream?brief=true", headers={"Last-Event-ID": "3"}) as response,
    ):
        events = iter(httpx2.EventSource(response))
        assert next(events).event == "alive"
        missed = next(events)
        assert (missed.event, missed.id, missed.data) == ("entry", str(head), "{}")
        wait_until_true(lambda: broadcaster.count() == 1)
        device.push(device.write(incident_report_draft(device.key.tag, 40)))
        assert (next(events).id, head) == (str(head + 1), head)


@pytest.mark.parametrize(("stations", "expected"), [("S-1", ["S-1"]), ("S-2,S-1", ["S-1", "S-2"]), ("", [])])
def test_stream_filters_readings_by_station(running_server: RunningServer, stations, expected):
    broadcaster = running_server.service.broadcaster
    with (
        running_server.client("ani") as client,
        client.stream("GET", "/v1/stream", params={"stations": stations}) as response,
    ):
        events = iter(httpx2.EventSource(response))
        assert next(events).event == "alive"
        wait_until_true(lambda: broadcaster.count() == 1)
        broadcaster.publish_readings([Reading("S-3", "stage_m", MOMENT, 1.0)])
        broadcaster.publish_readings([Reading(f"S-{n}", "stage_m", MOMENT, 1.0) for n in (1, 2)])
        running_server.add_user("sari")
        heard = list(itertools.takewhile(lambda event: event.event == "readings", events))
    told = [reading.station for event in heard for reading in msgspec.json.decode(event.data, type=list[Reading])]
    assert told == expected


def test_brief_stream_coalesces_commits():
    async def hear() -> tuple[list[bytes], list[bytes]]:
        broadcaster, loop = Broadcaster(), asyncio.get_running_loop()
        broadcaster.attach(loop)
        brief = broadcaster.subscribe(lambda: None, StreamFilter(brief=True))
        whole = broadcaster.subscribe(lambda: None)
        for seq in range(1, 101):
            fields = {"text": "{}", "signature": "", "received_at": MOMENT, "verdict": Verdict.ACCEPTED, "hash": ""}
            broadcaster.publish_records([Record(seq=seq, **fields)])
            await asyncio.sleep(0)
        await asyncio.sleep(3 * ANNOUNCE_EVERY_S)
        return heard(brief), heard(whole)

    def heard(subscription: Subscription) -> list[bytes]:
        chunks = [subscription.waiting.get_nowait() for _chunk in range(subscription.waiting.qsize())]
        return [chunk.filtered(subscription.stream_filter) for chunk in chunks]

    announced, sent = asyncio.run(hear())
    assert len(sent) == 100
    assert 1 <= len(announced) <= 3
    assert announced[-1] == brief_event(100)
