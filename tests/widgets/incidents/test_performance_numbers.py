"""The numbers of the performance window on a narrow screen: no label of a row or tile is cut."""

from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from tabuah.widgets.incidents.number_grid import NumberGrid
from tabuah.widgets.incidents.number_tiles import NumberTiles
from tabuah.widgets.incidents.performance_values import NumberCell, NumberTable, NumberTile
from tabuah.widgets.theme.appearance import Appearance, TextStyle

LABEL = "Laporan hingga tiba"


def test_grid_keeps_the_labels_of_rows_where_numbers_need_all_space(qtbot: QtBot, appearance: Appearance):
    grid = NumberGrid(appearance)
    qtbot.addWidget(grid)
    cells = (NumberCell(text=LABEL, is_number=False), *(NumberCell(text="kurang dari 5") for _number in range(6)))
    columns = ("Selang", *(f"Median {number}" for number in range(6)))
    grid.show_table(NumberTable(code="times", label="Waktu", columns=columns, rows=(cells,)))
    label_px = QFontMetricsF(appearance.font(TextStyle.BODY)).horizontalAdvance(LABEL)
    for width in (400, 1_400):
        grid.resize(width, 300)
        grid.show()
        qtbot.waitUntil(lambda width=width: grid.width() == width)
        assert grid.columnWidth(0) >= label_px
    assert grid.columnWidth(0) > 2 * label_px, "the space that the numbers leave is lost"


def test_tiles_give_a_long_label_two_lines_on_a_narrow_screen(qtbot: QtBot, appearance: Appearance):
    tiles = NumberTiles(appearance)
    qtbot.addWidget(tiles)
    tiles.show_tiles(tuple(NumberTile(code=str(n), label="Melewati batas waktu tiba", value="25") for n in range(7)))
    tiles.resize(1_800, 100)
    tiles.show()
    low = tiles.sizeHint().height()
    tiles.resize(800, 100)
    qtbot.waitUntil(lambda: tiles.sizeHint().height() > low)
