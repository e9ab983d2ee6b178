"""Headline numbers as buttons: a click or Enter opens the incidents behind one."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from tabuah.widgets.controls.labels import paint_elided
from tabuah.widgets.controls.layout import row
from tabuah.widgets.incidents.performance_values import NumberTile
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.design_tokens import mix

_HEIGHT_PX = 64


class NumberTileButton(QAbstractButton):
    """Shows one headline number."""

    def __init__(self, appearance: Appearance, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._appearance = appearance
        self.tile = NumberTile(code="", label="", value="")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self._on_appearance_changed)

    def show_tile(self, tile: NumberTile) -> None:
        self.tile = tile
        self.setAccessibleName(tile.spoken)
        self.setToolTip(tile.spoken)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._appearance.px(120), self._appearance.px(_HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._appearance.px(80), self._appearance.px(_HEIGHT_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint label, value and note, with a frame where the tile has the focus."""
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        palette, appearance = self._appearance.palette, self._appearance
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setBrush(QColor(mix(palette.raised, palette.text, 0.06 if self.underMouse() else 0.0)))
        painter.setPen(QPen(QColor(palette.accent if self.hasFocus() else palette.line), 2 if self.hasFocus() else 1))
        painter.drawRoundedRect(area, 8, 8)
        inner = area.adjusted(10, 5, -8, -5)
        lines = (
            (self.tile.label, TextStyle.SMALL, palette.muted, 0.28),
            (self.tile.value, TextStyle.FIGURE, palette.text if self.tile.is_known else palette.muted, 0.44),
            (self.tile.note, TextStyle.CAPTION, palette.muted, 0.28),
        )
        y = inner.y()
        for text, style, colour, share in lines:
            line = QRectF(inner.x(), y, inner.width(), inner.height() * share)
            paint_elided(painter, line, text, font=appearance.font(style), colour=str(colour))
            y += line.height()

    def _on_appearance_changed(self) -> None:
        self.updateGeometry()
        self.update()


class NumberTiles(QWidget):
    """The headline numbers in a row.

    Signals:
        tile_chosen: code of the number that the user opened.
    """

    tile_chosen = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("number_tiles")
        self._appearance = appearance
        self._line = row(self, spacing_px=8)
        self._buttons: list[NumberTileButton] = []

    def show_tiles(self, tiles: tuple[NumberTile, ...]) -> None:
        """Show the numbers; their buttons keep the focus."""
        while len(self._buttons) < len(tiles):
            button = NumberTileButton(self._appearance, f"number_tile_{len(self._buttons)}")
            button.clicked.connect(self._on_clicked)
            self._line.addWidget(button)
            self._buttons.append(button)
        for number, button in enumerate(self._buttons):
            button.setVisible(number < len(tiles))
            if number < len(tiles):
                button.show_tile(tiles[number])

    def _on_clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, NumberTileButton):
            self.tile_chosen.emit(sender.tile.code)
