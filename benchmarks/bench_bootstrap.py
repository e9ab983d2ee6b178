"""Benchmark of a new console in a regency with a million entries: time until ready by snapshot and by replay.

Run with `python benchmarks/bench_bootstrap.py`. The journal is written by the real admission
(signed, chained, judged, folded), without HTTP. The console is a separate process that logs in over
HTTP, loads the snapshot, pulls the tail, and fetches the histories of open incidents; its memory is
the peak of that process. Another process replays all entries for comparison, and applies single
entries with a small and with a full journal.
"""

import argparse
import logging
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any, Final

import msgspec
from goals import ResultLine, save_results, show_results
from peak_memory import peak_memory_mb
from server_in_process import server_in_process

from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents import entry_bodies
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.people.entry_bodies import DeviceEnrolled, UserGranted
from tabuah.operations.people.roles import Role
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.admission.persistence import save_entries
from tabuah.server.admission.verdicts import admit
from tabuah.server.journal import ServerJournal
from tabuah.server.people.user_changes import create_user
from tabuah.server.snapshots.snapshot_store import SnapshotStore
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.chain import ChainHead, append_draft
from tabuah.storage.journal.identifiers import new_subject
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import PullReply
from tabuah.storage.sync import pull
from tabuah.storage.sync.server_link import ServerLink, SyncProgress, SyncStage
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass

PASSWORD: Final = "batang-lembang"
DEVICES: Final = 40
ENTRIES_AN_INCIDENT: Final = 10
OPEN_INCIDENTS: Final = 60
TAIL: Final = 2_000
GROUP: Final = 5_000


class Author:
    """A device that writes; two people share it, as closing an incident requires."""

    def __init__(self, number: int) -> None:
        self.key = DeviceKey.generate()
        self.head = ChainHead()
        self.number = number
        self.counter = 0

    def grant_of(self, user: str) -> str:
        """Return the grant of a user on this device."""
        return f"{self.key.device_id}-{user}"

    def story(self, *, is_over: bool) -> Iterator[tuple[str, Draft]]:
        """Yield user and draft of all entries of one incident."""
        self.counter += 1
        subject = new_subject("incident", datetime.now(UTC))
        place = IncidentPlace(lon_deg=100.6 + self.counter % 97 / 300, lat_deg=-0.9, nagari="Koto Baru")
        report = entry_bodies.IncidentReported(
            number=f"SLK-{self.key.tag}-{self.counter:04d}",
            hazard=list(Hazard)[self.counter % 12],
            title=f"Kejadian ke-{self.counter} di Koto Baru",
            description="Air naik sejak siang, beberapa rumah tergenang, jalan nagari tidak dapat dilewati.",
            place=place,
        )
        figures = entry_bodies.Figures(displaced_people=self.counter % 50, houses_minor=self.counter % 7)
        steps: list[tuple[str, str, msgspec.Struct]] = [
            ("ani", "incident.reported", report),
            ("ani", "incident.moved", entry_bodies.IncidentMoved(to=Status.VERIFIED)),
            ("sari", "incident.edited", entry_bodies.IncidentEdited(severity=list(Severity)[self.counter % 4])),
            ("ani", "incident.moved", entry_bodies.IncidentMoved(to=Status.ASSIGNED)),
            ("ani", "incident.noted", entry_bodies.IncidentNoted(text="Regu berangkat dari pos Kubung, dua perahu.")),
            ("ani", "incident.noted", entry_bodies.IncidentNoted(text="Tinggi air 60 cm di balai nagari dan turun.")),
            ("ani", "incident.counted", entry_bodies.IncidentCounted(source="BPBD", figures=figures)),
            ("ani", "incident.noted", entry_bodies.IncidentNoted(text="Warga kembali ke rumah, dapur umum ditutup.")),
            ("ani", "incident.moved", entry_bodies.IncidentMoved(to=Status.CONTAINED)),
            ("sari", "incident.moved", entry_bodies.IncidentMoved(to=Status.CLOSED)),
        ]
        for user, kind, body in steps if is_over else steps[:-1]:
            yield user, Draft(subject=subject, kind=kind, body=encode_body(body))


def prepare(journal: ServerJournal, authors: list[Author]) -> None:
    """Create users, devices and grants."""
    now = datetime.now(UTC)
    create_user(journal, name="ani", role=Role.OPERATOR, opd="BPBD", password=PASSWORD)
    create_user(journal, name="sari", role=Role.SUPERVISOR, opd="BPBD", password=PASSWORD)
    for author in authors:
        device = DeviceEnrolled(public_key=author.key.public_key.hex(), tag=author.key.tag, owner="ani")
        drafts = [Draft(subject=f"device/{author.key.device_id}", kind="device.enrolled", body=encode_body(device))]
        for user, role in (("ani", Role.OPERATOR), ("sari", Role.SUPERVISOR)):
            grant = UserGranted(
                grant=author.grant_of(user), device=author.key.device_id, role=role, opd="BPBD", starts_at=now,
                expires_at=now + timedelta(days=7),
            )  # fmt: skip
            drafts.append(Draft(subject=f"user/{user}", kind="user.granted", body=encode_body(grant)))
        journal.append_drafts(drafts)


