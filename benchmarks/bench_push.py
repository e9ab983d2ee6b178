"""Benchmark of push and pull over HTTP: full admission compared with a server that only stores.

Run with `python benchmarks/bench_push.py`. The server is a separate process on a new directory;
eight devices push requests of 100 signed and encoded entries. Full admission verifies signatures
and chains, judges and folds every entry, and flushes to disk before it answers. The upper bound
decodes the same requests over the same server and stores the same texts with the same flush,
without checks.
"""

import argparse
import asyncio
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Final

import httpx2
import msgspec
import uvicorn
import zstandard
from goals import ResultLine, save_results, show_results
from litestar import Litestar, post
from litestar.params import JSONBody
from server_in_process import process_with_url, server_in_process

from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents import entry_bodies
from tabuah.operations.people.entry_bodies import DeviceEnrolled, UserGranted
from tabuah.operations.people.roles import Role
from tabuah.server.admission.journal_cache import AdmissionBatch, CommittedHead
from tabuah.server.journal import ServerJournal
from tabuah.server.listen_address import ListenAddress
from tabuah.server.people.user_changes import create_user
from tabuah.storage.journal.chain import ChainHead, append_draft
from tabuah.storage.journal.identifiers import new_subject
from tabuah.storage.journal.push import PushReply, PushRequest
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import PullReply, SignedEntry

PASSWORD: Final = "batang-lembang"
DEVICES: Final = 8
ENTRIES_A_REQUEST: Final = 100
_INSERT: Final = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def story(tag: str, counter: int) -> list[Draft]:
    """Return ten entries of one incident: report, verify, grade, and seven notes."""
    subject = new_subject("incident", datetime.now(UTC))
    report = entry_bodies.IncidentReported(
        number=f"SLK-{tag}-{counter:04d}",
        hazard=Hazard.FLOOD,
        title="Banjir di Koto Baru",
        description="Air naik. " * 8,
    )
    changes: list[tuple[str, msgspec.Struct]] = [
        ("incident.reported", report),
        ("incident.moved", entry_bodies.IncidentMoved(to=Status.VERIFIED)),
        ("incident.edited", entry_bodies.IncidentEdited(severity=Severity.SEVERE)),
        *(("incident.noted", entry_bodies.IncidentNoted(text=f"Catatan lapangan nomor {k}. " * 3)) for k in range(7)),
    ]
    return [Draft(subject=subject, kind=kind, body=encode_body(body)) for kind, body in changes]


