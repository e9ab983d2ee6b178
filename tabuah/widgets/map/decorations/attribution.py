"""Attribution plate: data age, notes such as "roads not imported yet", and sources.

On a small map it is one line that always names the sources; hovering expands it.
"""

from math import ceil
from typing import Final

import msgspec
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from tabuah.resources.localisation import _, current_language
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.theme.appearance import TextStyle, text_font, with_alpha
from tabuah.widgets.theme.design_tokens import Palette, mix

APPROXIMATE_NOTE: Final = "kecamatan areas are estimates, not official boundaries"
PAD_PX: Final = 7.0
_WIDEST_SHARE: Final = 0.42  # share of the view
_NARROWEST_PX: Final = 220.0
_SMALL_VIEW_PX: Final = 820  # smaller maps show the sources without edition and licence
_SMALL_SHARE: Final = 0.6


class _Line(msgspec.Struct, frozen=True):
    text: str
    colour: str


class AttributionPlate:
    """Paints the plate and caches it until its content changes."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] | None = None
        self._asked: tuple[MapContent, tuple[object, ...]] | None = None
        self._picture = QPixmap()

    def picture(self, content: MapContent, *, view_width_px: int, ratio: float, opened: bool = False) -> QPixmap:
        """Return the plate; an empty pixmap if there is nothing to show.

        On a small map it is collapsed to one line unless `opened`.
        """
        how = (view_width_px, ratio, opened, current_language())
        if self._asked is not None and self._asked[0] is content and self._asked[1] == how:
            return self._picture  # called in every frame, while the content changes once a second
        self._asked = (content, how)
        key = (
            content.data_age,
            id(content.base_map),
            content.attribution(),
            content.shows_approximate_borders(),
            content.palette.name,
            content.text_scale,
            *how,
        )
        if key != self._key:
            small = view_width_px < _SMALL_VIEW_PX * content.text_scale
            share = _SMALL_SHARE if small else _WIDEST_SHARE
            widest_px = max(_NARROWEST_PX, view_width_px * share)
            folded = small and not opened
            lines = _folded(content, widest_px) if folded else _lines(content, widest_px, short=small and not opened)
            self._key, self._picture = key, _painted(lines, content, ratio)
        return self._picture


def plate_font(text_scale: float) -> QFont:
    """Return the font of map decorations."""
    return text_font(TextStyle.CAPTION, text_scale)


def line_height(font: QFont) -> float:
    """Return the line spacing in logical pixels."""
    return ceil(QFontMetricsF(font).height()) + 1.0


def paint_plate(painter: QPainter, plate: QRectF, palette: Palette) -> None:
    """Paint the background of text on the map."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(with_alpha(mix(palette.window, palette.panel, 0.5), 0.86))
    painter.drawRoundedRect(plate, 6, 6)


def _painted(lines: list[_Line], content: MapContent, ratio: float) -> QPixmap:
    if not lines:
        return QPixmap()
    font = plate_font(content.text_scale)
    step = line_height(font)
    width = ceil(max(QFontMetricsF(font).horizontalAdvance(line.text) for line in lines) + 2 * PAD_PX)
    height = ceil(len(lines) * step + 2 * PAD_PX - 3)
    picture = QPixmap(round(width * ratio), round(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_plate(painter, QRectF(0, 0, width, height), content.palette)
        painter.setFont(font)
        row = QRectF(PAD_PX, PAD_PX - 2, width - 2 * PAD_PX, step)
        for line in lines:
            painter.setPen(QColor(line.colour))
            painter.drawText(row, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), line.text)
            row.translate(0, step)
    finally:
        painter.end()
    return picture


def _lines(content: MapContent, widest_px: float, *, short: bool) -> list[_Line]:
    """Return data age, notes and sources in order of importance, wrapped to fit."""
    palette = content.palette
    lines = [_Line(content.data_age, palette.text)] if content.data_age else []
    if content.base_map is None:
        return lines
    notes = [note for note in content.base_map.notes if note != APPROXIMATE_NOTE]
    if content.shows_approximate_borders():
        notes.append(APPROXIMATE_NOTE)
    font = plate_font(content.text_scale)
    sentence = " · ".join(_(note) for note in notes)
    lines += [_Line(text, palette.muted) for text in _broken(sentence[:1].upper() + sentence[1:], font, widest_px)]
    named = (_provider(source) if short else source for source in content.attribution())
    sources = " · ".join(named)
    return lines + [_Line(text, palette.faint) for text in _broken(sources, font, widest_px)]


def _folded(content: MapContent, widest_px: float) -> list[_Line]:
    """Return one line: data age and as many source names as fit; "…" shows that there are more."""
    if content.base_map is None:
        return [_Line(content.data_age, content.palette.text)] if content.data_age else []
    names = list(dict.fromkeys(_provider(source) for source in content.attribution()))
    metrics = QFontMetricsF(plate_font(content.text_scale))
    age = content.data_age.partition(" · ")[0]
    for count in range(len(names), 0, -1):
        text = " · ".join((*((age,) if age else ()), "© " + ", ".join(names[:count]) + " …"))
        if count == 1 or metrics.horizontalAdvance(text) <= widest_px:
            return [_Line(text, content.palette.muted)]
    return []


def _provider(source: str) -> str:
    """Return the provider of a source: "geoBoundaries" of "geoBoundaries, Runfola et al. 2020 (…)"."""
    return source.partition(",")[0].partition(" (")[0]


def _broken(text: str, font: QFont, widest_px: float) -> list[str]:
    """Wrap `text` at its separator dots into lines no wider than `widest_px`."""
    metrics, lines = QFontMetricsF(font), [""]
    for piece in text.split(" · ") if text else []:
        longer = f"{lines[-1]} · {piece}" if lines[-1] else piece
        if lines[-1] and metrics.horizontalAdvance(longer) > widest_px:
            lines.append(piece)
        else:
            lines[-1] = longer
    return [line for line in lines if line]
