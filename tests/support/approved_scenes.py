"""Scenes of the approved images: the shipped map at three scales with stations, incidents and units, and a chart."""

from collections.abc import Callable
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from support.approved_charts import charts

from tabuah.gis.base_map import Feature
from tabuah.gis.base_map_file import load_base_map
from tabuah.gis.layers.range_rings import RangeRings
from tabuah.gis.layers.style_file import shipped_style
from tabuah.gis.layers.surfaces import make_surface
from tabuah.gis.reference_systems import from_mercator, to_mercator
from tabuah.operations.codes import HAZARD_LETTERS
from tabuah.widgets.map.content import (
    AffectedArea,
    IncidentMarkers,
    MapContent,
    MarkerClass,
    StationMarkers,
    UnitMarkers,
)
from tabuah.widgets.map.rendering.map_image import render_view_image
from tabuah.widgets.map.rendering.picture_worker import MapPicture
from tabuah.widgets.map.rendering.screen_painter import MapAnnotations
from tabuah.widgets.map.tools.measure_tool import AreaTool
from tabuah.widgets.map.tools.tool import Pointer
from tabuah.widgets.map.tools.tool_context import MapToolContext
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.design_tokens import DARK, LIGHT, Palette

SIZE_PX: Final = (640, 400)
LEMBANG: Final = (100.68, -0.93)
_LETTERS: Final = tuple(HAZARD_LETTERS.values())


def view_at(lon_deg: float, lat_deg: float, metres_per_px: float) -> Viewport:
    """Return a viewport of the common size."""
    x_m, y_m = to_mercator(lon_deg, lat_deg)
    width, height = SIZE_PX
    return Viewport(centre_x_m=x_m, centre_y_m=y_m, metres_per_px=metres_per_px, width_px=width, height_px=height)


def regency_view() -> Viewport:
    """Return the viewport of the whole regency."""
    width, height = SIZE_PX
    return Viewport.fitting(load_base_map().bounds_m, width_px=width, height_px=height, margin_px=12)


def map_of(palette: Palette, **more: object) -> MapContent:
    """Return the shipped map with additional content."""
    hidden = shipped_style().hidden_by_default()
    given: dict[str, object] = {"base_map": load_base_map(), "palette": palette, "hidden": hidden, **more}
    return MapContent(**given)  # type: ignore[arg-type]


def stations_everywhere() -> StationMarkers:
    """Return a station at every nagari, cycling through the classes."""
    places = _nagari()
    lon, lat = from_mercator(*np.array([each.label_m for each in places]).T)
    return StationMarkers(
        ids=[each.code for each in places],
        lon_deg=lon,
        lat_deg=lat,
        classes=np.array([number % len(MarkerClass) for number in range(len(places))], dtype=np.uint8),
    )


def incidents_of_all_kinds() -> IncidentMarkers:
    """Return incidents of each severity and letter, some closed or pending, and a cluster."""
    columns = len(_LETTERS)
    severities = (MarkerClass.CRITICAL, MarkerClass.HIGH, MarkerClass.ATTENTION)
    grid = [(column, row) for row in range(len(severities)) for column in range(columns)]
    lon = [100.545 + 0.0185 * column for column, _row in grid] + [100.62, 100.621, 100.622, 100.75, 100.751, 100.7505]
    lat = [-0.86 - 0.035 * row for _column, row in grid] + [-0.985, -0.986, -0.9845, -0.985, -0.986, -0.9855]
    crowd = [MarkerClass.HIGH, MarkerClass.ATTENTION, MarkerClass.ATTENTION, *[MarkerClass.ATTENTION] * 3]
    count = len(lon)
    return IncidentMarkers(
        ids=[f"i{number}" for number in range(count)],
        lon_deg=np.array(lon),
        lat_deg=np.array(lat),
        classes=np.array([severities[row] for _column, row in grid] + crowd, dtype=np.uint8),
        letter_of=np.array([*(column for column, _row in grid), *[0] * len(crowd)], dtype=np.uint8),
        closed=np.array([number % 7 == 5 for number in range(count)]),
        pending=np.array([number % 5 == 3 for number in range(count)]),
        letters=_LETTERS,
    )


