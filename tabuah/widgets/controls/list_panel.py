"""Layout and keys of a panel with tabs, a list at the left and details at the right."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from tabuah.widgets.controls.layout import ThemedFrame, column, divider, row
from tabuah.widgets.theme.appearance import Appearance

# Rows that a key moves down.
ROW_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}
_MIN_HEIGHT_PX: Final = 216


def lay_out_list_panel(
    panel: ThemedFrame,
    appearance: Appearance,
    *,
    tabs: QWidget,
    lead: QWidget,
    buttons: Sequence[QWidget],
    items: QWidget,
    right: QWidget,
    empty: QWidget,
) -> QStackedWidget:
    """Lay out tabs, a lead text and buttons above a list and its details, or above an empty state.

    Returns:
        The stack: page 0 is the list, page 1 is `empty`.
    """
    head = row(spacing_px=12)
    head.addWidget(tabs)
    head.addWidget(lead, 1)
    for button in buttons:
        head.addWidget(button)
    content = QWidget()
    columns = row(content, spacing_px=12)
    columns.addWidget(items, 2)
    columns.addWidget(divider(vertical=True))
    columns.addWidget(right, 3)
    stack = QStackedWidget()
    stack.addWidget(content)
    stack.addWidget(empty)
    layout = column(panel, spacing_px=8)
    layout.setContentsMargins(16, 10, 16, 12)
    layout.addLayout(head)
    layout.addWidget(stack, 1)
    panel.setMinimumHeight(appearance.px(_MIN_HEIGHT_PX))
    return stack
