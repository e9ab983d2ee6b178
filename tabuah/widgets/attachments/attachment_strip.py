"""The attachments of an incident as a row of thumbnails."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from tabuah.widgets.controls.layout import clear_layout, row
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.icons import icon_image
from tabuah.widgets.theme.level_shapes import paint_level, rounded_path
from tabuah.widgets.values import AttachmentItem

_SIZE = QSize(92, 68)
_STATE_BAND_PX = 18
_STATE_BAND_COLOUR = QColor(10, 14, 18, 205)


class AttachmentThumb(QAbstractButton):
    """One attachment: its picture cropped to fill the frame, or an icon above its name."""

    def __init__(self, appearance: Appearance, item: AttachmentItem) -> None:
        super().__init__()
        self._appearance = appearance
        self.setFixedSize(_SIZE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        appearance.changed.connect(self.update)
        self.show_item(item)

    def show_item(self, item: AttachmentItem) -> None:
        """Show an attachment, or an update of the same one."""
        self.item = item
        self.setAccessibleName(item.name)
        self.setAccessibleDescription(item.note)
        self.setToolTip(f"{item.name}\n{item.note}".strip())
        self.update()

    def sizeHint(self) -> QSize:
        return _SIZE

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, rect = self._appearance.palette, QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter = QPainter(self)
        try:
            painter.setRenderHints(
                QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform,
            )
            path = rounded_path(rect, 8)
            painter.fillPath(path, QColor(palette.raised))
            painter.setClipPath(path)
            if self.item.picture is not None:
                painter.drawImage(rect, self.item.picture, _crop_to_fill(self.item.picture.size(), rect))
            else:
                self._paint_icon(painter, rect)
            if self.item.waits:
                self._paint_waits(painter, rect)
            painter.setClipping(False)
            focused = self.hasFocus()
            painter.setPen(QPen(QColor(palette.accent if focused else palette.line), 2 if focused else 1))
            painter.drawPath(path)
        finally:
            painter.end()

    def _paint_waits(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the transfer state on a band at the bottom, dark in both themes because it covers a photo."""
        band = QRectF(rect.left(), rect.bottom() - _STATE_BAND_PX, rect.width(), _STATE_BAND_PX)
        painter.fillRect(band, _STATE_BAND_COLOUR)
        left = band.left() + 6
        if self.item.level is not None:
            shape = QRectF(left, band.center().y() - 4, 8, 8)
            paint_level(painter, shape, self.item.level, self._appearance.palette)
            left += 12
        painter.setFont(self._appearance.font(TextStyle.CAPTION))
        painter.setPen(QColor("white"))
        shown_text = painter.fontMetrics().elidedText(
            self.item.waits, Qt.TextElideMode.ElideRight, int(band.right() - left) - 4
        )
        painter.drawText(
            QRectF(left, band.top(), band.right() - left, _STATE_BAND_PX), Qt.AlignmentFlag.AlignVCenter, shown_text
        )

    def _paint_icon(self, painter: QPainter, rect: QRectF) -> None:
        palette = self._appearance.palette
        image = icon_image("image", palette.faint, 24, self.devicePixelRatioF())
        painter.drawImage(QRectF(rect.center().x() - 12, rect.y() + (6 if self.item.waits else 10), 24, 24), image)
        painter.setFont(self._appearance.font(TextStyle.CAPTION))
        painter.setPen(QColor(palette.muted))
        width = int(rect.width()) - 10
        text = painter.fontMetrics().elidedText(self.item.name, Qt.TextElideMode.ElideMiddle, width)
        bottom = -_STATE_BAND_PX if self.item.waits else -4
        painter.drawText(rect.adjusted(5, 34, -5, bottom), Qt.AlignmentFlag.AlignCenter, text)


class AttachmentStrip(QWidget):
    """A row of attachments.

    Signals:
        open_requested: id of the attachment to open.
    """

    open_requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("attachment_strip")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._appearance = appearance
        self._items: tuple[AttachmentItem, ...] = ()
        self._layout = row(self)
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._on_thumb_clicked)

    def show_attachments(self, items: tuple[AttachmentItem, ...]) -> None:
        """Show the attachments; hidden when there are none."""
        self.setVisible(bool(items))
        if items == self._items:
            return
        self._items = items
        clear_layout(self._layout)
        for item in items:
            thumb = AttachmentThumb(self._appearance, item)
            self._group.addButton(thumb)
            self._layout.addWidget(thumb)
        self._layout.addStretch(1)

    def _on_thumb_clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, AttachmentThumb):
            self.open_requested.emit(button.item.id)


def _crop_to_fill(size: QSize, rect: QRectF) -> QRectF:
    scale = max(rect.width() / size.width(), rect.height() / size.height())
    width, height = rect.width() / scale, rect.height() / scale
    return QRectF((size.width() - width) / 2, (size.height() - height) / 2, width, height)
