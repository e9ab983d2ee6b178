"""Power cuts: a server killed while offices push, and a console killed while it saves."""

import random
import tempfile
from pathlib import Path
from statistics import median

from faults.convergence_checks import converge_offices
from faults.offices import open_offices
from faults.process_kills import kill_console_while_writing, kill_server_under_load
from faults.server_process import server_process
from goals import ResultLine

USERS = ("ani", "budi", "citra", "dedi")


def server_kills(times: int) -> list[ResultLine]:
    """Kill the server while four offices write and sync without pause; then check all journals."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-faults-") as folder,
        server_process(Path(folder) / "server", users=USERS) as server,
        open_offices(Path(folder), *USERS, url=server.url) as offices,
    ):
        kills = kill_server_under_load(server, offices, times=times, draw=random.Random(20))
        records = converge_offices(offices)  # fails when an entry is lost, duplicated, stuck or different
        what = f"server kill -9 ×{times} under load of {len(offices)} offices"
        reached = f"0 of {kills.acknowledged} acknowledged lost, 0 of {len(records)} doubled"
        return [
            ResultLine(what, "0 acknowledged lost, 0 doubled", reached, True),
            _time_line("  the server answers again", 5, kills.ready_s, kills.processor_s),
        ]


def console_kills(times: int) -> list[ResultLine]:
    """Kill a console process at random times while it saves, and restart it on the same data."""
    with tempfile.TemporaryDirectory(prefix="bench-faults-") as folder:
        kills = kill_console_while_writing(Path(folder), times=times, draw=random.Random(100))
    sound = not kills.lost and not kills.damage
    reached = f"{len(kills.lost)} of {len(kills.saved)} lost, {len(kills.damage)} files damaged"
    return [
        ResultLine(f"console kill -9 ×{times} while writing", "no saved form lost", reached, sound),
        _time_line("  the console opens in a new process", 3, kills.open_s, kills.processor_s),
    ]


def _time_line(what: str, asked_s: int, took_s: list[float], processor_s: list[float]) -> ResultLine:
    """Return a line about the slowest run, with the CPU share of this program."""
    reached = (
        f"{max(took_s):.1f} s at worst, {median(took_s):.1f} s in the middle; "
        f"{median(processor_s):.1f} s of processor time"
    )
    return ResultLine(what, f"≤ {asked_s} s", reached, max(took_s) <= asked_s)
