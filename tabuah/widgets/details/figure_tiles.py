"""The figures of an incident as tiles: the number large, its name below, its change beside it."""

from PySide6.QtWidgets import QGridLayout, QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.surfaces import Surface, clear_layout, column, row
from tabuah.widgets.texts import ElidedText, Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.values import FigureTile, Level

_COLUMNS = 4


class FigureTiles(QWidget):
    """Four tiles a row."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("figure_tiles")
        self._appearance = appearance
        self._figures: tuple[FigureTile, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)

    def show_figures(self, figures: tuple[FigureTile, ...]) -> None:
        """Show the figures in their order; hidden when there are none."""
        self.setVisible(bool(figures))
        if figures == self._figures:
            return
        self._figures = figures
        clear_layout(self._grid)
        for i, figure in enumerate(figures):
            self._grid.addWidget(self._tile(figure), i // _COLUMNS, i % _COLUMNS)
        for i in range(_COLUMNS):
            self._grid.setColumnStretch(i, 1)

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
