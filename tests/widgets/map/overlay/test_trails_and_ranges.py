"""Unit trails, heading arrows and range rings: positions and texts."""

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtGui import QColor, QImage
from support.map_samples import small_base_map

from tabuah.gis.geodesy import distances_m
from tabuah.gis.layers.range_rings import RangeRings, ring_outline
from tabuah.gis.reference_systems import from_mercator
from tabuah.text.map.measurements import format_radius
from tabuah.widgets.map.base_map.base_picture import pixels_of
from tabuah.widgets.map.content import RANGES, UNITS, MapContent, UnitMarkers
from tabuah.widgets.map.overlay.overlay_painter import OverlayPainter
from tabuah.widgets.map.viewport import Viewport

pytestmark = pytest.mark.usefixtures("qapp")

VIEW = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=50, width_px=480, height_px=480)


def overlay(content: MapContent) -> QImage:
    image = QImage(VIEW.width_px, VIEW.height_px, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    OverlayPainter().paint(image, content, view=VIEW, pixel_ratio=1.0)
    return image


def drawn(image: QImage) -> np.ndarray:
    """Return rows and columns of the painted pixels."""
    return pixels_of(image) >> np.uint32(24) > 0


def unit(heading_deg: float = float("nan"), trail_m: list[tuple[float, float]] | None = None) -> UnitMarkers:
    trail = np.column_stack(from_mercator(*np.array(trail_m, float).T)) if trail_m else np.zeros((0, 2))
    return UnitMarkers(
        ids=["Damkar 1"],
        lon_deg=np.zeros(1),
        lat_deg=np.zeros(1),
        busy=np.ones(1, dtype=np.bool_),
        heading_deg=np.array([heading_deg]),
        trails=(trail,),
    )


def difference(one: UnitMarkers, other: UnitMarkers) -> tuple[float, float]:
    """Return the centre of the pixels that only the second picture has.

    In pixels to the right of and below the unit.
    """
    more = drawn(overlay(MapContent(units=other))) & ~drawn(overlay(MapContent(units=one)))
    rows, columns = np.nonzero(more)
    assert len(rows) > 10
    return float(columns.mean()) - 240, float(rows.mean()) - 240


@pytest.mark.parametrize(("heading_deg", "right", "down"), [(0, 0, -1), (90, 1, 0), (180, 0, 1), (270, -1, 0)])
def test_heading_arrow_lies_beside_badge(heading_deg, right, down):
    dx, dy = difference(unit(), unit(heading_deg))
    assert np.sign(round(dx / 6)) == right
    assert np.sign(round(dy / 6)) == down


def test_trail_follows_places_and_fades():
    trail = [(-9_000 + 1_000 * n, 6_000.0) for n in range(17)]
    image = overlay(MapContent(units=unit(trail_m=trail)))
    row = round(VIEW.to_screen(0, 6_000)[1])
    old, new = (image.pixelColor(round(VIEW.to_screen(x, 0)[0]), row).alphaF() for x in (-8_500, 6_500))
    assert 0.1 < old < new


def test_hidden_units_have_no_trail_or_arrow():
    content = MapContent(units=unit(90, [(-9_000, 6_000), (0, 6_000)]), hidden=frozenset({UNITS}))
    assert not drawn(overlay(content)).any()


def test_range_ring_has_constant_ellipsoidal_distance():
    ring = ring_outline(RangeRings(lon_deg=100.6, lat_deg=-0.9, radii_m=(10_000,)), 10_000)
    away = distances_m(100.6, -0.9, to_lon_deg=ring[:, 0], to_lat_deg=ring[:, 1])
    assert np.allclose(away, 10_000, atol=0.01)
    assert ring[0].tolist() == ring[-1].tolist()


def test_sector_opens_clockwise_and_returns_to_centre():
    ring = ring_outline(RangeRings(lon_deg=0, lat_deg=0, radii_m=(1,), sector_deg=(315, 45)), 5_000)
    assert ring[0].tolist() == ring[-1].tolist() == [0, 0]
    assert (ring[1:-1, 1] > 0).all()
    assert ring[1, 0] < 0 < ring[-2, 0]


def test_ranges_are_circles_and_can_be_hidden():
    ranges = RangeRings(lon_deg=0, lat_deg=0, radii_m=(2_000, 5_000))
    content = MapContent(base_map=small_base_map(), ranges=(ranges,))
    image = overlay(content)
    x, y = (round(v) for v in VIEW.to_screen(5_000, 0))
    seen = QColor(image.pixelColor(x, y))
    assert seen.blue() > 130  # the blue of the line, not its dark halo
    assert not drawn(image)[240, 240]
    assert not drawn(overlay(MapContent(ranges=(ranges,), hidden=frozenset({RANGES})))).any()


def test_only_sector_is_tinted():
    ranges = RangeRings(lon_deg=0, lat_deg=0, radii_m=(6_000,), sector_deg=(0, 90))
    seen = drawn(overlay(MapContent(ranges=(ranges,))))
    inside, outside = (tuple(round(v) for v in VIEW.to_screen(x, y)) for x, y in ((2_500, 2_500), (-2_500, 2_500)))
    assert seen[inside[1], inside[0]]
    assert not seen[outside[1], outside[0]]


@pytest.mark.parametrize(("metres", "text"), [(500, "500 m"), (1_000, "1 km"), (2_500, "2,5 km")])
def test_distance_format_follows_size(metres, text):
    assert format_radius(metres) == text


@pytest.mark.parametrize("busy", [False, True])
def test_unit_with_old_position_is_grey(busy):
    def most_colourful(old: bool) -> int:
        marks = replace(unit(), busy=np.array([busy]), old=np.array([old]))
        image = overlay(MapContent(units=marks))
        rows, columns = np.nonzero(drawn(image))
        colours = (QColor(image.pixel(int(x), int(y))) for x, y in zip(columns, rows, strict=True))
        return max(colour.hsvSaturation() for colour in colours if colour.value() > 100)

    assert most_colourful(old=False) > 2 * most_colourful(old=True)


def test_unit_with_unknown_age_is_not_old():
    assert not unit().old.any()
