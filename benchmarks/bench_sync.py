"""How long a console needs to save, to pull, and to bring its own pending work over what it pulls.

Run with `python benchmarks/bench_sync.py`. Everything is durable: journal, cache and synchronous=FULL as in use. The
server's journal is filled through full admission; pages are handed over without HTTP, so that the console is measured
and not the line, and taken over together as a sync does. Each figure is the median of the runs.
"""

import argparse
import json
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from consoles import add_users, enrol, page, report, sync

from tabuah.operations.authority.authority import Authority
from tabuah.operations.authority.roles import Role
from tabuah.operations.codes import Severity
from tabuah.operations.deciding import decide
from tabuah.operations.folding import fold
from tabuah.operations.incidents.bodies import IncidentEdited
from tabuah.operations.incidents.gestures import edit_incident, note_incident
from tabuah.operations.subjects import EMPTY, SubjectState
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.wire import PullReply, decode_entry
from tabuah.storage.sync.pulling import AT_ONCE_RECORDS

RESULTS = Path(__file__).parent / "results" / "sync.json"
INCIDENTS = 1_000
PAGE = 1_000


def fill(store: ConsoleStore, journal: ServerJournal, entries: int) -> None:
    """Write `entries` on `INCIDENTS` incidents: one report each, then notes and edits in turns."""
    incidents = [report(store, f"insiden {n}").id for n in range(min(INCIDENTS, entries))]
    for n in range(entries - len(incidents)):
        touch(store, incidents[n % len(incidents)], n)
    sync(store, journal)


def touch(store: ConsoleStore, incident_id: str, n: int) -> None:
    """One more change of an incident."""
    incident = store.incident(incident_id)
    if n % 3:
        store.save(note_incident(incident, f"catatan {n}: air naik, warga mulai mengungsi ke balai nagari"))
    else:
        store.save(edit_incident(incident, IncidentEdited(severity=list(Severity)[n % 4])))


def pages(journal: ServerJournal, after: int) -> list[PullReply]:
    """The rest of the journal in pages, as the server would send them."""
    found = []
    while after < journal.head().seq:
        reply = page(journal, after, PAGE)
        found.append(reply)
        after = reply.records[-1].seq
    return found


def take_over(store: ConsoleStore, replies: list[PullReply]) -> None:
    """Take over pages as `pull_journal` does: as many at once as it would."""
    at_once = AT_ONCE_RECORDS // PAGE
    for first in range(0, len(replies), at_once):
        store.apply_pull(*replies[first : first + at_once])


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure_save(directory: Path, count: int) -> float:
    """Saves a second, one durable transaction each."""
    with closing(ConsoleStore(directory)) as store:
        incidents = [report(store, f"insiden {n}").id for n in range(20)]
        return count / timed(lambda: [touch(store, incidents[n % 20], n) for n in range(count)])


def measure_pull(directory: Path, replies: list[PullReply]) -> float:
    """Records a second into an empty console, page by page."""
    with closing(ConsoleStore(directory)) as store:
        seconds = timed(lambda: take_over(store, replies))
    return sum(len(reply.records) for reply in replies) / seconds


def measure_rebase(directory: Path, room: Path, pending: int, pulled: int) -> float:
    """Seconds to take over `pulled` records with `pending` own entries on the same incidents waiting."""
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
        seconds = timed(lambda: take_over(away, replies))
        assert away.counts().pending == pending
        assert away.head.seq == journal.head().seq
    return seconds


def measure_fold(replies: list[PullReply]) -> float:
    """Entries a second through decode, decide and fold in memory, the ceiling of everything above."""
    records = [record for reply in replies for record in reply.records]
    authority, states = Authority(), dict[str, SubjectState]()

    def run() -> None:
        for record in records:
            entry = decode_entry(record.text)
            state = states.get(entry.subject, EMPTY)
            decide(state, authority, entry)
            state = fold(state, entry, record.verdict, text=record.text)
            states[entry.subject] = state
            if entry.subject.startswith(("user/", "device/")) and state.value is not None:
                authority.learn(state.value)  # type: ignore[arg-type]

    return len(records) / timed(run)


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--pending", type=int, default=5_000)
    parser.add_argument("--pulled", type=int, default=10_000)
    options = parser.parse_args()
    figures: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="bench-sync-") as folder:
        root = Path(folder)
        with (
            ServerJournal.open(root / "server", serving=True) as journal,
            closing(ConsoleStore(root / "author")) as a,
        ):
            add_users(journal, ani=Role.OPERATOR)
            enrol(journal, a, "ani")
            fill(a, journal, options.pulled)
            replies = pages(journal, 0)
        for run in range(options.runs):
            here = root / f"run-{run}"
            figures.setdefault("saves a second (one durable transaction each)", []).append(
                measure_save(here / "save", 500)
            )
            figures.setdefault("records pulled a second into an empty console", []).append(
                measure_pull(here / "pull", replies)
            )
            figures.setdefault("entries decided and folded a second in memory", []).append(measure_fold(replies))
            figures.setdefault(
                f"seconds to rebase {options.pending} pending over {options.pulled} pulled", []
            ).append(measure_rebase(here / "away", here / "room", options.pending, options.pulled))
    show({name: median(values) for name, values in figures.items()}, runs=options.runs)


def show(figures: dict[str, float], *, runs: int) -> None:
    """Print the table and keep it beside the others."""
    for name, value in figures.items():
        print(f"{value:12,.1f}  {name}")
    RESULTS.parent.mkdir(exist_ok=True)
    kept = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}",
        "runs": runs,
        "figures": {name: round(value, 1) for name, value in figures.items()},
    }
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
