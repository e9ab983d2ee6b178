"""Map of a report: the surroundings of an incident in print resolution, with the regency as an inset."""

import os
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication

from tabuah.console.map.map_picture import encode_png
from tabuah.console.reports.incident_report import IncidentReport
from tabuah.console.reports.report_text import SEVERITY_LEVELS
from tabuah.gis.base_map import BaseMap
from tabuah.gis.reference_systems import to_mercator
from tabuah.operations.codes import HAZARD_LETTERS
from tabuah.operations.incidents.incident import Incident
from tabuah.widgets.map.base_map.base_painter import BasePainter
from tabuah.widgets.map.content import AffectedArea, IncidentMarkers, MapContent, MarkerClass, UnitMarkers
from tabuah.widgets.map.rendering.map_image import render_map_image
from tabuah.widgets.map.rendering.screen_painter import MapAnnotations
from tabuah.widgets.map.viewport import Bounds, Viewport
from tabuah.widgets.theme.appearance import install_fonts
from tabuah.widgets.theme.design_tokens import LIGHT

PRINT_RATIO: Final = 3.0  # 680 logical pixels over 172 mm: 300 dpi
SIZE: Final = QSize(680, 284)
OVERVIEW_SIZE: Final = QSize(680, 380)
_HALF_HEIGHT_M: Final = 5_000.0
_AREA_MARGIN: Final = 0.25
_INSET: Final = QSize(124, 124)
_INSET_FRAME: Final = QRectF(SIZE.width() - _INSET.width() - 10, 10, _INSET.width(), _INSET.height())
_INSET_LAYERS: Final = frozenset({"land", "neighbours", "regency", "lakes"})
_LETTERS: Final = tuple(HAZARD_LETTERS.values())
_HAZARDS: Final = tuple(HAZARD_LETTERS)


def open_qt_graphics() -> QGuiApplication | None:
    """Prepare Qt for drawing without a window; returns the application, which the caller must keep alive."""
    application = QGuiApplication.instance()
    if application is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        application = QApplication([])  # not a QGuiApplication: a window may open in this process later
        install_fonts()
    return application if isinstance(application, QGuiApplication) else None


def draw_incident_map(report: IncidentReport, content: MapContent) -> bytes:
    """Return the PNG of the map around an incident that has a place.

    A QGuiApplication must exist; call it in its thread.

    Args:
        report: the report.
        content: the console's map; its base map, imported layers and stations are drawn.
    """
    place, base_map = report.incident.place, content.base_map
    if place is None or base_map is None:
        raise ValueError("there is no map without a place and a base map")
    at_m = to_mercator(place.lon_deg, place.lat_deg)
    bounds_m = _bounds_around(report.incident, at_m)
    picture = render_map_image(
        _paper_content((report.incident,), content, watermark=report.exercise_mark),
        size=SIZE,
        bounds_m=bounds_m,
        pixel_ratio=PRINT_RATIO,
        annotations=MapAnnotations(selected_m=at_m),
        kept_clear=(_INSET_FRAME.getCoords(),),  # type: ignore[arg-type]
    )
    _draw_inset(picture, base_map, bounds_m)
    return encode_png(picture)


def draw_overview_map(incidents: Sequence[Incident], content: MapContent, *, watermark: str = "") -> bytes:
    """Return the PNG of the regency with incidents; the conditions of `draw_incident_map` apply."""
    shown = _paper_content(incidents, content, watermark=watermark)
    return encode_png(render_map_image(shown, size=OVERVIEW_SIZE, pixel_ratio=PRINT_RATIO))


