"""Drop target: a frame with a text while files are dragged over a widget."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from tabuah.widgets.theme.appearance import Appearance, TextStyle, with_alpha
from tabuah.widgets.theme.icons import icon_image

_INSET_PX = 16.0
_ICON_PX = 28
_PAD_PX = 18.0
_GAP_PX = 12.0


class DropTarget(QWidget):
    """Covers its parent and takes no events."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._under = parent
        self.setObjectName("drop_target")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._appearance, self._text = appearance, ""
        self.hide()

    @property
    def text(self) -> str:
        """The text in the frame."""
        return self._text

    def show_text(self, text: str) -> None:
        """Show the frame over the whole parent."""
        self._text = text
        self.setAccessibleName(text)
        self.setGeometry(self._under.rect())
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, painter = self._appearance.palette, QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = QRectF(self.rect()).adjusted(_INSET_PX, _INSET_PX, -_INSET_PX, -_INSET_PX)
            painter.setPen(QPen(QColor(palette.accent), 2, Qt.PenStyle.DashLine))
            painter.setBrush(with_alpha(palette.accent, 0.10))
            painter.drawRoundedRect(frame, 12, 12)
            self._paint_plate(painter)
        finally:
            painter.end()

    def _paint_plate(self, painter: QPainter) -> None:
        palette, look = self._appearance.palette, self._appearance
        font = look.font(TextStyle.TITLE)
        side, most = float(look.px(_ICON_PX)), self.width() - 2 * (_INSET_PX + _PAD_PX)
        metrics = QFontMetricsF(font)
        shown = metrics.elidedText(self._text, Qt.TextElideMode.ElideMiddle, most - side - _GAP_PX - 2 * _PAD_PX)
        size = QSizeF(metrics.horizontalAdvance(shown) + side + _GAP_PX + 2 * _PAD_PX, side + 2 * _PAD_PX)
        plate = QRectF(QPointF(), size)
        plate.moveCenter(QRectF(self.rect()).center())
        painter.setPen(QPen(QColor(palette.line)))
        painter.setBrush(QColor(palette.panel))
        painter.drawRoundedRect(plate, 10, 10)
        left = plate.left() + _PAD_PX
        image = icon_image("download", palette.accent, round(side), self.devicePixelRatioF())
        painter.drawImage(QRectF(left, plate.center().y() - side / 2, side, side), image)
        painter.setFont(font)
        painter.setPen(QColor(palette.text))
        words = plate.adjusted(_PAD_PX + side + _GAP_PX, 0, 0, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), shown)
