"""The documents of a played shift: the record of its handover, and the reports on its days and first incident."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tabuah.storage.cache.store import ConsoleStore


def write_documents(data: Path, folder: Path, days: list[str]) -> None:
    """Write the documents of a console's shift into a folder, by the commands that a supervisor uses."""
    with closing(ConsoleStore(data)) as store:
        (shift,) = store.shifts()
        incidents = sorted(store.incidents(), key=lambda incident: incident.reported_at)
    _run(data, "shift", "export", shift.id, "-o", str(folder / "handover.pdf"))
    for day in days:
        _run(data, "report", "after-action", "--date", day, "-o", str(folder / f"day-{day}.pdf"))
    _run(data, "report", "after-action", incidents[0].number, "-o", str(folder / "incident.pdf"))


def _run(data: Path, *command: str) -> None:
    subprocess.run([sys.executable, "-m", "tabuah", *command, "--data", str(data)], check=True)
