"""Marker sprites: pictures of stations, incidents and units, painted once per look."""

from math import ceil
from typing import Final

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from tabuah.widgets.map.content import MarkerClass
from tabuah.widgets.theme.appearance import level_colour, painted_font
from tabuah.widgets.theme.design_tokens import Palette, mix
from tabuah.widgets.theme.level_shapes import diamond, triangle

INCIDENT_RADIUS_PX: Final = 14.0
UNIT_HEIGHT_PX: Final = 20.0
CLUSTER_RADIUS_PX: Final = 17.0
MOST_COUNTED: Final = 999
_TAG_HEIGHT_PX: Final = 14
_TAG_GAP_PX: Final = 4


class IncidentLook(msgspec.Struct, frozen=True, kw_only=True):
    """The visual properties of an incident mark."""

    letter: str
    marker_class: MarkerClass
    closed: bool
    pending: bool
    inexact: bool = False


def station_sprite(marker_class: MarkerClass, palette: Palette, ratio: float) -> QImage:
    """Return a station mark: normal ●, attention △, high ▲, critical ◆, no data dashed; worse is larger."""
    image, painter = _canvas(24, 24, ratio)
    try:
        painter.translate(12, 12)
        _paint_station(painter, marker_class, palette)
    finally:
        painter.end()
    return image


