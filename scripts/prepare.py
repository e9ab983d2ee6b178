r"""Prepare this clone: virtual environment, locked packages, the project and Qt's system libraries.

Works on Linux, Windows and macOS with Python 3.11 to 3.13 and no other package:

    python3 scripts/prepare.py          packages to run `tabuah`
    python3 scripts/prepare.py --dev    also packages for tests and checks
    py scripts\prepare.py                the same on Windows

A second run is fast: it installs only after a change of a lock file or of the project description.
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
    """Expected failure; the message states the problem and the remedy for the user."""


def check_python() -> None:
    """Reject a Python version for which no packages are locked."""
    if not OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
        raise PreparationError(
            f"Tabuah runs on Python 3.11 to 3.13; this is {sys.version.split()[0]} ({sys.executable}).\n"
            "Name another one: make demo PYTHON=python3.12   (Windows: py -3.12 scripts\\prepare.py)"
        )


def python_in(environment: Path) -> Path:
    """Return the interpreter of a virtual environment on this system."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def works(python: Path) -> bool:
    """Return whether the environment's interpreter starts, is supported and has pip."""
    if not python.exists():
        return False
    probe = "import sys, pip; print(*sys.version_info[:2])"
    result = subprocess.run([python, "-c", probe], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        return False
    return OLDEST_PYTHON <= tuple(map(int, result.stdout.split())) <= NEWEST_PYTHON


def make_environment(environment: Path) -> None:
    """Create the virtual environment, or replace one that no longer starts."""
    if works(python_in(environment)):
        return
    if environment.exists():
        say(f"{environment.name} no longer works: making it again")
        shutil.rmtree(environment)
    if importlib.util.find_spec("ensurepip") is None:
        raise PreparationError(
            "This Python cannot make a virtual environment with pip in it.\n"
            "On Debian and Ubuntu: sudo apt-get install python3-venv   then run this again."
        )
    say(f"creating {environment.name} with Python {sys.version.split()[0]}")
    venv.create(environment, with_pip=True, symlinks=os.name != "nt")


def locks_for(*, dev: bool) -> list[Path]:
    """Return the lock files to install; the development lock includes the other two."""
    names = ["dev.txt"] if dev else ["lock.txt", "build.txt"]
    return [PROJECT / "requirements" / name for name in names]


def fingerprint(locks: list[Path]) -> str:
    """Return a fingerprint that changes when the installation from these locks is out of date."""
    digest = hashlib.sha256()
    for path in [*locks, PROJECT / "pyproject.toml"]:
        digest.update(path.read_bytes())
    return f"{digest.hexdigest()} {PROJECT}"


def install_packages(environment: Path, *, dev: bool) -> None:
    """Install exactly the locked files, then the project; nothing when already done."""
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


def compile_files(environment: Path) -> None:
    """Compile changed translations and modules, so that the first start need not."""
    python = python_in(environment)
    subprocess.run([python, "-m", "tabuah.resources.translation_files"], cwd=PROJECT, check=True)
    subprocess.run([python, "-m", "compileall", "-q", "tabuah"], cwd=PROJECT, check=True)


def pip_install(python: Path, arguments: list[str], *, attempts: int = 1) -> None:
    """Run pip, again after network errors.

    Raises:
        PreparationError: pip failed every time; its output was printed.
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
    """Print a progress message to standard error without buffering."""
    print(f"prepare: {text}", file=sys.stderr, flush=True)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Makes this clone of Tabuah ready to run.")
    parser.add_argument("--dev", action="store_true", help="also install what tests and checks need")
    parser.add_argument("--venv", type=Path, default=PROJECT / ".venv", help="where (default: .venv)")
    return parser.parse_args()


def main() -> int:
    """Run all steps; return 0 when Tabuah can be started."""
    arguments = read_arguments()
    environment: Path = arguments.venv.resolve()
    try:
        check_python()
        make_environment(environment)
        install_packages(environment, dev=arguments.dev)
        compile_files(environment)
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