def make_incident_markers(incidents: Iterable[Incident]) -> IncidentMarkers:
    """Return markers, coloured by severity, of the incidents that have a place."""
    placed = [(incident, incident.place) for incident in incidents if incident.place is not None]
    classes = [MarkerClass[SEVERITY_LEVELS[incident.severity].upper()] for incident, _place in placed]
    return IncidentMarkers(
        ids=tuple(incident.id for incident, _place in placed),
        lon_deg=np.array([place.lon_deg for _incident, place in placed], dtype=np.float64),
        lat_deg=np.array([place.lat_deg for _incident, place in placed], dtype=np.float64),
        classes=np.array(classes, dtype=np.uint8),
        letter_of=np.array([_HAZARDS.index(incident.hazard) for incident, _place in placed], dtype=np.uint8),
        closed=np.array([not incident.is_open for incident, _place in placed], dtype=np.bool_),
        pending=np.zeros(len(placed), dtype=np.bool_),
        inexact=np.array([place.radius_m is not None for _incident, place in placed], dtype=np.bool_),
        drills=frozenset(index for index, (incident, _place) in enumerate(placed) if incident.exercise),
        letters=_LETTERS,
    )


def _paper_content(incidents: Sequence[Incident], content: MapContent, *, watermark: str) -> MapContent:
    """Return the map for paper: only these incidents, light colours, no source line (the document has one)."""
    base_map = content.base_map
    return replace(
        content,
        base_map=replace(base_map, attribution=(), notes=()) if base_map else None,
        incidents=make_incident_markers(incidents),
        areas=tuple(area for incident in incidents for area in _affected_areas(incident)),
        units=UnitMarkers(),
        palette=LIGHT,
        text_scale=1.0,
        watermark=watermark,
        data_age="",
    )


def _affected_areas(incident: Incident) -> tuple[AffectedArea, ...]:
    if incident.area is None:
        return ()
    marker_class = MarkerClass[SEVERITY_LEVELS[incident.severity].upper()]
    return (AffectedArea(rings=(np.array(incident.area, dtype=np.float64),), marker_class=marker_class),)


def _bounds_around(incident: Incident, at_m: tuple[float, float]) -> Bounds:
    """Return a view of about 10 km from south to north, or wider for a large affected area."""
    reach_m = _HALF_HEIGHT_M
    for lon_deg, lat_deg in incident.area or ():
        x_m, y_m = to_mercator(lon_deg, lat_deg)
        sideways_m = abs(x_m - at_m[0]) * SIZE.height() / SIZE.width()
        reach_m = max(reach_m, (1 + _AREA_MARGIN) * max(abs(y_m - at_m[1]), sideways_m))
    width_m = reach_m * SIZE.width() / SIZE.height()
    return at_m[0] - width_m, at_m[1] - reach_m, at_m[0] + width_m, at_m[1] + reach_m


def _draw_inset(picture: QImage, base_map: BaseMap, bounds_m: Bounds) -> None:
    """Draw the regency in the upper right corner, with a frame around the extent of the map."""
    layers = tuple(layer for layer in base_map.layers if layer.name in _INSET_LAYERS)
    content = MapContent(base_map=BaseMap(layers=layers, bounds_m=base_map.bounds_m, attribution=()), palette=LIGHT)
    view = Viewport.fitting(base_map.bounds_m, width_px=_INSET.width(), height_px=_INSET.height(), margin_px=6)
    inset = QImage(_INSET * PRINT_RATIO, QImage.Format.Format_RGB32)
    BasePainter().paint(inset, content, view=view, pixel_ratio=PRINT_RATIO)
    inset.setDevicePixelRatio(PRINT_RATIO)
    frame = _INSET_FRAME
    west, north = view.to_screen(bounds_m[0], bounds_m[3])
    east, south = view.to_screen(bounds_m[2], bounds_m[1])
    painter = QPainter(picture)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawImage(frame.topLeft(), inset)
        painter.setPen(QPen(QColor(LIGHT.panel), 3))
        painter.drawRect(frame)
        painter.setPen(QPen(QColor(LIGHT.muted), 0.8))
        painter.drawRect(frame)
        painter.setClipRect(frame)
        painter.setPen(QPen(QColor(LIGHT.critical), 1.6))
        painter.drawRect(QRectF(west, north, east - west, south - north).translated(frame.topLeft()))
    finally:
        painter.end()
