"""Command palette (Ctrl+K): find and run commands, places, incidents and stations."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QGraphicsDropShadowEffect,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import paint_key_cap
from tabuah.widgets.controls.former_focus import FormerFocus
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, divider
from tabuah.widgets.controls.selection_list import AnyIndex
from tabuah.widgets.shell.palette_index import PaletteIndex, PaletteItem
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.design_tokens import mix
from tabuah.widgets.theme.icons import icon_image

_WIDTH_PX = 640
_ROWS = 9


class PaletteEdit(QLineEdit):
    """The search field; arrow keys move the selection in the list.

    Signals:
        moved: by how many rows.
        accepted: Enter.
        opened: Shift+Enter.
        cancelled: Escape, or the focus moved to another widget.
    """

    moved = Signal(int)
    accepted = Signal()
    opened = Signal()
    cancelled = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            int(Qt.Key.Key_Up): -1,
            int(Qt.Key.Key_Down): 1,
            int(Qt.Key.Key_PageUp): -_ROWS,
            int(Qt.Key.Key_PageDown): _ROWS,
        }
        if event.key() in steps:
            self.moved.emit(steps[event.key()])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            (self.opened if shifted else self.accepted).emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.TabFocusReason):
            self.cancelled.emit()


class CommandPalette(ThemedFrame):
    """A card over the window. It closes on a choice or when it loses the focus.

    Signals:
        chosen: the PaletteItem that the user chose.
        page_requested: the PaletteItem whose page the user wants to open.
        query_changed: the typed query; the owner may add results with `show_found`.
    """

    chosen = Signal(object)
    page_requested = Signal(object)
    query_changed = Signal(str)

    def __init__(self, appearance: Appearance, window: QWidget) -> None:
        super().__init__("popover", window)
        self.setObjectName("command_palette")
        self.setAccessibleName(_("Search and commands"))
        self._appearance = appearance
        self._window = window
        self._index = PaletteIndex(())
        self._found: list[PaletteItem] = []
        self._about_found = ""
        self._former_focus = FormerFocus()
        self._model = ResultModel()
        self._make_parts()
        self._lay_out()
        window.installEventFilter(self)
        self.hide()

    def show_items(self, items: Sequence[PaletteItem]) -> None:
        """Set all items that can be searched."""
        self._index = PaletteIndex(tuple(items))
        self._refresh()

    def show_found(self, query: str, items: Sequence[PaletteItem], note: str = "") -> None:
        """Add the owner's results for `query`, with a note about them; ignored if the query has changed since."""
        if query == self._edit.text().strip():
            self._found, self._about_found = list(items), note
            self._refresh(row=max(self._list.currentIndex().row(), 0))  # after the existing results

    def open_palette(self, query: str = "") -> None:
        self._found, self._about_found = [], ""
        if self.isHidden():
            self._former_focus.remember(self._window)
        self._edit.setText(query)
        self._refresh()
        self._place()
        self.show()
        self.raise_()
        self._edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._edit.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the window."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _close(self, chosen: PaletteItem | None = None) -> None:
        """Hide the card, and return the keyboard to the widget that had it: Qt would give it to the next button.

        A place or incident that was found is worked on with letter keys, so a text field does not get it then.
        """
        had_keyboard, is_work = self._edit.hasFocus(), chosen is not None and chosen.kind != "command"
        self.hide()
        is_text = isinstance(self._former_focus.widget, QLineEdit | QPlainTextEdit)
        if had_keyboard and not (is_work and is_text):
            self._former_focus.give_back()

    def _make_parts(self) -> None:
        self._edit = PaletteEdit()
        name_widget(self._edit, "palette_text", _("Search and commands"))
        self._edit.setPlaceholderText(_("Search nagari, incidents, stations, commands …"))
        self._edit.textEdited.connect(self._on_text_edited)
        self._edit.moved.connect(self._on_moved)
        self._edit.accepted.connect(self._on_accepted)
        self._edit.opened.connect(self._on_opened)
        self._edit.cancelled.connect(self._on_cancelled)
        self._list = QListView()
        name_widget(self._list, "palette_results", _("Results"))
        self._list.setModel(self._model)
        self._list.setItemDelegate(ResultDelegate(self._appearance))
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.clicked.connect(self._on_clicked)
        self._nothing = Text(self._appearance, tone="muted")
        self._nothing.setContentsMargins(16, 10, 16, 10)
        self._hint = Text(self._appearance, style=TextStyle.CAPTION, tone="muted")
        self._hint.setContentsMargins(16, 6, 16, 8)

    def _lay_out(self) -> None:
        top = column()
        top.setContentsMargins(12, 12, 12, 10)
        top.addWidget(self._edit)
        layout = column(self, spacing_px=0)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addLayout(top)
        layout.addWidget(divider())
        layout.addSpacing(6)
        layout.addWidget(self._nothing)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._hint)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(40)
        shadow.setOffset(0, 12)
        shadow.setColor(QColor(0, 0, 0, 150))
        self.setGraphicsEffect(shadow)

    def _refresh(self, row: int = 0) -> None:
        query = self._edit.text().strip()
        known = self._index.find(query)
        ids = {(item.kind, item.id) for item in known}
        items = known + [item for item in self._found if (item.kind, item.id) not in ids]
        self._model.show_items(items)
        self._nothing.setText(_("Nothing found for “{query}”.").format(query=query))
        self._nothing.setVisible(not items)
        self._list.setVisible(bool(items))
        if items:
            self._list.setCurrentIndex(self._model.index(min(row, len(items) - 1)))
        self._show_hint()
        if not self.isHidden():
            self._place()

    def _show_hint(self) -> None:
        hint = _("↑ ↓ select   ·   ↵ run   ·   Esc close")
        item = self._current()
        if item is not None and item.has_page:
            hint = _("↑ ↓ select   ·   ↵ show on the map   ·   Shift ↵ open page   ·   Esc close")
        self._hint.setText(self._about_found or hint)

    def _current(self) -> PaletteItem | None:
        index = self._list.currentIndex()
        return self._model.item_at(index.row()) if index.isValid() else None

    def _place(self) -> None:
        window = self._window
        width = min(self._appearance.px(_WIDTH_PX), window.width() - 32)
        rows = min(_ROWS, max(1, self._model.rowCount()))
        height = rows * self._appearance.px(36) + self._appearance.px(32) + self._hint.sizeHint().height() + 34
        x = (window.width() - width) // 2
        self.setGeometry(QRect(x, self._appearance.px(56), width, min(height, window.height() - 72)))

    def sizeHint(self) -> QSize:
        return QSize(self._appearance.px(_WIDTH_PX), self._appearance.px(400))

    def _on_text_edited(self, text: str) -> None:
        self._found, self._about_found = [], ""
        self._refresh()
        self.query_changed.emit(text.strip())

    def _on_moved(self, step: int) -> None:
        count = self._model.rowCount()
        if count:
            row = self._list.currentIndex().row() + step
            row = row % count if abs(step) == 1 else max(0, min(row, count - 1))
            self._list.setCurrentIndex(self._model.index(row))
            self._show_hint()

    def _on_cancelled(self) -> None:
        self._close()

    def _on_opened(self) -> None:
        item = self._current()
        if item is not None and item.has_page:
            self._close(item)
            self.page_requested.emit(item)
        else:
            self._on_accepted()

    def _on_accepted(self) -> None:
        index = self._list.currentIndex()
        if index.isValid():
            self._on_clicked(index)

    def _on_clicked(self, index: QModelIndex) -> None:
        item = self._model.item_at(index.row())
        if not item.reason:
            self._close(item)
            self.chosen.emit(item)


