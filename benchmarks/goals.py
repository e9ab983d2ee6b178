"""Benchmark results compared with their goals: a table that is printed and saved with the machine's details."""

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


class ResultLine(msgspec.Struct, frozen=True):
    """One result: subject, goal, value reached, and whether the goal is met."""

    what: str
    asked: str
    reached: str
    is_reached: bool


def machine_load() -> str:
    """Return the load of the last minute; results from a busy machine are a lower bound."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def machine() -> str:
    """Return a description of the machine."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {machine_load()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def show_results(lines: Sequence[ResultLine]) -> None:
    """Print the table."""
    widths = [max(len(getattr(line, name)) for line in lines) for name in ("what", "asked", "reached")]
    head = ResultLine("", "asked", "reached", True)
    for line in (head, *lines):
        cells = zip((line.what, line.asked, line.reached), widths, strict=True)
        mark = "" if line is head else "yes" if line.is_reached else "NO"
        print("  ".join(text.ljust(width) for text, width in cells), mark)
    print(machine())


def save_results(name: str, lines: Sequence[ResultLine], **more: Any) -> None:
    """Save results under a name."""
    RESULTS.mkdir(exist_ok=True)
    about = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), **more}
    kept = {**about, "lines": [msgspec.to_builtins(line) for line in lines]}
    (RESULTS / f"{name}.json").write_text(json.dumps(kept, indent=2) + "\n", "utf-8")


def load_results(name: str) -> tuple[list[ResultLine], str]:
    """Return the saved results of a name and their machine; none where nothing was saved."""
    file = RESULTS / f"{name}.json"
    if not file.is_file():
        return [], ""
    found = json.loads(file.read_text("utf-8"))
    return msgspec.convert(found["lines"], list[ResultLine]), f"{found['at']}, {found['machine']}"


def run_parts(parts: Mapping[str, Sequence[str]]) -> list[str]:
    """Run scripts of this folder in separate processes with options; return those that failed."""
    failed = []
    for script, options in parts.items():
        print(f"\n== {script}", flush=True)
        here = Path(__file__).parent
        command = [sys.executable, str(here / script), *options]
        if subprocess.run(command, cwd=here.parent, check=False).returncode:
            failed.append(script)
    return failed


def show_kept(title: str, names: Sequence[str], failed: Sequence[str]) -> None:
    """Print all saved results of some names in one table, with their machines."""
    lines: list[ResultLine] = []
    sources = []
    for name in names:
        found, source = load_results(name)
        lines += found or [ResultLine(name, "", "not measured yet", False)]
        sources.append(f"{name}: {source or 'nothing kept'}")
    print(f"\n{title}: asked and reached\n")
    show_results(lines)
    print(*sources, sep="\n")
    for script in failed:
        print(f"{script} FAILED; its lines are those of an earlier run")
