"""The list of all stations: rows with level, name, battery, sparkline, newest value and its age."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from tabuah.resources.localisation import _
from tabuah.widgets.charts.sparkline import paint_sparkline
from tabuah.widgets.controls.chips import chip_width, paint_chip
from tabuah.widgets.controls.exercise_chip import exercise_chip_width, paint_exercise_chip
from tabuah.widgets.controls.level_list import MARGIN_PX, paint_level_row
from tabuah.widgets.controls.selection_list import ITEM_ROLE, AnyIndex, ItemModel, ListItem, SelectionList
from tabuah.widgets.stations.station_item import SparklineData, StationItem
from tabuah.widgets.theme.appearance import Appearance, TextStyle, level_text
from tabuah.widgets.values import Level

_MAX_CACHED: Final = 400  # images, a few screens full

_Key = tuple[Level, QSize, float]


class SparklineCache:
    """Caches the sparklines of stations as images; repaints one when its data, level or theme changes."""

    def __init__(self, appearance: Appearance) -> None:
        self._appearance = appearance
        self._cached: dict[str, tuple[SparklineData, _Key, QImage]] = {}

    def clear(self) -> None:
        """Drop all images, for example after a theme change."""
        self._cached.clear()

    def picture(self, station: str, day: SparklineData, level: Level, *, size: QSize, ratio: float) -> QImage:
        """Return the sparkline of a station as an image.

        Args:
            station: code of the station.
            day: data of the sparkline.
            level: level of the newest value.
            size: size in logical px.
            ratio: device pixel ratio.
        """
        key, known = (level, size, ratio), self._cached.get(station)
        if known is not None and known[0] is day and known[1] == key:
            return known[2]
        if len(self._cached) >= _MAX_CACHED:
            self._cached.clear()
        image = self._render(day, level, size, ratio)
        self._cached[station] = (day, key, image)
        return image

    def _render(self, day: SparklineData, level: Level, size: QSize, ratio: float) -> QImage:
        image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        try:
            area = QRectF(0, 0, size.width(), size.height())
            paint_sparkline(painter, area, day.series, level, self._appearance.palette, span_s=day.span_s)
        finally:
            painter.end()
        return image


_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_VALUE_PX: Final = 124
_LINE_PX: Final = (150, 30)
_BATTERY_PX: Final = 64
_GAP_PX: Final = 16
_CHIP_PX: Final = 20
_RAISED: Final = (Level.CRITICAL, Level.HIGH, Level.ATTENTION)


class StationDelegate(QStyledItemDelegate):
    """Paints rows of equal height with aligned columns at the right."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.days: Mapping[str, SparklineData] = {}
        self._pictures = SparklineCache(appearance)
        self.refresh()

    def refresh(self) -> None:
        """Reload fonts and metrics after a theme change."""
        self._fonts = {style: self._appearance.font(style) for style in TextStyle}
        self._metrics = {style: QFontMetricsF(font) for style, font in self._fonts.items()}
        self._pictures.clear()
        self._line_size = QSize(*(self._appearance.px(size_px) for size_px in _LINE_PX))
        self._size = QSize(200, self._appearance.px(36) + 16)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return self._size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        item: StationItem = index.data(ITEM_ROLE)
        rect = QRectF(option.rect).adjusted(MARGIN_PX, 2, -MARGIN_PX, -2)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        words = paint_level_row(painter, rect, item.level, self._appearance, lines=2, selected=selected)
        painter.save()
        words = self._paint_value(painter, words, item)
        words = self._paint_day(painter, words, item)
        words = self._paint_battery(painter, words, item)
        self._paint_name(painter, words, item)
        painter.restore()

    def _paint_value(self, painter: QPainter, room: QRectF, item: StationItem) -> QRectF:
        """Paint the value above its age; an overdue value is muted."""
        area, rest = _from_right(room, self._appearance.px(_VALUE_PX))
        top, low = _halves(area)
        tone: str | Level = "muted" if item.overdue else item.level if item.level in _RAISED else "text"
        self._write(painter, top, item.value, TextStyle.STRONG, tone, side=_RIGHT)
        self._write(painter, low, item.age, TextStyle.SMALL, "muted", side=_RIGHT)
        return rest

    def _paint_day(self, painter: QPainter, room: QRectF, item: StationItem) -> QRectF:
        size, day = self._line_size, self.days.get(item.id)
        area, rest = _from_right(room, size.width())
        if day is not None:  # None until it is loaded
            ratio = painter.device().devicePixelRatioF()
            image = self._pictures.picture(item.id, day, item.level, size=size, ratio=ratio)
            place = QPoint(round(area.x()), round(area.center().y() - size.height() / 2))  # avoids blurring
            painter.drawImage(place, image)
        return rest

    def _paint_battery(self, painter: QPainter, room: QRectF, item: StationItem) -> QRectF:
        area, rest = _from_right(room, self._appearance.px(_BATTERY_PX))
        tone: str | Level = Level.ATTENTION if item.battery_low else "muted"
        style = TextStyle.STRONG if item.battery_low else TextStyle.BODY
        self._write(painter, area, item.battery, style, tone, side=_RIGHT)
        return rest

    def _paint_name(self, painter: QPainter, room: QRectF, item: StationItem) -> None:
        """Paint the name with its chips; below it level and description."""
        top, low = _halves(room)
        chips = [(Level.INFORMATION, word) for word in (item.works,) if word]
        mark_px = exercise_chip_width(item.exercise, self._appearance) if item.exercise else 0.0
        taken_px = sum(chip_width(word, self._appearance, shape=False) + 8 for _level, word in chips)
        taken_px += mark_px + 8 if item.exercise else 0.0
        name = top.adjusted(0, 0, -taken_px, 0)
        x = name.x() + self._write(painter, name, item.name, TextStyle.STRONG, "text") + 8
        side_px = float(self._appearance.px(_CHIP_PX))
        for level, word in chips:
            width_px = chip_width(word, self._appearance, shape=False)
            box = QRectF(x, top.center().y() - side_px / 2, width_px, side_px)
            paint_chip(painter, box, level, word, self._appearance, shape=False)
            x += width_px + 8
        if item.exercise:
            box = QRectF(x, top.center().y() - side_px / 2, mark_px, side_px)
            paint_exercise_chip(painter, box, item.exercise, self._appearance)
        shown = f"{item.word} · {item.about}"
        self._write(painter, low, shown, TextStyle.SMALL, "muted")

    def _write(
        self,
        painter: QPainter,
        area: QRectF,
        text: str,
        style: TextStyle,
        tone: str | Level,
        *,
        side: Qt.AlignmentFlag = _LEFT,
    ) -> float:
        """Paint an elided text and return its width."""
        palette, metrics = self._appearance.palette, self._metrics[style]
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        colour = level_text(palette, tone) if isinstance(tone, Level) else str(getattr(palette, tone))
        painter.setFont(self._fonts[style])
        painter.setPen(QColor(colour))
        painter.drawText(area, side, shown)
        return metrics.horizontalAdvance(shown)