def requests_of(key: DeviceKey, count: int) -> list[bytes]:
    """Return the encoded requests of one device, in order."""
    head, encoded = ChainHead(), []
    for number in range(count):
        pairs: list[SignedEntry] = []
        for k in range(ENTRIES_A_REQUEST // 10):
            for draft in story(key.tag, number * 10 + k + 1):
                now = datetime.now(UTC)
                chained = append_draft(draft, key=key, head=head, actor="ani", grant=key.device_id, now=now)
                head = chained.head
                pairs.append(chained.signed)
        encoded.append(msgspec.json.encode(PushRequest(device=key.device_id, entries=tuple(pairs))))
    return encoded


def prepare(directory: Path, keys: Sequence[DeviceKey]) -> None:
    """Create a server's data with a user and the devices."""
    now = datetime.now(UTC)
    with ServerJournal.open(directory) as journal:
        create_user(journal, name="ani", role=Role.OPERATOR, opd="BPBD", password=PASSWORD)
        for key in keys:
            device = DeviceEnrolled(public_key=key.public_key.hex(), tag=key.tag, owner="ani")
            grant = UserGranted(
                grant=key.device_id, device=key.device_id, role=Role.OPERATOR, opd="BPBD", starts_at=now,
                expires_at=now + timedelta(days=7),
            )  # fmt: skip
            journal.append_drafts(
                [
                    Draft(subject=f"device/{key.device_id}", kind="device.enrolled", body=encode_body(device)),
                    Draft(subject="user/ani", kind="user.granted", body=encode_body(grant)),
                ]
            )


def store_unjudged(batch: AdmissionBatch, request: PushRequest) -> PushReply:
    """Assign a seq and store, without checks: the upper bound."""
    first = batch.head.seq + 1
    now = batch.now.isoformat()
    rows = [
        (seq, f"{seq}", "", seq, "", pair.text, pair.signature, now, "accepted", "", "")
        for seq, pair in enumerate(request.entries, start=first)
    ]
    batch.connection.exec_driver_sql(_INSERT, rows)
    batch.head = CommittedHead(rows[-1][0], batch.head.hash)
    batch.connection.exec_driver_sql("UPDATE head SET seq = ?", (batch.head.seq,))
    return PushReply(results=(), head=batch.head.seq)


def serve_ceiling(directory: Path, line: Connection) -> None:
    """Run a server that stores without checks, until the other end stops it."""
    with ServerJournal.open(directory) as journal:

        @post("/v1/journal", status_code=200)
        async def push(data: JSONBody[PushRequest]) -> PushReply:
            return await asyncio.wrap_future(journal.submit(lambda batch: store_unjudged(batch, data)))

        address = ListenAddress(port=0)
        listening = address.listen()
        app = Litestar([push], openapi_config=None, logging_config=None)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        line.send(address.url_of(listening))
        line.recv()
        server.should_exit = True
        thread.join()


def logged_in(url: str) -> httpx2.Client:
    """Return a logged-in client."""
    client = httpx2.Client(base_url=url, timeout=60, trust_env=False)
    reply = client.post("/v1/session", json={"user": "ani", "password": PASSWORD})
    if reply.is_success:  # the upper bound has no sessions
        client.headers["Authorization"] = f"Bearer {reply.json()['access_token']}"
    return client


def push_rate(url: str, requests: Sequence[Sequence[bytes]], *, judged: bool) -> float:
    """Return entries per second, from the first request to the last answer."""
    clients = [logged_in(url) for _ in requests]

    def push(client: httpx2.Client, bodies_of_one: Sequence[bytes]) -> None:
        for body in bodies_of_one:
            reply = client.post("/v1/journal", content=body).raise_for_status()
            results = msgspec.json.decode(reply.content, type=PushReply).results
            assert not judged or all(result.verdict == "accepted" for result in results)

    threads = [threading.Thread(target=push, args=pair) for pair in zip(clients, requests, strict=True)]
    began_s = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took_s = time.perf_counter() - began_s
    for client in clients:
        client.close()
    return sum(map(len, requests)) * ENTRIES_A_REQUEST / took_s


def pull_rate(url: str) -> float:
    """Return entries per second in pages of 1,000, compressed, received and decoded."""
    count = after = 0
    with closing(logged_in(url)) as client:
        client.headers["Accept-Encoding"] = "zstd"
        began_s = time.perf_counter()
        while records := _page(client, after).records:
            count, after = count + len(records), records[-1].seq
        return count / (time.perf_counter() - began_s)


def _page(client: httpx2.Client, after: int) -> PullReply:
    with client.stream("GET", "/v1/journal", params={"after": after, "limit": 1000}) as reply:
        content = b"".join(reply.iter_raw())
        if reply.headers.get("content-encoding") == "zstd":
            content = zstandard.ZstdDecompressor().stream_reader(content).read()
    return msgspec.json.decode(content, type=PullReply)


def main() -> None:
    """Measure, print and save the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--requests", type=int, default=50, help="requests of each device in a run")
    options = parser.parse_args()
    keys = [DeviceKey.generate() for _ in range(DEVICES)]
    requests = [requests_of(key, options.requests) for key in keys]
    rates: dict[str, list[float]] = {"push_entries_per_s": [], "ceiling_entries_per_s": [], "pull_entries_per_s": []}
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as folder:
            prepare(Path(folder), keys)
            with server_in_process(Path(folder)) as url:
                rates["push_entries_per_s"].append(push_rate(url, requests, judged=True))
                rates["pull_entries_per_s"].append(pull_rate(url))
        with tempfile.TemporaryDirectory() as folder, process_with_url(serve_ceiling, Path(folder)) as url:
            rates["ceiling_entries_per_s"].append(push_rate(url, requests, judged=False))
    lines = lines_of(rates)
    show_results(lines)
    save_results("push", lines, rates=rates)


def lines_of(rates: dict[str, list[float]]) -> list[ResultLine]:
    """Return the table; each figure is the median of the runs."""
    pushed, ceiling, pulled = (median(values) for values in rates.values())
    what = f"push, durable (FULL), {ENTRIES_A_REQUEST} entries a request, {DEVICES} clients, full admission"
    return [
        ResultLine(what, "≥ 10,000 entries/s", f"{pushed:,.0f} entries/s", pushed >= 10_000),
        ResultLine(
            "  the ceiling: the same without admission", "stated beside it", f"{ceiling:,.0f} entries/s", True
        ),
        ResultLine("  pull over HTTP in pages of 1,000", "", f"{pulled:,.0f} records/s", True),
    ]


if __name__ == "__main__":
    main()
