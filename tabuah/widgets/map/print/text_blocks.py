"""Text blocks of a printed map: fonts, paragraphs and rules that measure and paint themselves."""

from typing import Final, Protocol

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from tabuah.widgets.theme.appearance import font_for_device, painted_font
from tabuah.widgets.theme.design_tokens import LIGHT

TEXT: Final = LIGHT.text
MUTED: Final = LIGHT.muted
RULE: Final = "#aeb8c2"
_WRAP: Final = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


class TextBlock(Protocol):
    """A block in a column of text."""

    def height(self, width_px: float) -> float:
        """Return the height in a column of this width."""

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint at the top of `area`."""


def print_font(size_px: float, weight: QFont.Weight = QFont.Weight.Normal, *, spacing_px: float = 0.0) -> QFont:
    """Return a font for paper; 0.01 inch is 0.72 points."""
    font = painted_font(size_px, weight, spacing_px=spacing_px)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag("calt"), 0)  # contextual alternates would break text search in a PDF
    return font


class Paragraph(msgspec.Struct, frozen=True, kw_only=True):
    """Text wrapped to the width of its column."""

    text: str
    size_px: float = 10.0
    weight: QFont.Weight = QFont.Weight.Normal
    colour: str = TEXT
    spacing_px: float = 0.0
    after_px: float = 2.0

    def height(self, width_px: float) -> float:
        """Return the height, measured by Qt after wrapping."""
        bounds = QFontMetricsF(self._font()).boundingRect(QRectF(0, 0, width_px, 1e5), _WRAP, self.text)
        return bounds.height() + self.after_px

    def paint(self, painter: QPainter, area: QRectF) -> None:
        painter.setFont(font_for_device(painter, self._font()))
        painter.setPen(QColor(self.colour))
        painter.drawText(area, _WRAP, self.text)

    def _font(self) -> QFont:
        return print_font(self.size_px, self.weight, spacing_px=self.spacing_px)


class HorizontalRule(msgspec.Struct, frozen=True):
    """A thin line across the column with space around it."""

    air_px: float = 6.0

    def height(self, width_px: float) -> float:  # noqa: ARG002 - any width
        """Return the space above and below."""
        return 2 * self.air_px

    def paint(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(QPen(QColor(RULE), 0.6))
        y = area.top() + self.air_px
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))


def heading(text: str) -> Paragraph:
    """Return the heading of a block."""
    weight = QFont.Weight.DemiBold
    return Paragraph(text=text.upper(), size_px=9, weight=weight, colour=MUTED, spacing_px=0.7, after_px=4)


def paint_stacked(
    painter: QPainter, blocks: tuple[TextBlock, ...], column: QRectF, *, from_bottom: bool = False
) -> float:
    """Paint blocks in a column; return the y of the next block (of the top, if `from_bottom`)."""
    heights = [block.height(column.width()) for block in blocks]
    top = column.bottom() - sum(heights) if from_bottom else column.top()
    y = top
    for block, height in zip(blocks, heights, strict=True):
        block.paint(painter, QRectF(column.left(), y, column.width(), height))
        y += height
    return top if from_bottom else y
