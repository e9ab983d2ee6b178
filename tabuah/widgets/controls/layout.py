"""Building blocks of every panel: themed frames, dividers, rows, columns and scroll areas."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from tabuah.widgets.theme.appearance import Appearance


class ThemedFrame(QFrame):
    """A frame with a stylesheet background: panel, raised, card, popover, warning, danger or window."""

    def __init__(self, surface: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", surface)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


class DockPanel(ThemedFrame):
    """A panel with a minimum width of `width_px` that grows with the text size."""

    def __init__(self, appearance: Appearance, *, width_px: int) -> None:
        super().__init__("panel")
        self._look = appearance
        self._width_px = width_px
        appearance.changed.connect(self._on_look_changed)
        self._on_look_changed()

    def _on_look_changed(self) -> None:
        self.setMinimumWidth(self._look.px(self._width_px))


def divider(*, vertical: bool = False) -> QFrame:
    """Return a divider line of one pixel."""
    result = ThemedFrame("line")
    if vertical:
        result.setFixedWidth(1)
    else:
        result.setFixedHeight(1)
    return result


def row(parent: QWidget | None = None, *, spacing_px: int = 8) -> QHBoxLayout:
    """Return a horizontal layout without margins."""
    layout = QHBoxLayout(parent) if parent else QHBoxLayout()
    _remove_margins(layout, spacing_px)
    return layout


def column(parent: QWidget | None = None, *, spacing_px: int = 8) -> QVBoxLayout:
    """Return a vertical layout without margins."""
    layout = QVBoxLayout(parent) if parent else QVBoxLayout()
    _remove_margins(layout, spacing_px)
    return layout


def _remove_margins(layout: QBoxLayout, spacing_px: int) -> None:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing_px)


def clear_layout(layout: QLayout) -> None:
    """Remove and delete all items of a layout; hide them at once, so that nothing flashes."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear_layout(inner)


def scroll_area(content: QWidget, *, name: str) -> QScrollArea:
    """Return a scroll area that scrolls vertically only."""
    area = QScrollArea()
    area.setObjectName(name)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    content.setProperty("surface", "clear")
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area
