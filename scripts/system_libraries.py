"""Check whether Qt can start on this system; install missing Linux libraries or print how to.

Windows and macOS include everything that Qt needs. A Linux server or a bare container does not:
Qt's wheels contain Qt itself, not the display, font and bus libraries of the distribution.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

Say = Callable[[str], None]

# Debian and Ubuntu names, found by starting Qt in a bare Debian 13.
OFFSCREEN_PACKAGES: Final = (
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libgl1",
    "libglib2.0-0",
    "libxkbcommon0",
)
DISPLAY_PACKAGES: Final = {
    "xcb": (
        "libxcb-cursor0",
        "libxcb-icccm4",
        "libxcb-image0",
        "libxcb-keysyms1",
        "libxcb-render-util0",
        "libxcb-shape0",
        "libxcb-xkb1",
        "libxkbcommon-x11-0",
    ),
    "wayland": ("libwayland-cursor0", "libwayland-egl1"),
}
ATTEMPTS: Final = 3

# Runs in the environment's Python: loads the console's modules, then the platform plugins.
PROBE: Final = """
import ctypes, pathlib, sys
import PySide6.QtGui, PySide6.QtSvg, PySide6.QtWidgets
plugins = pathlib.Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforms"
for name in sys.argv[1:]:
    ctypes.CDLL(str(plugins / f"libq{name}.so"))
"""


class SystemLibrariesError(Exception):
    """Qt cannot start; the message contains the command that installs the missing libraries."""


def provide_qt_libraries(python: Path, *, say: Say) -> None:
    """Make sure that Qt starts under `python`, with apt where possible.

    Raises:
        SystemLibrariesError: Qt still cannot start, with the reason.
    """
    problem = qt_problem(python)
    if problem is None:
        provide_window_libraries(python, say=say)
        return
    if not is_linux():
        raise SystemLibrariesError(f"Qt cannot start:\n{problem}")
    packages = [*OFFSCREEN_PACKAGES, *DISPLAY_PACKAGES.get(display_plugin() or "", ())]
    if can_install():
        say(f"installing the system libraries that Qt needs ({problem})")
        apt_install(packages)
        problem = qt_problem(python)
    if problem is not None:
        raise SystemLibrariesError(
            f"Qt cannot start: {problem}\nInstall the libraries it needs, then run this again. "
            f"On Debian and Ubuntu:\n\n    sudo apt-get install {' '.join(packages)}\n"
        )
    provide_window_libraries(python, say=say)


def provide_window_libraries(python: Path, *, say: Say) -> None:
    """Install what a window on X11 needs, also from a session without a display, such as SSH or `su -`.

    A missing library is no error here: a server needs no window, and `tabuah console` names what it lacks. A CI
    run shows no window; it sets CI.
    """
    if not is_linux() or os.environ.get("CI") or plugin_problem(python, "xcb") is None:
        return
    packages = [*OFFSCREEN_PACKAGES, *DISPLAY_PACKAGES["xcb"]]
    if can_install():
        say("installing the system libraries that the window needs")
        apt_install(packages)
    if problem := plugin_problem(python, "xcb"):
        say(
            f"the window cannot open here yet ({problem}). On Debian and Ubuntu: apt-get install {' '.join(packages)}"
        )


def provide_command(name: str, *, package: str, say: Say) -> None:
    """Install a Debian package for a command; on failure print a message: its tests are skipped."""
    if find_command(name):
        return
    if can_install():
        say(f"installing {package} for {name}")
        apt_install([package])
    if not find_command(name):
        say(f"{name} is missing, so its tests skip. On Debian and Ubuntu: sudo apt-get install {package}")


def find_command(name: str) -> str | None:
    """Return the path of a command, also from administrator folders outside the user's PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def is_linux() -> bool:
    """Return whether Qt's system libraries come from a Linux distribution."""
    return sys.platform.startswith("linux")


def display_plugin() -> str | None:
    """Return Qt's platform plugin for the display of this session, None without a display."""
    if os.environ.get("DISPLAY"):
        return "xcb"
    return "wayland" if os.environ.get("WAYLAND_DISPLAY") else None


def qt_problem(python: Path) -> str | None:
    """Return the last line of Qt's error when it cannot be loaded, else None."""
    return plugin_problem(python, *(name for name in ("offscreen", display_plugin()) if name and is_linux()))


def plugin_problem(python: Path, *plugins: str) -> str | None:
    """Return the last line of Qt's error when it cannot be loaded with these platform plugins, else None."""
    command = [str(python), "-c", PROBE, *plugins]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return None
    lines = result.stderr.strip().splitlines()
    return lines[-1] if lines else f"loading it ended with exit code {result.returncode}"


def can_install() -> bool:
    """Return whether this process may use apt: as root, on Debian or a derivative."""
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: list[str]) -> None:
    """Install Debian packages without questions; update the package lists when missing or too old."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages]
    for attempt in range(ATTEMPTS):
        if attempt or not any(Path("/var/lib/apt/lists").glob("*_Packages*")):
            run_quietly(["apt-get", "update", "--quiet"], environment=environment)
        if run_quietly(install, environment=environment):
            return


def run_quietly(command: list[str], *, environment: dict[str, str]) -> bool:
    """Run a command and print its output only on failure; return whether it succeeded."""
    result = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        print(result.stdout[-2000:], result.stderr[-2000:], sep="\n", file=sys.stderr)
    return result.returncode == 0
