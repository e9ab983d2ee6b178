"""Power cuts: the server killed while offices push, a console killed while somebody saves."""

import random
import tempfile
from pathlib import Path
from statistics import median

from asked import Line
from faults.accounts import find_together
from faults.kills import kill_console_while_writing, kill_server_under_load
from faults.offices import open_offices
from faults.server_process import server_process

USERS = ("ani", "budi", "citra", "dedi")


def server_kills(times: int) -> list[Line]:
    """Four offices write and sync without a pause while the server is killed; then the books are checked."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-faults-") as folder,
        server_process(Path(folder) / "server", users=USERS) as server,
        open_offices(Path(folder), *USERS, url=server.url) as offices,
    ):
        kills = kill_server_under_load(server, offices, times=times, draw=random.Random(20))
        records = find_together(offices)  # fails when anything is lost, doubled, stuck or different
        what = f"server kill -9 ×{times} under load of {len(offices)} offices"
        reached = f"0 of {kills.acknowledged} acknowledged lost, 0 of {len(records)} doubled"
        return [
            Line(what, "0 acknowledged lost, 0 doubled", reached, True),
            _time_line("  the server answers again", 5, kills.ready_s, kills.processor_s),
        ]


def console_kills(times: int) -> list[Line]:
    """A console process is killed at a random moment of its saving and started again on the same data."""
    with tempfile.TemporaryDirectory(prefix="bench-faults-") as folder:
        kills = kill_console_while_writing(Path(folder), times=times, draw=random.Random(100))
    sound = not kills.lost and not kills.damage
    reached = f"{len(kills.lost)} of {len(kills.saved)} lost, {len(kills.damage)} files damaged"
    return [
        Line(f"console kill -9 ×{times} while writing", "no saved form lost", reached, sound),
        _time_line("  the console opens, its process started anew", 3, kills.open_s, kills.processor_s),
    ]


def _time_line(what: str, asked_s: int, took_s: list[float], processor_s: list[float]) -> Line:
    """A line about the slowest; how much of it is this program's own work is told beside it."""
    reached = (
        f"{max(took_s):.1f} s at worst, {median(took_s):.1f} s in the middle; "
        f"{median(processor_s):.1f} s of processor time"
    )
    return Line(what, f"≤ {asked_s} s", reached, max(took_s) <= asked_s)
