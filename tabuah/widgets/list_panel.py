"""How a panel with tabs is laid out that has a list at the left and what is chosen at the right, and its keys."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from tabuah.widgets.surfaces import Surface, column, line, row
from tabuah.widgets.theme.appearance import Appearance

# How many rows of the list a key goes down.
STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}
_LOWEST_PX: Final = 216


def lay_out_list_panel(
    panel: Surface,
    appearance: Appearance,
    *,
    tabs: QWidget,
    lead: QWidget,
    buttons: Sequence[QWidget],
    items: QWidget,
    right: QWidget,
    empty: QWidget,
) -> QStackedWidget:
    """Tabs with a line of words and the buttons, below them the list beside what is chosen, or that there is nothing.

    Returns:
        The stack: 0 is the list, 1 is `empty`.
    """
    head = row(spacing_px=12)
    head.addWidget(tabs)
    head.addWidget(lead, 1)
    for button in buttons:
        head.addWidget(button)
    content = QWidget()
    columns = row(content, spacing_px=12)
    columns.addWidget(items, 2)
    columns.addWidget(line(vertical=True))
    columns.addWidget(right, 3)
    stack = QStackedWidget()
    stack.addWidget(content)
    stack.addWidget(empty)
    layout = column(panel, spacing_px=8)
    layout.setContentsMargins(16, 10, 16, 12)
    layout.addLayout(head)
    layout.addWidget(stack, 1)
    panel.setMinimumHeight(appearance.px(_LOWEST_PX))
    return stack
