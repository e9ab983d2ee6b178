"""The order in which Tab moves the focus: reading order within the regions of the window."""

from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

_SCROLL_MARGIN_PX = 40  # room for the label above a field and the message below it
_LINE_PX = 12  # widgets whose top edges are this close are on one line


def move_focus(regions: Sequence[QWidget], *, forward: bool) -> bool:
    """Move the focus to the next widget in reading order; return whether there is one.

    After the last widget comes the first. Qt's own order is that in which widgets were created, which
    differs from reading order in panels that are refilled.
    """
    order = [widget for region in regions for widget in _in_reading_order(region)]
    if not order:
        return False
    current = QApplication.focusWidget()
    at = order.index(current) if current in order else (-1 if forward else 0)
    chosen = order[(at + (1 if forward else -1)) % len(order)]
    chosen.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    _scroll_to(chosen)
    QTimer.singleShot(0, chosen, partial(_scroll_to, chosen))  # what closes with the old focus moves the rest
    return True


def _in_reading_order(region: QWidget) -> list[QWidget]:
    lines: dict[QWidget, dict[QWidget, int]] = {}
    return sorted(_reachable(region), key=lambda widget: _place(region, widget, lines))


def _reachable(region: QWidget) -> Iterator[QWidget]:
    for widget in (region, *region.findChildren(QWidget)):
        reached = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if reached and widget.isVisible() and widget.isEnabled():
            yield widget


def _place(region: QWidget, widget: QWidget, lines: dict[QWidget, dict[QWidget, int]]) -> tuple[tuple[int, int], ...]:
    """Return the line and position of a widget and of those around it, each in its parent, from the region down.

    `lines` keeps the lines of each parent.

    Only widgets in the same parent are compared. The fields of a scrolled form therefore come before the
    buttons below it, wherever they are scrolled to.
    """
    places: list[tuple[int, int]] = []
    each: QWidget | None = widget
    while each is not None and each is not region:
        parent = each.parentWidget()
        if parent is None:
            break
        if parent not in lines:
            lines[parent] = _lines_in(parent)
        places.append((lines[parent][each], each.x()))
        each = parent
    return tuple(reversed(places))


def _lines_in(parent: QWidget) -> dict[QWidget, int]:
    """Return the number of the line of each child: a line begins below the tolerance of the line before it."""
    children = (each for each in parent.children() if isinstance(each, QWidget))
    numbers: dict[QWidget, int] = {}
    number, top = 0, 0
    for child in sorted(children, key=QWidget.y):
        if not numbers or child.y() > top + _LINE_PX:
            number, top = number + 1, child.y()
        numbers[child] = number
    return numbers


def _scroll_to(widget: QWidget) -> None:
    """Scroll every area that contains a widget until it is visible."""
    container = widget.parentWidget()
    while container is not None:
        if isinstance(container, QScrollArea):
            container.ensureWidgetVisible(widget, 0, _SCROLL_MARGIN_PX)
        container = container.parentWidget()
