"""Benchmark of a console: saving, pulling, and rebasing its pending work.

Run with `python benchmarks/bench_console.py`. Everything is durable: journal, cache and
synchronous=FULL. The journal is filled through full admission; pages are passed without HTTP to
measure the console alone, and applied together as a sync does. Each figure is the median of the
runs.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from goals import ResultLine, save_results, show_results
from support.console_stores import add_users, enrol, pull_page, report_incident_at, sync

from tabuah.operations.codes import Severity
from tabuah.operations.decisions import decide
from tabuah.operations.fold import fold
from tabuah.operations.incidents.drafts import edit_incident, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.people.authority import Authority
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import EMPTY, SubjectState
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.wire import PullReply, decode_entry
from tabuah.storage.sync.pull import MAX_BUFFERED_RECORDS

INCIDENTS = 1_000
PAGE = 1_000


def fill(store: ConsoleStore, journal: ServerJournal, entries: int) -> None:
    """Write `entries` on `INCIDENTS` incidents: one report each, then notes and edits in turn."""
    incidents = [report_incident_at(store, f"insiden {n}").id for n in range(min(INCIDENTS, entries))]
    for n in range(entries - len(incidents)):
        touch(store, incidents[n % len(incidents)], n)
    sync(store, journal)


def touch(store: ConsoleStore, incident_id: str, n: int) -> None:
    """Change an incident once more."""
    incident = store.incident(incident_id)
    if n % 3:
        store.save(note_incident(incident, f"catatan {n}: air naik, warga mulai mengungsi ke balai nagari"))
    else:
        store.save(edit_incident(incident, IncidentEdited(severity=list(Severity)[n % 4])))


def pages(journal: ServerJournal, after: int) -> list[PullReply]:
    """Return the rest of the journal in pages, as the server sends them."""
    found = []
    while after < journal.head().seq:
        reply = pull_page(journal, after, PAGE)
        found.append(reply)
        after = reply.records[-1].seq
    return found


def take_over(store: ConsoleStore, replies: list[PullReply]) -> None:
    """Apply pages as `pull_journal` does, in batches of the same size."""
    at_once = MAX_BUFFERED_RECORDS // PAGE
    for first in range(0, len(replies), at_once):
        store.apply_pull(*replies[first : first + at_once])


def timed(work: Callable[[], object]) -> float:
    """Return the seconds of `work`."""
    return spent(work).wall_s


@dataclass(frozen=True, slots=True)
class Spent:
    """Wall time and CPU time of some work; CPU time is what an idle machine needs."""

    wall_s: float
    processor_s: float


def spent(work: Callable[[], object]) -> Spent:
    """Measure `work`."""
    started, processed = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - started, time.process_time() - processed)


def measure_save(directory: Path, count: int) -> float:
    """Return saves per second, one durable transaction each."""
    with closing(ConsoleStore(directory)) as store:
        incidents = [report_incident_at(store, f"insiden {n}").id for n in range(20)]
        return count / timed(lambda: [touch(store, incidents[n % 20], n) for n in range(count)])


def measure_pull(directory: Path, replies: list[PullReply]) -> float:
    """Return records per second into an empty console, page by page."""
    with closing(ConsoleStore(directory)) as store:
        seconds = timed(lambda: take_over(store, replies))
    return sum(len(reply.records) for reply in replies) / seconds


def measure_rebase(directory: Path, room: Path, pending: int, pulled: int) -> Spent:
    """Measure applying `pulled` records with `pending` own entries on the same incidents."""
    with (
        ServerJournal.open(room / "server", serving=True) as journal,
        closing(ConsoleStore(room / "busy")) as busy,
        closing(ConsoleStore(directory)) as away,
    ):
        add_users(journal, ani=Role.OPERATOR, budi=Role.OPERATOR)
        enrol(journal, busy, "ani")
        enrol(journal, away, "budi")
        fill(busy, journal, INCIDENTS)
        sync(away, journal)
        shared = [incident.id for incident in busy.incidents()]
        for n in range(pulled):
            touch(busy, shared[n % len(shared)], n)
        sync(busy, journal)
        for n in range(pending):
            touch(away, shared[n % len(shared)], n + 1)
        replies = pages(journal, away.head.seq)
        took = spent(lambda: take_over(away, replies))
        assert away.counts().pending == pending
        assert away.head.seq == journal.head().seq
    return took


def measure_fold(replies: list[PullReply]) -> tuple[float, float]:
    """Return entries per second, and per second of CPU time, for decode, decide and fold in memory."""
    records = [record for reply in replies for record in reply.records]
    authority, states = Authority(), dict[str, SubjectState]()

    def run() -> None:
        for record in records:
            entry = decode_entry(record.text)
            state = states.get(entry.subject, EMPTY)
            decide(state, authority, entry)
            state = fold(state, entry, record.verdict, text=record.text, reason=record.reason)
            states[entry.subject] = state
            if entry.subject.startswith(("user/", "device/")) and state.value is not None:
                authority.update(state.value)  # type: ignore[arg-type]

    took = spent(run)
    return len(records) / took.wall_s, len(records) / took.processor_s


def main() -> None:
    """Measure, print and save the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--pending", type=int, default=5_000)
    parser.add_argument("--pulled", type=int, default=10_000)
    options = parser.parse_args()
    figures: dict[str, list[float]] = {
        "save": [],
        "pull": [],
        "fold": [],
        "fold_cpu": [],
        "rebase": [],
        "rebase_cpu": [],
    }
    with tempfile.TemporaryDirectory(prefix="bench-console-") as folder:
        root = Path(folder)
        replies = filled_journal(root, options.pulled)
        for run in range(options.runs):
            here = root / f"run-{run}"
            figures["save"].append(measure_save(here / "save", 500))
            figures["pull"].append(measure_pull(here / "pull", replies))
            folded, folded_cpu = measure_fold(replies)
            figures["fold"].append(folded)
            figures["fold_cpu"].append(folded_cpu)
            rebase = measure_rebase(here / "away", here / "room", options.pending, options.pulled)
            figures["rebase"].append(rebase.wall_s)
            figures["rebase_cpu"].append(rebase.processor_s)
    lines = lines_of({name: median(values) for name, values in figures.items()}, options.pending, options.pulled)
    show_results(lines)
    save_results("console", lines, runs=options.runs, figures=figures)


