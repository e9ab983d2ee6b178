"""Figures beside what is recommended: one row each, with a mark that is read without colour."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.alarms.values import FigureLine
from tabuah.widgets.chips import LevelChip
from tabuah.widgets.surfaces import clear_layout
from tabuah.widgets.texts import ElidedText, Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.values import Level

_ABOVE_HEADING_PX: Final = 10
_ROW_PX: Final = 22  # as high as a mark, whether there is one or not


class FigureRows(QWidget):
    """What it is, how much, what is recommended, and whether that is kept."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("figure_rows")
        self._appearance = appearance
        self._shown: tuple[FigureLine, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 14, 0)  # beside the scroll bar
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(0, 1)

    def show_figures(self, figures: tuple[FigureLine, ...]) -> None:
        """Show the figures in their order."""
        if figures == self._shown:
            return
        self._shown = figures
        clear_layout(self._grid)
        for column, words in enumerate((_("Figure"), _("Value"), _("Recommended"))):
            heading = Text(self._appearance, words, style=Type.CAPTION, tone="muted")
            self._grid.addWidget(heading, 0, column, self._side(column))
        for index, figure in enumerate(figures, start=1):
            self._add(index, figure)

    def _add(self, row: int, figure: FigureLine) -> None:
        if figure.is_heading:
            heading = Text(self._appearance, figure.label, style=Type.STRONG)
            heading.setContentsMargins(0, _ABOVE_HEADING_PX, 0, 0)
            self._grid.addWidget(heading, row, 0, 1, 4)
            return
        value = Text(self._appearance, figure.value, style=Type.STRONG)
        value.setAccessibleName(figure.spoken)
        self._grid.setRowMinimumHeight(row, self._appearance.px(_ROW_PX))
        self._grid.addWidget(ElidedText(self._appearance, figure.label), row, 0)  # gives way before the mark does
        self._grid.addWidget(value, row, 1, self._side(1))
        if not figure.recommended:
            note = Text(self._appearance, figure.note, tone="muted")
            self._grid.addWidget(note, row, 2, 1, 2, Qt.AlignmentFlag.AlignLeft)
            return
        self._grid.addWidget(Text(self._appearance, figure.recommended, tone="muted"), row, 2, self._side(2))
        chip = LevelChip(self._appearance, name="figure_mark")
        self._grid.addWidget(chip, row, 3, Qt.AlignmentFlag.AlignLeft)
        if figure.is_kept is None:
            chip.hide()
        else:
            level = Level.NORMAL if figure.is_kept else Level.ATTENTION
            chip.show_level(level, _("kept") if figure.is_kept else _("not kept"))

    @staticmethod
    def _side(column: int) -> Qt.AlignmentFlag:
        return Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
