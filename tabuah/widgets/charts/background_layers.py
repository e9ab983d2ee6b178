"""The layers behind the values: level bands, hatched gaps and named time spans."""

from typing import Final

import msgspec
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPixmap

from tabuah.widgets.charts.plot_frame import PlotFrame
from tabuah.widgets.charts.series import ChartContent, LevelBand, NamedSpan
from tabuah.widgets.charts.strokes import draw_horizontal_line, draw_vertical_line
from tabuah.widgets.theme.appearance import Appearance, TextStyle, level_colour, with_alpha

_FILL_OPACITY, _EDGE_OPACITY = 0.1, 0.55  # opacity


class LevelBands:
    """A tint for each band, with a line at its lower limit."""

    def __init__(self) -> None:
        self._bands: tuple[LevelBand, ...] = ()

    def show_content(self, content: ChartContent) -> None:
        self._bands = content.bands

    def apply_theme(self, appearance: Appearance) -> None:
        self._palette = appearance.palette

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        """Paint the bands over the full width."""
        area = frame.area
        for band in self._bands:
            colour = level_colour(self._palette, band.level)
            foot = min(frame.y(band.low), area.bottom())
            top = area.top() if band.high is None else max(frame.y(band.high), area.top())
            if top < foot:
                painter.fillRect(
                    QRectF(area.left(), top, area.width(), foot - top), with_alpha(colour, _FILL_OPACITY)
                )
        for band in self._bands:
            edge = with_alpha(level_colour(self._palette, band.level), _EDGE_OPACITY)
            draw_horizontal_line(painter, area, frame.y(band.low), edge)


_STROKE_DISTANCE_PX: Final = 8
_TILE_PX: Final = 64  # tiling a pixmap takes a third of the time of Qt's own hatch pattern


class GapHatching:
    """The gaps of the chart's own series."""

    def __init__(self) -> None:
        self._gaps: tuple[tuple[float, float], ...] = ()
        self._tiles: dict[float, QPixmap] = {}  # by device pixel ratio

    def show_content(self, content: ChartContent) -> None:
        """Find the gaps from the start of the chart to now."""
        start_s = content.from_s if content.from_s is not None else content.now_s
        self._gaps = content.values.gaps(start_s, content.now_s)

    def apply_theme(self, appearance: Appearance) -> None:
        self._colour = with_alpha(appearance.palette.muted, 0.45)
        self._tiles.clear()

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        """Hatch the visible gaps; the strokes keep their position while the chart moves."""
        for from_s, to_s in self._gaps:
            band = frame.band(from_s, to_s)
            if band.width() > 0:
                start = QPointF(band.left() % _TILE_PX, band.top() % _TILE_PX)
                painter.drawTiledPixmap(band, self._tile(painter.device().devicePixelRatio()), start)

    def _tile(self, ratio: float) -> QPixmap:
        if ratio not in self._tiles:
            self._tiles[ratio] = render_hatched_tile(self._colour, ratio)
        return self._tiles[ratio]


def render_hatched_tile(colour: QColor, ratio: float) -> QPixmap:
    """Render a seamless tile of strokes for a device pixel ratio of `ratio`."""
    image = QImage(round(_TILE_PX * ratio), round(_TILE_PX * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    try:
        painter.setPen(QPen(colour, 1))
        for x in range(-_TILE_PX, _TILE_PX, _STROKE_DISTANCE_PX):
            painter.drawLine(QLineF(x, _TILE_PX, x + _TILE_PX, 0))
    finally:
        painter.end()
    return QPixmap.fromImage(image)


_PADDING_PX: Final = 8  # of a name, left and right together
_CORNER_PX: Final = 4
_FOOT_PX: Final = 4


class PlacedName(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A name at the lower edge of its span; upright names read from bottom to top."""

    name: str
    rect: QRectF
    is_upright: bool


class NamedSpans:
    """The bands; they are painted below all measured values."""

    def __init__(self) -> None:
        self._spans: tuple[NamedSpan, ...] = ()

    def show_content(self, content: ChartContent) -> None:
        self._spans = content.spans

    def apply_theme(self, appearance: Appearance) -> None:
        muted = appearance.palette.muted
        self._ground, self._edge = with_alpha(muted, 0.16), with_alpha(muted, 0.5)

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        """Paint the visible spans with their edges."""
        for span in self._spans:
            painter.fillRect(frame.band(span.from_s, span.to_s), self._ground)
            for edge_s in (span.from_s, span.to_s):
                draw_vertical_line(painter, frame.area, frame.x(edge_s), self._edge)


class SpanNames:
    """The names of the spans, painted over the values; a span that is too narrow gets no name."""

    def __init__(self) -> None:
        self._spans: tuple[NamedSpan, ...] = ()

    def show_content(self, content: ChartContent) -> None:
        self._spans = content.spans

    def apply_theme(self, appearance: Appearance) -> None:
        """Set font and colours."""
        palette = appearance.palette
        self._font, self._colour = appearance.font(TextStyle.SMALL), QColor(palette.muted)
        self._ground = with_alpha(palette.panel, 0.7)
        self._metrics = QFontMetricsF(self._font)

    def placed(self, frame: PlotFrame) -> list[PlacedName]:
        """Place each name at the bottom of its visible span: upright in a narrow one, omitted if too narrow."""
        places = (self._place(span.name, frame.band(span.from_s, span.to_s)) for span in self._spans)
        return [place for place in places if place is not None]

    def paint(self, painter: QPainter, frame: PlotFrame) -> None:
        """Paint the names, each on a background that keeps it readable."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        for place in self.placed(frame):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._ground)
            painter.drawRoundedRect(place.rect, _CORNER_PX, _CORNER_PX)
            painter.setPen(self._colour)
            if place.is_upright:
                _write_upright(painter, place)
            else:
                painter.drawText(place.rect, Qt.AlignmentFlag.AlignCenter, place.name)

    def _place(self, name: str, band: QRectF) -> PlacedName | None:
        long_px, high_px = self._metrics.horizontalAdvance(name) + _PADDING_PX, self._metrics.height()
        if band.width() < high_px:
            return None
        is_upright = band.width() < long_px
        width, height = (high_px, long_px) if is_upright else (long_px, high_px)
        left = band.left() + (min(0.2 * high_px, band.width() - width) if is_upright else (band.width() - width) / 2)
        rect = QRectF(left, band.bottom() - _FOOT_PX - height, width, height)
        return PlacedName(name=name, rect=rect, is_upright=is_upright)


def _write_upright(painter: QPainter, place: PlacedName) -> None:
    rect = place.rect
    painter.save()
    painter.translate(QPointF(rect.left(), rect.bottom()))
    painter.rotate(-90)
    painter.drawText(QRectF(0, 0, rect.height(), rect.width()), Qt.AlignmentFlag.AlignCenter, place.name)
    painter.restore()
