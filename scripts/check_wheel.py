"""Check of the wheel in dist/: it must contain every resource of the package and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parent.parent


def faults_of(names: set[str], *, tracked: set[str]) -> list[str]:
    """Return the faults of a wheel with `names`, compared with the package's files in the clone."""
    foreign = {name for name in names if not name.startswith(("tabuah/", "tabuah-"))}
    stray = {name for name in names if "/tests/" in name or name.endswith((".pyc", ".pyi.bak"))}
    faults = [f"does not belong in the wheel: {name}" for name in sorted(foreign | stray)]
    faults += [f"is missing from the wheel: {name}" for name in sorted(tracked - names)]
    if not any(name.endswith("licenses/LICENSE") for name in names):
        faults.append("the licence is missing from the wheel")
    return faults


def tracked_files() -> set[str]:
    """Return the package's files in the clone."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "tabuah"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return {name for name in listing.stdout.split("\0") if name}


def main() -> int:
    """Check the newest wheel; return 0 when it is correct."""
    wheels = sorted((PROJECT / "dist").glob("tabuah-*.whl"), key=lambda path: path.stat().st_mtime)
    if not wheels:
        print("no wheel in dist/: run make wheel", file=sys.stderr)
        return 1
    with zipfile.ZipFile(wheels[-1]) as wheel:
        names = set(wheel.namelist())
    for fault in (faults := faults_of(names, tracked=tracked_files())):
        print(fault, file=sys.stderr)
    if not faults:
        print(f"{wheels[-1].name}: {len(names)} files, all of the package and nothing else")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
