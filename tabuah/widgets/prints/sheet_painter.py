"""Paints a whole sheet: the map in its frame, and the words, legend, scale and sources around it."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.credits_plate import APPROXIMATE_NOTE
from tabuah.widgets.map.viewport import Bounds, Viewport
from tabuah.widgets.prints.ink import MUTED, RULE, TEXT, Block, Paragraph, Rule, heading, stacked
from tabuah.widgets.prints.inset import INSET_AIR_PX, paint_inset, shows_part
from tabuah.widgets.prints.legend_block import LegendBlock, legend_rows, letters_line
from tabuah.widgets.prints.map_frame import paint_frame, paint_grid, paint_map
from tabuah.widgets.prints.map_scale import sheet_view
from tabuah.widgets.prints.map_sheet import Grid, MapSheet
from tabuah.widgets.prints.orientation import Orientation
from tabuah.widgets.prints.sheet_layout import SheetLayout, lay_out
from tabuah.widgets.theme.tokens import LIGHT

_EVERYWHERE: Final = (-2e7, -2e7, 2e7, 2e7)


def view_of(sheet: MapSheet) -> Viewport:
    """What the map of a sheet shows."""
    frame, basemap = lay_out(sheet).frame, sheet.content.basemap
    bounds_m = sheet.bounds_m or (_with_margin(basemap.bounds_m) if basemap else _EVERYWHERE)
    return sheet_view(bounds_m, sheet.scale, width_px=frame.width(), height_px=frame.height())


def paint_sheet(painter: QPainter, sheet: MapSheet, *, ratio: float) -> None:
    """Paint the sheet from its upper left corner.

    Args:
        painter: of a device of `ratio` device pixels to a unit of the sheet; it is scaled here.
        sheet: always painted in the light colours.
        ratio: 3.0 is 300 dpi.
    """
    layout, view, content = lay_out(sheet), view_of(sheet), for_paper(sheet.content)
    painter.setRenderHints(_HINTS)
    painter.scale(ratio, ratio)
    painter.fillRect(QRect(0, 0, *sheet.size_px), QColor("#ffffff"))
    paint_map(painter, content, view, layout.frame, ratio=ratio)
    paint_grid(painter, view, layout.frame, sheet.grid)
    paint_frame(painter, layout.frame)
    painter.setPen(QPen(QColor(RULE), 0.8))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(layout.border)
    _paint_words(painter, sheet, content, view, layout, ratio)


def for_paper(content: MapContent) -> MapContent:
    """The map in the light colours, its text as large as paper wants it."""
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
    orientation = Orientation(view=view, paper=sheet.paper.value)
    foot, made = _source_blocks(sheet, content), _made_blocks(sheet)
    if sheet.landscape:
        column = last = layout.columns[0]
        end = stacked(painter, (*foot, Rule(5), *made), column, from_bottom=True)
        used = stacked(painter, (*head, Rule(8), orientation, Rule(2), *legend), column)
    else:
        first, second, last = layout.columns
        stacked(painter, head, first)
        stacked(painter, made, first, from_bottom=True)
        stacked(painter, legend, second)
        end = stacked(painter, foot, last, from_bottom=True)
        used = stacked(painter, (orientation,), last)
    if shows_part(content, view):
        free = QRectF(last.left(), used + INSET_AIR_PX, last.width(), end - used - 2 * INSET_AIR_PX)
        paint_inset(painter, content, view.bounds_m, free, ratio=ratio)


def _head_blocks(sheet: MapSheet) -> tuple[Block, ...]:
    bold, weight = QFont.Weight.Bold, QFont.Weight.DemiBold
    office = tuple(
        Paragraph(text=line.upper(), size_px=8, weight=weight if n == 1 else QFont.Weight.Normal, spacing_px=0.3,
                  colour=TEXT if n == 1 else MUTED, after_px=1)
        for n, line in enumerate(sheet.office) if line
    )  # fmt: skip
    exercise = (
        (Paragraph(text=_("EXERCISE, NOT A REAL EVENT"), size_px=11, weight=bold, colour=LIGHT.attention_text),)
        if sheet.content.exercise
        else ()
    )
    subtitle = (Paragraph(text=sheet.subtitle, size_px=11, colour=MUTED, after_px=4),) if sheet.subtitle else ()
    return (
        *office,
        Rule(7),
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


def _legend_blocks(sheet: MapSheet, content: MapContent, view: Viewport) -> tuple[Block, ...]:
    letters = letters_line(content, view, sheet.keys)
    told = (Paragraph(text=_("Letters: {letters}").format(letters=letters), size_px=9, colour=MUTED),)
    rows = legend_rows(content, view, sheet.keys)
    return (heading(_("Legend")), LegendBlock(rows=rows), *(told if letters else ()))


def _source_blocks(sheet: MapSheet, content: MapContent) -> tuple[Block, ...]:
    lines = {
        Grid.DEGREES: _("Grid: degrees and minutes, WGS 84."),
        Grid.UTM: _("Grid: UTM zone 47S, metres, WGS 84."),
        Grid.BOTH: _("Grid: degrees left and above, UTM zone 47S (metres) right and below; WGS 84."),
        Grid.NONE: "",
    }
    told = [_("Projection: Web Mercator (EPSG:3857)."), lines[sheet.grid], *_notes(content)]
    if content.data_age:
        told.append(_("At that time: {age}.").format(age=content.data_age))
    tiles = tuple(each.attribution for each in content.tiles if each.attribution and content.shows(each.name))
    sources = (*(content.basemap.attribution if content.basemap else ()), *tiles)
    return (
        heading(_("About this map")),
        Paragraph(text=" ".join(each for each in told if each), size_px=8, colour=MUTED, after_px=4),
        Paragraph(text=_("Sources: {sources}.").format(sources=" · ".join(sources)), size_px=8, colour=MUTED),
    )


def _notes(content: MapContent) -> list[str]:
    notes = [note for note in (content.basemap.notes if content.basemap else ()) if note != APPROXIMATE_NOTE]
    if content.shows_approximate_borders():
        notes.append(APPROXIMATE_NOTE)
    told = (_(note) for note in notes)
    return [f"{note[:1].upper()}{note[1:]}." for note in told]


def _made_blocks(sheet: MapSheet) -> tuple[Block, ...]:
    moment = format_moment(sheet.printed_at)
    text = _("Made by {author} on {moment}") if sheet.author else _("Made on {moment}")
    return (Paragraph(text=text.format(author=sheet.author, moment=moment), size_px=9, after_px=0),)


def _with_margin(bounds_m: Bounds) -> Bounds:
    west, south, east, north = bounds_m
    margin_x, margin_y = (east - west) * 0.03, (north - south) * 0.03
    return west - margin_x, south - margin_y, east + margin_x, north + margin_y
