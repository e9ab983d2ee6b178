"""One thing of a tray in full: what it says, who wrote it, why it took no effect, and what rests on it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.chips import LevelChip
from tabuah.widgets.surfaces import clear_layout, column, row
from tabuah.widgets.texts import Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.trays.tray_item import RestingLine, TrayItem

_PICTURE: QSize = QSize(132, 96)


class TrayDetails(QWidget):
    """Two columns: the change with its photo, and what rests on it."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("tray_details")
        self._appearance = appearance
        self._item: TrayItem | None = None
        self._reason = LevelChip(appearance, name="tray_reason")
        self._title = Text(appearance, style=Type.TITLE, wrap=True, selectable=True)
        self._about = Text(appearance, tone="muted", wrap=True, selectable=True)
        self._origin = Text(appearance, style=Type.SMALL, tone="muted", wrap=True)
        self._advice = Text(appearance, style=Type.SMALL, wrap=True)
        self._picture = QLabel()
        self._picture.setObjectName("tray_picture")
        self._resting = column(spacing_px=4)
        words = column(spacing_px=4)
        words.addWidget(self._reason, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self._title, self._about, self._origin, self._advice):
            words.addWidget(part)
        words.addStretch(1)
        layout = row(self, spacing_px=16)
        layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 3)
        layout.addLayout(self._resting, 2)

    def show_item(self, item: TrayItem) -> None:
        """Show one."""
        if item == self._item:
            return
        if self._item is None or self._item.id != item.id:
            self._picture.hide()
        self._item = item
        self._reason.show_level(item.level, item.reason)
        self._title.setText(item.text)
        self._about.setText(item.about)
        self._about.setVisible(bool(item.about))
        self._origin.setText(item.origin)
        self._advice.setText(item.advice)
        self._advice.setVisible(bool(item.advice))
        clear_layout(self._resting)
        if item.resting:
            self._show_resting(item.resting)

    def show_picture(self, item_id: str, picture: QImage) -> None:
        """Show the photo of the item, where it is still the one that is shown."""
        if self._item is None or self._item.id != item_id:
            return
        ratio = self.devicePixelRatioF()
        scaled = picture.scaled(
            _PICTURE * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        scaled.setDevicePixelRatio(ratio)
        self._picture.setPixmap(QPixmap.fromImage(scaled))
        self._picture.setAccessibleName(self._item.text)
        self._picture.show()

    def _show_resting(self, resting: tuple[RestingLine, ...]) -> None:
        heading = _("Rests on it and goes with it")
        self._resting.addWidget(Text(self._appearance, heading, style=Type.SMALL_STRONG, tone="muted"))
        for each in resting:
            self._resting.addWidget(Text(self._appearance, f"• {each.text}", wrap=True, selectable=True))
            self._resting.addWidget(Text(self._appearance, each.meta, style=Type.CAPTION, tone="muted", wrap=True))
        self._resting.addStretch(1)