ITEM_ROLE = Qt.ItemDataRole.UserRole + 1


class ResultModel(QAbstractListModel):
    """The matching items."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[PaletteItem] = []

    def show_items(self, items: list[PaletteItem]) -> None:
        self.beginResetModel()
        self._items = items
        self.endResetModel()

    def item_at(self, row: int) -> PaletteItem:
        """Return the item in `row`."""
        return self._items[row]

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the item, or its text for a screen reader."""
        item = self._items[index.row()]
        if role == ITEM_ROLE:
            return item
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(part for part in (item.title, item.detail, item.key, item.reason) if part)
        return None


class ResultDelegate(QStyledItemDelegate):
    """Paints a row: icon, title, detail, and the shortcut key at the right."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        """Return the row size; all rows are equally high."""
        return QSize(200, self._appearance.px(36))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        item = index.data(ITEM_ROLE)
        if not isinstance(item, PaletteItem):
            return
        palette, rect = self._appearance.palette, QRectF(option.rect).adjusted(8, 1, -8, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(mix(palette.panel, palette.accent, 0.2)))
            painter.drawRoundedRect(rect, 8, 8)
        side = self._appearance.px(18)
        ratio = painter.device().devicePixelRatioF()
        image = icon_image(item.icon, palette.faint if item.reason else palette.muted, side, ratio)
        painter.drawImage(QRectF(rect.x() + 10, rect.center().y() - side / 2, side, side), image)
        self._paint_words(painter, rect.adjusted(10 + side + 12, 0, -10, 0), item)
        painter.restore()

    def _paint_words(self, painter: QPainter, area: QRectF, item: PaletteItem) -> None:
        palette, right = self._appearance.palette, area.right()
        if item.key:
            width = QFontMetricsF(self._appearance.font(TextStyle.CAPTION)).horizontalAdvance(item.key) + 12
            cap = QRectF(right - width, area.y(), width, area.height())
            paint_key_cap(painter, cap, item.key, palette.muted, self._appearance)
            right -= width + 12
        title_font = self._appearance.font(TextStyle.MEDIUM)
        metrics = QFontMetricsF(title_font)
        title = metrics.elidedText(item.title, Qt.TextElideMode.ElideRight, right - area.x())
        painter.setFont(title_font)
        painter.setPen(QColor(palette.faint if item.reason else palette.text))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, title)
        x = area.x() + metrics.horizontalAdvance(title) + 12
        detail_font = self._appearance.font(TextStyle.SMALL)
        room = right - x
        detail = QFontMetricsF(detail_font).elidedText(item.reason or item.detail, Qt.TextElideMode.ElideRight, room)
        painter.setFont(detail_font)
        painter.setPen(QColor(palette.muted))
        painter.drawText(QRectF(x, area.y(), room, area.height()), Qt.AlignmentFlag.AlignVCenter, detail)
