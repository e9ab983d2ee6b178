"""One layer of a file to choose from: its name and what is in it; Enter or a click takes it."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from tabuah.widgets.imports.import_view import LayerOffer
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import mix
from tabuah.widgets.theme.fonts import Type

_PAD_PX = 10
_GAP_PX = 12


class LayerOfferRow(QAbstractButton):
    """A row of the list.

    Signals:
        chosen: the layer's name.
    """

    chosen = Signal(str)

    def __init__(self, appearance: Appearance, offer: LayerOffer) -> None:
        super().__init__()
        self._appearance, self.offer = appearance, offer
        self.setObjectName("layer_offer")
        self.setText(offer.name)
        self.setToolTip(offer.name)
        self.setAccessibleName(", ".join(filter(None, (offer.name, offer.detail))))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)
        appearance.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Qt: one line."""
        return QSize(self._appearance.px(200), self._appearance.px(32))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Qt: the pointer came."""
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: the pointer went."""
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter takes the layer."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint the row."""
        palette, painter = self._appearance.palette, QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            edge = palette.accent if self.hasFocus() else palette.line
            painter.setPen(QPen(QColor(edge), 2 if self.hasFocus() else 1))
            painter.setBrush(QColor(mix(palette.raised, palette.text, 0.07 if self.underMouse() else 0.0)))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
            self._paint_words(painter)
        finally:
            painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        palette, middle = self._appearance.palette, int(Qt.AlignmentFlag.AlignVCenter)
        area = QRectF(self.rect()).adjusted(_PAD_PX, 0, -_PAD_PX, 0)
        small = self._appearance.font(Type.SMALL)
        detail_px = QFontMetricsF(small).horizontalAdvance(self.offer.detail)
        painter.setFont(small)
        painter.setPen(QColor(palette.muted))
        painter.drawText(area, middle | int(Qt.AlignmentFlag.AlignRight), self.offer.detail)
        strong = self._appearance.font(Type.MEDIUM)
        room = area.width() - detail_px - _GAP_PX
        name = QFontMetricsF(strong).elidedText(self.offer.name, Qt.TextElideMode.ElideMiddle, room)
        painter.setFont(strong)
        painter.setPen(QColor(palette.text))
        painter.drawText(area, middle, name)

    def _on_clicked(self) -> None:
        self.chosen.emit(self.offer.name)
