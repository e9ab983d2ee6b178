"""What was asked beside what was reached: lines of one table, printed and kept, and the machine they come from."""

import json
import os
import platform
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

RESULTS: Final = Path(__file__).parent / "results"


class Line(msgspec.Struct, frozen=True):
    """One line: what was measured, what was asked of it, what was reached, and whether that is enough."""

    what: str
    asked: str
    reached: str
    is_reached: bool


def load() -> str:
    """How busy the machine has been in the last minute; a figure from a busy machine is a lower bound."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def machine() -> str:
    """What the figures come from."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {load()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def show(lines: Sequence[Line]) -> None:
    """Print the table."""
    widths = [max(len(getattr(line, name)) for line in lines) for name in ("what", "asked", "reached")]
    head = Line("", "asked", "reached", True)
    for line in (head, *lines):
        cells = zip((line.what, line.asked, line.reached), widths, strict=True)
        mark = "" if line is head else "yes" if line.is_reached else "NO"
        print("  ".join(text.ljust(width) for text, width in cells), mark)
    print(machine())


def keep(name: str, lines: Sequence[Line], **more: Any) -> None:
    """Keep lines under a name beside the other figures."""
    RESULTS.mkdir(exist_ok=True)
    about = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), **more}
    kept = {**about, "lines": [msgspec.to_builtins(line) for line in lines]}
    (RESULTS / f"{name}.json").write_text(json.dumps(kept, indent=2) + "\n", "utf-8")


def kept(name: str) -> tuple[list[Line], str]:
    """The lines kept under a name, and the machine they came from; none where nothing was kept."""
    file = RESULTS / f"{name}.json"
    if not file.is_file():
        return [], ""
    found = json.loads(file.read_text("utf-8"))
    return msgspec.convert(found["lines"], list[Line]), f"{found['at']}, {found['machine']}"


def run_parts(parts: Mapping[str, Sequence[str]]) -> list[str]:
    """Run scripts beside this one, each in a process of its own with its options; those that failed."""
    failed = []
    for script, options in parts.items():
        print(f"\n== {script}", flush=True)
        here = Path(__file__).parent
        command = [sys.executable, str(here / script), *options]
        if subprocess.run(command, cwd=here.parent, check=False).returncode:
            failed.append(script)
    return failed


def show_kept(title: str, names: Sequence[str], failed: Sequence[str]) -> None:
    """All lines that are kept under some names in one table, and where they come from."""
    lines: list[Line] = []
    sources = []
    for name in names:
        found, source = kept(name)
        lines += found or [Line(name, "", "not measured yet", False)]
        sources.append(f"{name}: {source or 'nothing kept'}")
    print(f"\n{title}: asked and reached\n")
    show(lines)
    print(*sources, sep="\n")
    for script in failed:
        print(f"{script} FAILED; its lines are those of an earlier run")