def write(journal: ServerJournal, authors: list[Author], entries: int, *, open_incidents: int) -> None:
    """Write the entries; the last incidents stay open."""
    incidents = entries // ENTRIES_AN_INCIDENT
    for first in range(0, incidents, GROUP // ENTRIES_AN_INCIDENT):
        numbers = range(first, min(first + GROUP // ENTRIES_AN_INCIDENT, incidents))

        def work(batch: AdmissionBatch, numbers: range = numbers) -> None:
            chain = []
            for number in numbers:
                author = authors[number % len(authors)]
                for user, draft in author.story(is_over=number < incidents - open_incidents):
                    chained = append_draft(
                        draft,
                        key=author.key,
                        head=author.head,
                        actor=user,
                        grant=author.grant_of(user),
                        now=batch.now,
                    )
                    author.head = chained.head
                    chain.append(chained)
            records = [admit(batch, chained) for chained in chain]
            assert all(record.verdict == "accepted" for record in records), {r.reason for r in records}
            save_entries(batch.connection, zip(chain, records, strict=True))

        journal.submit(work).result()


def begin(url: str, directory: Path, line: Connection) -> None:
    """Start a new console, measure from log-in until ready, and report the figures."""
    figures: dict[str, Any] = {}
    fetched: list[SyncProgress] = []
    began_s = time.perf_counter()
    with closing(ConsoleStore(directory)) as store:
        log_in(store, url=url, user="ani", password=PASSWORD)
        session = ConsoleSession(store)
        with session.client:
            link = ServerLink(on_progress=lambda p: fetched.append(p) if p.stage is SyncStage.SNAPSHOT else None)
            result = run_sync_pass(store, session, link=link)
        figures["ready_s"] = time.perf_counter() - began_s
        figures["peak_memory_mb"] = peak_memory_mb()
        figures["incidents"] = len(store.incidents())
        figures["entries_pulled"] = result.pulled
        figures["snapshot_mb"] = fetched[-1].total / 1e6 if fetched else 0.0
        figures["head"] = result.head
    figures["peak_memory_with_all_incidents_mb"] = peak_memory_mb()
    figures["cache_mb"] = (directory / "cache.gpkg").stat().st_size / 1e6
    line.send(figures)


def replay(url: str, directory: Path, line: Connection) -> None:
    """Measure the same without the snapshot."""
    pull.FAR_BEHIND = 10**12  # type: ignore[misc]
    begin(url, directory, line)


def in_a_process(work: Any, *args: Any) -> dict[str, Any]:
    """Run work in a new process and return its report."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=work, args=(*args, there))
    process.start()
    there.close()  # a failed process is noticed
    figures: dict[str, Any] = here.recv()
    process.join()
    return figures


def apply_one(server: Path, directory: Path, authors: list[Author]) -> float:
    """Return the median milliseconds to apply one entry, with full durability."""
    took = []
    with ServerJournal.open(server) as journal, closing(ConsoleStore(directory)) as store:
        write(journal, authors, 300, open_incidents=30)
        for record in journal.records_after(store.head.seq, 1000):
            reply = PullReply(records=(record,), head=journal.head().seq, now=datetime.now(UTC))
            began_s = time.perf_counter()
            store.apply_pull(reply)
            took.append(1000 * (time.perf_counter() - began_s))
    return median(took)


def measure(folder: Path, entries: int, *, replays: bool) -> dict[str, Any]:
    """Measure all figures of one regency."""
    authors = [Author(number) for number in range(DEVICES)]
    server = folder / "server"
    figures: dict[str, Any] = {"entries": entries}
    with ServerJournal.open(server) as journal:
        prepare(journal, authors)
        began_s = time.perf_counter()
        write(journal, authors, entries - TAIL, open_incidents=OPEN_INCIDENTS)
        figures["written_per_s"] = (entries - TAIL) / (time.perf_counter() - began_s)
        began_s = time.perf_counter()
        made = SnapshotStore(journal).make()
        figures["snapshot_made_s"] = time.perf_counter() - began_s
        figures["snapshot_subjects"] = made.snapshot.subjects if made else 0
        write(journal, authors, TAIL, open_incidents=OPEN_INCIDENTS)
    with server_in_process(server) as url:
        figures["by_snapshot"] = in_a_process(begin, url, folder / "new")
        if replays:
            figures["by_replaying"] = in_a_process(replay, url, folder / "replayed")
    if replays:
        figures["one_entry_ms"] = apply_one(server, folder / "replayed", authors)
    return figures


def show_figures(figures: dict[str, Any]) -> None:
    """Print the results."""
    for name, value in figures.items():
        if isinstance(value, dict):
            print(name)
            for inner, number in value.items():
                print(f"{number:14,.1f}  {inner}")
        else:
            print(f"{value:14,.1f}  {name}")


def main() -> None:
    """Measure, print and save the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--no-replay", action="store_true", help="leave the slow comparison out")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="bench-bootstrap-") as folder:
        figures = measure(Path(folder), options.entries, replays=not options.no_replay)
        small = measure(Path(folder) / "small", 3_000, replays=True) if not options.no_replay else {}
        if small:
            figures["one_entry_ms_with_3000"] = small["one_entry_ms"]
    show_figures(figures)
    lines = lines_of(figures)
    show_results(lines)
    save_results("bootstrap", lines, figures=figures)


def lines_of(figures: dict[str, Any]) -> list[ResultLine]:
    """Return the table."""
    new = figures["by_snapshot"]
    took = f"{new['ready_s']:.1f} s, {new['snapshot_mb']:.0f} MB, {new['entries_pulled']:,} of them pulled"
    what = f"a new console of a regency with {figures['entries']:,} entries is ready"
    return [
        ResultLine(what, "without replaying them all", took, new["entries_pulled"] < figures["entries"] / 2),
        ResultLine("  its memory until then, at most", "", f"{new['peak_memory_mb']:.0f} MB", True),
        ResultLine(
            "  and with all its incidents read",
            "",
            f"{new['peak_memory_with_all_incidents_mb']:.0f} MB for {new['incidents']:,}",
            True,
        ),
    ]


if __name__ == "__main__":
    main()
