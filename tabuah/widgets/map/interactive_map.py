"""Interactive map: navigation, selection, hover, pick mode and the workers that draw the content."""

from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QRegion, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tabuah.gis.layers.style_file import shipped_style
from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.decorations.map_decorations import MapDecorations
from tabuah.widgets.map.gestures import MapGestures
from tabuah.widgets.map.keyboard import ZOOM_STEP
from tabuah.widgets.map.labels.label_placement import Box
from tabuah.widgets.map.marker_selection import MarkerSelection
from tabuah.widgets.map.navigation import Navigation
from tabuah.widgets.map.overlay.hit_test import ClusterHit, Hit, bounds_of_members, hit_at, member_ids
from tabuah.widgets.map.rendering.picture_worker import MapPicture
from tabuah.widgets.map.rendering.renderer import MapRenderer
from tabuah.widgets.map.rendering.screen_painter import MapAnnotations
from tabuah.widgets.map.tools.map_tools import MapTools
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.design_tokens import CORNER_PX

_ROUND_PX = CORNER_PX + 1  # the map is visible in the corners of a card


class NavigableMap(QWidget):
    """Map widget that can be navigated. It paints nothing and handles no events."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = MapContent(hidden=shipped_style().hidden_by_default())
        self._navigation = Navigation(self)
        self._covers: tuple[QRect, ...] = ()
        self._uncovered = QRegion()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 180)
        self.grabGesture(Qt.GestureType.PinchGesture)

    @property
    def content(self) -> MapContent:
        """All that is on the map."""
        return self._content

    @property
    def view(self) -> Viewport:
        """The part that is shown."""
        return self._navigation.view

    def set_covers(self, rects: tuple[QRect, ...]) -> None:
        """Set the opaque cards with rounded corners that lie on the map: it is not painted under them."""
        if rects != self._covers:
            self._covers = rects
            self._find_uncovered()
            self.update()

    def paint_soon(self) -> None:
        """Schedule a repaint of what no card covers.

        Otherwise Qt would also repaint each card on a repainted part of the map. With the layers card on
        a map of 1920 × 1080, a frame takes 2.2 ms instead of 6.1 ms.
        """
        self.update(self._uncovered)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the centre, or the whole regency, visible."""
        self._navigation.resize(event.size().width(), event.size().height())
        self._find_uncovered()
        super().resizeEvent(event)

    def pan_by(self, dx_px: float, dy_px: float) -> None:
        """Pan by logical pixels."""
        self._navigation.pan_by(dx_px, dy_px)

    def zoom_at(self, factor: float, at_px: QPointF) -> None:
        """Zoom by `factor`; the place under the pixel stays in place."""
        self._navigation.zoom_at(factor, at_px)

    def zoom_in(self) -> None:
        self._navigation.zoom_at(ZOOM_STEP)

    def zoom_out(self) -> None:
        self._navigation.zoom_at(1 / ZOOM_STEP)

    def zoom_to_box(self, box_px: QRectF) -> None:
        """Zoom to a box of logical pixels."""
        self._navigation.zoom_to_box(box_px)

    def fit_regency(self) -> None:
        self._navigation.fit_regency()

    def _find_uncovered(self) -> None:
        self._uncovered = QRegion(self.rect())
        for rect in self._covers:
            for middle in (rect.adjusted(_ROUND_PX, 0, -_ROUND_PX, 0), rect.adjusted(0, _ROUND_PX, 0, -_ROUND_PX)):
                self._uncovered -= QRegion(middle)


