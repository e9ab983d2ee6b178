"""Paints a station in the list of all: who it is, its battery, its day as a line, its newest value with the age."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from tabuah.widgets.chips import chip_width, paint_chip
from tabuah.widgets.chosen_list import ITEM_ROLE, AnyIndex
from tabuah.widgets.edge_row import MARGIN_PX, paint_edge_row
from tabuah.widgets.stations.day_pictures import DayPictures
from tabuah.widgets.stations.station_item import StationDay, StationItem
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import level_text
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.values import Level

_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_VALUE_PX: Final = 124
_LINE_PX: Final = (150, 30)
_BATTERY_PX: Final = 64
_GAP_PX: Final = 16
_CHIP_PX: Final = 20
_RAISED: Final = (Level.CRITICAL, Level.HIGH, Level.ATTENTION)


class StationDelegate(QStyledItemDelegate):
    """All rows are alike in height; the columns at the right have the same place in each."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.days: Mapping[str, StationDay] = {}
        self._pictures = DayPictures(appearance)
        self.refresh()

    def refresh(self) -> None:
        """Measure the fonts again after the look has changed."""
        self._fonts = {style: self._appearance.font(style) for style in Type}
        self._metrics = {style: QFontMetricsF(font) for style, font in self._fonts.items()}
        self._pictures.forget()
        self._line_size = QSize(*(self._appearance.px(size_px) for size_px in _LINE_PX))
        self._size = QSize(200, self._appearance.px(36) + 16)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        """Qt: two lines of words."""
        return self._size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Qt: paint the row."""
        item: StationItem = index.data(ITEM_ROLE)
        rect = QRectF(option.rect).adjusted(MARGIN_PX, 2, -MARGIN_PX, -2)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        words = paint_edge_row(painter, rect, item.level, self._appearance, lines=2, selected=selected)
        painter.save()
        words = self._paint_value(painter, words, item)
        words = self._paint_day(painter, words, item)
        words = self._paint_battery(painter, words, item)
        self._paint_name(painter, words, item)
        painter.restore()

    def _paint_value(self, painter: QPainter, room: QRectF, item: StationItem) -> QRectF:
        """The value over its age; a grey one does not speak for the present."""
        area, rest = _from_right(room, self._appearance.px(_VALUE_PX))
        top, low = _halves(area)
        tone: str | Level = "muted" if item.overdue else item.level if item.level in _RAISED else "text"
        self._write(painter, top, item.value, Type.STRONG, tone, side=_RIGHT)
        self._write(painter, low, item.age, Type.SMALL, "muted", side=_RIGHT)
        return rest

    def _paint_day(self, painter: QPainter, room: QRectF, item: StationItem) -> QRectF:
        size, day = self._line_size, self.days.get(item.id)
        area, rest = _from_right(room, size.width())
        if day is not None:  # until it is read nothing is said of it
            ratio = painter.device().devicePixelRatioF()
            image = self._pictures.picture(item.id, day, item.level, size=size, ratio=ratio)
            place = QPoint(round(area.x()), round(area.center().y() - size.height() / 2))  # else the line is blurred
            painter.drawImage(place, image)
        return rest

    def _paint_battery(self, painter: QPainter, room: QRectF, item: StationItem) -> QRectF:
        area, rest = _from_right(room, self._appearance.px(_BATTERY_PX))
        tone: str | Level = Level.ATTENTION if item.battery_low else "muted"
        style = Type.STRONG if item.battery_low else Type.BODY
        self._write(painter, area, item.battery, style, tone, side=_RIGHT)
        return rest

    def _paint_name(self, painter: QPainter, room: QRectF, item: StationItem) -> None:
        """The name and what must be known with it; below, what it is and where."""
        top, low = _halves(room)
        chips = [(Level.INFORMATION, word) for word in (item.works, item.exercise) if word]
        taken_px = sum(chip_width(word, self._appearance, shape=False) + 8 for _level, word in chips)
        name = top.adjusted(0, 0, -taken_px, 0)
        x = name.x() + self._write(painter, name, item.name, Type.STRONG, "text") + 8
        side_px = float(self._appearance.px(_CHIP_PX))
        for level, word in chips:
            width_px = chip_width(word, self._appearance, shape=False)
            box = QRectF(x, top.center().y() - side_px / 2, width_px, side_px)
            paint_chip(painter, box, level, word, self._appearance, shape=False)
            x += width_px + 8
        shown = f"{item.word} · {item.about}"
        self._write(painter, low, shown, Type.SMALL, "muted")

    def _write(
        self,
        painter: QPainter,
        area: QRectF,
        text: str,
        style: Type,
        tone: str | Level,
        *,
        side: Qt.AlignmentFlag = _LEFT,
    ) -> float:
        """Write as much as fits; the width that it took."""
        palette, metrics = self._appearance.palette, self._metrics[style]
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        colour = level_text(palette, tone) if isinstance(tone, Level) else str(getattr(palette, tone))
        painter.setFont(self._fonts[style])
        painter.setPen(QColor(colour))
        painter.drawText(area, side, shown)
        return metrics.horizontalAdvance(shown)


def _from_right(room: QRectF, width_px: float) -> tuple[QRectF, QRectF]:
    """A column at the right of a row, and what is left of the row."""
    area = QRectF(room.right() - width_px, room.y(), width_px, room.height())
    return area, room.adjusted(0, 0, -width_px - _GAP_PX, 0)


def _halves(area: QRectF) -> tuple[QRectF, QRectF]:
    half = area.height() / 2
    return area.adjusted(0, 0, 0, -half), area.adjusted(0, half, 0, 0)
