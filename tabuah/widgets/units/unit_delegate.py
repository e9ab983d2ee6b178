"""The delegate of the unit list: OPD headings, and units with call sign, state and position."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from tabuah.resources.localisation import _
from tabuah.widgets.controls.grouped_list_model import ROW_ROLE, GroupHeading
from tabuah.widgets.controls.labels import tone_colour
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.theme.colours import mix
from tabuah.widgets.theme.level_shapes import paint_level, rounded_path
from tabuah.widgets.units.unit_item import UnitItem
from tabuah.widgets.values import Level

_MARGIN_PX = 12
_PAD_PX = 10
_MARK_PX = 10
_HEADING_PX = 30
_UNIT_PX = 62


class UnitDelegate(QStyledItemDelegate):
    """Paints a unit in three lines: call sign and distance, state, position and warning."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        height = _UNIT_PX if isinstance(index.data(ROW_ROLE), UnitItem) else _HEADING_PX
        return QSize(0, self._appearance.px(height) + (6 if height == _UNIT_PX else 0))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row, rect = index.data(ROW_ROLE), QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, GroupHeading):
            area = rect.adjusted(_MARGIN_PX + 4, 6, -_MARGIN_PX, -4)
            self._line(painter, area, f"{row.label} · {row.count}".upper(), TextStyle.OVERLINE, "muted")
        elif isinstance(row, UnitItem):
            self._paint_unit(painter, rect.adjusted(_MARGIN_PX, 0, -_MARGIN_PX, -6), row, state)
        painter.restore()

    def _paint_unit(self, painter: QPainter, rect: QRectF, unit: UnitItem, state: QStyle.StateFlag) -> None:
        palette = self._appearance.palette
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        shape = rounded_path(rect.adjusted(0.5, 0.5, -0.5, -0.5), 8)
        painter.fillPath(shape, QColor(mix(palette.raised, palette.text, 0.05 if selected or hovered else 0.0)))
        if selected:
            focused = bool(state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(QPen(QColor(palette.accent), 2.0 if focused else 1.3))
            painter.drawPath(shape)
        inner = rect.adjusted(_PAD_PX, 6, -_PAD_PX, -6)
        line = QRectF(inner.x(), inner.y(), inner.width(), inner.height() / 3)
        self._paint_names(painter, line, unit)
        line.translate(0, line.height())
        self._paint_state(painter, line, unit)
        line.translate(0, line.height())
        self._paint_place(painter, line, unit)

    def _paint_names(self, painter: QPainter, area: QRectF, unit: UnitItem) -> None:
        taken = self._right(painter, area, unit.distance, TextStyle.NUMBER, "text")
        used = self._line(painter, area, unit.id, TextStyle.STRONG, "text") + 8
        room = area.adjusted(used, 0, -(taken + 8 if taken else 0), 0)
        self._line(painter, room, unit.name, TextStyle.BODY, "muted")

    def _paint_state(self, painter: QPainter, area: QRectF, unit: UnitItem) -> None:
        side = float(self._appearance.px(_MARK_PX))
        mark = QRectF(area.x(), area.center().y() - side / 2, side, side)
        paint_level(painter, mark, unit.level, self._appearance.palette)
        self._line(painter, area.adjusted(side + 6, 0, 0, 0), unit.state, TextStyle.BODY, "text")

    def _paint_place(self, painter: QPainter, area: QRectF, unit: UnitItem) -> None:
        note = unit.warning or (_("Exercise") if unit.exercise else "")
        taken = self._right(painter, area, note, TextStyle.CAPTION, Level.ATTENTION if unit.warning else "muted")
        room = area.adjusted(0, 0, -(taken + 8 if taken else 0), 0)
        self._line(painter, room, unit.place, TextStyle.CAPTION, "faint" if unit.old else "muted")

    def _line(self, painter: QPainter, area: QRectF, text: str, style: TextStyle, tone: str | Level) -> float:
        return self._write(painter, area, text, style, tone, Qt.AlignmentFlag.AlignLeft)

    def _right(self, painter: QPainter, area: QRectF, text: str, style: TextStyle, tone: str | Level) -> float:
        return self._write(painter, area, text, style, tone, Qt.AlignmentFlag.AlignRight)

    def _write(
        self, painter: QPainter, area: QRectF, text: str, style: TextStyle, tone: str | Level, side: Qt.AlignmentFlag
    ) -> float:
        """Paint an elided text and return its width."""
        font = self._appearance.font(style)
        metrics = QFontMetricsF(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.setFont(font)
        painter.setPen(QColor(tone_colour(self._appearance, tone)))
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, shown)
        return metrics.horizontalAdvance(shown)
