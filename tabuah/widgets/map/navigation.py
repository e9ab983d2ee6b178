"""Map navigation: fitting, panning and zooming within limits."""

from typing import Final

from PySide6.QtCore import QObject, QPointF, QRectF, Signal

from tabuah.widgets.map.viewport import COARSEST_M, Bounds, Viewport

_WORLD_M: Final = 2.0e7
_LEAST_MARGIN_PX: Final = 16.0
_STRAY: Final = 6.0  # how far the view may move from the regency, in multiples of the regency's size


class Navigation(QObject):
    """Holds the view.

    Signals:
        changed: the view has changed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=COARSEST_M, width_px=640, height_px=480)
        self._regency_m: Bounds | None = None
        self._keeps_fitted = True  # until the user moves the map, a resize fits the regency again
        self._inset_left_px = 0.0

    @property
    def is_fitted(self) -> bool:
        """Whether the whole regency is fitted, which lasts until the user moves the map."""
        return self._keeps_fitted

    def set_regency(self, bounds_m: Bounds) -> None:
        """Set the home area (EPSG:3857). The first one is shown at once."""
        is_first = self._regency_m is None
        self._regency_m = bounds_m
        if is_first and self._keeps_fitted:
            self.fit_regency()

    def set_inset(self, left_px: float) -> None:
        """Reserve space on the left edge: the fitted regency is shown to the right of it if there is room."""
        if left_px != self._inset_left_px:
            self._inset_left_px = left_px
            if self._keeps_fitted:
                self.fit_regency()

    def resize(self, width_px: int, height_px: int) -> None:
        """Keep the centre, or the whole regency, in the resized view."""
        resized = self.view.resized(max(1, width_px), max(1, height_px))
        if self._keeps_fitted and self._regency_m is not None:
            resized = _fitting_beside(self._regency_m, resized, self._inset_left_px)
        self._set(resized)

    def fit_regency(self) -> None:
        if self._regency_m is not None:
            self._set(_fitting_beside(self._regency_m, self.view, self._inset_left_px))
            self._keeps_fitted = True

    def fit(self, bounds_m: Bounds) -> None:
        """Fit `bounds_m` (EPSG:3857) into the view."""
        self._keeps_fitted = False
        self._set(_fitting(bounds_m, self.view))

    def pan_by(self, dx_px: float, dy_px: float) -> None:
        """Pan by logical pixels."""
        self._keeps_fitted = False
        self._set(self.view.moved_by(dx_px, dy_px))

    def zoom_at(self, factor: float, at_px: QPointF | None = None) -> None:
        """Zoom by `factor` around a pixel, or around the centre."""
        self._keeps_fitted = False
        self._set(self.view.zoomed(factor, at_px=None if at_px is None else (at_px.x(), at_px.y())))

    def zoom_to_box(self, box_px: QRectF) -> None:
        """Zoom to a box of logical pixels."""
        west, north = self.view.to_map(box_px.left(), box_px.top())
        east, south = self.view.to_map(box_px.right(), box_px.bottom())
        self._keeps_fitted = False
        bounds = (west, south, east, north)
        self._set(Viewport.fitting(bounds, width_px=self.view.width_px, height_px=self.view.height_px, margin_px=0))

    def centre_on(self, x_m: float, y_m: float, *, metres_per_px: float | None = None) -> None:
        """Centre on a place (EPSG:3857), zoomed in to `metres_per_px` or closer."""
        self._keeps_fitted = False
        view = self.view.centred_on(x_m, y_m)
        if metres_per_px is not None and view.metres_per_px > metres_per_px:
            view = view.zoomed(view.metres_per_px / metres_per_px)
        self._set(view)

    def show(self, x_m: float, y_m: float, *, metres_per_px: float) -> None:
        """Show a centre (EPSG:3857) at exactly this scale."""
        self._keeps_fitted = False
        view = self.view.centred_on(x_m, y_m)
        self._set(view.zoomed(view.metres_per_px / metres_per_px))

    def _set(self, view: Viewport) -> None:
        kept = view.kept_within(self._limits())
        if kept != self.view:
            self.view = kept
            self.changed.emit()

    def _limits(self) -> Bounds:
        if self._regency_m is None:
            return (-_WORLD_M, -_WORLD_M, _WORLD_M, _WORLD_M)
        west, south, east, north = self._regency_m
        width, height = (east - west) * _STRAY, (north - south) * _STRAY
        return (west - width, south - height, east + width, north + height)


def _fitting(bounds_m: Bounds, view: Viewport) -> Viewport:
    return Viewport.fitting(bounds_m, width_px=view.width_px, height_px=view.height_px)


def _fitting_beside(bounds_m: Bounds, view: Viewport, inset_px: float) -> Viewport:
    """Fit `bounds_m` into the view, then move them out of the inset as far as there is room."""
    fitted = _fitting(bounds_m, view)
    west, _south, east, _north = bounds_m
    beside_px = (view.width_px - (east - west) / fitted.metres_per_px) / 2
    wanted_px = inset_px + _LEAST_MARGIN_PX - beside_px
    return fitted.moved_by(max(0.0, min(wanted_px, beside_px - _LEAST_MARGIN_PX)), 0.0)