def units_on_the_way() -> UnitMarkers:
    """Return a busy unit with heading and trail, a free unit at rest, and one with an old position."""
    trail = np.array([(100.60 + 0.004 * step, -0.905 + 0.0012 * step * (step % 3)) for step in range(12)])
    return UnitMarkers(
        ids=["TRC 1", "Damkar 2", "PMI"],
        lon_deg=np.array([100.644, 100.70, 100.72]),
        lat_deg=np.array([-0.892, -0.90, -0.96]),
        busy=np.array([True, False, True]),
        old=np.array([False, False, True]),
        heading_deg=np.array([75.0, np.nan, np.nan]),
        trails=(trail, np.zeros((0, 2)), np.zeros((0, 2))),
    )


def bases() -> dict[str, Callable[[], QImage]]:
    """Return the empty map at three scales in both themes."""
    views = {"regency": regency_view(), "kecamatan": view_at(*LEMBANG, 60.0), "nagari": view_at(*LEMBANG, 20.0)}
    return {
        f"{name}-{palette.name}": (lambda view=view, palette=palette: render_view_image(map_of(palette), view))
        for name, view in views.items()
        for palette in (DARK, LIGHT)
    }


def marks() -> QImage:
    """Return stations of all classes, incidents with all letters, clusters, and a selected one."""
    content = map_of(DARK, stations=stations_everywhere(), incidents=incidents_of_all_kinds(), data_age="Data 12 dtk")
    selected = to_mercator(100.545, -0.86)
    return render_view_image(content, view_at(100.67, -0.94, 50.0), annotations=MapAnnotations(selected_m=selected))


def rain() -> QImage:
    """Return an interpolated surface with its lines, edge and legend."""
    spec, places = shipped_style().named("rain_1h"), _nagari()[::3]
    assert spec is not None
    lon, lat = from_mercator(*np.array([each.label_m for each in places]).T)
    values = np.array([float(number * 37 % 90) for number in range(len(places))])
    surface = make_surface(spec, load_base_map(), lon, lat, values=values)
    hidden = shipped_style().hidden_by_default() - {"rain_1h"}
    return render_view_image(map_of(LIGHT, surfaces=(surface,), hidden=hidden), view_at(*LEMBANG, 150.0))


def units_and_tools() -> QImage:
    """Return units, an affected area, range rings and a sector, and an area being measured."""
    ring = np.array([(100.66, -0.87), (100.70, -0.86), (100.71, -0.88), (100.67, -0.89), (100.66, -0.87)])
    lon, lat = LEMBANG
    content = map_of(
        LIGHT,
        units=units_on_the_way(),
        areas=(AffectedArea(rings=(ring,)),),
        ranges=(
            RangeRings(lon_deg=lon, lat_deg=lat, radii_m=(2000.0, 4000.0)),
            RangeRings(lon_deg=100.75, lat_deg=-0.90, radii_m=(5000.0,), sector_deg=(20.0, 95.0)),
        ),
    )
    image = render_view_image(content, view_at(lon, lat, 40.0))
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _measured(content).paint(painter)
    finally:
        painter.end()
    return image


def scenes() -> dict[str, Callable[[], QImage]]:
    """Return all scenes by image name."""
    return {**bases(), "marks": marks, "rain": rain, "units-tools": units_and_tools, **charts()}


def _nagari() -> list[Feature]:
    return [each for layer in load_base_map().layers if layer.name == "nagari" for each in layer.features]


def _measured(content: MapContent) -> AreaTool:
    tool = AreaTool(MapToolContext(_StillMap(content, view_at(*LEMBANG, 40.0)), _SilentListener()))
    for lon, lat in ((100.61, -0.99), (100.66, -0.98), (100.64, -0.955)):
        place = to_mercator(lon, lat)
        tool.click(Pointer(at_px=QPointF(), place_m=place))
    return tool


class _StillMap:
    """Static map for tools: one image."""

    picture: MapPicture | None = None

    def __init__(self, content: MapContent, view: Viewport) -> None:
        self.content, self.view = content, view

    def paint_soon(self) -> None:
        """Do nothing."""

    def setCursor(self, cursor: Qt.CursorShape) -> None:
        """Do nothing."""

    def zoom_to_box(self, box_px: object) -> None:
        """Do nothing."""

    def zoom_at(self, factor: float, at_px: QPointF) -> None:
        """Do nothing."""


class _SilentListener:
    """Ignores all notifications of a tool."""

    def report_status(self) -> None:
        """Do nothing."""

    def report_sketch(self, sketch: object) -> None:
        """Do nothing."""

    def report_ranges(self, ranges: object) -> None:
        """Do nothing."""

    def show_results(self, found: object) -> None:
        """Do nothing."""

    def report_accepted(self) -> None:
        """Do nothing."""
