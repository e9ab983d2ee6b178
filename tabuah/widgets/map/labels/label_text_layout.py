"""Text layout of labels: one or two lines with a note after them and a halo around both."""

from math import ceil
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.labels.label_candidates import LabelCandidate
from tabuah.widgets.map.labels.label_placement import Box
from tabuah.widgets.map.labels.label_styles import map_font
from tabuah.widgets.map.rendering.gil_free_painting import draw_path
from tabuah.widgets.theme.appearance import font_for_device
from tabuah.widgets.theme.design_tokens import mix

_HALO_PX: Final = 3.2
_PAD_PX: Final = 2.0
_LEADING: Final = 1.18  # line spacing, in multiples of the font size
_NOTE_GAP: Final = "  "

_Piece = tuple[str, QFont, str, QPointF]  # text, font, colour and start of the baseline


def note_ink(content: MapContent) -> str:
    """Return the colour of the note after a name."""
    return mix(content.palette.land, content.palette.label, 0.78)


def split_lines(offer: LabelCandidate) -> tuple[str, ...]:
    """Return the lines of a label: two of similar length if one would be too wide."""
    words = offer.text.split(" ")
    if not offer.style.wrap_px or len(words) == 1:
        return (offer.text,)
    metrics = QFontMetricsF(map_font(offer.style, 1.0))
    if metrics.horizontalAdvance(offer.text) <= offer.style.wrap_px:
        return (offer.text,)
    halves = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
    return min(halves, key=lambda pair: max(map(metrics.horizontalAdvance, pair)))


def text_size(offer: LabelCandidate, scale: float) -> tuple[float, float]:
    """Return width and height of a label, logical pixels."""
    lines = split_lines(offer)
    metrics = QFontMetricsF(map_font(offer.style, scale))
    height = metrics.capHeight() + metrics.descent() + (len(lines) - 1) * _leading(offer, scale)
    width = max(_width(offer, line, last=line is lines[-1], scale=scale) for line in lines)
    return ceil(width + 2 * _PAD_PX), ceil(height + 2 * _PAD_PX)


def paint_name(painter: QPainter, offer: LabelCandidate, box: Box, *, note_ink: str, scale: float) -> None:
    """Paint a label with its halo into its box, in the units of the painter."""
    middle = QPointF((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    _paint(painter, _pieces(offer, middle, note_ink, scale=scale), offer.style.halo, _HALO_PX)


def name_picture(offer: LabelCandidate, *, note_ink: str, scale: float, ratio: float) -> QImage:
    """Return the label with its halo; width and height are even numbers of device pixels."""
    size_px = text_size(offer, scale)
    width, height = (2 * ceil((size + 2 * _HALO_PX) * ratio / 2) for size in size_px)
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    pieces = _pieces(offer, QPointF(width / 2, height / 2), note_ink, scale=scale * ratio, whole_px=True)
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint(painter, pieces, offer.style.halo, _HALO_PX * ratio)
    finally:
        painter.end()
    return image


def _pieces(
    offer: LabelCandidate, middle: QPointF, note_ink: str, *, scale: float, whole_px: bool = False
) -> list[_Piece]:
    """Return the lines around `middle`, each with its baseline, on whole pixels if `whole_px`."""
    lines, font = split_lines(offer), map_font(offer.style, scale)
    metrics, leading = QFontMetricsF(font), _leading(offer, scale)
    baseline = middle.y() + (metrics.capHeight() - (len(lines) - 1) * leading) / 2
    pieces: list[_Piece] = []
    for number, line in enumerate(lines):
        last = number == len(lines) - 1
        x = middle.x() - _width(offer, line, last=last, scale=scale) / 2
        y = baseline + number * leading
        at = QPointF(x, round(y) if whole_px else y)
        pieces.append((line, font, offer.style.colour, at))
        if last and offer.note:
            behind = QPointF(at.x() + metrics.horizontalAdvance(line), at.y())
            pieces.append((_NOTE_GAP + offer.note, _note_font(offer, scale), note_ink, behind))
    return pieces


def _width(offer: LabelCandidate, line: str, *, last: bool, scale: float) -> float:
    width = QFontMetricsF(map_font(offer.style, scale)).horizontalAdvance(line) - offer.style.spacing_px * scale
    if last and offer.note:
        width += QFontMetricsF(_note_font(offer, scale)).horizontalAdvance(_NOTE_GAP + offer.note)
    return width


def _leading(offer: LabelCandidate, scale: float) -> float:
    return offer.style.size_px * scale * _LEADING


def _note_font(offer: LabelCandidate, scale: float) -> QFont:
    font = map_font(offer.style, scale)
    font.setWeight(QFont.Weight.Normal)
    return font


def _paint(painter: QPainter, pieces: list[_Piece], halo: str, halo_width: float) -> None:
    """Paint all halos first, so that no halo covers the letters of another line."""
    path = QPainterPath()
    for text, font, _ink, at in pieces:
        path.addText(at, font, text)
    colour = QColor(halo)
    colour.setAlphaF(0.85)
    pen = QPen(colour, halo_width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    draw_path(painter, path)  # most of the time of a label
    for text, font, ink, at in pieces:
        painter.setFont(font_for_device(painter, font))
        painter.setPen(QColor(ink))
        painter.drawText(at, text)
