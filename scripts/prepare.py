r"""Makes this clone ready to run: virtual environment, locked packages, the project and what Qt needs.

Works on Linux, Windows and macOS with nothing but Python 3.11 to 3.13 and needs no package of its own:

    python3 scripts/prepare.py          what `tabuah` needs to run
    python3 scripts/prepare.py --dev    also what tests and checks need
    py scripts\prepare.py                the same on Windows

Running it again is cheap: it installs only when a lock file or the project's own description has changed.
"""

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent))
from system_libraries import SystemLibrariesError, provide_command, provide_qt_libraries

PROJECT: Final = Path(__file__).resolve().parent.parent
OLDEST_PYTHON: Final = (3, 11)
NEWEST_PYTHON: Final = (3, 13)
ATTEMPTS: Final = 3


class PreparationError(Exception):
    """What went wrong and what the reader can do about it, in words for the reader."""


def check_python() -> None:
    """Refuse a Python that the locked packages were not resolved for."""
    if not OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
        raise PreparationError(
            f"Tabuah runs on Python 3.11 to 3.13; this is {sys.version.split()[0]} ({sys.executable}).\n"
            "Name another one: make demo PYTHON=python3.12   (Windows: py -3.12 scripts\\prepare.py)"
        )


def python_in(environment: Path) -> Path:
    """The interpreter of a virtual environment on this system."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def works(python: Path) -> bool:
    """Whether the environment's interpreter starts, is one of ours and has pip."""
    if not python.exists():
        return False
    probe = "import sys, pip; print(*sys.version_info[:2])"
    result = subprocess.run([python, "-c", probe], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        return False
    return OLDEST_PYTHON <= tuple(map(int, result.stdout.split())) <= NEWEST_PYTHON


def make_environment(environment: Path) -> None:
    """Create the virtual environment, anew where an older one no longer starts."""
    if works(python_in(environment)):
        return
    if environment.exists():
        say(f"{environment.name} no longer works: making it anew")
        shutil.rmtree(environment)
    if importlib.util.find_spec("ensurepip") is None:
        raise PreparationError(
            "This Python cannot make a virtual environment with pip in it.\n"
            "On Debian and Ubuntu: sudo apt-get install python3-venv   then run this again."
        )
    say(f"creating {environment.name} with Python {sys.version.split()[0]}")
    venv.create(environment, with_pip=True, symlinks=os.name != "nt")


def locks_for(*, dev: bool) -> list[Path]:
    """The lock files to install from: the development lock holds all of the other two."""
    names = ["dev.txt"] if dev else ["lock.txt", "build.txt"]
    return [PROJECT / "requirements" / name for name in names]


def fingerprint(locks: list[Path]) -> str:
    """Changes when an installation made from these locks and this project description is out of date."""
    digest = hashlib.sha256()
    for path in [*locks, PROJECT / "pyproject.toml"]:
        digest.update(path.read_bytes())
    return f"{digest.hexdigest()} {PROJECT}"


def install_packages(environment: Path, *, dev: bool) -> None:
    """Install exactly the locked files, then the project itself; nothing when that was done before."""
    locks = locks_for(dev=dev)
    stamps = {kind: environment / f"prepared-{kind}.txt" for kind in ("dev", "run")}
    wanted = {kind: fingerprint(locks_for(dev=kind == "dev")) for kind in stamps}
    good_enough = ("dev",) if dev else ("dev", "run")
    if any(stamps[k].exists() and stamps[k].read_text("utf-8") == wanted[k] for k in good_enough):
        return
    names = " and ".join(lock.name for lock in locks)
    say(f"installing the packages locked in {names}: a few minutes, once")
    python = python_in(environment)
    sources = [part for lock in locks for part in ("-r", str(lock))]
    pip_install(python, ["--require-hashes", "--no-deps", *sources], attempts=ATTEMPTS)
    pip_install(python, ["--no-deps", "--no-build-isolation", "--no-index", "--editable", str(PROJECT)])
    kind = "dev" if dev else "run"
    stamps[kind].write_text(wanted[kind], "utf-8")


def pip_install(python: Path, arguments: list[str], *, attempts: int = 1) -> None:
    """Run pip, again when the network let it down.

    Raises:
        PreparationError: pip failed every time; its own words were printed.
    """
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-input", "--root-user-action=ignore", *arguments]
    for attempt in range(1, attempts + 1):
        if subprocess.run(command, cwd=PROJECT, check=False).returncode == 0:
            return
        if attempt < attempts:
            say("that did not work; trying once more")
    raise PreparationError("The packages could not be installed; pip's message above says why.")


def say(text: str) -> None:
    """Tell what is being done, at once, on standard error."""
    print(f"prepare: {text}", file=sys.stderr, flush=True)


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Makes this clone of Tabuah ready to run.")
    parser.add_argument("--dev", action="store_true", help="also install what tests and checks need")
    parser.add_argument("--venv", type=Path, default=PROJECT / ".venv", help="where (default: .venv)")
    return parser.parse_args()


def main() -> int:
    """Do all of it; the exit code is 0 when Tabuah can be started."""
    arguments = read_arguments()
    environment: Path = arguments.venv.resolve()
    try:
        check_python()
        make_environment(environment)
        install_packages(environment, dev=arguments.dev)
        provide_qt_libraries(python_in(environment), say=say)
        if arguments.dev:
            provide_command("ogrinfo", package="gdal-bin", say=say)
            provide_command("mosquitto", package="mosquitto", say=say)
            provide_command("pdftotext", package="poppler-utils", say=say)
    except (PreparationError, SystemLibrariesError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
