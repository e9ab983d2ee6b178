"""Impact of what is drawn with the map tools: a circle, a sector or a polygon, shown in the panel of the tool."""

from PySide6.QtCore import QObject, QTimer

from tabuah.console.window.shared.impact_cache import ImpactCache
from tabuah.gis.layers.range_rings import RangeRings, ring_outline
from tabuah.operations.impact_areas import ImpactArea
from tabuah.resources.localisation import _
from tabuah.text.map.impact import impact_facts
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.map.tools.sketch import Sketch, SketchKind

_SETTLED_MS = 250  # a vertex that is being dragged changes the figure with every pixel
_DIGITS = 6


class RangeImpact(QObject):
    """Shows the impact of the last finished figure while its tool is active."""

    def __init__(self, view: MapView, impacts: ImpactCache) -> None:
        super().__init__(view)
        self._plate, self._impacts = view.plate, impacts
        self._area: ImpactArea | None = None
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLED_MS)
        self._settled.timeout.connect(self._show)
        tools = view.canvas.tools
        tools.ranges_changed.connect(self._on_ranges_changed)
        tools.sketch_changed.connect(self._on_sketch_changed)
        tools.tool_changed.connect(self._on_tool_changed)
        impacts.computed.connect(self._show)
        impacts.forgotten.connect(self._show)

    def close(self) -> None:
        self._settled.stop()

    def _on_ranges_changed(self, ranges: tuple[RangeRings, ...]) -> None:
        self._use(area_of_ranges(ranges[-1]) if ranges else None)

    def _on_sketch_changed(self, sketch: Sketch) -> None:
        self._use(area_of_sketch(sketch))

    def _on_tool_changed(self, _code: str) -> None:
        self._use(None)

    def _use(self, area: ImpactArea | None) -> None:
        self._area = area
        self._plate.show_note("")
        if area is None:
            self._settled.stop()
        else:
            self._settled.start()

    def _show(self) -> None:
        if self._area is None or self._settled.isActive():
            return
        impact = self._impacts.impact(self._area)
        lines = (
            [value for _label, value in impact_facts(impact, self._area)] if impact else [_("Computing the impact …")]
        )
        self._plate.show_note("\n".join(lines))


def area_of_ranges(ranges: RangeRings) -> ImpactArea:
    """Return the area of the largest of several rings: a circle, or the outline of a sector."""
    radius_m = max(ranges.radii_m)
    if ranges.width_deg == 360.0:
        return ImpactArea(centre_deg=(ranges.lon_deg, ranges.lat_deg), radius_m=radius_m)
    outline = ring_outline(ranges, radius_m).round(_DIGITS).tolist()
    return ImpactArea(rings=(tuple((lon_deg, lat_deg) for lon_deg, lat_deg in outline),))


def area_of_sketch(sketch: Sketch) -> ImpactArea | None:
    """Return the area of a finished polygon; None for other sketches."""
    if sketch.figure is not SketchKind.POLYGON or not sketch.closed:
        return None
    ring = tuple((round(lon, _DIGITS), round(lat, _DIGITS)) for lon, lat in sketch.positions_deg())
    return ImpactArea(rings=(ring,))
