"""Benchmark of a scripted operator: keys and machine time from an alarm or a call to the saved incident.

Run with `python benchmarks/ops_operator.py`. The keys follow each other without a pause, and the server runs in this
process, so the time is that of the machine alone. Letters that are typed into fields are not counted as keys.
"""

import argparse
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from goals import ResultLine, save_results, show_results
from paced_bot import PacedBot
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from support.console_stores import report_incident_at
from support.running_server import RunningServer, start_server
from support.unit_samples import unit_card
from support.window_fixture import OpenWindow, log_in_and_sync, open_window, raise_alarm_at_gauge, register_gauge

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.resources.localisation import DEFAULT_LANGUAGE, set_language
from tabuah.storage.cache.store import ConsoleStore

MAX_KEYS, MAX_S = 4, 2.0
CALLS = ("Cupak, Gunung Talang", "Singkarak, X Koto Singkarak", "Sulit Air, X Koto Diatas", "Surian, Pantai Cermin")


@dataclass(frozen=True)
class Work:
    """The keys beside the typed text, the typed letters, and the seconds of one work."""

    keys: int
    letters: int
    seconds: float


def dispatch_alarm(window: OpenWindow, bot: PacedBot, server: RunningServer) -> Work:
    """Make an incident of a new alarm, and dispatch a unit to it."""
    alarm = raise_alarm_at_gauge(server)
    window.until(lambda: window.selection.alarm == alarm)
    before = {each.id for each in window.incidents}
    begun = begin(bot)
    window.key(Qt.Key.Key_I)
    window.until(lambda: window.shell.parts.side.page is SidePage.REPORT)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.incidents) > len(before))
    made = next(each.id for each in window.incidents if each.id not in before)
    window.until(lambda: window.selection.incident == made)
    window.key(Qt.Key.Key_D)
    window.write("TRC-1")
    window.key(Qt.Key.Key_Return)
    snapshot = window.console.services.state
    window.until(lambda: bool(snapshot.snapshot.incidents[made].assignment))
    return end(bot, begun)


def take_call(window: OpenWindow, bot: PacedBot, place: str) -> Work:
    """Type a call with caller, note, time and people at risk in one line, see how it was understood, and save it."""
    before = len(window.incidents)
    begun = begin(bot)
    window.key(Qt.Key.Key_Q, Qt.KeyboardModifier.ShiftModifier)
    window.write(f"kebakaran {place}, Bu Nurlela 0811 1002, kemarin 23.10, 6 orang terjebak, api membesar ke dapur")
    draft = window.shell.parts.report_form.draft()
    parts = (draft.hazard, draft.place, draft.caller_name, draft.caller_number, draft.people_at_risk, draft.note)
    assert all(parts), f"not understood: {draft}"
    assert draft.occurred_text.endswith("23.10")
    window.key(Qt.Key.Key_Return)
    window.until(lambda: len(window.incidents) > before)
    return end(bot, begun)


def begin(bot: PacedBot) -> float:
    bot.pressed = bot.typed = 0
    return time.perf_counter()


def end(bot: PacedBot, begun_s: float) -> Work:
    return Work(bot.pressed, bot.typed, time.perf_counter() - begun_s)


def save_alone(folder: Path, runs: int) -> float:
    """Return the seconds of saving a report in a store without a window."""
    times = []
    with closing(ConsoleStore(folder)) as store:
        for _run in range(runs):
            begun_s = time.perf_counter()
            report_incident_at(store, caller="Bu Nurlela 0811 1002")
            times.append(time.perf_counter() - begun_s)
    return median(times)


def lines_of(name: str, works: list[Work], alone_s: float) -> list[ResultLine]:
    keys, letters = max(each.keys for each in works), median(each.letters for each in works)
    seconds = median(each.seconds for each in works)
    spent = f"{seconds:.2f} s, {seconds / alone_s:.0f} × a save without a window ({alone_s * 1_000:.1f} ms)"
    return [
        ResultLine(f"{name}: keys beside {letters:.0f} typed letters", f"≤ {MAX_KEYS}", str(keys), keys <= MAX_KEYS),
        ResultLine("… machine time", f"≤ {MAX_S:g} s", spent, seconds <= MAX_S),
    ]


def measure(folder: Path, runs: int) -> list[ResultLine]:
    set_language(DEFAULT_LANGUAGE)
    _app = QApplication([])
    with start_server(folder / "server") as server:
        server.add_user("ani")
        register_gauge(server)
        unit = Draft(subject=subject_of("unit", "TRC-1"), kind="unit.registered", body=encode_body(unit_card()))
        server.journal.append_drafts([unit])
        log_in_and_sync(folder / "console", server, "ani")
        bot = PacedBot()
        window = open_window(bot, folder / "console")
        window.shell.resize(1366, 768)
        alarms = [dispatch_alarm(window, bot, server)]
        calls = [take_call(window, bot, place) for place in CALLS[:runs]]
        window.console.close()
    alone_s = save_alone(folder / "alone", 20)
    return [
        *lines_of("alarm to dispatched incident", alarms, alone_s),
        *lines_of("call with caller, note, time and people at risk to saved incident", calls, alone_s),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=len(CALLS), help=f"calls; at most {len(CALLS)}")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = measure(Path(folder), options.runs)
    show_results(lines)
    save_results("ops_operator", lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
