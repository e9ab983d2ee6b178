"""The wall view: map, clock, alarms, incidents, limits and units, readable from four metres, without controls."""

from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.map.canvas import MapCanvas
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.shell.wall_values import WallContent, WallLine, WallSection
from tabuah.widgets.theme.appearance import Appearance, level_text, painted_font
from tabuah.widgets.theme.level_shapes import paint_level

LEAST_PX: Final = 28  # of all type, on a screen of 1080 lines
_DESIGN_LINES: Final = 1080
_CLOCK_PX: Final = 84
_TITLE_PX: Final = 40
_LINE_PX: Final = 32
_HEAD: Final = 0.13  # share of the height
_MAP: Final = 0.58  # share of the width
_LEAST_MAP_PX: Final = 11  # of the type on the map at 100 %
_LEAVES: Final = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_F11})


class WallPart(QWidget):
    """A part of the wall that paints texts in sizes that follow the height of the wall."""

    def __init__(self, appearance: Appearance, name: str, label: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self._appearance = appearance
        self._content = WallContent()
        self._scale = 1.0
        appearance.changed.connect(self.update)

    def show_content(self, content: WallContent, scale: float) -> None:
        """Show these texts; at scale 1 the least type has `LEAST_PX`."""
        if (content, scale) != (self._content, self._scale):
            self._content, self._scale = content, scale
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), QColor(self._appearance.palette.window))
            self.paint_texts(painter)
        finally:
            painter.end()

    def paint_texts(self, painter: QPainter) -> None:
        """Paint the content."""
        raise NotImplementedError

    def text(
        self,
        painter: QPainter,
        area: QRectF,
        text: str,
        *,
        size_px: float,
        colour: str,
        strong: bool = False,
        right: bool = False,
    ) -> float:
        """Paint one line at the top of `area`, cut to its width; return its width."""
        weight = QFont.Weight.Bold if strong else QFont.Weight.Medium
        font = painted_font(size_px * self._scale, weight)
        metrics = QFontMetricsF(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(area.width(), 0.0))
        painter.setFont(font)
        painter.setPen(QColor(colour))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, side | Qt.AlignmentFlag.AlignTop, shown)
        return metrics.horizontalAdvance(shown)


class WallHead(WallPart):
    """Clock and day at the left, office, world and connection at the right."""

    def paint_texts(self, painter: QPainter) -> None:
        palette, content, unit = self._appearance.palette, self._content, self._scale
        area = QRectF(self.rect()).adjusted(32 * unit, 14 * unit, -32 * unit, 0)
        width = self.text(painter, area, content.time, size_px=_CLOCK_PX, colour=palette.text, strong=True)
        day = area.adjusted(width + 32 * unit, 12 * unit, 0, 0)
        taken = self.text(painter, day, content.day, size_px=_LINE_PX, colour=palette.muted)
        notice = day.adjusted(0, 44 * unit, 0, 0)
        notice.setWidth(area.width() * 0.45)
        self.text(painter, notice, content.notice, size_px=LEAST_PX, colour=palette.attention_text, strong=True)
        right = day.adjusted(taken + 32 * unit, 0, 0, 0)
        office = content.world or content.office
        tone = palette.exercise if content.world else palette.text
        self.text(painter, right, office, size_px=_LINE_PX, colour=tone, strong=True, right=True)
        low = area.adjusted(area.width() * 0.45, 56 * unit, 0, 0)
        colour = level_text(palette, content.sync_level)
        self.text(painter, low, content.sync, size_px=LEAST_PX, colour=colour, right=True)


