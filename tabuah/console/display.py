"""Check of the display before Qt starts: Qt ends the process without a usable message where it finds none."""

import ctypes
import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tabuah.resources.localisation import _

# Debian's packages of the libraries that Qt's wheels do not contain.
_PACKAGES: Final = {
    "libxcb-cursor": "libxcb-cursor0",
    "libxcb-icccm": "libxcb-icccm4",
    "libxcb-image": "libxcb-image0",
    "libxcb-keysyms": "libxcb-keysyms1",
    "libxcb-render-util": "libxcb-render-util0",
    "libxcb-shape": "libxcb-shape0",
    "libxcb-xkb": "libxcb-xkb1",
    "libxkbcommon-x11": "libxkbcommon-x11-0",
    "libxkbcommon": "libxkbcommon0",
    "libGL": "libgl1",
    "libEGL": "libegl1",
    "libfontconfig": "libfontconfig1",
    "libdbus": "libdbus-1-3",
    "libglib": "libglib2.0-0",
}

LoadLibrary = Callable[[str], ctypes.CDLL]


class DisplayError(Exception):
    """The window cannot be shown here; the message gives the next step."""


def check_display(environ: Mapping[str, str], *, load: LoadLibrary = ctypes.CDLL) -> None:
    """Check that Qt can open a window.

    Args:
        environ: the environment of the process.
        load: opens a shared library.

    Raises:
        DisplayError: there is no display, it does not answer, or a system library is missing.
    """
    if sys.platform != "linux":
        return
    platform = environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform not in ("", "xcb") or (not platform and environ.get("WAYLAND_DISPLAY")):
        return
    name = environ.get("DISPLAY", "")
    if not name:
        raise DisplayError(
            _("There is no display here. Open the window in a desktop session; commands such as tabuah status work.")
        )
    try:
        load(str(_xcb_plugin()))
        answers = _answers(load("libxcb.so.1"), name)
    except OSError as error:
        raise missing_library(str(error)) from error
    if not answers:
        raise DisplayError(
            _("The display {name} does not answer. Open the window in a desktop session.").format(name=name)
        )


def missing_library(reason: str) -> DisplayError:
    """Return the error for a system library that could not be loaded, from the loader's reason."""
    library = reason.partition(":")[0].strip()
    stem = library.partition(".so")[0].rstrip("0123456789.-")
    package = _PACKAGES.get(stem)
    if package is None:
        return DisplayError(_("Qt cannot start: {reason}").format(reason=reason))
    return DisplayError(
        _("Qt needs the system library {library}. On Debian and Ubuntu: sudo apt-get install {package}").format(
            library=library, package=package
        )
    )


def _xcb_plugin() -> Path:
    found = importlib.util.find_spec("PySide6")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "Qt" / "plugins" / "platforms" / "libqxcb.so"


def _answers(xcb: ctypes.CDLL, name: str) -> bool:
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(name.encode(), None))
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed
