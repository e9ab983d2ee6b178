"""Benchmark of a server's backup under load: pauses of the writer, duration, and the state of the restored copy.

Run with `python benchmarks/bench_backup.py`. The data are created first, or reused with `--data`.
Server, load, backup and restore are separate processes. The same load runs first without a
backup, for comparison. A push counts from the moment at which it was due. A gap is the time
between two commits of the journal's writer, from the times that it records: it includes the wait
for the next push, about 10 ms at this load.
"""

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
os.environ["TABUAH_KEYRING"] = "file"

import msgspec
from backup_data import FULL, OFFICES, SMALL, DataSize, copy_of, prepared_server
from backup_load import ENTRIES_A_PUSH, LoadReport, run_load
from faults.convergence_checks import state_hash, states_of
from faults.server_process import ENVIRONMENT, TABUAH, ServerProcess
from goals import ResultLine, machine_load, save_results, show_results
from load_process import load_process

from tabuah.operations.entries import Verdict
from tabuah.operations.subject_state import read_state
from tabuah.server.database.engine import FILE_NAME as JOURNAL_NAME
from tabuah.storage.journal.wire import Record
from tabuah.storage.readings.store import FILE_NAME as READINGS_NAME

SETTLE_S: Final = 5.0
LONGEST_PAUSE_MS: Final = 50.0
LOWEST_RATE: Final = 490.0
_RECORDS: Final = """SELECT seq, text, signature, received_at, verdict, reason, hash FROM entries
    WHERE seq <= ? ORDER BY seq"""


class Phase(msgspec.Struct):
    """The pauses of one phase in milliseconds; `worst` has the largest gaps with seconds since the phase began."""

    seconds: float
    pushes: int
    push_median_ms: float
    push_p99_ms: float
    push_max_ms: float
    gap_p99_ms: float
    gap_max_ms: float
    worst: list[tuple[float, float]]


def tabuah(*words: str) -> Any:
    """Run a command in its own process and return its JSON."""
    done = subprocess.run(
        [*TABUAH, *words, "--json"], env=ENVIRONMENT, stdout=subprocess.PIPE, check=False, text=True
    )
    assert done.returncode == 0, f"{words[0]} {words[1]} ended with {done.returncode}: {done.stdout}"
    return json.loads(done.stdout)


def measure(server: Path, target: Path, *, calm_s: float) -> dict[str, Any]:
    """Run the load without and then with a backup; return the figures."""
    process = ServerProcess(server)
    process.start()
    try:
        with load_process(run_load, process.url, list(OFFICES)) as load:
            time.sleep(SETTLE_S)
            began_s = time.time()
            time.sleep(calm_s)
            calm = (began_s, time.time())
            load_before = machine_load()
            manifest = tabuah("server", "backup", str(target), "--data", str(server))
            backup = (calm[1], time.time())
            time.sleep(1.0)
            load.send("stop")
            report: LoadReport = load.recv()
    finally:
        process.stop()
    commits_s = _commits(server)
    return {
        "load": load_before,
        "manifest": manifest,
        "readings_posted": report.readings,
        "calm": phase_of(report, commits_s, calm),
        "backup": phase_of(report, commits_s, backup),
    }


def phase_of(report: LoadReport, commits_s: Sequence[float], span: tuple[float, float]) -> Phase:
    """Return the pauses between two moments."""
    first, last = span
    delays = [ms for due, ms in zip(report.due_s, report.delays_ms, strict=True) if first <= due <= last]
    gaps = [
        (later - first, 1000 * (later - earlier))
        for earlier, later in pairwise(commits_s)
        if first <= earlier and later <= last
    ]
    return Phase(
        seconds=last - first,
        pushes=len(delays),
        push_median_ms=median(delays),
        push_p99_ms=_p99(delays),
        push_max_ms=max(delays),
        gap_p99_ms=_p99([ms for _at, ms in gaps]),
        gap_max_ms=max(ms for _at, ms in gaps),
        worst=sorted(gaps, key=lambda gap: -gap[1])[:10],
    )


def _p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[98]


def _commits(server: Path) -> list[float]:
    """Return when the writer began each commit, in seconds since 1970."""
    with closing(sqlite3.connect(server / JOURNAL_NAME)) as connection:
        rows = connection.execute("SELECT received_at FROM entries ORDER BY seq DESC LIMIT 500000").fetchall()
    return sorted({datetime.fromisoformat(at).timestamp() for (at,) in rows})


