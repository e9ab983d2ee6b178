"""Write the lock files in requirements/: every version pinned, every file hashed, no index host named.

Run `make lock`, or the Python of `.venv` after `prepare.py --dev`. `--upgrade` updates to the
newest versions; without it, locked versions stay where they still fit.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parent.parent
LOWEST_PYTHON: Final = "3.11"
# The run-time lock is first and constrains the others, so that all use one version of a package.
CONSTRAINTS: Final = ["-c", "requirements/lock.txt"]
LOCKS: Final = {
    "lock.txt": ["pyproject.toml", "--all-extras"],
    "build.txt": ["--group", "build", *CONSTRAINTS],
    "dev.txt": ["pyproject.toml", "--all-extras", "--group", "dev", *CONSTRAINTS, "-c", "requirements/build.txt"],
}


def write_lock(name: str, *, sources: list[str], options: list[str]) -> None:
    """Resolve `sources` for every supported Python and system into requirements/`name`."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    command += ["--python-version", LOWEST_PYTHON, "--no-emit-index-url", "--no-emit-find-links"]
    command += ["--custom-compile-command", "make lock", "--output-file", f"requirements/{name}"]
    subprocess.run([*command, *sources, *options], cwd=PROJECT, check=True)


def main() -> None:
    """Write all lock files in order; arguments are passed to `uv pip compile`."""
    (PROJECT / "requirements").mkdir(exist_ok=True)
    for name, sources in LOCKS.items():
        write_lock(name, sources=sources, options=sys.argv[1:])


if __name__ == "__main__":
    main()
