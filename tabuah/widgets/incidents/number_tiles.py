"""Headline numbers as buttons: a click or Enter opens the incidents behind one."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from tabuah.widgets.controls.labels import paint_elided
from tabuah.widgets.controls.layout import row
from tabuah.widgets.incidents.performance_values import NumberTile
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.design_tokens import mix

_HEIGHT_PX = 64
_TALL_PX = 80  # with a label on two lines
_LEFT_PX, _RIGHT_PX = 10, 8


class NumberTileButton(QAbstractButton):
    """Shows one headline number."""

    def __init__(self, appearance: Appearance, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._appearance = appearance
        self.tile = NumberTile(code="", label="", value="")
        self._is_tall = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self._on_appearance_changed)

    def show_tile(self, tile: NumberTile) -> None:
        self.tile = tile
        self.setAccessibleName(tile.spoken)
        self.setToolTip(tile.spoken)
        self.update()

    def fits_label(self, width_px: int) -> bool:
        """Return whether the label fits on one line of a tile of this width."""
        label = QFontMetricsF(self._appearance.font(TextStyle.SMALL)).horizontalAdvance(self.tile.label)
        return label <= width_px - _LEFT_PX - _RIGHT_PX - 2

    def show_tall(self, is_tall: bool) -> None:
        """Give the label one line or two."""
        if is_tall is not self._is_tall:
            self._is_tall = is_tall
            self._on_appearance_changed()

    def sizeHint(self) -> QSize:
        return QSize(self._appearance.px(120), self._height_px)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._appearance.px(80), self._height_px)

    @property
    def _height_px(self) -> int:
        return self._appearance.px(_TALL_PX if self._is_tall else _HEIGHT_PX)

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
        inner = area.adjusted(_LEFT_PX, 5, -_RIGHT_PX, -5)
        low_px = (appearance.px(_HEIGHT_PX) - 12) * 0.72  # value and note
        label = inner.adjusted(0, 0, 0, -low_px)
        self._paint_label(painter, label)
        lines = (
            (self.tile.value, TextStyle.FIGURE, palette.text if self.tile.is_known else palette.muted, 0.61),
            (self.tile.note, TextStyle.CAPTION, palette.muted, 0.39),
        )
        y = label.bottom()
        for text, style, colour, share in lines:
            line = QRectF(inner.x(), y, inner.width(), low_px * share)
            paint_elided(painter, line, text, font=appearance.font(style), colour=str(colour))
            y += line.height()

    def _paint_label(self, painter: QPainter, area: QRectF) -> None:
        font, colour = self._appearance.font(TextStyle.SMALL), self._appearance.palette.muted
        if not self._is_tall:
            paint_elided(painter, area, self.tile.label, font=font, colour=colour)
            return
        painter.setFont(font)
        painter.setPen(QColor(colour))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap), self.tile.label)

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
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: give all labels two lines where one of them would be cut."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = [button for button in self._buttons if not button.isHidden()]
        if not shown:
            return
        width_px = (self.width() - self._line.spacing() * (len(shown) - 1)) // len(shown)
        is_tall = not all(button.fits_label(width_px) for button in shown)
        for button in shown:
            button.show_tall(is_tall)

    def _on_clicked(self) -> None:
        sender = self.sender()
        if isinstance(sender, NumberTileButton):
            self.tile_chosen.emit(sender.tile.code)
