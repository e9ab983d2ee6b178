"""The way of the Tab key: region by region in reading order, and inside each from top to bottom."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

_LINE_PX = 12  # widgets whose upper edges are this close stand on one line


def move_focus(regions: Sequence[QWidget], *, forward: bool) -> bool:
    """Give the focus to the next widget in reading order, behind the last to the first; whether there is one.

    Qt's own chain is the order in which widgets were made, which is not the order in which people read a panel that
    is filled anew.
    """
    order = [widget for region in regions for widget in _in_reading_order(region)]
    if not order:
        return False
    current = QApplication.focusWidget()
    at = order.index(current) if current in order else (-1 if forward else 0)
    chosen = order[(at + (1 if forward else -1)) % len(order)]
    chosen.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    return True


def _in_reading_order(region: QWidget) -> list[QWidget]:
    return sorted(_reachable(region), key=lambda widget: _place(region, widget))


def _reachable(region: QWidget) -> Iterator[QWidget]:
    for widget in (region, *region.findChildren(QWidget)):
        reached = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if reached and widget.isVisible() and widget.isEnabled():
            yield widget


def _place(region: QWidget, widget: QWidget) -> tuple[int, int]:
    corner = widget.mapTo(region, QPoint(0, 0)) if widget is not region else QPoint(0, 0)
    return (corner.y() // _LINE_PX, corner.x())
