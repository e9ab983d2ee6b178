"""GIL-free painting: heavy drawing in a worker that does not block the window.

PySide6 6.11 holds the GIL in `QPainter.drawPath` (measured: another thread waited for all of a 60
ms path; `drawImage` releases it), and its `drawLines` and `drawPolygon` need one Python object
per point. ctypes calls the same exported functions of the loaded QtGui library, reads points
directly from an array, and releases the GIL. If the library or a symbol is missing, the ordinary
call is used. Remove this module when PySide marks these calls as `allow-thread` and accepts
buffers.
"""

import ctypes
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import PySide6
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLibraryInfo, QLineF, QPointF
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF

_LIBRARIES: Final = {
    "linux": ("libQt6Gui.so.6",),
    "darwin": ("QtGui.framework/Versions/A/QtGui", "libQt6Gui.6.dylib"),
    "win32": ("Qt6Gui.dll",),
}
_MSVC: Final = sys.platform == "win32"
_DRAW_PATH: Final = (
    "?drawPath@QPainter@@QEAAXAEBVQPainterPath@@@Z" if _MSVC else "_ZN8QPainter8drawPathERK12QPainterPath"
)
_DRAW_POLYGON: Final = (
    "?drawPolygon@QPainter@@QEAAXPEBVQPointF@@HW4FillRule@Qt@@@Z"
    if _MSVC
    else "_ZN8QPainter11drawPolygonEPK7QPointFiN2Qt8FillRuleE"
)
_ODD_EVEN: Final = 0  # Qt::FillRule
_DRAW_LINES: Final = "?drawLines@QPainter@@QEAAXPEBVQLineF@@H@Z" if _MSVC else "_ZN8QPainter9drawLinesEPK6QLineFi"


def draw_path(painter: QPainter, path: QPainterPath) -> None:
    """Draw `path` with the painter's pen and brush; other Python threads run meanwhile."""
    function = _native(_DRAW_PATH, ctypes.c_void_p)
    if function is None:
        painter.drawPath(path)
    else:
        function(shiboken6.getCppPointer(painter)[0], shiboken6.getCppPointer(path)[0])


def draw_lines(painter: QPainter, lines: NDArray[np.float64]) -> None:
    """Draw `lines`, each x1, y1, x2, y2 (shape (n, 4), contiguous); other threads run meanwhile."""
    function = _native(_DRAW_LINES, ctypes.c_void_p, ctypes.c_int)
    if function is None:
        painter.drawLines([QLineF(*line) for line in lines.tolist()])
    else:
        function(shiboken6.getCppPointer(painter)[0], lines.ctypes.data, len(lines))


def draw_polygon(painter: QPainter, points: NDArray[np.float64]) -> None:
    """Draw the ring of `points` (shape (n, 2), contiguous); other threads run meanwhile."""
    function = _native(_DRAW_POLYGON, ctypes.c_void_p, ctypes.c_int, ctypes.c_int)
    if function is None:
        painter.drawPolygon(QPolygonF([QPointF(*point) for point in points.tolist()]))
    else:
        function(shiboken6.getCppPointer(painter)[0], points.ctypes.data, len(points), _ODD_EVEN)


def releases_gil() -> bool:
    """Return whether this machine draws without the GIL."""
    return _native(_DRAW_PATH, ctypes.c_void_p) is not None


@cache
def _native(symbol: str, *arguments: Any) -> Callable[..., None] | None:
    """Return a void member function of QPainter by its mangled name; None if it is not available."""
    if ctypes.sizeof(ctypes.c_void_p) != 8:
        return None  # the symbol names above are those of 64-bit builds
    for path in _candidates():
        try:
            function = getattr(ctypes.CDLL(str(path)), symbol)
        except (OSError, AttributeError):
            continue
        function.argtypes = (ctypes.c_void_p, *arguments)
        function.restype = None
        return function  # type: ignore[no-any-return]
    return None


def _candidates() -> list[Path]:
    package = Path(PySide6.__file__).parent
    folders = [package, Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.LibrariesPath)), package / "Qt" / "lib"]
    names = _LIBRARIES.get(sys.platform, ())
    return [folder / name for folder in folders for name in names if (folder / name).is_file()]