def filled_journal(root: Path, entries: int) -> list[PullReply]:
    """Return the pages of a journal by one author."""
    with (
        ServerJournal.open(root / "server", serving=True) as journal,
        closing(ConsoleStore(root / "author")) as author,
    ):
        add_users(journal, ani=Role.OPERATOR)
        enrol(journal, author, "ani")
        fill(author, journal, entries)
        return pages(journal, 0)


def lines_of(figures: dict[str, float], pending: int, pulled: int) -> list[ResultLine]:
    """Return the table; each figure is the median of the runs."""
    fold = f"{figures['fold']:,.0f} entries/s ({figures['fold_cpu']:,.0f} a second of processor time)"
    rebase = f"{figures['rebase']:.2f} s ({figures['rebase_cpu']:.2f} s of processor time)"
    return [
        ResultLine(
            "fold (with decoding and deciding)",
            "≥ 50,000 entries/s",
            fold,
            figures["fold"] >= 50_000,
        ),
        ResultLine(f"rebase of {pending:,} pending over {pulled:,} pulled", "≤ 1 s", rebase, figures["rebase"] <= 1),
        ResultLine(
            "  pull into an empty console, all checks, durable", "", f"{figures['pull']:,.0f} records/s", True
        ),
        ResultLine("  saves, one durable transaction each", "", f"{figures['save']:,.0f} a second", True),
    ]


if __name__ == "__main__":
    main()