class WallSections(WallPart):
    """Headings with lines: the worst alarms, open incidents by severity, overdue limits, units that are ready."""

    def show_content(self, content: WallContent, scale: float) -> None:
        super().show_content(content, scale)
        self.setAccessibleDescription("\n".join(section.spoken for section in content.sections))

    def paint_texts(self, painter: QPainter) -> None:
        unit, area = self._scale, QRectF(self.rect()).adjusted(0, 0, -32 * self._scale, -16 * self._scale)
        top = 0.0
        for section in self._content.sections:
            left = area.adjusted(28 * unit, top, 0, 0)
            top += self._section(painter, left, section)

    def _section(self, painter: QPainter, area: QRectF, section: WallSection) -> float:
        """Paint a section; return its height."""
        palette, unit = self._appearance.palette, self._scale
        painter.fillRect(QRectF(area.x(), area.y(), area.width(), max(1.0, 2 * unit)), QColor(palette.line))
        y = 10 * unit
        title = area.adjusted(0, y, 0, 0)
        self.text(painter, title, section.title, size_px=_LINE_PX, colour=palette.muted, strong=True)
        if section.more:
            self.text(painter, title, section.more, size_px=LEAST_PX, colour=palette.muted, right=True)
        y += 50 * unit
        if not section.lines:
            self.text(painter, area.adjusted(0, y, 0, 0), section.empty, size_px=_LINE_PX, colour=palette.text)
            return y + 58 * unit
        for line in section.lines:
            y += self._line(painter, area.adjusted(0, y, 0, 0), line)
        return y + 14 * unit

    def _line(self, painter: QPainter, area: QRectF, line: WallLine) -> float:
        palette, unit = self._appearance.palette, self._scale
        side = 26 * unit
        paint_level(painter, QRectF(area.x(), area.y() + 9 * unit, side, side), line.level, palette)
        words = area.adjusted(side + 16 * unit, 0, 0, 0)
        tone = level_text(palette, line.level)
        width = self.text(painter, words, line.word, size_px=_LINE_PX, colour=tone, strong=True)
        rest = words.adjusted(width + 16 * unit, 0, 0, 0)
        self.text(painter, rest, line.text, size_px=_LINE_PX, colour=palette.text, strong=bool(line.note))
        if not line.note:
            return 46 * unit
        self.text(painter, words.adjusted(0, 42 * unit, 0, 0), line.note, size_px=LEAST_PX, colour=palette.muted)
        return 86 * unit


class WallView(QWidget):
    """A window of its own for a second screen. Escape and F11 leave it; nothing else does anything.

    Signals:
        closed: the person left it.
    """

    closed = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("wall_view")
        self.setAccessibleName(_("Wall view"))
        self.setWindowTitle(_("Wall view"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._appearance = appearance
        self._content = WallContent()
        self.head = WallHead(appearance, "wall_head", _("Clock and connection"))
        self.sections = WallSections(appearance, "wall_sections", _("Alarms, incidents and units"))
        self.canvas = MapCanvas(self)
        self.canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.canvas.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for part in (self.head, self.sections):
            part.setParent(self)
        self._map = MapContent()

    def show_content(self, content: WallContent) -> None:
        """Show these texts."""
        self._content = content
        self.head.show_content(content, self._scale)
        self.sections.show_content(content, self._scale)

    def show_map(self, content: MapContent) -> None:
        """Show what the map of the window shows, in larger type and the whole regency."""
        self._map = content
        self.canvas.show_content(replace(content, text_scale=LEAST_PX / _LEAST_MAP_PX * self._scale))

    def event(self, event: QEvent) -> bool:
        """Take Escape and F11 before the shortcuts of the main window."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _LEAVES:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _LEAVES:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop the workers of the map."""
        self.canvas.close_workers()
        super().closeEvent(event)
        self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out the parts; all sizes follow the height."""
        super().resizeEvent(event)
        width, height = self.width(), self.height()
        head, map_width = round(height * _HEAD), round(width * _MAP)
        self.head.setGeometry(0, 0, width, head)
        self.canvas.setGeometry(0, head, map_width, height - head)
        self.sections.setGeometry(map_width, head, width - map_width, height - head)
        self.show_content(self._content)
        self.show_map(self._map)

    @property
    def _scale(self) -> float:
        return max(self.height() / _DESIGN_LINES, 0.4)