def work_sprite(palette: Palette, ratio: float) -> QImage:
    """Return the mark of a station under maintenance, whose readings are not valid: a wrench in a ring."""
    image, painter = _canvas(24, 24, ratio)
    try:
        painter.translate(12, 12)
        painter.setPen(QPen(QColor(palette.no_data), 1.4))
        painter.setBrush(QColor(palette.panel))
        painter.drawEllipse(QPointF(0, 0), 9.0, 9.0)
        ink = QColor(palette.text)
        painter.rotate(45)
        painter.setPen(QPen(ink, 2.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(0, -1.4), QPointF(0, 5.2))
        painter.setPen(QPen(ink, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawArc(QRectF(-2.7, -6.4, 5.4, 5.4), 140 * 16, 260 * 16)  # the wrench opens at the top
    finally:
        painter.end()
    return image


def incident_sprite(look: IncidentLook, palette: Palette, ratio: float) -> QImage:
    """Return an incident mark: a diamond with the hazard's letter; hollow if closed, marked if pending.

    An inexact position has a dashed ring.
    """
    side = 44 if look.inexact else 36
    image, painter = _canvas(side, side, ratio)
    try:
        painter.translate(side / 2, side / 2)
        colour = QColor(level_colour(palette, look.marker_class.level))
        if look.inexact:
            _paint_dashed_ring(painter, palette)
        if look.closed:
            _paint_closed_incident(painter, look, palette)
        else:
            _paint_incident(painter, look, palette, colour)
        if look.pending:
            _paint_pending(painter, palette)
    finally:
        painter.end()
    return image


class ClusterLook(msgspec.Struct, frozen=True, kw_only=True):
    """Size and worst class of an incident cluster; the class is None if all are closed."""

    count: int
    worst: MarkerClass | None

    @property
    def text(self) -> str:
        """The number on the sign."""
        return str(self.count) if self.count <= MOST_COUNTED else f"{MOST_COUNTED}+"


def cluster_sprite(look: ClusterLook, palette: Palette, ratio: float) -> QImage:
    """Return a cluster sign: a stack of squares with the count, in the colour of the worst incident."""
    image, painter = _canvas(52, 52, ratio)
    try:
        painter.translate(26, 27)
        if look.worst is None:
            fill, rim, ink = (
                QColor(mix(palette.land, palette.panel, 0.6)),
                QColor(palette.muted),
                QColor(palette.muted),
            )
        else:
            fill, rim = QColor(level_colour(palette, look.worst.level)), _rim(palette)
            ink = _ink_on(fill)
        for up_px in (6.0, 3.0, 0.0):
            _paint_square(painter, up_px, fill if up_px == 0 else QColor(mix(palette.land, fill.name(), 0.55)), rim)
        painter.setFont(painted_font(13 if len(look.text) < 3 else 11, QFont.Weight.Bold))
        painter.setPen(ink)
        painter.drawText(QRectF(-20, -14, 40, 28), Qt.AlignmentFlag.AlignCenter, look.text)
    finally:
        painter.end()
    return image


class ExerciseTag(msgspec.Struct, frozen=True):
    """The tag of a symbol of an exercise, with its short text."""

    text: str


def exercise_tag_sprite(tag: ExerciseTag, palette: Palette, ratio: float) -> QImage:
    """Return the tag of a symbol of an exercise: a violet box with square corners and a short text."""
    width = _tag_width_px(tag.text)
    image, painter = _canvas(width, _TAG_HEIGHT_PX, ratio)
    try:
        _paint_tag(painter, QRectF(1, 1, width - 2, _TAG_HEIGHT_PX - 2), tag.text, palette)
    finally:
        painter.end()
    return image


def _tag_width_px(text: str) -> int:
    return 2 * ceil((QFontMetricsF(_tag_font()).horizontalAdvance(text) + 10) / 2)


def _tag_font() -> QFont:
    return painted_font(8.5, QFont.Weight.Bold)


def _paint_tag(painter: QPainter, box: QRectF, text: str, palette: Palette) -> None:
    painter.setPen(QPen(QColor(palette.label_halo), 1.2))
    painter.setBrush(QColor(palette.exercise))
    painter.drawRect(box)
    painter.setFont(_tag_font())
    painter.setPen(QColor(palette.on_exercise))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class UnitLook(msgspec.Struct, frozen=True, kw_only=True):
    """The visual properties of a unit badge; a unit of an exercise has the text of its tag."""

    name: str
    busy: bool
    old: bool = False
    overdue: bool = False
    in_need: bool = False
    tag: str = ""


def unit_sprite(look: UnitLook, palette: Palette, ratio: float) -> QImage:
    """Return a unit badge: call sign in a pill, filled if busy, orange if its check-in is overdue, red in need.

    The badge of an old position is grey and dashed; it stays dashed where the check-in is overdue, too.

    The tag of an exercise is at its left end, so that it never covers a neighbour.
    """
    colour, ink = (palette.muted, palette.muted) if look.old else (palette.accent, palette.accent_text)
    on_colour = palette.on_accent
    if look.in_need or look.overdue:
        colour = palette.critical if look.in_need else palette.high
        on_colour = _ink_on(QColor(colour)).name()
    font, width = _unit_font(), unit_width_px(look.name, look.tag)
    image, painter = _canvas(width, 24, ratio)
    try:
        pill = QRectF(2, 2, width - 4, UNIT_HEIGHT_PX)
        pen = QPen(QColor(colour), 1.4)
        pen.setDashPattern([2.4, 1.6] if look.old else [])
        painter.setPen(pen)
        is_filled = look.busy or look.in_need
        painter.setBrush(QColor(colour if is_filled else palette.panel))
        painter.drawRoundedRect(pill, 10, 10)
        if look.tag:
            tag_width = _tag_width_px(look.tag)
            _paint_tag(painter, QRectF(10, 6, tag_width - 2, _TAG_HEIGHT_PX - 2), look.tag, palette)
            pill.setLeft(pill.left() + tag_width + _TAG_GAP_PX)
        painter.setFont(font)
        painter.setPen(QColor(on_colour if is_filled else ink))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, look.name)
    finally:
        painter.end()
    return image


def unit_width_px(name: str, tag: str = "") -> int:
    """Return the width of a unit badge with its margin."""
    plain = 2 * ceil((QFontMetricsF(_unit_font()).horizontalAdvance(name) + 20) / 2)
    return plain + _tag_width_px(tag) + _TAG_GAP_PX if tag else plain


def _unit_font() -> QFont:
    return painted_font(10.5, QFont.Weight.DemiBold)


def _paint_station(painter: QPainter, marker_class: MarkerClass, palette: Palette) -> None:
    colour = QColor(level_colour(palette, marker_class.level))
    halo = QPen(QColor(palette.label_halo), 1.4)
    halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(halo)
    painter.setBrush(colour)
    if marker_class is MarkerClass.CRITICAL:
        painter.drawPolygon(diamond(QRectF(-8.5, -8.5, 17, 17)))
    elif marker_class is MarkerClass.HIGH:
        painter.drawPolygon(triangle(QRectF(-7.5, -8, 15, 13.5)))
    elif marker_class is MarkerClass.ATTENTION:
        painter.drawPolygon(triangle(QRectF(-7, -7.5, 14, 12.5)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.land))
        painter.drawPolygon(triangle(QRectF(-2.6, -2.2, 5.2, 4.6)))
    elif marker_class is MarkerClass.NO_DATA:
        pen = QPen(colour, 1.5)
        pen.setDashPattern([1.6, 1.35])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setBrush(QColor(palette.land))
        painter.drawEllipse(QPointF(0, 0), 4.6, 4.6)
    elif marker_class is MarkerClass.INFORMATION:
        painter.drawRoundedRect(QRectF(-4, -4, 8, 8), 2, 2)
    else:
        painter.drawEllipse(QPointF(0, 0), 4.2, 4.2)


def _paint_square(painter: QPainter, up_px: float, fill: QColor, rim: QColor) -> None:
    """Paint one square of the stack."""
    painter.save()
    painter.translate(0, -up_px)
    painter.rotate(45)
    painter.setPen(QPen(rim, 1.4))
    painter.setBrush(fill)
    painter.drawRoundedRect(QRectF(-12, -12, 24, 24), 4, 4)
    painter.restore()


def _rim(palette: Palette) -> QColor:
    return QColor("#ffffff" if palette.name == "light" else mix(palette.window, "#ffffff", 0.96))


def _paint_incident(painter: QPainter, look: IncidentLook, palette: Palette, colour: QColor) -> None:
    painter.rotate(45)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 60))
    painter.drawRoundedRect(QRectF(-8.6, -8.6, 19.6, 19.6), 4, 4)
    painter.setPen(QPen(_rim(palette), 1.6))
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(-9.6, -9.6, 19.2, 19.2), 3.5, 3.5)
    painter.rotate(-45)
    _paint_letter(painter, look.letter, _ink_on(colour))


