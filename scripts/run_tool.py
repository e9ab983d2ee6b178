"""Run a development tool from .venv, on every operating system: `python scripts/run_tool.py ruff check .`."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run the tool named by the first argument and return its exit code."""
    folder, suffix = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
    tool = PROJECT / ".venv" / folder / f"{sys.argv[1]}{suffix}"
    if not tool.exists():
        print(f"{tool} is missing. Run: python scripts/prepare.py --dev", file=sys.stderr)
        return 2
    return subprocess.run([tool, *sys.argv[2:]], cwd=PROJECT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