def _from_right(room: QRectF, width_px: float) -> tuple[QRectF, QRectF]:
    """Return a column at the right of a row and the rest of the row."""
    area = QRectF(room.right() - width_px, room.y(), width_px, room.height())
    return area, room.adjusted(0, 0, -width_px - _GAP_PX, 0)


def _halves(area: QRectF) -> tuple[QRectF, QRectF]:
    half = area.height() / 2
    return area.adjusted(0, 0, 0, -half), area.adjusted(0, half, 0, 0)


_SCROLL_DELAY_MS: Final = 80  # delay, so that rows which are only scrolled past are not loaded


class _StationModel(ItemModel):
    """A model whose values change much more often than its order."""

    def update_items(self, items: tuple[ListItem, ...]) -> bool:
        """Update values of the same stations in the same order; return False if the stations differ."""
        before = self.items
        if [item.id for item in items] != [item.id for item in before]:
            return False
        self.items = items
        for row, (old, new) in enumerate(zip(before, items, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(row), self.index(row))
        return True


class StationList(SelectionList):
    """The rows.

    Signals:
        visible_rows_changed: other rows are visible, or their values changed.
    """

    visible_rows_changed = Signal()

    def __init__(self, appearance: Appearance) -> None:
        self._rows, self._delegate_painter = _StationModel(), StationDelegate(appearance)
        super().__init__(appearance, self._rows, self._delegate_painter, name="station_list", label=_("Stations"))
        self.setUniformItemSizes(True)
        self._visible_rows_timer = QTimer(self)
        self._visible_rows_timer.setSingleShot(True)
        self._visible_rows_timer.setInterval(_SCROLL_DELAY_MS)
        self._visible_rows_timer.timeout.connect(self.visible_rows_changed)
        self.verticalScrollBar().valueChanged.connect(self._on_moved)
        self.verticalScrollBar().rangeChanged.connect(self._on_moved)
        appearance.changed.connect(self._delegate_painter.refresh)

    @property
    def visible_ids(self) -> tuple[str, ...]:
        """Ids of the visible rows, from the top."""
        items, height_px = self._rows.items, self.viewport().height()
        row_px = max(1, self.sizeHintForRow(0))
        first = self.verticalScrollBar().value() // row_px
        return tuple(item.id for item in items[first : first + height_px // row_px + 2])

    def show_items(self, items: Sequence[ListItem]) -> None:
        """Show other stations or values; keep selection and scroll position."""
        if not self._rows.update_items(tuple(items)):
            place = self.verticalScrollBar().value()
            super().show_items(items)
            self.doItemsLayout()  # else the scroll bar has no range yet
            self.verticalScrollBar().setValue(place)
        self._on_moved()

    def select_first(self) -> None:
        """Select the first row, after the filter has changed."""
        self.setCurrentIndex(self._rows.index(0))
        self.scrollToTop()

    def show_days(self, days: Mapping[str, SparklineData]) -> None:
        """Show the sparklines that are loaded."""
        self._delegate_painter.days = days
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ignore letters, so that the dialog handles them as shortcuts instead of Qt as a search by initial."""
        if event.text().strip():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._on_moved()

    def _on_moved(self, *_place: int) -> None:
        if not self._visible_rows_timer.isActive():
            self._visible_rows_timer.start()
