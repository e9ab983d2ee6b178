"""Legend of a printed map: only what is visible on it, in columns, with the signs of the map."""

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from tabuah.gis.reference_systems import to_mercator
from tabuah.resources.catalogue import _
from tabuah.widgets.map.content import AREA, UNITS, MapContent, station_layer
from tabuah.widgets.map.layers.legend import live_items
from tabuah.widgets.map.markers import MarkerClass, Markers
from tabuah.widgets.map.overlay.incident_arrangement import shown_incidents
from tabuah.widgets.map.overlay.marker_sprites import (
    ClusterLook,
    IncidentLook,
    UnitLook,
    cluster_sprite,
    incident_sprite,
    station_sprite,
    unit_sprite,
)
from tabuah.widgets.map.print.layer_legend import PrintLegendRow, Sign, layer_legend_rows
from tabuah.widgets.map.print.map_sheet import MapKeys
from tabuah.widgets.map.print.text_blocks import TEXT, print_font
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.colours import level_colour, with_alpha

_ROW_PX: Final = 17.0
_AFTER_PX: Final = 4.0
_SIGN_PX: Final = 20.0
_TEXT_PX: Final = 9.0
_SMALL_PX: Final = 7.0  # height with two lines of text
_RATIO: Final = 6.0  # signs are small: twice the resolution of the print


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendBlock:
    """Legend rows in columns, filled downwards."""

    rows: tuple[PrintLegendRow, ...]
    columns: int = 2

    def height(self, width_px: float) -> float:  # noqa: ARG002 - a row is never broken
        """Return the height of the longest column."""
        return ceil(len(self.rows) / self.columns) * _ROW_PX + _AFTER_PX

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint all rows; column widths follow their longest texts."""
        count = ceil(len(self.rows) / self.columns)
        parts = [self.rows[start : start + count] for start in range(0, len(self.rows), count)]
        wanted = [max(_text_width(row.text) for row in part) + _SIGN_PX + 14 for part in parts]
        left = area.left()
        for part, share in zip(parts, _shares(wanted, area.width()), strict=True):
            for line, row in enumerate(part):
                _paint_row(painter, row, QRectF(left, area.top() + line * _ROW_PX, share, _ROW_PX))
            left += share


def _shares(wanted_px: list[float], width_px: float) -> list[float]:
    """Return the column widths: as wanted, or with the widest column reduced if space is short."""
    shares = list(wanted_px)
    widest = shares.index(max(shares)) if shares else 0
    if sum(shares) > width_px:
        shares[widest] = max(shares[widest] - (sum(shares) - width_px), width_px / len(shares) * 0.8)
    return shares


def _paint_row(painter: QPainter, row: PrintLegendRow, area: QRectF) -> None:
    row.sign(painter, QRectF(area.left(), area.top(), _SIGN_PX, area.height()))
    words = QRectF(area.left() + _SIGN_PX + 6, area.top(), area.width() - _SIGN_PX - 10, area.height())
    fits = _text_width(row.text) <= words.width()
    painter.setFont(print_font(_TEXT_PX if fits else _SMALL_PX))
    painter.setPen(QColor(TEXT))
    wrap = Qt.TextFlag.TextSingleLine if fits else Qt.TextFlag.TextWordWrap
    painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | wrap), row.text)


def _text_width(text: str) -> float:
    return QFontMetricsF(print_font(_TEXT_PX)).horizontalAdvance(text)


def legend_rows(content: MapContent, view: Viewport, keys: MapKeys) -> tuple[PrintLegendRow, ...]:
    """Return what is visible in `view`: incidents, stations, units and areas, then base layers."""
    return (*_incident_rows(content, view, keys), *_live_rows(content, view), *layer_legend_rows(content, view))


def letters_line(content: MapContent, view: Viewport, keys: MapKeys) -> str:
    """Return the letter key: "B banjir · L tanah longsor"; empty without an incident."""
    seen = _incidents_in(content, view)
    used = dict.fromkeys(content.incidents.letters[n] for n in np.unique(content.incidents.letter_of[seen]))
    return " · ".join(f"{letter} = {keys.letters[letter].lower()}" for letter in used if letter in keys.letters)


def _incident_rows(content: MapContent, view: Viewport, keys: MapKeys) -> list[PrintLegendRow]:
    incidents, seen = content.incidents, _incidents_in(content, view)
    rows = []
    for each in sorted(MarkerClass, reverse=True):
        if (seen & ~incidents.closed & (incidents.classes == each)).any():
            look = IncidentLook(letter="", marker_class=each, closed=False, pending=False)
            told = keys.incident_classes.get(each, "")
            text = _("Incident, {severity}").format(severity=told.lower()) if told else _("Incidents")
            rows.append(PrintLegendRow(text, _picture(incident_sprite(look, content.palette, _RATIO))))
    if (seen & incidents.closed).any():
        look = IncidentLook(letter="", marker_class=MarkerClass.NORMAL, closed=True, pending=False)
        rows.append(PrintLegendRow(_("Incident, closed"), _picture(incident_sprite(look, content.palette, _RATIO))))
    if (seen & incidents.pending).any():
        rows.append(PrintLegendRow(_("Not synced yet"), _pending_sign(content)))
    if np.count_nonzero(seen) > 1:
        sign = cluster_sprite(ClusterLook(count=3, worst=_worst(content, seen)), content.palette, _RATIO)
        rows.append(PrintLegendRow(_("Several incidents"), _picture(sign)))
    return rows


def _live_rows(content: MapContent, view: Viewport) -> list[PrintLegendRow]:
    names = {item.layer: item.text for item in live_items(content) if item.shown}
    stations, seen = content.stations, _in_view(content.stations, view)
    rows = []
    for each in sorted(MarkerClass, reverse=True):
        name = names.get(station_layer(each))
        if name and (seen & (stations.classes == each)).any():
            rows.append(PrintLegendRow(name, _picture(station_sprite(each, content.palette, _RATIO))))
    if UNITS in names and _in_view(content.units, view).any():
        pill = unit_sprite(UnitLook(name="R", busy=True), content.palette, _RATIO)
        rows.append(PrintLegendRow(names[UNITS], _picture(pill)))
    if AREA in names and content.areas:
        colour = level_colour(content.palette, content.areas[0].marker_class.level)
        rows.append(PrintLegendRow(names[AREA], _area_sign(colour)))
    return rows


def _area_sign(colour: str) -> Sign:
    def paint(painter: QPainter, area: QRectF) -> None:
        pen = QPen(QColor(colour), 1.4)
        pen.setDashPattern([2.4, 1.6])
        painter.setPen(pen)
        painter.setBrush(with_alpha(colour, 0.16))
        painter.drawRect(QRectF(area.center() - QPointF(8.5, 4.5), area.center() + QPointF(8.5, 4.5)))

    return paint


def _pending_sign(content: MapContent) -> Sign:
    look = IncidentLook(letter="", marker_class=MarkerClass.INFORMATION, closed=True, pending=True)
    return _picture(incident_sprite(look, content.palette, _RATIO))


def _picture(image: QImage) -> Sign:
    """Return a sign of the map, slightly smaller."""

    def paint(painter: QPainter, area: QRectF) -> None:
        factor = min(0.62, area.width() / (image.width() / _RATIO))
        width, height = image.width() / _RATIO * factor, image.height() / _RATIO * factor
        target = QRectF(area.center().x() - width / 2, area.center().y() - height / 2, width, height)
        painter.drawImage(target, image, QRectF(image.rect()))

    return paint


def _worst(content: MapContent, seen: NDArray[np.bool_]) -> MarkerClass | None:
    still = seen & ~content.incidents.closed
    return MarkerClass(int(content.incidents.classes[still].max())) if still.any() else None


def _incidents_in(content: MapContent, view: Viewport) -> NDArray[np.bool_]:
    return shown_incidents(content) & _in_view(content.incidents, view)


def _in_view(markers: Markers, view: Viewport) -> NDArray[np.bool_]:
    x_m, y_m = to_mercator(markers.lon_deg, markers.lat_deg)
    west, south, east, north = view.bounds_m
    inside: NDArray[np.bool_] = (x_m >= west) & (x_m <= east) & (y_m >= south) & (y_m <= north)
    return inside
