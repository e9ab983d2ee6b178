"""The text of an alarm in the strip: on one line if it fits, else on two before anything is cut."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from tabuah.widgets.controls.elision import SEPARATOR, elide_name
from tabuah.widgets.controls.labels import Text, tone_colour
from tabuah.widgets.theme.appearance import Appearance, TextStyle

_GAP_PX: Final = 12
_LEAST_PX: Final = 120
_SEPARATOR: Final = "·"
_STYLES: Final = (TextStyle.TITLE, TextStyle.BODY, TextStyle.STRONG, TextStyle.SMALL)

Metrics = Mapping[TextStyle, QFontMetricsF]


class TextRun(msgspec.Struct, frozen=True):
    """Text in one style and tone."""

    text: str
    style: TextStyle
    tone: str = "text"


def arrange_lines(
    title: str, details: str, metrics: Metrics, width_px: float, *, names: Sequence[str] = ()
) -> tuple[tuple[TextRun, ...], ...]:
    """Return the lines of an alarm: its title with the value takes precedence over its details.

    Args:
        title: with the value.
        details: in one text.
        metrics: of the fonts.
        width_px: the room.
        names: the parts of the title that may be cut where two lines are not enough.
    """
    one = (
        (TextRun(title, TextStyle.TITLE), TextRun(details, TextStyle.BODY, "muted"))
        if details
        else (TextRun(title, TextStyle.TITLE),)
    )
    wanted_px = sum(metrics[run.style].horizontalAdvance(run.text) for run in one) + _GAP_PX * (len(one) - 1)
    if wanted_px <= width_px:
        return (one,)
    strong = metrics[TextStyle.STRONG]
    if details and strong.horizontalAdvance(title) <= width_px:
        return (TextRun(title, TextStyle.STRONG),), (TextRun(details, TextStyle.SMALL, "muted"),)
    first, rest = split_line(title, strong, width_px)
    if details and strong.horizontalAdvance(rest) > width_px:
        shown = elide_name(title, names, strong, width_px)
        return (TextRun(shown, TextStyle.STRONG),), (TextRun(details, TextStyle.SMALL, "muted"),)
    second = (
        TextRun(rest.removeprefix(f"{_SEPARATOR} "), TextStyle.STRONG),
        TextRun(details, TextStyle.SMALL, "muted"),
    )
    lines = ((TextRun(first, TextStyle.STRONG),), tuple(run for run in second if run.text))
    return tuple(line for line in lines if line)


def split_line(text: str, metrics: QFontMetricsF, width_px: float) -> tuple[str, str]:
    """Split a text after as many whole words as fit, at least one; keep a value with its unit."""
    words = text.split()
    count = max(1, next((n for n in range(len(words), 0, -1) if _fits(words[:n], metrics, width_px)), 1))
    if count < len(words) and _SEPARATOR in words[1:count]:
        count = max(n for n in range(1, count) if words[n] == _SEPARATOR)
    elif 1 < count < len(words) and words[count] != _SEPARATOR and words[count - 1][-1].isdigit():
        count -= 1
    return " ".join(words[:count]), " ".join(words[count:])


def _fits(words: list[str], metrics: QFontMetricsF, width_px: float) -> bool:
    return metrics.horizontalAdvance(" ".join(words)) <= width_px


class AlarmLabel(Text):
    """Title with value, and details of the alarm; the tooltip has the full text if any of it is cut."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, style=TextStyle.TITLE)
        self._title = self._details = ""
        self._names: tuple[str, ...] = ()
        self.setObjectName("alarm_words")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_text(self, title: str, details: Sequence[str], *, names: Sequence[str] = ()) -> None:
        """Show an alarm; only its `names` may be cut, never its values."""
        self._title, self._details, self._names = title, SEPARATOR.join(details), tuple(names)
        self.setText(SEPARATOR.join((title, *details)))
        self.update()

    def sizeHint(self) -> QSize:
        """Prefer the available width and the height of two lines."""
        metrics = self._metrics()
        height = metrics[TextStyle.STRONG].height() + metrics[TextStyle.SMALL].height()
        return QSize(self._appearance.px(_LEAST_PX), int(height))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the lines, vertically centred."""
        metrics = self._metrics()
        lines = arrange_lines(self._title, self._details, metrics, self.width(), names=self._names)
        y = (self.height() - sum(_height(line, metrics) for line in lines)) / 2
        is_cut = False
        painter = QPainter(self)
        try:
            for line in lines:
                is_cut = self._paint_line(painter, line, QPointF(0, y), metrics) or is_cut
                y += _height(line, metrics)
        finally:
            painter.end()
        runs = {run.text for line in lines for run in line}
        says_all = self._details in runs and (self._title in runs or len(lines[0]) == 1)
        self.setToolTip(self.text() if is_cut or (self._details and not says_all) else "")

    def _paint_line(self, painter: QPainter, line: tuple[TextRun, ...], at: QPointF, metrics: Metrics) -> bool:
        """Paint one line and return whether any of it was cut."""
        x, is_cut = at.x(), False
        for run in line:
            room = QRectF(x, at.y(), self.width() - x, _height(line, metrics))
            shown = elide_name(run.text, self._names, metrics[run.style], room.width())
            if run is not line[0] and metrics[run.style].horizontalAdvance(shown) > room.width():
                return True
            painter.setFont(self._appearance.font(run.style))
            painter.setPen(QColor(tone_colour(self._appearance, run.tone)))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
            is_cut = is_cut or shown != run.text
            x += metrics[run.style].horizontalAdvance(shown) + _GAP_PX
        return is_cut

    def _metrics(self) -> dict[TextStyle, QFontMetricsF]:
        return {style: QFontMetricsF(self._appearance.font(style)) for style in _STYLES}


def _height(line: tuple[TextRun, ...], metrics: Metrics) -> float:
    return max(metrics[run.style].height() for run in line)