def _paint_dashed_ring(painter: QPainter, palette: Palette) -> None:
    """Paint the ring around a mark that only shows in which nagari it is, on a halo."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(palette.label_halo), 3.4))
    painter.drawEllipse(QPointF(0, 0), 19.0, 19.0)
    pen = QPen(QColor(palette.text), 1.4)
    pen.setDashPattern([3.0, 2.6])
    painter.setPen(pen)
    painter.drawEllipse(QPointF(0, 0), 19.0, 19.0)


def _paint_closed_incident(painter: QPainter, look: IncidentLook, palette: Palette) -> None:
    painter.rotate(45)
    painter.setPen(QPen(QColor(palette.muted), 1.3))
    painter.setBrush(QColor(mix(palette.land, palette.panel, 0.6)))
    painter.drawRoundedRect(QRectF(-6.8, -6.8, 13.6, 13.6), 2.5, 2.5)
    painter.rotate(-45)
    painter.setFont(painted_font(9, QFont.Weight.DemiBold))
    painter.setPen(QColor(palette.muted))
    painter.drawText(QRectF(-10, -10, 20, 20), Qt.AlignmentFlag.AlignCenter, look.letter)


def _paint_letter(painter: QPainter, letter: str, ink: QColor) -> None:
    painter.setFont(painted_font(12, QFont.Weight.Bold))
    painter.setPen(ink)
    painter.drawText(QRectF(-14, -14, 28, 28), Qt.AlignmentFlag.AlignCenter, letter)


def _paint_pending(painter: QPainter, palette: Palette) -> None:
    """Paint a small ring with an arrow up: not yet sent."""
    painter.translate(9.5, -9.5)
    painter.setPen(QPen(QColor(palette.label_halo), 1.2))
    painter.setBrush(QColor(palette.text))
    painter.drawEllipse(QPointF(0, 0), 5.2, 5.2)
    pen = QPen(QColor(palette.window), 1.4)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawLine(QPointF(0, 2.6), QPointF(0, -2.4))
    painter.drawLine(QPointF(0, -2.6), QPointF(-2.0, -0.5))
    painter.drawLine(QPointF(0, -2.6), QPointF(2.0, -0.5))


def _ink_on(colour: QColor) -> QColor:
    """Return near-black or white, whichever has more contrast on `colour` (relative luminance, WCAG 2.2)."""
    channels = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return QColor("#10161c") if (luminance + 0.05) ** 2 > 0.05 * 1.05 else QColor("#ffffff")


def _canvas(width_px: int, height_px: int, ratio: float) -> tuple[QImage, QPainter]:
    """Return a transparent image with an even number of device pixels, and a painter in logical pixels."""
    width, height = 2 * ceil(width_px * ratio / 2), 2 * ceil(height_px * ratio / 2)
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(width / width_px, height / height_px)
    return image, painter
