"""Findings about a shown window: names, Tab order, cut and overlapping texts, and contrast.

Each check yields a widget and a sentence about what is wrong with it. `audit` runs all of them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QStyle,
    QStyleOptionFrame,
    QTabBar,
    QTextEdit,
    QWidget,
)
from support.colour_contrast import contrast_in

from tabuah.widgets.controls.labels import ElidedText

_CONTROLS: Final = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
)
_PARTS_OF_CONTROLS: Final = (QHeaderView, QScrollBar)
_LIES_OVER_OTHERS: Final = ("toast", "confirm_card", "command_palette", "qt_qmainwindow_extended_splitter")
_CURSOR_PX: Final = 4  # Qt leaves 2 px on each side of the text of a field
_MOST_STEPS_IN_ONE: Final = 20
ENOUGH_CONTRAST: Final = 4.5  # WCAG 2.1, 1.4.3

Found = Iterator[tuple[QWidget, str]]


class Finding(NamedTuple):
    """What is wrong with a widget; `place` names the widget and those around it."""

    check: str
    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.check}: {self.place}: {self.problem}"


def shown_widgets(root: QWidget) -> list[QWidget]:
    """Return the widgets of a window that have a place in it, and are not only parts of a control of Qt."""
    return [
        each
        for each in root.findChildren(QWidget)
        if each.window() is root and each.isVisible() and not each.size().isEmpty() and not _is_part(each)
    ]


def controls(widgets: Iterable[QWidget]) -> list[QWidget]:
    return [each for each in widgets if _is_control(each)]


def place_of(widget: QWidget) -> str:
    """Return the names of a widget and of two around it, from inside: "report_save < report_form < side_panel"."""
    names: list[str] = []
    each: QWidget | None = widget
    while each is not None and len(names) < 3:
        names.append(each.objectName() or type(each).__name__)
        each = None if each.isWindow() else each.parentWidget()
    return " < ".join(names)


def spoken_name(widget: QWidget) -> str:
    """Return the name that an assistive program reads, which may come from the text or from a label."""
    if isinstance(widget, QComboBox):  # on Linux, Qt gives the chosen text as its name
        return widget.accessibleName()
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).replace("&", "").strip() if interface is not None else ""


def _is_part(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    inside = isinstance(parent, QComboBox | QAbstractSpinBox) or type(parent).__name__ == "QComboBoxPrivateContainer"
    return inside or isinstance(widget, _PARTS_OF_CONTROLS) or widget.objectName().startswith("qt_")


def _is_control(widget: QWidget) -> bool:
    if isinstance(widget, QTabBar):
        return widget.count() > 1
    takes_keys = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and not isinstance(widget, QAbstractScrollArea)
    return isinstance(widget, _CONTROLS) or takes_keys


# Names


def nameless(_root: QWidget, widgets: Sequence[QWidget]) -> Found:
    yield from ((each, "has no accessible name") for each in controls(widgets) if not spoken_name(each))


def equal_names(_root: QWidget, widgets: Sequence[QWidget]) -> Found:
    named = [(each, (id(each.parentWidget()), spoken_name(each))) for each in controls(widgets)]
    uses = Counter(key for _each, key in named)
    for each, key in named:
        if uses[key] > 1 and key[-1]:
            yield each, f"shares the name {key[-1]!r} with a sibling"


def unexplained_icons(_root: QWidget, widgets: Sequence[QWidget]) -> Found:
    for each in controls(widgets):
        if isinstance(each, QAbstractButton) and not each.text() and not each.toolTip():
            yield each, "shows an icon without a tooltip"


# Cut and overlapping texts


def cut_texts(_root: QWidget, widgets: Sequence[QWidget]) -> Found:
    for each in widgets:
        if problem := _cut_text(each):
            yield each, problem


def _cut_text(widget: QWidget) -> str:
    match widget:
        case ElidedText():
            return ""
        case QLabel() if widget.wordWrap():
            return _shortfall(widget.text(), widget.height(), widget.heightForWidth(widget.width()), "height")
        case QLabel() | QAbstractButton():
            least = widget.minimumSizeHint().width()
            needs = least if least > 0 else widget.sizeHint().width()
            return _shortfall(widget.text(), widget.width(), needs, "width")
        case QComboBox():
            text = widget.currentText()
            return _shortfall(text, widget.width(), widget.minimumSizeHint().width(), "width")
        case QLineEdit() if not widget.text():
            hint = widget.placeholderText()
            return _shortfall(hint, _text_width(widget), widget.fontMetrics().horizontalAdvance(hint), "width")
    return ""


def _shortfall(text: str, has_px: int, needs_px: int, what: str) -> str:
    return f"cuts {text[:40]!r}: {what} {has_px} px, needs {needs_px} px" if text and has_px < needs_px else ""


def _text_width(field: QLineEdit) -> int:
    option = QStyleOptionFrame()
    field.initStyleOption(option)
    contents = field.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, field)
    margins = field.textMargins()
    return contents.width() - margins.left() - margins.right() - _CURSOR_PX


def overlaps(_root: QWidget, widgets: Sequence[QWidget]) -> Found:
    siblings: dict[int, list[QWidget]] = defaultdict(list)
    for each in widgets:
        if isinstance(each, (QLabel, QDockWidget)) or _is_control(each):
            siblings[id(each.parentWidget())].append(each)
    for group in siblings.values():
        for position, one in enumerate(group):
            for other in group[position + 1 :]:
                common = one.geometry().intersected(other.geometry())
                if common.width() > 1 and common.height() > 1 and not _is_above(one, other):
                    name = other.objectName() or type(other).__name__
                    yield one, f"overlaps {name} by {common.width()} × {common.height()} px"


def _is_above(*widgets: QWidget) -> bool:
    return any(each.objectName() in _LIES_OVER_OTHERS for each in widgets)


# The keyboard


def unreachable(root: QWidget, widgets: Sequence[QWidget]) -> Found:
    """Press Tab in both directions until it leaves the widgets; find those not visited, and steps back in a row."""
    wanted = [each for each in controls(widgets) if each.isEnabled() and each.focusProxy() is None]
    focused = QApplication.focusWidget()
    if not wanted:
        return
    if focused is None or focused.window() is not root:
        yield root, "has no focus: show it with the focus in its first field or list"
        return
    inside = set(widgets)
    if focused not in inside:
        wanted[0].setFocus(Qt.FocusReason.TabFocusReason)
    order, comes_back = _tab_order(inside)
    focused.setFocus()
    visited = {_group(each) for each in order}
    for each in wanted:
        is_choice = isinstance(each, QAbstractButton) and each.group() is not None  # the arrow keys reach the others
        if each not in order and not (is_choice and _group(each) in visited):
            yield each, f"is not reached by Tab ({each.focusPolicy().name})"
    yield from _steps_back(order, comes_back=comes_back)


def _group(widget: QWidget) -> tuple[int, type]:
    return id(widget.parentWidget()), type(widget)


def _tab_order(inside: set[QWidget]) -> tuple[list[QWidget], bool]:
    """Return the widgets that Tab visits, before and after the one with the focus, and whether it came back."""
    start = QApplication.focusWidget()
    after = _walk(Qt.Key.Key_Tab, inside)
    if start is None or QApplication.focusWidget() in after:
        return after, True
    start.setFocus()
    before = _walk(Qt.Key.Key_Backtab, inside)
    return [*reversed(before[1:]), *after], False


def _walk(key: Qt.Key, inside: set[QWidget]) -> list[QWidget]:
    visited: list[QWidget] = []
    at = QApplication.focusWidget()
    while at in inside and at not in visited:
        visited.append(at)
        for _step in range(_MOST_STEPS_IN_ONE):  # the map steps through its symbols first
            QTest.keyClick(at, key)
            if QApplication.focusWidget() is not at:
                break
        at = QApplication.focusWidget()
    return visited


def _steps_back(order: Sequence[QWidget], *, comes_back: bool) -> Found:
    rows: dict[int, list[QWidget]] = defaultdict(list)
    for each in order:
        rows[id(each.parentWidget())].append(each)
    for group in rows.values():
        back = [(before, after) for before, after in pairwise(group) if _is_before(after, before)]
        if len(back) > (1 if comes_back else 0):  # a window may start with the focus in the middle
            for before, after in back:
                name = before.objectName() or type(before).__name__
                yield after, f"follows {name} with Tab, but is placed before it"


def _is_before(one: QWidget, other: QWidget) -> bool:
    left, right = one.geometry(), other.geometry()
    shared = min(left.bottom(), right.bottom()) - max(left.top(), right.top())
    on_one_line = shared > min(left.height(), right.height()) / 2
    return left.right() < right.left() if on_one_line else left.bottom() < right.top()


# Contrast


def pale_texts(root: QWidget, widgets: Sequence[QWidget]) -> Found:
    """Compare the colours of the pixels of each text; a disabled control is exempt (WCAG 2.1, 1.4.3)."""
    picture = root.grab().toImage()
    for each in widgets:
        if not isinstance(each, QLabel | QAbstractButton) or not each.text() or not each.isEnabled():
            continue
        area = each.visibleRegion().boundingRect()
        top_left = each.mapTo(root, QPoint(0, 0))
        on_top = root.childAt(each.mapTo(root, area.center()))
        if area != each.rect() or on_top is not each:  # scrolled away in part, or covered
            continue
        ratio = contrast_in(picture, area.translated(top_left))
        if ratio < ENOUGH_CONTRAST:
            yield each, f"shows {each.text()[:30]!r} with a contrast of {ratio:.2f}"


Check = Callable[[QWidget, Sequence[QWidget]], Found]
CHECKS: Final[tuple[Check, ...]] = (
    nameless,
    equal_names,
    unexplained_icons,
    cut_texts,
    overlaps,
    pale_texts,
    unreachable,  # the last one, as it moves the focus
)


def audit(root: QWidget, widgets: Sequence[QWidget]) -> list[Finding]:
    """Return the findings about these widgets of a window."""
    found: list[Finding] = []
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        found += [Finding(name, place_of(widget), problem) for widget, problem in check(root, widgets)]
    return found
