"""The placeholder of an empty panel: an icon, a title and a hint."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from tabuah.widgets.controls.labels import Text
from tabuah.widgets.controls.layout import column
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.icons import icon_image


class IconPicture(QWidget):
    """An icon in one tone of the palette."""

    def __init__(self, appearance: Appearance, icon: str, *, size_px: int = 20, tone: str = "muted") -> None:
        super().__init__()
        self._appearance = appearance
        self._icon = icon
        self._size_px = size_px
        self._tone = tone
        appearance.changed.connect(self._on_appearance_changed)
        self._on_appearance_changed()

    def sizeHint(self) -> QSize:
        side = self._appearance.px(self._size_px)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        side = self._appearance.px(self._size_px)
        colour = str(getattr(self._appearance.palette, self._tone))
        painter = QPainter(self)
        try:
            rect = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
            painter.drawImage(rect, icon_image(self._icon, colour, side, self.devicePixelRatioF()))
        finally:
            painter.end()

    def _on_appearance_changed(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()


class EmptyState(QWidget):
    """A muted message in the centre of an empty panel."""

    def __init__(self, appearance: Appearance, *, icon: str, name: str = "empty_state") -> None:
        super().__init__()
        self.setObjectName(name)
        self._title = Text(appearance, style=TextStyle.STRONG, wrap=True)
        self._hint = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        layout = column(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.addStretch(2)
        layout.addWidget(IconPicture(appearance, icon, size_px=32, tone="faint"), 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self._title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)
        layout.addStretch(3)

    def show_message(self, title: str, hint: str = "") -> None:
        """Show what is missing and what to do about it."""
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(f"{title} {hint}".strip())
