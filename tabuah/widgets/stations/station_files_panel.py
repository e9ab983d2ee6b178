"""Photos and documents of a station: thumbnails, documents as rows, and removed files."""

from itertools import pairwise
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLayout, QSizePolicy, QWidget

from tabuah.resources.localisation import _, ngettext
from tabuah.widgets.attachments.attachment_strip import AttachmentThumb
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.labels import Text, paint_elided
from tabuah.widgets.controls.layout import column, row
from tabuah.widgets.stations.file_action_bar import FILE_KEYS, OPEN, FileActionBar
from tabuah.widgets.stations.values import StationFileItem, StationFilesContent
from tabuah.widgets.theme.appearance import Appearance, TextStyle, level_text
from tabuah.widgets.theme.icons import icon_image
from tabuah.widgets.theme.level_shapes import rounded_path

_HEIGHT_PX: Final = 48
_ICON_PX: Final = 20
_PAD_PX: Final = 10


class FileRow(QAbstractButton):
    """One document as a row; a click opens it, the focused row is framed."""

    def __init__(self, appearance: Appearance, item: StationFileItem) -> None:
        super().__init__()
        self.setObjectName("file_row")
        self._appearance, self.item = appearance, item
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self._on_appearance_changed)
        self.show_item(item)

    def show_item(self, item: StationFileItem) -> None:
        """Show a file, or an update of the same one."""
        self.item = item
        self.setAccessibleName(item.spoken)
        self.setToolTip("\n".join(part for part in (item.name, item.about, item.note, item.added) if part))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, self._appearance.px(_HEIGHT_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette, rect = self._appearance.palette, QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            focused = self.hasFocus()
            painter.setPen(QPen(QColor(palette.accent if focused else palette.line), 2 if focused else 1))
            painter.setBrush(QColor(palette.raised))
            painter.drawPath(rounded_path(rect, 8))
            side = self._appearance.px(_ICON_PX)
            icon = icon_image("attachment", palette.muted, side, self.devicePixelRatioF())
            painter.drawImage(QRectF(_PAD_PX, rect.center().y() - side / 2, side, side), icon)
            self._paint_words(painter, rect.adjusted(side + _PAD_PX + 8, 5, -_PAD_PX, -5))
        finally:
            painter.end()

    def _paint_words(self, painter: QPainter, area: QRectF) -> None:
        palette, item = self._appearance.palette, self.item
        small, half = self._appearance.font(TextStyle.SMALL), area.height() / 2
        upper, lower = area.adjusted(0, 0, 0, -half), area.adjusted(0, half, 0, 0)
        if item.waits:
            ink = palette.muted if item.level is None else level_text(palette, item.level)
            right = Qt.AlignmentFlag.AlignRight
            width = paint_elided(painter, upper, item.waits, font=small, colour=ink, side=right)
            upper.adjust(0, 0, -width - 8, 0)
        paint_elided(painter, upper, item.name, font=self._appearance.font(TextStyle.MEDIUM), colour=palette.text)
        details = " · ".join(part for part in (item.about, item.note, item.added) if part)
        paint_elided(painter, lower, details, font=small, colour=palette.muted)

    def _on_appearance_changed(self) -> None:
        self.updateGeometry()
        self.update()


_PHOTOS_SHOWN: Final = 8  # photos shown until the user asks for all
FileButton = AttachmentThumb | FileRow


class StationFilesPanel(QWidget):
    """Shows files; the focused file is the selected one, with its actions below.

    Signals:
        add_requested: the user adds files by dialog.
        files_dropped: paths of files that were dropped.
        file_action_requested: OPEN, SAVE or REMOVE, and the id of the file.
    """

    add_requested = Signal()
    files_dropped = Signal(tuple)
    file_action_requested = Signal(str, str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("files_block")
        self._appearance = appearance
        self._view = StationFilesContent()
        self._buttons: dict[str, FileButton] = {}
        self._selected_id = ""
        self._shows_all = False
        self._title = Text(appearance, _("Photos and documents"), style=TextStyle.STRONG)
        self._add = KeyButton(appearance, _("Add"), key="A", icon="plus", compact=True, name="files_add")
        self._add.clicked.connect(self.request_files)
        self._more = KeyButton(appearance, "", kind=ButtonKind.GHOST, compact=True, name="files_more")
        self._more.clicked.connect(self._on_more)
        for button in (self._add, self._more):
            button.setAutoDefault(False)
        self._add.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._nothing = Text(appearance, tone="muted", wrap=True)
        self._removed = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._removed.setObjectName("files_removed")
        self._bar = FileActionBar(appearance)
        self._bar.action_requested.connect(self._on_action_requested)
        self._lay_out()
        self.show_files(self._view)

    def show_files(self, view: StationFilesContent) -> None:
        """Show the files of a station; keep the selection as long as the file exists."""
        self._view = view
        shown = {item.id for item in view.files}
        self._shows_all = self._shows_all and not shown.isdisjoint(self._buttons)  # reset for another station
        for gone in self._buttons.keys() - shown:
            self._drop(gone)
        for item in view.files:
            self._add_or_update(item)
        self._arrange()
        self._add.show_reason(view.add_reason)
        nothing = _("No files yet. Useful: mounting, calibration sheet, key holder, directions.")
        hint = "" if view.add_reason else _("Add it with A, or drop files on this page.")
        self._nothing.setText(f"{nothing} {hint}".strip())
        self._nothing.setVisible(not view.files)
        self._removed.setText("\n".join((_("Removed; kept in the history:"), *view.removed)))
        self._removed.setVisible(bool(view.removed))
        self._select_file(self._selected_id)

    @property
    def may_add(self) -> bool:
        """True if files can be added now."""
        return self._add.isEnabled()

    def request_files(self) -> None:
        """Request the file dialog if files can be added."""
        if self.may_add:
            self.add_requested.emit()

    def drop_files(self, files: tuple[Path, ...]) -> None:
        """Emit the dropped files if files can be added."""
        if self.may_add and files:
            self.files_dropped.emit(files)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Select the focused file; handle its keys and context menu."""
        if isinstance(watched, FileButton):
            match event:
                case QKeyEvent() if event.type() is QEvent.Type.KeyPress and Qt.Key(event.key()) in FILE_KEYS:
                    self._bar.request_action(FILE_KEYS[Qt.Key(event.key())])
                    return True
                case QContextMenuEvent():
                    watched.setFocus(Qt.FocusReason.MouseFocusReason)
                    self._bar.open_menu(event.globalPos())
                    return True
            if event.type() is QEvent.Type.FocusIn:
                self._select_file(watched.item.id)
        return super().eventFilter(watched, event)

    def _select_file(self, file_id: str) -> None:
        self._selected_id = file_id if file_id in self._buttons else ""
        self._bar.show_item(next((item for item in self._view.files if item.id == self._selected_id), None))

    def _arrange(self) -> None:
        """Lay out photos, the newest first, then documents; set the tab order to match."""
        photos = [self._buttons[item.id] for item in self._view.files if item.is_photo]
        documents = [self._buttons[item.id] for item in self._view.files if not item.is_photo]
        few = photos if self._shows_all else photos[:_PHOTOS_SHOWN]
        moved = _fill(self._photos, photos, shown=len(few))
        if _fill(self._documents, documents, shown=len(documents)) or moved:
            for before, after in pairwise([*photos, self._more, *documents]):
                self.setTabOrder(before, after)
        self._strip.setVisible(bool(photos))
        self._more.setVisible(len(few) < len(photos))
        self._more.setText(ngettext("Show all {n} photos", "Show all {n} photos", len(photos)).format(n=len(photos)))

    def _add_or_update(self, item: StationFileItem) -> None:
        known = self._buttons.get(item.id)
        if known is not None:
            if known.item != item:  # show_files runs with every reading
                known.show_item(item)
            return
        button = AttachmentThumb(self._appearance, item) if item.is_photo else FileRow(self._appearance, item)
        button.setParent(self)
        button.installEventFilter(self)
        button.setProperty("file_id", item.id)
        button.clicked.connect(self._on_clicked)
        self._buttons[item.id] = button

    def _drop(self, file_id: str) -> None:
        button = self._buttons.pop(file_id)
        button.hide()
        button.deleteLater()

    def _on_action_requested(self, code: str) -> None:
        self.file_action_requested.emit(code, self._selected_id)

    def _on_clicked(self) -> None:
        self._select_file(str(self.sender().property("file_id")))
        self._bar.request_action(OPEN)

    def _on_more(self) -> None:
        self._shows_all = True
        self.show_files(self._view)

    def _lay_out(self) -> None:
        head = row()
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._add)
        self._strip, self._documents = QWidget(), column(spacing_px=6)
        self._strip.setObjectName("station_photos")
        self._photos = FlowLayout(self._strip, spacing_px=5)  # four photos fit in a row
        lines = column(self, spacing_px=8)
        lines.addLayout(head)
        for widget in (self._nothing, self._strip, self._more):
            lines.addWidget(widget)
        lines.addLayout(self._documents)
        lines.addWidget(self._bar)
        lines.addWidget(self._removed)


def local_files(dragged: QMimeData) -> tuple[Path, ...]:
    """Return the local files among the dragged data."""
    return tuple(Path(url.toLocalFile()) for url in dragged.urls() if url.isLocalFile())


def _fill(layout: QLayout, buttons: list[FileButton], *, shown: int) -> bool:
    """Put the first `shown` buttons into a layout in order; return whether anything changed."""
    wanted: list[QWidget] = [*buttons[:shown]]
    items = [layout.itemAt(index) for index in range(layout.count())]
    if [item.widget() for item in items if item is not None] == wanted:
        return False
    while layout.takeAt(0) is not None:
        pass
    for button in wanted:
        layout.addWidget(button)
    for index, button in enumerate(buttons):
        button.setVisible(index < shown)
    return True
