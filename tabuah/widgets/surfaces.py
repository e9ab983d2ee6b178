"""Plain building blocks of every panel: surfaces of the theme, thin lines, rows and columns."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from tabuah.widgets.theme.appearance import Appearance


class Surface(QFrame):
    """A frame with a background the stylesheet knows: panel, raised, card, popover, warning, danger, window."""

    def __init__(self, surface: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", surface)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def show_surface(self, surface: str) -> None:
        """Change to another background."""
        self.setProperty("surface", surface)
        self.style().unpolish(self)
        self.style().polish(self)


class Panel(Surface):
    """A panel that is at least `width_px` wide, more where the text is larger."""

    def __init__(self, appearance: Appearance, *, width_px: int) -> None:
        super().__init__("panel")
        self._look = appearance
        self._width_px = width_px
        appearance.changed.connect(self._on_look_changed)
        self._on_look_changed()

    def _on_look_changed(self) -> None:
        self.setMinimumWidth(self._look.px(self._width_px))


def line(*, vertical: bool = False) -> QFrame:
    """A line of one pixel between two things."""
    result = Surface("line")
    if vertical:
        result.setFixedWidth(1)
    else:
        result.setFixedHeight(1)
    return result


def row(parent: QWidget | None = None, *, spacing_px: int = 8) -> QHBoxLayout:
    """A horizontal layout without margins."""
    layout = QHBoxLayout(parent) if parent else QHBoxLayout()
    _strip(layout, spacing_px)
    return layout


def column(parent: QWidget | None = None, *, spacing_px: int = 8) -> QVBoxLayout:
    """A vertical layout without margins."""
    layout = QVBoxLayout(parent) if parent else QVBoxLayout()
    _strip(layout, spacing_px)
    return layout


def _strip(layout: QBoxLayout, spacing_px: int) -> None:
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing_px)


def clear_layout(layout: QLayout) -> None:
    """Take everything out of a layout and delete it soon; hidden at once, so that nothing flashes."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear_layout(inner)


def scrolling(content: QWidget, *, name: str) -> QScrollArea:
    """A scroll area that only scrolls up and down."""
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
