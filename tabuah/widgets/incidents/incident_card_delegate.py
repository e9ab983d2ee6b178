"""The delegate of the incident board: headings, and incidents as cards with their level at the edge."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from tabuah.widgets.controls.exercise_chip import exercise_chip_width, fitting_mark, paint_exercise_chip
from tabuah.widgets.controls.grouped_list_model import ROW_ROLE, GroupHeading
from tabuah.widgets.incidents.values import IncidentCard
from tabuah.widgets.theme.appearance import Appearance, TextStyle, level_colour, level_text
from tabuah.widgets.theme.design_tokens import mix
from tabuah.widgets.theme.icons import icon_image
from tabuah.widgets.theme.level_shapes import diamond, rounded_path
from tabuah.widgets.values import Level

_MARGIN_PX = 8
_EDGE_PX = 4
_BADGE_PX = 20
_MAX_CACHED_TITLES = 20_000  # wrapped titles in the cache

_BETWEEN: Final = " · "  # parts of a note
_SHORTEST_NAME: Final = 4  # letters, with the ellipsis: fewer say nothing


class IncidentCardDelegate(QStyledItemDelegate):
    """Paints headings and cards; a long title takes two lines."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._width_px = 0.0
        self.refresh()

    def refresh(self) -> None:
        """Reload fonts and metrics after a theme change."""
        self._fonts = {style: self._appearance.font(style) for style in TextStyle}
        self._metrics = {style: QFontMetricsF(font) for style, font in self._fonts.items()}
        self._heading_size = QSize(120, self._appearance.px(22) + 12)
        self._card_size = QSize(120, self._appearance.px(58) + 22)
        self._high_card_size = QSize(120, self._appearance.px(58) + 22 + self._line_px())
        self._titles: dict[tuple[str, str], tuple[str, str]] = {}

    def show_width(self, width_px: int) -> bool:
        """Set the width of the list and return whether it changed."""
        if width_px == self._width_px:
            return False
        self._width_px = width_px
        self._titles = {}
        return True

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        row = index.data(ROW_ROLE)
        if not isinstance(row, IncidentCard):
            return self._heading_size
        return self._high_card_size if self.title_lines(row)[1] else self._card_size

    def title_lines(self, card: IncidentCard) -> tuple[str, str]:
        """Return the title wrapped to two lines; the second is empty if one is enough."""
        key = (card.title, card.age)
        known = self._titles.get(key)
        if known is None:
            if len(self._titles) > _MAX_CACHED_TITLES:
                self._titles = {}
            known = self._titles[key] = self._break_title(card)
        return known

    def _break_title(self, card: IncidentCard) -> tuple[str, str]:
        metrics, words = self._metrics[TextStyle.STRONG], card.title.split()
        badge = self._appearance.px(_BADGE_PX) + 8 if card.letter else 0
        inner = self._width_px - 2 * _MARGIN_PX - (_EDGE_PX + 10) - 12 - badge
        room = inner - self._metrics[TextStyle.BODY].horizontalAdvance(card.age) - 8
        if self._width_px <= 0 or metrics.horizontalAdvance(card.title) <= room:
            return card.title, ""
        count = len(words)
        while count > 1 and metrics.horizontalAdvance(" ".join(words[:count])) > room:
            count -= 1
        return " ".join(words[:count]), " ".join(words[count:])

    def _line_px(self) -> int:
        return self._appearance.px(58) // 3

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(ROW_ROLE)
        rect = QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, GroupHeading):
            self._paint_heading(painter, rect, row)
        elif isinstance(row, IncidentCard):
            self._paint_card(painter, rect.adjusted(_MARGIN_PX, 0, -_MARGIN_PX, -6), row, state)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRectF, heading: GroupHeading) -> None:
        painter.setFont(self._fonts[TextStyle.OVERLINE])
        painter.setPen(QColor(self._appearance.palette.muted))
        area = rect.adjusted(_MARGIN_PX + 4, 6, -_MARGIN_PX, -4)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self.heading_text(heading, area.width()))

    def heading_text(self, heading: GroupHeading, width_px: float) -> str:
        """Return a heading that fits; its label is shortened, never its count."""
        metrics, count = self._metrics[TextStyle.OVERLINE], f" · {heading.count}"
        room = width_px - metrics.horizontalAdvance(count)
        return metrics.elidedText(heading.label.upper(), Qt.TextElideMode.ElideRight, room) + count

    def _paint_card(self, painter: QPainter, rect: QRectF, card: IncidentCard, state: QStyle.StateFlag) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        palette = self._appearance.palette
        ground = mix(palette.raised, palette.text, 0.05) if selected or hovered else palette.raised
        shape = rounded_path(rect.adjusted(0.5, 0.5, -0.5, -0.5), 8)
        painter.fillPath(shape, QColor(ground))
        self._paint_edge(painter, rect, shape, card.level)
        if selected:
            focused = bool(state & QStyle.StateFlag.State_Active) and bool(state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(QPen(QColor(palette.accent), 2.0 if focused else 1.3))
            painter.drawPath(shape)
        inner = rect.adjusted(_EDGE_PX + 10, 8, -12, -8)
        first, second = self.title_lines(card)
        step = inner.height() / (4 if second else 3)
        line = QRectF(inner.x(), inner.y(), inner.width(), step)
        left = self._paint_top(painter, line, card, first)
        if second:
            line.translate(0, step)
            self._line(painter, line.adjusted(left - line.x(), 0, 0, 0), second, TextStyle.STRONG, "text")
        line.translate(0, step)
        self._line(painter, line, card.place, TextStyle.BODY, "muted")
        line.translate(0, step)
        self._paint_bottom(painter, line, card)

    def _paint_edge(self, painter: QPainter, rect: QRectF, shape: QPainterPath, level: Level) -> None:
        painter.save()
        painter.setClipPath(shape)
        colour = QColor(level_colour(self._appearance.palette, level))
        painter.fillRect(QRectF(rect.x(), rect.y(), _EDGE_PX, rect.height()), colour)
        painter.restore()

    def _paint_top(self, painter: QPainter, area: QRectF, card: IncidentCard, title: str) -> float:
        """Paint badge, first title line and age; return the x of the title."""
        x = area.x()
        if card.letter:
            self._paint_badge(painter, area, card)
            x += self._appearance.px(_BADGE_PX) + 8
        tone: str | Level = Level.ATTENTION if card.overdue else "muted"
        age_width = self._right(painter, area, card.age, TextStyle.BODY, tone)
        width = area.right() - age_width - 8 - x
        self._line(painter, QRectF(x, area.y(), width, area.height()), title, TextStyle.STRONG, "text")
        return x

    def _paint_badge(self, painter: QPainter, area: QRectF, card: IncidentCard) -> None:
        palette, side = self._appearance.palette, float(self._appearance.px(_BADGE_PX))
        box = QRectF(area.x() - 1, area.center().y() - side / 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(level_colour(palette, card.level)))
        painter.drawPolygon(diamond(box))
        painter.setFont(self._fonts[TextStyle.OVERLINE])
        painter.setPen(QColor(palette.window if palette.name == "dark" else palette.panel))
        painter.drawText(box.adjusted(0.4, 0, 0.4, 0), Qt.AlignmentFlag.AlignCenter, card.letter)

    def _paint_bottom(self, painter: QPainter, area: QRectF, card: IncidentCard) -> None:
        note_tone: str | Level = Level.ATTENTION if card.overdue else "faint"
        number_width = self._metrics[TextStyle.NUMBER].horizontalAdvance(card.number)
        self._line(painter, area, card.number, TextStyle.NUMBER, "faint")
        x = area.x() + number_width + 6
        for icon, tone in self._marks(card):
            side = float(self._appearance.px(14))
            colour = level_text(self._appearance.palette, tone)
            ratio = painter.device().devicePixelRatioF()
            box = QRectF(x, area.center().y() - side / 2, side, side)
            painter.drawImage(box, icon_image(icon, colour, round(side), ratio))
            x += side + 4
        if card.exercise:
            x += 4 + self._paint_exercise(painter, QRectF(x + 4, area.y(), area.right() - x - 4, area.height()), card)
        room = QRectF(x + 8, area.y(), area.right() - x - 8, area.height())
        self._right(painter, room, self.note_text(card, room.width()), TextStyle.CAPTION, note_tone)

    def note_text(self, card: IncidentCard, width_px: float) -> str:
        """Return a note that fits: its name is shortened, then whole parts are left out, and no value is cut."""
        metrics = self._metrics[TextStyle.CAPTION]
        before, name, after = card.note.partition(card.note_name) if card.note_name else (card.note, "", "")
        if not name or metrics.horizontalAdvance(card.note) <= width_px:
            return card.note
        room = width_px - metrics.horizontalAdvance(before + after)
        short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        if len(short) >= _SHORTEST_NAME:
            return before + short + after
        parts = [part for part in (before + _BETWEEN + after).split(_BETWEEN) if part]
        while len(parts) > 1 and metrics.horizontalAdvance(_BETWEEN.join(parts)) > width_px:
            parts.pop(-2 if card.overdue else -1)  # the time limit stays, a status is also in the heading
        return _BETWEEN.join(parts)

    def _paint_exercise(self, painter: QPainter, room: QRectF, card: IncidentCard) -> float:
        """Paint the mark of the exercise, which may take half of the room; return its width."""
        most = room.width() * 0.5
        mark = fitting_mark(card.exercise, most, self._appearance)
        width = min(exercise_chip_width(mark, self._appearance), most)
        height = min(float(self._appearance.px(18)), room.height())
        box = QRectF(room.x(), room.center().y() - height / 2, width, height)
        paint_exercise_chip(painter, box, mark, self._appearance)
        return width

    def _marks(self, card: IncidentCard) -> list[tuple[str, Level]]:
        marks = [("sync", Level.INFORMATION)] if card.pending else []
        marks += [("lock", Level.ATTENTION)] if card.held else []
        return [*marks, ("alert", Level.ATTENTION)] if card.conflict else marks

    def _line(self, painter: QPainter, area: QRectF, text: str, style: TextStyle, tone: str) -> None:
        shown = self._metrics[style].elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.setFont(self._fonts[style])
        painter.setPen(QColor(str(getattr(self._appearance.palette, tone))))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)

    def _right(self, painter: QPainter, area: QRectF, text: str, style: TextStyle, tone: str | Level) -> float:
        shown = self._metrics[style].elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        palette = self._appearance.palette
        colour = level_text(palette, tone) if isinstance(tone, Level) else str(getattr(palette, tone))
        painter.setFont(self._fonts[style])
        painter.setPen(QColor(colour))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        return self._metrics[style].horizontalAdvance(shown)
