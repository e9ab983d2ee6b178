"""Lists of two-line rows with their level as a coloured edge and a shape."""

from typing import Final, Protocol

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from tabuah.widgets.controls.elision import elide_name
from tabuah.widgets.controls.labels import paint_elided
from tabuah.widgets.controls.selection_list import ITEM_ROLE, AnyIndex, ItemModel, ListItem, SelectionList
from tabuah.widgets.theme.appearance import Appearance, TextStyle, level_colour
from tabuah.widgets.theme.design_tokens import mix
from tabuah.widgets.theme.level_shapes import paint_level, rounded_path
from tabuah.widgets.values import Level

MARGIN_PX: Final = 8
_EDGE_PX: Final = 4
_SHAPE_PX: Final = 11
_GAP_PX: Final = 8
_ACROSS: Final = (Qt.Key.Key_Left, Qt.Key.Key_Right)


def paint_level_row(
    painter: QPainter, rect: QRectF, level: Level, appearance: Appearance, *, lines: int, selected: bool
) -> QRectF:
    """Paint the frame in `rect` and the shape next to the first of `lines` lines.

    Returns:
        The area that is left for the text.
    """
    palette, outline = appearance.palette, rounded_path(rect.adjusted(0.5, 0.5, -0.5, -0.5), 8)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(outline, QColor(mix(palette.raised, palette.text, 0.06 if selected else 0.0)))
    painter.setClipPath(outline)
    painter.fillRect(QRectF(rect.x(), rect.y(), _EDGE_PX, rect.height()), QColor(level_colour(palette, level)))
    painter.setClipping(False)
    if selected:
        painter.setPen(QPen(QColor(palette.accent), 1.5))
        painter.drawPath(outline)
    inner, side_px = rect.adjusted(14, 5, -12, -5), float(appearance.px(_SHAPE_PX))
    top = inner.y() + (inner.height() / lines - side_px) / 2
    paint_level(painter, QRectF(inner.x(), top, side_px, side_px), level, palette)
    painter.restore()
    return inner.adjusted(side_px + _GAP_PX, 0, 0, 0)


_ELIDE_MIDDLE = Qt.TextElideMode.ElideMiddle  # the value is at the end of the text


class LevelListItem(ListItem, Protocol):
    """Protocol of an item in a row."""

    @property
    def level(self) -> Level: ...

    @property
    def text(self) -> str: ...

    @property
    def about(self) -> str:
        """Second line."""

    @property
    def at(self) -> str:
        """Time, at the right."""

    @property
    def author(self) -> str:
        """Author, below the time."""

    @property
    def names(self) -> tuple[str, ...]:
        """Parts of both lines that may be cut first; values may not."""


class LevelLine(msgspec.Struct, frozen=True, kw_only=True):
    """A row without anything else of its subject; see `LevelListItem`."""

    id: str
    level: Level
    text: str
    about: str = ""
    at: str = ""
    author: str = ""
    names: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """Accessible text of the row."""
        return ". ".join(part for part in (self.text, self.about, self.at, self.author) if part)


class _LevelListDelegate(QStyledItemDelegate):
    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(200, self._appearance.px(36) + 16)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        item: LevelListItem = index.data(ITEM_ROLE)
        rect = QRectF(option.rect).adjusted(MARGIN_PX, 2, -MARGIN_PX, -2)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        words = paint_level_row(painter, rect, item.level, self._appearance, lines=2, selected=selected)
        painter.save()
        self._paint_words(painter, words, item)
        painter.restore()

    def _paint_words(self, painter: QPainter, area: QRectF, item: LevelListItem) -> None:
        half = area.height() / 2
        top = QRectF(area.x(), area.y(), area.width(), half)
        low = QRectF(area.x(), area.y() + half, area.width(), half)
        right = self._line(painter, top, item.at, TextStyle.SMALL, "muted", right=True)
        area = top.adjusted(0, 0, -right - 12, 0)
        text = self._keep_values(item, item.text, TextStyle.MEDIUM, area.width())
        self._line(painter, area, text, TextStyle.MEDIUM, "text", cut=_ELIDE_MIDDLE)
        right = self._line(painter, low, item.author, TextStyle.SMALL, "muted", right=True)
        area = low.adjusted(0, 0, -right - 12, 0)
        about = self._keep_values(item, item.about, TextStyle.SMALL, area.width())
        self._line(painter, area, about, TextStyle.SMALL, "muted")

    def _keep_values(self, item: LevelListItem, text: str, style: TextStyle, width_px: float) -> str:
        """Return a text that fits with its values whole, if the item says which names may be cut."""
        if not item.names:
            return text
        return elide_name(text, item.names, QFontMetricsF(self._appearance.font(style)), width_px)

    def _line(
        self,
        painter: QPainter,
        area: QRectF,
        text: str,
        style: TextStyle,
        tone: str,
        *,
        right: bool = False,
        cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> float:
        font, colour = self._appearance.font(style), str(getattr(self._appearance.palette, tone))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        return paint_elided(painter, area, " ".join(text.split()), font=font, colour=colour, side=side, cut=cut)


class LevelList(SelectionList):
    """The rows; the panel around the list handles the keys."""

    def __init__(self, appearance: Appearance, *, name: str, label: str) -> None:
        super().__init__(appearance, ItemModel(), _LevelListDelegate(appearance), name=name, label=label)
        self.setUniformItemSizes(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: leave letters to the panel, for which a list view would search, and the arrows across the rows."""
        if (event.text().isprintable() and event.text()) or event.key() in _ACROSS:
            event.ignore()
        else:
            super().keyPressEvent(event)
