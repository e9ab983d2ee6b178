"""Sheet painter: a whole printed map with frame, texts, legend, scale, inset map and sources."""

from typing import Final

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from tabuah.gis.base_map import BaseMap
from tabuah.gis.coordinates import home_zone_label
from tabuah.resources.localisation import _, format_moment, format_number
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.decorations.attribution import APPROXIMATE_NOTE
from tabuah.widgets.map.decorations.scale_bar import ScaleBar, scale_bar
from tabuah.widgets.map.print.legend_block import LegendBlock, legend_rows, letters_line
from tabuah.widgets.map.print.map_frame import paint_base, paint_border, paint_grid, paint_map
from tabuah.widgets.map.print.map_sheet import Grid, MapSheet, scale_number, sheet_view
from tabuah.widgets.map.print.sheet_layout import SheetLayout, lay_out
from tabuah.widgets.map.print.text_blocks import (
    MUTED,
    RULE,
    TEXT,
    HorizontalRule,
    Paragraph,
    TextBlock,
    heading,
    paint_stacked,
    print_font,
)
from tabuah.widgets.map.viewport import Bounds, Viewport
from tabuah.widgets.theme.design_tokens import LIGHT

INSET_AIR_PX: Final = 10.0
_LAYERS: Final = frozenset({"land", "neighbours", "regency", "lakes"})
_LARGEST_PX: Final = 150.0
_SMALLEST_PX: Final = 62.0


def shows_part(content: MapContent, view: Viewport) -> bool:
    """Return whether the map shows only a part of the regency."""
    if content.base_map is None:
        return False
    west, south, east, north = content.base_map.bounds_m
    shown = view.bounds_m
    return not (shown[0] <= west and shown[1] <= south and shown[2] >= east and shown[3] >= north)


def paint_inset(painter: QPainter, content: MapContent, shown_m: Bounds, free: QRectF, *, ratio: float) -> bool:
    """Paint the inset map as large as `free` allows; return False if there is too little space."""
    side = min(free.height(), free.width() * 0.68, _LARGEST_PX)
    if content.base_map is None or side < _SMALLEST_PX:
        return False
    box = QRect(round(free.left()), round(free.top()), round(side * 1.12), round(side))
    base_map = content.base_map
    layers = tuple(layer for layer in content.base_layers() if layer.name in _LAYERS)
    small = MapContent(base_map=BaseMap(layers=layers, bounds_m=base_map.bounds_m, attribution=()), palette=LIGHT)
    view = Viewport.fitting(base_map.bounds_m, width_px=box.width(), height_px=box.height(), margin_px=6)
    paint_base(painter, small, view, box, ratio=ratio)
    _paint_frames(painter, box, view, shown_m)
    painter.setPen(QColor(MUTED))
    painter.setFont(print_font(8))
    words = QRectF(box.right() + 8, box.top(), free.right() - box.right() - 8, box.height())
    painter.drawText(words, int(Qt.TextFlag.TextWordWrap), _("The red frame is this map."))
    return True


def _paint_frames(painter: QPainter, box: QRect, view: Viewport, shown_m: Bounds) -> None:
    west, north = view.to_screen(shown_m[0], shown_m[3])
    east, south = view.to_screen(shown_m[2], shown_m[1])
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(MUTED), 0.8))
    painter.drawRect(box)
    painter.setClipRect(box)
    painter.setPen(QPen(QColor(LIGHT.critical), 1.4))
    painter.drawRect(QRectF(west, north, east - west, south - north).translated(box.topLeft()))
    painter.restore()


_ARROW_PX: Final = 44.0
_BAR_PX: Final = 6.0
_HEIGHT_PX: Final = 92.0


class OrientationBlock(msgspec.Struct, frozen=True, kw_only=True):
    """North arrow, scale number for this paper, and scale bar, which stays valid on copies."""

    view: Viewport
    paper: str

    def height(self, width_px: float) -> float:  # noqa: ARG002 - any width
        return _HEIGHT_PX

    def paint(self, painter: QPainter, area: QRectF) -> None:
        _paint_arrow(painter, QRectF(area.left(), area.top(), 30, _ARROW_PX))
        words = QRectF(area.left() + 42, area.top() + 6, area.width() - 42, 20)
        painter.setPen(QColor(TEXT))
        painter.setFont(print_font(15, QFont.Weight.Bold))
        number = format_number(round(scale_number(self.view)))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), _("Scale 1 : {number}").format(number=number))
        painter.setPen(QColor(MUTED))
        painter.setFont(print_font(9))
        text = _("printed on {paper} at full size").format(paper=self.paper)
        painter.drawText(words.translated(0, 18), int(Qt.AlignmentFlag.AlignVCenter), text)
        bar = scale_bar(self.view, widest_px=area.width() - 34)
        _paint_bar(painter, QPointF(area.left() + 6, area.top() + _ARROW_PX + 26), bar)