class InteractiveMap(NavigableMap):
    """Map widget that knows its content and what is under each pixel. It paints nothing.

    Signals:
        selection_changed: kind and id of the marker the user selected; two empty texts for none.
        hover_changed: kind and id of the marker under the cursor; two empty texts for none.
        location_picked: longitude and latitude in degrees, in the pick mode.
        pick_cancelled: the pick mode ended without a place.
        context_requested: longitude, latitude, and the screen position for a menu.
        content_changed: the content was replaced, or a layer was switched.
        view_changed: another part of the map is shown.
        locate_requested: the user wants to go to a place by name or coordinates.
        settled: all that is shown is sharp and current.
        layer_notes_changed: the status of a layer has changed (see `layer_notes`).
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
        self._spread_scale_m = 0.0  # spread incidents collapse when the scale changes
        self._annotations, self._decorations = MapAnnotations(), MapDecorations()
        self._selection = MarkerSelection(self._annotations, self)
        self._gestures = MapGestures(self)
        self._renderer = MapRenderer(self._furniture, self)
        self.tools = MapTools(self, self)
        self._connect()

    def _connect(self) -> None:
        self._navigation.changed.connect(self._on_view_changed)
        self._selection.selection_changed.connect(self.selection_changed)
        self._selection.hover_changed.connect(self.hover_changed)
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
        """The latest picture of the workers, for hit tests."""
        return self._renderer.picture

    def close_workers(self) -> None:
        """Join the worker threads; showing the map starts them again."""
        self._renderer.close()
        self.tools.close()

    # -- commands of gestures -------------------------------------------------------------------------------------

    def click_at(self, at_px: QPointF) -> None:
        """Pick the place in the pick mode, else select the marker under the pixel."""
        if self._annotations.picking:
            self._pick(at_px)
            return
        if self.tools.click(at_px):
            return
        picture, view = self._renderer.picture, self._navigation.view
        found = hit_at(picture, view, at_px.x(), at_px.y()) if picture else None
        if picture is not None and isinstance(found, ClusterHit):
            self._open_cluster(picture, found)
            return
        if not isinstance(found, Hit) or found.id not in self._content.spread:
            self._spread_out(())
        self._selection.select_at(picture, view, at_px)
        self._refresh_marks()

    def point_at(self, at_px: QPointF) -> None:
        """Show the hover card and the coordinates of the place under the cursor."""
        view = self._navigation.view
        self._decorations.point_at(from_mercator(*view.to_map(at_px.x(), at_px.y())))
        self._decorations.open_credits_at(self._content, view, at_px)
        asked_px = None if self.tools.is_working else at_px  # the active tool shows its own text at the cursor
        if self._selection.hover_at(self._renderer.picture, view, asked_px):
            self._selection.refresh(self._renderer.picture)
        self.paint_soon()

    def show_box(self, box_px: QRectF | None) -> None:
        """Show the box that is being drawn."""
        self._annotations.box_px = box_px
        self.paint_soon()

    def show_grip(self, *, gripped: bool) -> None:
        """Show whether the map is being dragged."""
        if gripped:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._annotations.picking:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.tools.show_cursor()

    def cancel_pick(self) -> None:
        """End the pick mode without a place."""
        if self._annotations.picking:
            self._end_pick()
            self.pick_cancelled.emit()

    # -- internals ------------------------------------------------------------------------------------------------

    def _open_cluster(self, picture: MapPicture, cluster: ClusterHit) -> None:
        """Zoom to the members of a cluster, or spread them around the place they share."""
        bounds_m = bounds_of_members(picture, cluster)
        if bounds_m is None:
            self._spread_out(member_ids(picture, cluster))
        else:
            self._navigation.fit(bounds_m)

    def _spread_out(self, ids: tuple[str, ...]) -> None:
        """Spread these incidents around their place; an empty tuple collapses them."""
        if ids != self._content.spread:
            self._content = replace(self._content, spread=ids)
            self._spread_scale_m = self._navigation.view.metres_per_px
            self._refresh()

    def _pick(self, at_px: QPointF) -> None:
        lon_deg, lat_deg = from_mercator(*self._navigation.view.to_map(at_px.x(), at_px.y()))
        self._end_pick()
        self.location_picked.emit(lon_deg, lat_deg)

    def _end_pick(self) -> None:
        self._annotations.picking = False
        self.unsetCursor()
        self.paint_soon()

    def _refresh(self) -> None:
        """Request what the view needs and repaint; a hidden map requests nothing."""
        if self.isVisible():
            self._renderer.show(self._content, self._navigation.view, self.devicePixelRatioF())
            self.tools.prepare()
        self._refresh_marks()

    def _refresh_marks(self) -> None:
        self._selection.refresh(self._renderer.picture)
        self.paint_soon()

    def _furniture(self) -> tuple[Box, ...]:
        others = tuple((rect.left(), rect.top(), rect.right(), rect.bottom()) for rect in self._obstacles)
        return (*self._decorations.boxes(self._content, self._navigation.view), *others)

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
        """Cancel an open gesture and the pick mode."""
        if self.tools.is_working:
            self.cancel_pick()
            self._spread_out(())
