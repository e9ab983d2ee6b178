"""Drawing paths without holding the interpreter lock, so that a long path in a worker never stops the window.

PySide6 6.11 keeps the lock in `QPainter.drawPath` (measured: another thread stood still for all of a 60 ms path;
`drawImage` releases it). ctypes calls the same exported function of the loaded QtGui library and releases the lock
around it. Where the library or the symbol is not found, the ordinary call is used. Can go when PySide marks
`drawPath` as `allow-thread`.
"""

import ctypes
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import PySide6
import shiboken6
from PySide6.QtCore import QLibraryInfo
from PySide6.QtGui import QPainter, QPainterPath

_LIBRARIES: Final = {
    "linux": ("libQt6Gui.so.6",),
    "darwin": ("QtGui.framework/Versions/A/QtGui", "libQt6Gui.6.dylib"),
    "win32": ("Qt6Gui.dll",),
}
_SYMBOL: Final = (
    "?drawPath@QPainter@@QEAAXAEBVQPainterPath@@@Z"
    if sys.platform == "win32"
    else "_ZN8QPainter8drawPathERK12QPainterPath"
)


def draw_path(painter: QPainter, path: QPainterPath) -> None:
    """Draw `path` with the pen and brush of `painter`; other Python threads run meanwhile."""
    function = _native_draw_path()
    if function is None:
        painter.drawPath(path)
    else:
        function(shiboken6.getCppPointer(painter)[0], shiboken6.getCppPointer(path)[0])


def is_unlocked() -> bool:
    """Whether paths are really drawn without the lock on this machine."""
    return _native_draw_path() is not None


@cache
def _native_draw_path() -> Callable[[int, int], None] | None:
    if ctypes.sizeof(ctypes.c_void_p) != 8:
        return None  # the symbol names above are those of 64-bit builds
    for path in _candidates():
        try:
            function = getattr(ctypes.CDLL(str(path)), _SYMBOL)
        except (OSError, AttributeError):
            continue
        function.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
        function.restype = None
        return function  # type: ignore[no-any-return]
    return None


def _candidates() -> list[Path]:
    package = Path(PySide6.__file__).parent
    folders = [package, Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.LibrariesPath)), package / "Qt" / "lib"]
    names = _LIBRARIES.get(sys.platform, ())
    return [folder / name for folder in folders for name in names if (folder / name).is_file()]