def _paint_arrow(painter: QPainter, area: QRectF) -> None:
    """Paint a north arrow, half dark and half light, under the letter for north."""
    middle, top, bottom = area.center().x(), area.top() + 13, area.bottom()
    painter.setPen(QColor(TEXT))
    painter.setFont(print_font(12, QFont.Weight.Bold))
    letter = QRectF(area.left(), area.top() - 3, area.width(), 14)
    painter.drawText(letter, int(Qt.AlignmentFlag.AlignCenter), _("N"))
    notch = bottom - 8
    painter.setPen(QPen(QColor(TEXT), 0.8))
    for side, fill in ((-1, TEXT), (1, "#ffffff")):
        painter.setBrush(QColor(fill))
        corners = [(middle, top), (middle + side * 9, bottom), (middle, notch)]
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


def _paint_bar(painter: QPainter, at: QPointF, bar: ScaleBar) -> None:
    """Paint four alternating pieces, numbered at the ends and in the middle."""
    piece = bar.width_px / 4
    painter.setPen(QPen(QColor(TEXT), 0.7))
    for number in range(4):
        painter.setBrush(QColor(TEXT if number % 2 == 0 else "#ffffff"))
        painter.drawRect(QRectF(at.x() + number * piece, at.y(), piece, _BAR_PX))
    font = print_font(9)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    for share in (0.0, 0.5, 1.0):
        text = _length(bar.length_m * share, bar.length_m, with_unit=share == 1.0)
        figure = _length(bar.length_m * share, bar.length_m, with_unit=False)
        left = at.x() + share * bar.width_px - metrics.horizontalAdvance(figure) / 2
        painter.drawText(QPointF(left, at.y() - 4), text)


def _length(length_m: float, whole_m: float, *, with_unit: bool) -> str:
    in_km = whole_m >= 1000
    value = length_m / 1000 if in_km else length_m
    text = format_number(value, digits=0 if float(value).is_integer() else 1)
    return f"{text} {'km' if in_km else 'm'}" if with_unit else text


_EVERYWHERE: Final = (-2e7, -2e7, 2e7, 2e7)


def view_of(sheet: MapSheet) -> Viewport:
    """Return the view of a sheet's map."""
    frame, base_map = lay_out(sheet).frame, sheet.content.base_map
    bounds_m = sheet.bounds_m or (_with_margin(base_map.bounds_m) if base_map else _EVERYWHERE)
    return sheet_view(bounds_m, sheet.scale, width_px=frame.width(), height_px=frame.height())


def paint_sheet(painter: QPainter, sheet: MapSheet, *, ratio: float) -> None:
    """Paint the sheet from its upper left corner.

    Args:
        painter: of a device with `ratio` device pixels to a sheet unit; it is scaled here.
        sheet: always painted in the light colours.
        ratio: 3.0 is 300 dpi.
    """
    layout, view, content = lay_out(sheet), view_of(sheet), for_paper(sheet.content)
    painter.setRenderHints(_HINTS)
    painter.scale(ratio, ratio)
    painter.fillRect(QRect(0, 0, *sheet.size_px), QColor("#ffffff"))
    paint_map(painter, content, view, layout.frame, ratio=ratio)
    paint_grid(painter, view, layout.frame, sheet.grid)
    paint_border(painter, layout.frame)
    painter.setPen(QPen(QColor(RULE), 0.8))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(layout.border)
    _paint_words(painter, sheet, content, view, layout, ratio)


def for_paper(content: MapContent) -> MapContent:
    """Return the map in light colours with the text size for paper."""
    return replace(content, palette=LIGHT, text_scale=1.0, spread=())


_HINTS: Final = (
    QPainter.RenderHint.Antialiasing
    | QPainter.RenderHint.TextAntialiasing
    | QPainter.RenderHint.SmoothPixmapTransform
    | QPainter.RenderHint.LosslessImageRendering
)


