"""GIL-free painting: heavy drawing in a worker that does not block the window.

PySide6 6.11 holds the GIL in `QPainter.drawPath` (measured: another thread waited for all of a 60
ms path; `drawImage` releases it), and its `drawLines` and `drawPolygon` need one Python object
per point. ctypes calls the same exported functions of the loaded QtGui library, reads points
directly from an array, and releases the GIL. The first use draws a small picture in both ways; if
the library or a symbol is missing or the pictures differ, the ordinary calls are used. Figures and
reasons: docs/decisions/0032-gil-free-painting.md. Remove this module when PySide marks these calls
as `allow-thread` and accepts buffers.
"""

import ctypes
import logging
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import msgspec
import numpy as np
import PySide6
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLibraryInfo, QLineF, QPointF
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPolygonF

log = logging.getLogger(__name__)

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


class _NativeCalls(msgspec.Struct, frozen=True):
    """Member functions of QPainter; the first argument is the address of the painter."""

    draw_path: Callable[..., None]
    draw_lines: Callable[..., None]
    draw_polygon: Callable[..., None]


def draw_path(painter: QPainter, path: QPainterPath) -> None:
    """Draw `path` with the painter's pen and brush; other Python threads run meanwhile."""
    _draw_path(_native(), painter, path)


def draw_lines(painter: QPainter, lines: NDArray[np.float64]) -> None:
    """Draw `lines`, each x1, y1, x2, y2 (shape (n, 4), contiguous); other threads run meanwhile."""
    _draw_lines(_native(), painter, lines)


def draw_polygon(painter: QPainter, points: NDArray[np.float64]) -> None:
    """Draw the ring of `points` (shape (n, 2), contiguous); other threads run meanwhile."""
    _draw_polygon(_native(), painter, points)


def releases_gil() -> bool:
    """Return whether this machine draws without the GIL."""
    return _native() is not None


@cache
def _native() -> _NativeCalls | None:
    """Return the native calls after a self-test; None if they are missing or draw something else."""
    native = _load_native()
    if native is None:
        log.warning("QtGui's drawing functions were not found: maps are painted with the GIL held")
    elif _test_picture(native) != _test_picture(None):
        log.error("QtGui's drawing functions failed their self-test: maps are painted with the GIL held")
        return None
    return native


def _draw_path(native: _NativeCalls | None, painter: QPainter, path: QPainterPath) -> None:
    if native is None:
        painter.drawPath(path)
    else:
        native.draw_path(shiboken6.getCppPointer(painter)[0], shiboken6.getCppPointer(path)[0])


def _draw_lines(native: _NativeCalls | None, painter: QPainter, lines: NDArray[np.float64]) -> None:
    if len(lines) == 0:
        return
    if native is None:  # `drawLines` reads as many lines behind the first as asked, without copying them
        painter.drawLines(cast(QLineF, shiboken6.wrapInstance(lines.ctypes.data, QLineF)), len(lines))
    else:
        native.draw_lines(shiboken6.getCppPointer(painter)[0], lines.ctypes.data, len(lines))


def _draw_polygon(native: _NativeCalls | None, painter: QPainter, points: NDArray[np.float64]) -> None:
    if native is None:
        painter.drawPolygon(QPolygonF([QPointF(*point) for point in points.tolist()]))
    else:
        native.draw_polygon(shiboken6.getCppPointer(painter)[0], points.ctypes.data, len(points), _ODD_EVEN)


def _test_picture(native: _NativeCalls | None) -> QImage:
    """Return a small picture of a filled path, a polygon and lines."""
    ring = np.array([(2.0, 2.0), (29.0, 5.0), (17.0, 28.0), (9.0, 4.0)])
    path = QPainterPath(QPointF(1, 30))
    path.lineTo(30, 30)
    path.lineTo(15, 12)
    image = QImage(32, 32, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor("#102030"))
        painter.setBrush(QColor("#ff8800"))
        _draw_path(native, painter, path)
        _draw_polygon(native, painter, ring)
        _draw_lines(native, painter, np.hstack((ring, ring[::-1])))
    finally:
        painter.end()
    return image


def _load_native() -> _NativeCalls | None:
    """Return the member functions by their mangled names; None if one is not available."""
    if ctypes.sizeof(ctypes.c_void_p) != 8:
        return None  # the symbol names above are those of 64-bit builds
    for path in _candidates():
        try:
            library = ctypes.CDLL(str(path))
            return _NativeCalls(
                draw_path=_function(library, _DRAW_PATH, ctypes.c_void_p),
                draw_lines=_function(library, _DRAW_LINES, ctypes.c_void_p, ctypes.c_int),
                draw_polygon=_function(library, _DRAW_POLYGON, ctypes.c_void_p, ctypes.c_int, ctypes.c_int),
            )
        except (OSError, AttributeError):
            continue
    return None


def _function(library: ctypes.CDLL, symbol: str, *arguments: Any) -> Callable[..., None]:
    function = getattr(library, symbol)
    function.argtypes = (ctypes.c_void_p, *arguments)
    function.restype = None
    return function  # type: ignore[no-any-return]


def _candidates() -> list[Path]:
    package = Path(PySide6.__file__).parent
    folders = [package, Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.LibrariesPath)), package / "Qt" / "lib"]
    names = _LIBRARIES.get(sys.platform, ())
    return [folder / name for folder in folders for name in names if (folder / name).is_file()]
