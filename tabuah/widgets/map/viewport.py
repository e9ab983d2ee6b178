"""Viewport: the visible part of the map; converts screen pixels to EPSG:3857 metres and back."""

from typing import Final, Self

import msgspec
from msgspec.structs import replace

from tabuah.gis.reference_systems import from_mercator

Bounds = tuple[float, float, float, float]  # west, south, east, north

FINEST_M: Final = 0.25  # EPSG:3857 metres per logical pixel
COARSEST_M: Final = 4000.0
OVERSCAN: Final = 1.5  # how much wider and higher than the view a frame is drawn


class Viewport(msgspec.Struct, frozen=True, kw_only=True):
    """A north-up view: centre in EPSG:3857 metres, scale, and size in logical pixels."""

    centre_x_m: float
    centre_y_m: float
    metres_per_px: float
    width_px: int
    height_px: int

    @classmethod
    def fitting(cls, bounds_m: Bounds, *, width_px: int, height_px: int, margin_px: float = 24.0) -> Self:
        """Return the closest view that shows all of `bounds_m` (EPSG:3857) inside a margin."""
        west, south, east, north = bounds_m
        free_width = max(16.0, width_px - 2 * margin_px)
        free_height = max(16.0, height_px - 2 * margin_px)
        scale = max((east - west) / free_width, (north - south) / free_height)
        return cls(
            centre_x_m=(west + east) / 2,
            centre_y_m=(south + north) / 2,
            metres_per_px=min(max(scale, FINEST_M), COARSEST_M),
            width_px=width_px,
            height_px=height_px,
        )

    @property
    def bounds_m(self) -> Bounds:
        """West, south, east and north edge in EPSG:3857 metres."""
        half_width_m = self.width_px * self.metres_per_px / 2
        half_height_m = self.height_px * self.metres_per_px / 2
        return (
            self.centre_x_m - half_width_m,
            self.centre_y_m - half_height_m,
            self.centre_x_m + half_width_m,
            self.centre_y_m + half_height_m,
        )

    @property
    def centre_deg(self) -> tuple[float, float]:
        """Longitude and latitude of the centre in degrees."""
        return from_mercator(self.centre_x_m, self.centre_y_m)

    def to_screen(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Return the pixel of a place; (0, 0) is the upper left corner."""
        return (
            (x_m - self.centre_x_m) / self.metres_per_px + self.width_px / 2,
            (self.centre_y_m - y_m) / self.metres_per_px + self.height_px / 2,
        )

    def to_map(self, x_px: float, y_px: float) -> tuple[float, float]:
        """Return the place under a pixel, EPSG:3857 metres."""
        return (
            self.centre_x_m + (x_px - self.width_px / 2) * self.metres_per_px,
            self.centre_y_m - (y_px - self.height_px / 2) * self.metres_per_px,
        )

    def moved_by(self, dx_px: float, dy_px: float) -> Self:
        """Return the view after a drag by (dx, dy) pixels."""
        return replace(
            self,
            centre_x_m=self.centre_x_m - dx_px * self.metres_per_px,
            centre_y_m=self.centre_y_m + dy_px * self.metres_per_px,
        )

    def centred_on(self, x_m: float, y_m: float) -> Self:
        """Return the view centred on (x, y)."""
        return replace(self, centre_x_m=x_m, centre_y_m=y_m)

    def zoomed(self, factor: float, *, at_px: tuple[float, float] | None = None) -> Self:
        """Return the view zoomed by `factor`; the place under `at_px` (else the centre) stays in place."""
        scale = min(max(self.metres_per_px / factor, FINEST_M), COARSEST_M)
        x_px, y_px = at_px or (self.width_px / 2, self.height_px / 2)
        x_m, y_m = self.to_map(x_px, y_px)
        return replace(
            self,
            metres_per_px=scale,
            centre_x_m=x_m - (x_px - self.width_px / 2) * scale,
            centre_y_m=y_m + (y_px - self.height_px / 2) * scale,
        )

    def resized(self, width_px: int, height_px: int) -> Self:
        """Return a view of another size with the same centre and scale."""
        return replace(self, width_px=width_px, height_px=height_px)

    def overscanned(self) -> Self:
        """Return the larger view that a frame is drawn for, so that panning has pixels to show."""
        return self.resized(_even(self.width_px * OVERSCAN), _even(self.height_px * OVERSCAN))

    def kept_within(self, bounds_m: Bounds) -> Self:
        """Return the view with its centre moved back into `bounds_m`."""
        west, south, east, north = bounds_m
        return replace(
            self,
            centre_x_m=min(max(self.centre_x_m, west), east),
            centre_y_m=min(max(self.centre_y_m, south), north),
        )


def _even(size: float) -> int:
    return 2 * round(size / 2)
