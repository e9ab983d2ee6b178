"""The live stream: resumes after what is known, says that it lives, drops who does not keep up, ends at once."""

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
from drafts import report
from running_server import RunningServer, WritingDevice, start_server
from waiting import until, until_told

from tabuah.operations.authority.bodies import UserChanged
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.stations.readings import Reading
from tabuah.server.stream import (
    ALIVE,
    ANNOUNCE_EVERY_S,
    MAX_WAITING,
    Broadcaster,
    Subscription,
    Wishes,
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


def test_a_listener_hears_a_pushed_entry(running_server: RunningServer, device: WritingDevice):
    broadcaster = running_server.service.broadcaster
    until_told(running_server.journal)  # of the device, too
    with running_server.client("ani") as client, listening(client) as events:
        until(lambda: broadcaster.count() == 1)
        chained = device.write(report(device.key.tag))
        reply = device.push(chained)
        event = next(events)
    record = msgspec.json.decode(event.data, type=Record)
    assert (event.event, event.id, record.text) == ("entry", str(reply.head), chained.text.decode())
    until(lambda: broadcaster.count() == 0)


def test_a_listener_who_comes_back_gets_what_it_missed_once(running_server: RunningServer, device: WritingDevice):
    device.push(*(device.write(report(device.key.tag, n)) for n in range(1, 60)))
    known = 10
    with running_server.client("ani") as client, listening(client, after=known) as events:
        device.push(*(device.write(report(device.key.tag, n)) for n in range(60, 100)))
        head = running_server.journal.head().seq
        seqs = [int(event.id) for event in itertools.islice(events, head - known)]
    assert seqs == list(range(known + 1, head + 1))


def test_nothing_is_missed_or_doubled_while_others_write(running_server: RunningServer, device: WritingDevice):
    stop = threading.Event()

    def write() -> None:
        for number in itertools.count(1):
            if stop.is_set():
                return
            device.push(device.write(report(device.key.tag, number)))

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


def test_readings_are_told(running_server: RunningServer):
    reading = Reading("SLK-AWLR-03", "stage_m", MOMENT, 3.42)
    with running_server.client("ani") as client, listening(client) as events:
        until(lambda: running_server.service.broadcaster.count() == 1)
        running_server.service.broadcaster.publish_readings([reading])
        event = next(events)
    assert event.event == "readings"
    assert msgspec.json.decode(event.data, type=list[Reading]) == [reading]


def test_a_sign_of_life_comes_again_and_a_locked_user_hears_no_more(running_server: RunningServer):
    running_server.service.broadcaster.heartbeat_s = 0.05
    with running_server.client("ani") as client, listening(client) as events:
        assert [next(events).event for _ in range(3)] == ["alive"] * 3
        change = UserChanged(active=False)
        running_server.journal.append_own([Draft(subject="user/ani", kind="user.changed", body=encode_body(change))])
        assert {event.event for event in events} <= {"alive", "entry"}  # and it ends


def test_the_server_ends_at_once_although_somebody_listens(tmp_path):
    with start_server(tmp_path) as server:
        server.add_user("ani")
        with server.client("ani") as client, listening(client) as events:
            until(lambda: server.service.broadcaster.count() == 1)
            began = time.monotonic()
            server.service.stop()
            assert list(events) == []
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("value", ["-1", "x", "1e3", "9" * 18, "٣"])
def test_a_last_event_id_that_is_no_seq_is_refused(running_server: RunningServer, value: str):
    with running_server.client("ani") as client:
        reply = client.get("/v1/stream", headers={"Last-Event-ID": value.encode()})
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed_request")


def test_what_is_committed_while_missed_entries_are_read_is_told_once(running_server: RunningServer):
    journal, broadcaster = running_server.journal, Broadcaster()

    class CommittingJournal:
        """Whatever is read of it was committed, and told, that very moment."""

        def records_after(self, seq: int, limit: int) -> tuple[Record, ...]:
            records = journal.records_after(seq, limit)
            broadcaster.publish_records(records)
            return records

    async def told() -> list[bytes]:
        broadcaster.attach(asyncio.get_running_loop())
        events = events_for(broadcaster, CommittingJournal(), after=0, is_welcome=lambda: True, abort=lambda: None)
        heard = [await anext(events) for _ in range(2)]
        broadcaster.publish_readings([Reading("S-1", "rain_mm", MOMENT, 1.0)])
        heard.append(await anext(events))
        await events.aclose()
        return heard

    alive, entries, last = asyncio.run(told())
    assert (alive, entries.count(b"event: entry")) == (ALIVE, journal.head().seq)
    assert last.startswith(b"event: readings")


def test_who_does_not_keep_up_is_dropped_and_nobody_else():
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


def test_a_console_that_reads_nothing_loses_its_connection(running_server: RunningServer, device: WritingDevice):
    """Its socket is full long before the queue is; aborting frees both."""
    service = running_server.service
    big = [Reading("S-" + "X" * 4000, "rain_mm", service.journal.clock(), 0.0)] * 20
    with running_server.client("ani") as client, client.stream("GET", "/v1/stream") as response:
        until(lambda: service.broadcaster.count() == 1)
        for _ in range(60 * MAX_WAITING):
            service.broadcaster.publish_readings(big)
            if service.broadcaster.dropped:
                break
            time.sleep(0.0005)
        assert service.broadcaster.dropped == 1
        with pytest.raises(httpx2.TransportError):
            for _ in response.iter_bytes():
                pass


def test_a_brief_listener_hears_only_how_far_the_journal_is(running_server: RunningServer, device: WritingDevice):
    broadcaster = running_server.service.broadcaster
    device.push(*(device.write(report(device.key.tag, n)) for n in range(1, 40)))
    head = running_server.journal.head().seq
    with (
        running_server.client("ani") as client,
        client.stream("GET", "/v1/stream?brief=true", headers={"Last-Event-ID": "3"}) as response,
    ):
        events = iter(httpx2.EventSource(response))
        assert next(events).event == "alive"
        missed = next(events)
        assert (missed.event, missed.id, missed.data) == ("entry", str(head), "{}")
        until(lambda: broadcaster.count() == 1)
        device.push(device.write(report(device.key.tag, 40)))
        assert (next(events).id, head) == (str(head + 1), head)


@pytest.mark.parametrize(("stations", "expected"), [("S-1", ["S-1"]), ("S-2,S-1", ["S-1", "S-2"]), ("", [])])
def test_readings_come_of_the_stations_that_were_asked_for(running_server: RunningServer, stations, expected):
    broadcaster = running_server.service.broadcaster
    with (
        running_server.client("ani") as client,
        client.stream("GET", "/v1/stream", params={"stations": stations}) as response,
    ):
        events = iter(httpx2.EventSource(response))
        assert next(events).event == "alive"
        until(lambda: broadcaster.count() == 1)
        broadcaster.publish_readings([Reading("S-3", "stage_m", MOMENT, 1.0)])
        broadcaster.publish_readings([Reading(f"S-{n}", "stage_m", MOMENT, 1.0) for n in (1, 2)])
        running_server.add_user("sari")
        heard = list(itertools.takewhile(lambda event: event.event == "readings", events))
    told = [reading.station for event in heard for reading in msgspec.json.decode(event.data, type=list[Reading])]
    assert told == expected


def test_many_commits_in_a_row_are_announced_to_those_who_pull_in_few_words_and_to_the_end():
    async def hear() -> tuple[list[bytes], list[bytes]]:
        broadcaster, loop = Broadcaster(), asyncio.get_running_loop()
        broadcaster.attach(loop)
        brief = broadcaster.subscribe(lambda: None, Wishes(brief=True))
        whole = broadcaster.subscribe(lambda: None)
        for seq in range(1, 101):
            fields = {"text": "{}", "signature": "", "received_at": MOMENT, "verdict": Verdict.ACCEPTED, "hash": ""}
            broadcaster.publish_records([Record(seq=seq, **fields)])
            await asyncio.sleep(0)
        await asyncio.sleep(3 * ANNOUNCE_EVERY_S)
        return heard(brief), heard(whole)

    def heard(subscription: Subscription) -> list[bytes]:
        chunks = [subscription.waiting.get_nowait() for _chunk in range(subscription.waiting.qsize())]
        return [chunk.as_wished(subscription.wishes) for chunk in chunks]

    announced, sent = asyncio.run(hear())
    assert len(sent) == 100
    assert 1 <= len(announced) <= 3
    assert announced[-1] == brief_event(100)