def _paint_words(
    painter: QPainter, sheet: MapSheet, content: MapContent, view: Viewport, layout: SheetLayout, ratio: float
) -> None:
    head, legend = _head_blocks(sheet), _legend_blocks(sheet, content, view)
    orientation = OrientationBlock(view=view, paper=sheet.paper.value)
    foot, made = _source_blocks(sheet, content), _made_blocks(sheet)
    if sheet.landscape:
        column = last = layout.columns[0]
        end = paint_stacked(painter, (*foot, HorizontalRule(5), *made), column, from_bottom=True)
        used = paint_stacked(painter, (*head, HorizontalRule(8), orientation, HorizontalRule(2), *legend), column)
    else:
        first, second, last = layout.columns
        paint_stacked(painter, head, first)
        paint_stacked(painter, made, first, from_bottom=True)
        paint_stacked(painter, legend, second)
        end = paint_stacked(painter, foot, last, from_bottom=True)
        used = paint_stacked(painter, (orientation,), last)
    if shows_part(content, view):
        free = QRectF(last.left(), used + INSET_AIR_PX, last.width(), end - used - 2 * INSET_AIR_PX)
        paint_inset(painter, content, view.bounds_m, free, ratio=ratio)


def _head_blocks(sheet: MapSheet) -> tuple[TextBlock, ...]:
    bold, weight = QFont.Weight.Bold, QFont.Weight.DemiBold
    office = tuple(
        Paragraph(text=line.upper(), size_px=8, weight=weight if n == 1 else QFont.Weight.Normal, spacing_px=0.3,
                  colour=TEXT if n == 1 else MUTED, after_px=1)
        for n, line in enumerate(sheet.office) if line
    )  # fmt: skip
    exercise = (
        (Paragraph(text=sheet.content.watermark, size_px=11, weight=bold, colour=LIGHT.attention_text),)
        if sheet.content.watermark
        else ()
    )
    subtitle = (Paragraph(text=sheet.subtitle, size_px=11, colour=MUTED, after_px=4),) if sheet.subtitle else ()
    return (
        *office,
        HorizontalRule(7),
        Paragraph(text=sheet.title, size_px=20, weight=bold, spacing_px=-0.2, after_px=3),
        *subtitle,
        Paragraph(
            text=_("State of {moment}").format(moment=format_moment(sheet.data_at)),
            size_px=11,
            weight=weight,
            colour=LIGHT.accent_text,
            after_px=2,
        ),
        *exercise,
    )


def _legend_blocks(sheet: MapSheet, content: MapContent, view: Viewport) -> tuple[TextBlock, ...]:
    letters = letters_line(content, view, sheet.keys)
    letter_key = (Paragraph(text=_("Letters: {letters}").format(letters=letters), size_px=9, colour=MUTED),)
    rows = legend_rows(content, view, sheet.keys)
    return (heading(_("Legend")), LegendBlock(rows=rows), *(letter_key if letters else ()))


def _source_blocks(sheet: MapSheet, content: MapContent) -> tuple[TextBlock, ...]:
    zone = home_zone_label()
    lines = {
        Grid.DEGREES: _("Grid: degrees and minutes, WGS 84."),
        Grid.UTM: _("Grid: UTM zone {zone}, metres, WGS 84.").format(zone=zone),
        Grid.BOTH: _("Grid: degrees left and above, UTM zone {zone} (metres) right and below; WGS 84.").format(
            zone=zone
        ),
        Grid.NONE: "",
    }
    parts = [_("Projection: Web Mercator (EPSG:3857)."), lines[sheet.grid], *_notes(content)]
    if content.data_age:
        parts.append(_("At that time: {age}.").format(age=content.data_age))
    tiles = tuple(each.attribution for each in content.tiles if each.attribution and content.shows(each.name))
    sources = (*(content.base_map.attribution if content.base_map else ()), *tiles)
    return (
        heading(_("About this map")),
        Paragraph(text=" ".join(each for each in parts if each), size_px=8, colour=MUTED, after_px=4),
        Paragraph(text=_("Sources: {sources}.").format(sources=" · ".join(sources)), size_px=8, colour=MUTED),
    )


def _notes(content: MapContent) -> list[str]:
    notes = [note for note in (content.base_map.notes if content.base_map else ()) if note != APPROXIMATE_NOTE]
    if content.shows_approximate_borders():
        notes.append(APPROXIMATE_NOTE)
    translated = (_(note) for note in notes)
    return [f"{note[:1].upper()}{note[1:]}." for note in translated]


def _made_blocks(sheet: MapSheet) -> tuple[TextBlock, ...]:
    moment = format_moment(sheet.printed_at)
    text = _("Made by {author} on {moment}") if sheet.author else _("Made on {moment}")
    return (Paragraph(text=text.format(author=sheet.author, moment=moment), size_px=9, after_px=0),)


def _with_margin(bounds_m: Bounds) -> Bounds:
    west, south, east, north = bounds_m
    margin_x, margin_y = (east - west) * 0.03, (north - south) * 0.03
    return west - margin_x, south - margin_y, east + margin_x, north + margin_y
