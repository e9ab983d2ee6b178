"""Photos and documents of a station: small pictures beside each other, documents below, then what was removed."""

from itertools import pairwise
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QLayout, QWidget

from tabuah.resources.catalogue import _, ngettext
from tabuah.widgets.buttons import KeyButton, Kind
from tabuah.widgets.details.attachment_strip import AttachmentThumb
from tabuah.widgets.flow_layout import FlowLayout
from tabuah.widgets.stations.file_bar import FILE_KEYS, OPEN, FileBar
from tabuah.widgets.stations.file_row import FileRow
from tabuah.widgets.stations.file_values import FileItem, FilesView
from tabuah.widgets.surfaces import column, row
from tabuah.widgets.texts import Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type

_FEW: Final = 8  # photos that are shown before somebody wants to see all
FileButton = AttachmentThumb | FileRow


class FilesBlock(QWidget):
    """Given files, it shows them; which one is looked at is the focus, and what may be done with it stands below.

    Signals:
        add_requested: files are to be chosen and added.
        files_given: the paths of files that were dropped.
        file_asked: OPEN, SAVE or REMOVE, and the id of the file.
    """

    add_requested = Signal()
    files_given = Signal(tuple)
    file_asked = Signal(str, str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("files_block")
        self._appearance = appearance
        self._view = FilesView()
        self._buttons: dict[str, FileButton] = {}
        self._looked_at = ""
        self._shows_all = False
        self._title = Text(appearance, _("Photos and documents"), style=Type.STRONG)
        self._add = KeyButton(appearance, _("Add"), key="A", icon="plus", compact=True, name="files_add")
        self._add.clicked.connect(self.ask_to_add)
        self._more = KeyButton(appearance, "", kind=Kind.GHOST, compact=True, name="files_more")
        self._more.clicked.connect(self._on_more)
        for button in (self._add, self._more):
            button.setAutoDefault(False)
        self._add.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it has a key
        self._nothing = Text(appearance, tone="muted", wrap=True)
        self._removed = Text(appearance, style=Type.SMALL, tone="muted", wrap=True)
        self._removed.setObjectName("files_removed")
        self._bar = FileBar(appearance)
        self._bar.asked.connect(lambda code: self.file_asked.emit(code, self._looked_at))
        self._lay_out()
        self.show_files(self._view)

    def show_files(self, view: FilesView) -> None:
        """Show the files of a station; what is looked at stays so as long as it is there."""
        self._view = view
        shown = {item.id for item in view.files}
        self._shows_all = self._shows_all and not shown.isdisjoint(self._buttons)  # not those of another station
        for gone in self._buttons.keys() - shown:
            self._drop(gone)
        for item in view.files:
            self._put(item)
        self._arrange()
        self._add.show_reason(view.add_reason)
        nothing = _("Nothing yet: how it is mounted, its calibration sheet, who has the keys, how to get there.")
        hint = "" if view.add_reason else _("Add it with A, or drop files on this page.")
        self._nothing.setText(f"{nothing} {hint}".strip())
        self._nothing.setVisible(not view.files)
        self._removed.setText("\n".join((_("Removed, and kept in the history:"), *view.removed)))
        self._removed.setVisible(bool(view.removed))
        self._look_at(self._looked_at)

    @property
    def may_add(self) -> bool:
        """Whether files can be added now."""
        return self._add.isEnabled()

    def ask_to_add(self) -> None:
        """Ask for files."""
        if self.may_add:
            self.add_requested.emit()

    def take(self, files: tuple[Path, ...]) -> None:
        """Give on files that were dropped."""
        if self.may_add and files:
            self.files_given.emit(files)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: the focus says which file is looked at; keys and the right button act on it."""
        if isinstance(watched, FileButton):
            match event:
                case QKeyEvent() if event.type() is QEvent.Type.KeyPress and Qt.Key(event.key()) in FILE_KEYS:
                    self._bar.ask(FILE_KEYS[Qt.Key(event.key())])
                    return True
                case QContextMenuEvent():
                    watched.setFocus(Qt.FocusReason.MouseFocusReason)
                    self._bar.offer(event.globalPos())
                    return True
            if event.type() is QEvent.Type.FocusIn:
                self._look_at(watched.item.id)
        return super().eventFilter(watched, event)

    def _look_at(self, file_id: str) -> None:
        self._looked_at = file_id if file_id in self._buttons else ""
        self._bar.show_item(next((item for item in self._view.files if item.id == self._looked_at), None))

    def _arrange(self) -> None:
        """Photos first, the newest of them at least; Tab goes through all in the order in which they stand."""
        photos = [self._buttons[item.id] for item in self._view.files if item.is_photo]
        documents = [self._buttons[item.id] for item in self._view.files if not item.is_photo]
        few = photos if self._shows_all else photos[:_FEW]
        moved = _fill(self._photos, photos, shown=len(few))
        if _fill(self._documents, documents, shown=len(documents)) or moved:
            for before, after in pairwise([*photos, self._more, *documents]):
                self.setTabOrder(before, after)
        self._strip.setVisible(bool(photos))
        self._more.setVisible(len(few) < len(photos))
        self._more.setText(ngettext("Show all {n} photos", "Show all {n} photos", len(photos)).format(n=len(photos)))

    def _put(self, item: FileItem) -> None:
        known = self._buttons.get(item.id)
        if known is not None:
            if known.item != item:  # the page is shown anew with each reading
                known.show_item(item)
            return
        button = AttachmentThumb(self._appearance, item) if item.is_photo else FileRow(self._appearance, item)
        button.setParent(self)
        button.installEventFilter(self)
        button.clicked.connect(lambda _checked=False, file_id=item.id: self._on_clicked(file_id))
        self._buttons[item.id] = button

    def _drop(self, file_id: str) -> None:
        button = self._buttons.pop(file_id)
        button.hide()
        button.deleteLater()

    def _on_clicked(self, file_id: str) -> None:
        self._look_at(file_id)
        self._bar.ask(OPEN)

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
        self._photos = FlowLayout(self._strip, spacing_px=5)  # four fit beside each other
        lines = column(self, spacing_px=8)
        lines.addLayout(head)
        for widget in (self._nothing, self._strip, self._more):
            lines.addWidget(widget)
        lines.addLayout(self._documents)
        lines.addWidget(self._bar)
        lines.addWidget(self._removed)


def files_in(dragged: QMimeData) -> tuple[Path, ...]:
    """The files on this computer among what is dragged."""
    return tuple(Path(url.toLocalFile()) for url in dragged.urls() if url.isLocalFile())


def _fill(layout: QLayout, buttons: list[FileButton], *, shown: int) -> bool:
    """Put the first ones into a layout, in their order; whether that has changed anything."""
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
