"""The words of the alarm in the strip: on one line where all of them fit, else on two before one is cut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from tabuah.widgets.texts import Text, tone_colour
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type

_GAP_PX: Final = 12
_LEAST_PX: Final = 120
_SEPARATOR: Final = "·"
_STYLES: Final = (Type.TITLE, Type.BODY, Type.STRONG, Type.SMALL)

Metrics = Mapping[Type, QFontMetricsF]


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style and tone."""

    text: str
    style: Type
    tone: str = "text"


def arranged(title: str, details: str, metrics: Metrics, width_px: float) -> tuple[tuple[Run, ...], ...]:
    """The lines: what it is about and its value go before everything else that is known of it."""
    one = (Run(title, Type.TITLE), Run(details, Type.BODY, "muted")) if details else (Run(title, Type.TITLE),)
    wanted_px = sum(metrics[run.style].horizontalAdvance(run.text) for run in one) + _GAP_PX * (len(one) - 1)
    if wanted_px <= width_px:
        return (one,)
    strong = metrics[Type.STRONG]
    if details and strong.horizontalAdvance(title) <= width_px:
        return (Run(title, Type.STRONG),), (Run(details, Type.SMALL, "muted"),)
    first, rest = split_line(title, strong, width_px)
    second = (Run(rest.removeprefix(f"{_SEPARATOR} "), Type.STRONG), Run(details, Type.SMALL, "muted"))
    lines = ((Run(first, Type.STRONG),), tuple(run for run in second if run.text))
    return tuple(line for line in lines if line)


def split_line(text: str, metrics: QFontMetricsF, width_px: float) -> tuple[str, str]:
    """As many whole words as fit, and the rest; at least one. A value keeps its unit, and a level its number."""
    words = text.split()
    count = max(1, next((n for n in range(len(words), 0, -1) if _fits(words[:n], metrics, width_px)), 1))
    if count < len(words) and _SEPARATOR in words[1:count]:
        count = max(n for n in range(1, count) if words[n] == _SEPARATOR)
    elif 1 < count < len(words) and words[count] != _SEPARATOR and words[count - 1][-1].isdigit():
        count -= 1
    return " ".join(words[:count]), " ".join(words[count:])


def _fits(words: list[str], metrics: QFontMetricsF, width_px: float) -> bool:
    return metrics.horizontalAdvance(" ".join(words)) <= width_px


class AlarmWords(Text):
    """What the alarm is about with its value, and the details; what is cut stands in the tooltip."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, style=Type.TITLE)
        self._title = self._details = ""
        self.setObjectName("alarm_words")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_words(self, title: str, details: Sequence[str]) -> None:
        """Show other words."""
        self._title, self._details = title, " · ".join(details)
        self.setText(" · ".join((title, *details)))
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: as wide as there is room, high enough for two lines."""
        metrics = self._metrics()
        height = metrics[Type.STRONG].height() + metrics[Type.SMALL].height()
        return QSize(self._appearance.px(_LEAST_PX), int(height))

    def minimumSizeHint(self) -> QSize:
        """Qt: may be cut, but not away."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint the lines in the middle of the height."""
        metrics = self._metrics()
        lines = arranged(self._title, self._details, metrics, self.width())
        y = (self.height() - sum(_height(line, metrics) for line in lines)) / 2
        is_cut = False
        painter = QPainter(self)
        try:
            for line in lines:
                is_cut = self._paint_line(painter, line, QPointF(0, y), metrics) or is_cut
                y += _height(line, metrics)
        finally:
            painter.end()
        says_all = self._details in {run.text for line in lines for run in line}
        self.setToolTip(self.text() if is_cut or (self._details and not says_all) else "")

    def _paint_line(self, painter: QPainter, line: tuple[Run, ...], at: QPointF, metrics: Metrics) -> bool:
        """Paint one line; whether something of it was cut."""
        x, is_cut = at.x(), False
        for run in line:
            room = QRectF(x, at.y(), self.width() - x, _height(line, metrics))
            shown = metrics[run.style].elidedText(run.text, Qt.TextElideMode.ElideRight, room.width())
            painter.setFont(self._appearance.font(run.style))
            painter.setPen(QColor(tone_colour(self._appearance, run.tone)))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
            is_cut = is_cut or shown != run.text
            x += metrics[run.style].horizontalAdvance(shown) + _GAP_PX
        return is_cut

    def _metrics(self) -> dict[Type, QFontMetricsF]:
        return {style: QFontMetricsF(self._appearance.font(style)) for style in _STYLES}


def _height(line: tuple[Run, ...], metrics: Metrics) -> float:
    return max(metrics[run.style].height() for run in line)
