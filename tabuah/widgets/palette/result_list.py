"""The results of the palette: a model and the painting of its rows."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from tabuah.widgets.buttons import paint_key_cap
from tabuah.widgets.palette.palette_item import PaletteItem
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import mix
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.theme.icons import icon_image

AnyIndex = QModelIndex | QPersistentModelIndex
ITEM_ROLE = Qt.ItemDataRole.UserRole + 1


class ResultModel(QAbstractListModel):
    """The found items."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[PaletteItem] = []

    def show_items(self, items: list[PaletteItem]) -> None:
        """Take what was found."""
        self.beginResetModel()
        self._items = items
        self.endResetModel()

    def item_at(self, row: int) -> PaletteItem:
        """The item in `row`."""
        return self._items[row]

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Qt: items."""
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: the item, or its words for a screen reader."""
        item = self._items[index.row()]
        if role == ITEM_ROLE:
            return item
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(part for part in (item.title, item.detail, item.key, item.reason) if part)
        return None


class ResultDelegate(QStyledItemDelegate):
    """Icon, title, detail, and the key at the right."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        """Qt: all rows are alike."""
        return QSize(200, self._appearance.px(36))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Qt: paint one row."""
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
            width = QFontMetricsF(self._appearance.font(Type.CAPTION)).horizontalAdvance(item.key) + 12
            cap = QRectF(right - width, area.y(), width, area.height())
            paint_key_cap(painter, cap, item.key, palette.muted, self._appearance)
            right -= width + 12
        title_font = self._appearance.font(Type.MEDIUM)
        metrics = QFontMetricsF(title_font)
        title = metrics.elidedText(item.title, Qt.TextElideMode.ElideRight, right - area.x())
        painter.setFont(title_font)
        painter.setPen(QColor(palette.faint if item.reason else palette.text))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, title)
        x = area.x() + metrics.horizontalAdvance(title) + 12
        detail_font = self._appearance.font(Type.SMALL)
        room = right - x
        detail = QFontMetricsF(detail_font).elidedText(item.reason or item.detail, Qt.TextElideMode.ElideRight, room)
        painter.setFont(detail_font)
        painter.setPen(QColor(palette.muted))
        painter.drawText(QRectF(x, area.y(), room, area.height()), Qt.AlignmentFlag.AlignVCenter, detail)
