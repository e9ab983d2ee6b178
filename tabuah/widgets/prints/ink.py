"""Type and strokes on paper: a few sizes, measured and painted as blocks that know their height."""

from dataclasses import dataclass
from typing import Final, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from tabuah.widgets.theme.fonts import font_on, picture_font
from tabuah.widgets.theme.tokens import LIGHT

TEXT: Final = LIGHT.text
MUTED: Final = LIGHT.muted
RULE: Final = "#aeb8c2"
_WRAP: Final = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


class Block(Protocol):
    """Something that stands in a column of words."""

    def height(self, width_px: float) -> float:
        """How high it is in a column of this width."""

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint it at the top of `area`."""


def print_font(size_px: float, weight: QFont.Weight = QFont.Weight.Normal, *, spacing_px: float = 0.0) -> QFont:
    """A font for paper; a hundredth of an inch is 0.72 points."""
    font = picture_font(size_px, weight, spacing_px=spacing_px)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag("calt"), 0)  # other shapes of a character are lost where a PDF is searched
    return font


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text, broken to the width of its column."""

    text: str
    size_px: float = 10.0
    weight: QFont.Weight = QFont.Weight.Normal
    colour: str = TEXT
    spacing_px: float = 0.0
    after_px: float = 2.0

    def height(self, width_px: float) -> float:
        """Qt measures it as it will be broken."""
        bounds = QFontMetricsF(self._font()).boundingRect(QRectF(0, 0, width_px, 1e5), _WRAP, self.text)
        return bounds.height() + self.after_px

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Write it."""
        painter.setFont(font_on(painter, self._font()))
        painter.setPen(QColor(self.colour))
        painter.drawText(area, _WRAP, self.text)

    def _font(self) -> QFont:
        return print_font(self.size_px, self.weight, spacing_px=self.spacing_px)


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line across the column, with air around it."""

    air_px: float = 6.0

    def height(self, width_px: float) -> float:  # noqa: ARG002 - any width
        """The air above and below."""
        return 2 * self.air_px

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Draw it."""
        painter.setPen(QPen(QColor(RULE), 0.6))
        y = area.top() + self.air_px
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))


def heading(text: str) -> Paragraph:
    """The name of a block."""
    weight = QFont.Weight.DemiBold
    return Paragraph(text=text.upper(), size_px=9, weight=weight, colour=MUTED, spacing_px=0.7, after_px=4)


def stacked(painter: QPainter, blocks: tuple[Block, ...], column: QRectF, *, from_bottom: bool = False) -> float:
    """Paint blocks one below the other; returns the y where the next one would stand (or that ends above them)."""
    heights = [block.height(column.width()) for block in blocks]
    top = column.bottom() - sum(heights) if from_bottom else column.top()
    y = top
    for block, height in zip(blocks, heights, strict=True):
        block.paint(painter, QRectF(column.left(), y, column.width(), height))
        y += height
    return top if from_bottom else y
