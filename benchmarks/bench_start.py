"""Benchmark of start-up: from process start to the first sharp map, empty, with a day's and with years of work.

Run with `python benchmarks/bench_start.py`. Each start is a separate process; times are on the
machine's monotonic clock. An empty QMainWindow is started before each, and the table states the ratio to it. The
first start of all compiles the modules; it is shown separately and not part of the median.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import msgspec

from tabuah.gis.base_map_file import load_base_map
from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.operations.incidents.drafts import report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.subject_state import SubjectState
from tabuah.resources.translation_files import write_compiled_files
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.cache.subject_table import SubjectRow
from tabuah.storage.journal.identifiers import new_uuid

RESULTS = Path(__file__).parent / "results" / "start.json"
INCIDENTS = 1_000
OVER = 100_000  # long ended incidents
GROUP = 5_000

PEER = """
import sys, time
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.resize(1920, 1080)
window.show()
app.processEvents()
print(time.monotonic() - float(sys.argv[1]))
"""

CHILD = """
import resource, sys, time
from pathlib import Path
begun = float(sys.argv[2])
from tabuah.console.commands.console_window import load_application
application = load_application()
from PySide6.QtCore import QEventLoop
from tabuah.widgets.responsiveness import limit_free_memory, tune_interpreter
limit_free_memory()
app = application.qt_application()
console = application.ConsoleWindow(Path(sys.argv[1]), app)
console.shell.resize(1920, 1080)
console.show()
tune_interpreter()
app.processEvents()
canvas, settled_at = console.shell.parts.map.canvas, []
canvas.settled.connect(lambda: settled_at.append(time.monotonic()))
def wait(condition):
    while not condition():  # waits as the program does: a loop without a pause takes the GIL from the workers
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    return time.monotonic() - begun
wait(lambda: console.services.state.is_loaded and canvas.content.base_map is not None)
app.processEvents()
shown = time.monotonic() - begun
canvas.update()
sharp = wait(lambda: settled_at)
keys = wait(lambda: console.objects.has_controls)
print(shown, sharp, keys, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
console.close()
"""


def environment(bytecode: Path) -> dict[str, str]:
    """Return the environment of a start: modules are compiled once, as in an installed program."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"QT_QPA_PLATFORM": "offscreen", "TABUAH_KEYRING": "file", "PYTHONPYCACHEPREFIX": str(bytecode)}


def start_once(directory: Path) -> dict[str, float]:
    """Open the window once, and an empty QMainWindow before it.

    Returns:
        Seconds until the first frame with alarms, board and base map, until the map is sharp and until keys
        and menus work; seconds until the empty window is shown; peak memory in MB.
    """
    write_compiled_files()  # as in an installed program
    surroundings = environment(directory.parent / "bytecode")
    answers = [
        subprocess.run(
            [sys.executable, "-c", code, *arguments, str(time.monotonic())],
            capture_output=True, text=True, env=surroundings, check=True,
        ).stdout.split()
        for code, arguments in ((PEER, ()), (CHILD, (str(directory),)))
    ]  # fmt: skip
    (peer_s,), (shown_s, map_s, keys_s, peak_mb) = answers
    return {
        "shown_s": float(shown_s),
        "map_s": float(map_s),
        "keys_s": float(keys_s),
        "empty_window_s": float(peer_s),
        "peak_mb": float(peak_mb),
    }


def fill(directory: Path) -> None:
    """Report incidents all over the regency, as a user does."""
    nagari = Gazetteer(load_base_map()).all_nagari
    hazards, severities = list(Hazard), list(Severity)
    store = ConsoleStore(directory)
    for i in range(INCIDENTS):
        where = nagari[i % len(nagari)]
        place = IncidentPlace(
            lon_deg=where.lon_deg + i / 1e5,
            lat_deg=where.lat_deg - i / 1e5,
            nagari=where.name,
            nagari_code=where.code,
        )
        body = IncidentReported(
            number=store.next_incident_number(),
            hazard=hazards[i % len(hazards)],
            severity=severities[i % len(severities)],
            title=f"Laporan {i}",
            place=place,
        )
        store.save(report_incident(body, incident_id=new_uuid(datetime.now(UTC))))
    store.close()


def fill_years(directory: Path) -> None:
    """Write a day's work and incidents ended between a month and ten years ago, as a sync does."""
    fill(directory)
    with closing(ConsoleStore(directory)) as store:
        model = store.incidents()[0]
    session, now = CacheSession(directory), datetime.now(UTC)
    for first in range(0, OVER, GROUP):
        with session.writing():
            ended = (_over(model, i, now) for i in range(first, first + GROUP))
            rows = [SubjectRow(f"incident/{incident.id}", SubjectState(value=incident), None) for incident in ended]
            session.subjects.write_all(rows, version=session.meta.next_version())
    session.close()


def _over(model: Incident, number: int, now: datetime) -> Incident:
    at = now - timedelta(days=40 + 3_600 * number / OVER)
    key, name = new_uuid(at), f"SLK-7K3A-{number:06d}"
    ended = msgspec.structs.replace(model, id=key, number=name, status=Status.CLOSED)
    return msgspec.structs.replace(ended, occurred_at=at, reported_at=at, updated_at=at)


def measure(directory: Path, runs: int) -> dict[str, float]:
    """Return medians over `runs` starts."""
    starts = [start_once(directory) for _run in range(runs)]
    medians = {name: round(median(start[name] for start in starts), 2) for name in starts[0]}
    ratios = {
        f"{name}_ratio": round(median(start[f"{name}_s"] / start["empty_window_s"] for start in starts), 1)
        for name in ("shown", "map")
    }
    return medians | ratios


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        empty, full, years = (Path(folder) / name for name in ("empty", "full", "years"))
        fill(full)
        fill_years(years)
        first = start_once(empty)
        results = {
            "first": first,
            "empty": measure(empty, runs),
            f"{INCIDENTS} incidents": measure(full, runs),
            f"and {OVER} over": measure(years, runs),
        }
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, median of {runs}")
    print(f"{'directory':<16}{'empty window':>14}{'first frame':>20}{'map sharp':>20}{'keys':>10}{'memory':>10}")
    for name, row in results.items():
        shown = f"{row['shown_s']:.2f} s ({row['shown_s'] / row['empty_window_s']:.1f} x)"
        sharp = f"{row['map_s']:.2f} s ({row['map_s'] / row['empty_window_s']:.1f} x)"
        peer = f"{row['empty_window_s']:.2f} s"
        print(f"{name:<16}{peer:>14}{shown:>20}{sharp:>20}{row['keys_s']:>8.2f} s{row['peak_mb']:>7.0f} MB")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"runs": runs, "platform": platform.platform(), **results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
