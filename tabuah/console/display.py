"""Check of the display before Qt starts: Qt ends the process without a usable message where it finds none."""

import ctypes
import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tabuah.resources.localisation import _, ngettext

# The libraries that Qt's wheels do not contain, and Debian's packages of them.
_PACKAGES: Final = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
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
        raise missing_library(str(error), load=load) from error
    if not answers:
        raise DisplayError(
            _("The display {name} does not answer. Open the window in a desktop session.").format(name=name)
        )


def missing_library(reason: str, *, load: LoadLibrary = ctypes.CDLL) -> DisplayError:
    """Return the error for a system library that could not be loaded, with all that are missing.

    Args:
        reason: the message of the loader about the first one.
        load: opens a shared library; the loader itself stops at the first one.
    """
    library = reason.partition(":")[0].strip()
    if library not in _PACKAGES:
        return DisplayError(_("Qt cannot start: {reason}").format(reason=reason))
    missing = [library, *(name for name in _PACKAGES if name != library and not _is_loadable(name, load))]
    return DisplayError(
        ngettext(
            "Qt needs the system library {libraries}. On Debian and Ubuntu: sudo apt-get install {packages}",
            "Qt needs the system libraries {libraries}. On Debian and Ubuntu: sudo apt-get install {packages}",
            len(missing),
        ).format(libraries=", ".join(missing), packages=" ".join(_PACKAGES[name] for name in missing))
    )


def _is_loadable(name: str, load: LoadLibrary) -> bool:
    try:
        load(name)
    except OSError:
        return False
    return True


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