def compare(server: Path, restored: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """Compare the restored copy with the entries of the live server up to its head.

    Returns:
        The state hashes of both, and the number of readings in the copy that the server does not have.
    """
    seq = manifest["seq"]
    with closing(sqlite3.connect(server / JOURNAL_NAME)) as live:
        expected = state_hash(states_of(_records(live, seq)))
        (head,) = live.execute("SELECT hash FROM entries WHERE seq = ?", (seq,)).fetchone()
    with closing(sqlite3.connect(restored / JOURNAL_NAME)) as copy:
        found = state_hash(
            {s: read_state(text) for s, text in copy.execute("SELECT subject, state FROM subject_states")}
        )
        same_head = copy.execute("SELECT seq, hash FROM head").fetchone() == (seq, head)
        copy.execute("ATTACH ? AS live", (str(server / READINGS_NAME),))
        copy.execute("ATTACH ? AS restored", (str(restored / READINGS_NAME),))
        (strange,) = copy.execute(
            "SELECT count(*) FROM (SELECT * FROM restored.readings EXCEPT SELECT * FROM live.readings)"
        ).fetchone()
    return {"expected": expected, "restored": found, "same_head": same_head, "strange_readings": strange}


def _records(connection: sqlite3.Connection, seq: int) -> Iterator[Record]:
    for row in connection.execute(_RECORDS, (seq,)):
        number, text, signature, received_at, verdict, reason, hash_ = row
        yield Record(
            seq=number, text=text, signature=signature, received_at=datetime.fromisoformat(received_at),
            verdict=Verdict(verdict), reason=reason, hash=hash_,
        )  # fmt: skip


def bench(folder: Path, size: DataSize, *, calm_s: float, packed: bool, audits: bool) -> dict[str, Any]:
    """Measure one backup and its restore."""
    run = folder / "run"
    shutil.rmtree(run, ignore_errors=True)
    prepared = prepared_server(folder, size)
    run.mkdir()
    try:
        server = copy_of(prepared, run / "server")
        target, restored = run / ("backup.tar" if packed else "backup"), run / "restored"
        figures = measure(server, target, calm_s=calm_s)
        print(f"backup made in {figures['backup'].seconds:.0f} s", flush=True)
        figures["attachment_mb"] = size.attachment_bytes / 1e6
        figures["restore_s"] = _seconds(lambda: tabuah("server", "restore", str(target), "--into", str(restored)))
        print(f"restored in {figures['restore_s']:.0f} s", flush=True)
        figures |= compare(server, restored, figures["manifest"])
        if audits:
            figures["audit_s"] = _seconds(lambda: _audit(restored, figures))
        return figures
    finally:
        shutil.rmtree(run, ignore_errors=True)


def _seconds(work: Callable[[], object]) -> float:
    began_s = time.monotonic()
    work()
    return time.monotonic() - began_s


def _audit(restored: Path, figures: dict[str, Any]) -> None:
    figures["audit"] = tabuah("audit", "verify", "--data", str(restored))


def lines_of(figures: dict[str, Any]) -> list[ResultLine]:
    """Return the table."""
    calm, backup, manifest = figures["calm"], figures["backup"], figures["manifest"]
    files = f"{manifest['attachments']:,} attachments of {figures['attachment_mb']:,.0f} MB"
    is_same = figures["expected"] == figures["restored"] and figures["same_head"] and not figures["strange_readings"]
    rate = backup.pushes * ENTRIES_A_PUSH / backup.seconds
    return [
        ResultLine(
            f"backup of {manifest['seq']:,} entries, {manifest['readings']:,} readings, {files}",
            "",
            f"{backup.seconds:.0f} s",
            True,
        ),
        ResultLine("  entries that arrive meanwhile", "500 a second", f"{rate:.0f} a second", rate >= LOWEST_RATE),
        ResultLine(
            "  longest gap between two commits",
            f"≤ {LONGEST_PAUSE_MS:.0f} ms",
            _gap(backup),
            backup.gap_max_ms <= LONGEST_PAUSE_MS,
        ),
        ResultLine("    the same load before the backup", "", _gap(calm), True),
        ResultLine("  push, from due to durable", "", _pushes(backup), True),
        ResultLine("    the same load before the backup", "", _pushes(calm), True),
        ResultLine(
            f"  restored in {figures['restore_s']:.0f} s: its state hash and that of the server then",
            "the same",
            "the same" if is_same else "different",
            is_same,
        ),
        *_audit_lines(figures),
    ]


def _audit_lines(figures: dict[str, Any]) -> Iterator[ResultLine]:
    if "audit" in figures:
        is_sound = not figures["audit"]["findings"] and figures["audit"]["head"] == figures["manifest"]["seq"]
        reached = f"{'none' if is_sound else 'some'} in {figures['audit_s']:.0f} s"
        yield ResultLine("  findings of the audit of the restored copy", "none", reached, is_sound)


def _gap(phase: Phase) -> str:
    return f"{phase.gap_max_ms:.0f} ms, p99 {phase.gap_p99_ms:.0f} ms"


def _pushes(phase: Phase) -> str:
    return f"median {phase.push_median_ms:.1f}, p99 {phase.push_p99_ms:.0f}, worst {phase.push_max_ms:.0f} ms"


def main() -> None:
    """Measure, print and save the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of the prepared data, kept and reused")
    parser.add_argument("--small", action="store_true", help="a fiftieth of the data")
    parser.add_argument("--calm", type=float, default=60.0, metavar="S", help="seconds of load before the backup")
    parser.add_argument("--folder", action="store_true", help="back up to a folder instead of a tar file")
    parser.add_argument("--audit", action="store_true", help="audit the restored copy, too: minutes more")
    options = parser.parse_args()
    size = SMALL if options.small else FULL
    with tempfile.TemporaryDirectory(prefix="bench-backup-") as temporary:
        folder = options.data or Path(temporary)
        figures = bench(folder, size, calm_s=options.calm, packed=not options.folder, audits=options.audit)
    lines = lines_of(figures)
    show_results(lines)
    print(f"load at the start of the backup: {figures['load']}")
    for name in ("calm", "backup"):
        worst = ", ".join(f"{ms:.0f} ms at {at:.1f} s" for at, ms in figures[name].worst[:5])
        print(f"largest gaps, {name}: {worst}")
    save_results("backup", lines, figures=msgspec.to_builtins(figures))


if __name__ == "__main__":
    main()
