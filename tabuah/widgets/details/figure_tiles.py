"""The figures of an incident as tiles: the number large, its name below, its change beside it."""

from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.surfaces import Surface, clear_layout, column, row
from tabuah.widgets.texts import ElidedText, Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.values import FigureTile, Level

_COLUMNS = 4
_AROUND_PX = 16  # left and right of a tile's words
_SPACING_PX = 8


class FigureTiles(QWidget):
    """Four tiles a row, or two where their names would be cut."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("figure_tiles")
        self._appearance = appearance
        self._figures: tuple[FigureTile, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_SPACING_PX)
        self._columns = _COLUMNS

    def show_figures(self, figures: tuple[FigureTile, ...]) -> None:
        """Show the figures in their order; hidden when there are none."""
        self.setVisible(bool(figures))
        if figures == self._figures:
            return
        self._figures = figures
        self._columns = self._fitting_columns()
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width may have room for more tiles a row, or for fewer."""
        super().resizeEvent(event)
        columns = self._fitting_columns()
        if columns != self._columns:
            self._columns = columns
            self._fill()

    def _fitting_columns(self) -> int:
        metrics = QFontMetricsF(self._appearance.font(Type.SMALL))
        widest = max((metrics.horizontalAdvance(figure.label) for figure in self._figures), default=0.0)
        needed = _COLUMNS * (widest + _AROUND_PX + 1) + (_COLUMNS - 1) * _SPACING_PX
        return _COLUMNS if needed <= self.width() else _COLUMNS // 2

    def _fill(self) -> None:
        clear_layout(self._grid)
        for i, figure in enumerate(self._figures):
            self._grid.addWidget(self._tile(figure), i // self._columns, i % self._columns)
        for i in range(_COLUMNS):
            self._grid.setColumnStretch(i, 1 if i < self._columns else 0)

    def _tile(self, figure: FigureTile) -> Surface:
        tile = Surface("card")
        layout = column(tile, spacing_px=1)
        layout.setContentsMargins(10, 7, 6, 8)
        numbers = row(spacing_px=6)
        numbers.addWidget(Text(self._appearance, figure.value, style=Type.FIGURE))
        if figure.change:
            numbers.addWidget(Text(self._appearance, figure.change, style=Type.CAPTION, tone=Level.ATTENTION))
        numbers.addStretch(1)
        if figure.differs:
            mark = Text(self._appearance, "≠", style=Type.STRONG, tone=Level.ATTENTION)
            mark.setAccessibleName(_("sources differ"))
            numbers.addWidget(mark)
        layout.addLayout(numbers)
        layout.addWidget(ElidedText(self._appearance, figure.label, style=Type.SMALL, tone="muted"))
        tile.setToolTip(figure.source)
        differs = _("sources differ") if figure.differs else ""
        words = f"{figure.label}: {figure.value} {figure.change} {figure.source} {differs}"
        tile.setAccessibleName(" ".join(words.split()))
        return tile
