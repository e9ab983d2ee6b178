"""The map as gestures see it: what a click, a pointer or a box means, and what workers draw for it."""

from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.cluster_opening import bounds_to_open, ids_of
from tabuah.widgets.map.gestures import MapGestures
from tabuah.widgets.map.hit_test import ClusterHit, Hit, found_at
from tabuah.widgets.map.hud import MapHud
from tabuah.widgets.map.label_placement import Box
from tabuah.widgets.map.map_ground import MapGround
from tabuah.widgets.map.map_paint import Adornments
from tabuah.widgets.map.picture_worker import MapPicture
from tabuah.widgets.map.pointing import Pointing
from tabuah.widgets.map.renderer import MapRenderer
from tabuah.widgets.map.tools.toolbox import MapTools


class PointedMap(MapGround):
    """Knows what is on it and under each pixel; paints nothing yet.

    Signals:
        selection_changed: kind and id of the marker a person chose; two empty texts for none.
        hover_changed: kind and id of the marker under the cursor; two empty texts for none.
        location_picked: longitude and latitude in degrees, in the pick mode.
        pick_cancelled: the pick mode was left without a place.
        context_requested: longitude, latitude, and where on the screen a menu may open.
        content_changed: another value is shown, or a layer was switched.
        view_changed: the part that is shown is another.
        locate_requested: the person wants to go to a place by name or coordinates.
        settled: all that is shown is sharp and current.
        layer_notes_changed: a layer with a file fares otherwise than before (see `layer_notes`).
        failed: a worker could not draw; the exception.
    """

    selection_changed = Signal(str, str)
    hover_changed = Signal(str, str)
    location_picked = Signal(float, float)
    pick_cancelled = Signal()
    context_requested = Signal(float, float, QPoint)
    content_changed = Signal()
    view_changed = Signal()
    locate_requested = Signal()
    settled = Signal()
    layer_notes_changed = Signal()
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._obstacles: tuple[QRectF, ...] = ()
        self._spread_scale_m = 0.0  # at another scale, what is spread is folded again
        self._adornments, self._hud = Adornments(), MapHud()
        self._pointing = Pointing(self._adornments, self)
        self._gestures = MapGestures(self)
        self._renderer = MapRenderer(self._furniture, self)
        self.tools = MapTools(self, self)
        self._connect()

    def _connect(self) -> None:
        self._navigation.changed.connect(self._on_view_changed)
        self._pointing.selection_changed.connect(self.selection_changed)
        self._pointing.hover_changed.connect(self.hover_changed)
        self._renderer.frame_arrived.connect(self._on_frame_arrived)
        self._renderer.settled.connect(self.settled)
        self._renderer.failed.connect(self.failed)
        self._renderer.notes_changed.connect(self.layer_notes_changed)
        self.tools.tool_changed.connect(self._on_tool_changed)
        self.tools.failed.connect(self.failed)
        for worker in (self._renderer, self.tools):
            self.destroyed.connect(worker.stopper())

    @property
    def picture(self) -> MapPicture | None:
        """What the workers drew last, with its hit tests."""
        return self._renderer.picture

    def close_workers(self) -> None:
        """Join the worker threads; showing the map starts them again."""
        self._renderer.close()
        self.tools.close()

    # -- what gestures ask for ------------------------------------------------------------------------------------

    def click_at(self, at_px: QPointF) -> None:
        """Pick the place in the pick mode, else select what is there."""
        if self._adornments.picking:
            self._pick(at_px)
            return
        if self.tools.click(at_px):
            return
        picture, view = self._renderer.picture, self._navigation.view
        found = found_at(picture, view, at_px.x(), at_px.y()) if picture else None
        if picture is not None and isinstance(found, ClusterHit):
            self._open_cluster(picture, found)
            return
        if not isinstance(found, Hit) or found.id not in self._content.spread:
            self._spread_out(())
        self._pointing.select_at(picture, view, at_px)
        self._refresh_marks()

    def point_at(self, at_px: QPointF) -> None:
        """Show what is under the cursor, and its coordinates."""
        view = self._navigation.view
        self._hud.point_at(from_mercator(*view.to_map(at_px.x(), at_px.y())))
        self._hud.open_credits_at(self._content, view, at_px)
        asked_px = None if self.tools.is_working else at_px  # a tool has its own words at the cursor
        if self._pointing.hover_at(self._renderer.picture, view, asked_px):
            self._pointing.refresh(self._renderer.picture)
        self.paint_soon()

    def show_box(self, box_px: QRectF | None) -> None:
        """Show the box that is being drawn."""
        self._adornments.box_px = box_px
        self.paint_soon()

    def show_grip(self, *, gripped: bool) -> None:
        """Show whether the map is being dragged."""
        if gripped:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._adornments.picking:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.tools.show_cursor()

    def cancel_pick(self) -> None:
        """Leave the pick mode without a place."""
        if self._adornments.picking:
            self._end_pick()
            self.pick_cancelled.emit()

    # -- inside ---------------------------------------------------------------------------------------------------

    def _open_cluster(self, picture: MapPicture, cluster: ClusterHit) -> None:
        """Come closer until its incidents stand apart, or lay them out around the place they share."""
        bounds_m = bounds_to_open(picture, cluster)
        if bounds_m is None:
            self._spread_out(ids_of(picture, cluster))
        else:
            self._navigation.fit(bounds_m)

    def _spread_out(self, ids: tuple[str, ...]) -> None:
        """Lay out these incidents around their place; none folds what was laid out."""
        if ids != self._content.spread:
            self._content = replace(self._content, spread=ids)
            self._spread_scale_m = self._navigation.view.metres_per_px
            self._refresh()

    def _pick(self, at_px: QPointF) -> None:
        lon_deg, lat_deg = from_mercator(*self._navigation.view.to_map(at_px.x(), at_px.y()))
        self._end_pick()
        self.location_picked.emit(lon_deg, lat_deg)

    def _end_pick(self) -> None:
        self._adornments.picking = False
        self.unsetCursor()
        self.paint_soon()

    def _refresh(self) -> None:
        """Ask for what the view needs and repaint; a hidden map asks for nothing."""
        if self.isVisible():
            self._renderer.show(self._content, self._navigation.view, self.devicePixelRatioF())
            self.tools.prepare()
        self._refresh_marks()

    def _refresh_marks(self) -> None:
        self._pointing.refresh(self._renderer.picture)
        self.paint_soon()

    def _furniture(self) -> tuple[Box, ...]:
        others = tuple((rect.left(), rect.top(), rect.right(), rect.bottom()) for rect in self._obstacles)
        return (*self._hud.boxes(self._content, self._navigation.view), *others)

    @Slot()
    def _on_view_changed(self) -> None:
        if self._content.spread and self._navigation.view.metres_per_px != self._spread_scale_m:
            self._content = replace(self._content, spread=())
        self._refresh()
        self.tools.view_changed()
        self.view_changed.emit()

    @Slot()
    def _on_frame_arrived(self) -> None:
        self._refresh_marks()

    @Slot(str)
    def _on_tool_changed(self, _code: str) -> None:
        """What was begun before the tool was taken is over."""
        if self.tools.is_working:
            self.cancel_pick()
            self._spread_out(())
