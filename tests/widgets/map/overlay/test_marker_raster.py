"""Marker raster: class of each pixel, and the parts of the map left untouched."""

import numpy as np
import pytest

from tabuah.gis.reference_systems import from_mercator
from tabuah.widgets.map.overlay.marker_raster import MarkerPixels, MarkerRaster
from tabuah.widgets.map.overlay.placed_markers import PlacedMarkers
from tabuah.widgets.map.viewport import Viewport

ALL = np.ones(6, np.bool_)
CODES = [1, 2, 3, 4, 5, 6]  # class + 1 instead of colours
DISC = [3, 5, 7, 7, 7, 5, 3]


def markers(*pixels: tuple[float, float]) -> PlacedMarkers:
    """Return markers at pixels of a view whose upper left corner is the origin, 1 m per pixel."""
    x, y = np.array(pixels, float).T
    return PlacedMarkers(*from_mercator(x, -y))


def view(width: int, height: int) -> Viewport:
    return Viewport(centre_x_m=width / 2, centre_y_m=-height / 2, metres_per_px=1, width_px=width, height_px=height)


def painted(raster: MarkerRaster, placed: PlacedMarkers, classes: list[int], shown: np.ndarray = ALL) -> np.ndarray:
    """Return what one frame paints on an empty picture."""
    raster.places.place(placed, view(raster.width, raster.height), 1.0)
    target = np.zeros((raster.height, raster.width), np.uint32)
    raster.paint(target, np.array(classes, np.uint8), shown=shown, colours=CODES)
    return target


def one_by_one(placed: PlacedMarkers, classes: np.ndarray, shown: np.ndarray, seen: Viewport) -> np.ndarray:
    """Return the same picture painted disc by disc, the worst last."""
    picture = np.zeros((seen.height_px, seen.width_px), np.uint32)
    rows, columns = np.indices(picture.shape)
    x, y = np.rint(placed.columns(seen)).astype(int)
    for index in np.argsort(classes, kind="stable").tolist():
        if shown[classes[index]]:
            across, down = abs(columns - x[index]), abs(rows - y[index])
            picture[(down <= 3) & (across <= 3) & (across + down <= 4)] = classes[index] + 1
    return picture


def test_marker_raster_worst_class_wins_pixel():
    raster = MarkerRaster(40, 30)
    discs = painted(raster, markers((10, 10), (10, 10), (13, 10)), [4, 1, 2])
    assert discs[10, 10] == 5
    assert discs[10, 13] == 5  # within 3 pixels of the worse one
    assert discs[10, 16] == 3
    assert discs[10, 17] == 0
    assert (discs == painted(raster, markers((13, 10), (10, 10), (10, 10)), [2, 1, 4])).all()


def test_marker_raster_skips_hidden_and_far_markers():
    shown = np.array([True, True, True, True, False, True])
    far = markers((10, 10), (20, 10), (-50, 10), (1e6, 10), (10, -4), (10, 34))
    discs = painted(MarkerRaster(41, 30), far, [4, 0, 3, 3, 3, 3], shown)
    assert discs[10, 10] == 0
    assert discs[10, 20] == 1
    assert np.count_nonzero(discs) == sum(DISC)


def test_disc_is_round_and_seven_pixels_wide():
    discs = painted(MarkerRaster(20, 20), markers((10, 10)), [0])
    assert discs[7:14, 7:14].sum(axis=1).tolist() == DISC
    assert discs.sum() == sum(DISC)


def test_disc_is_cut_at_picture_edge():
    discs = painted(MarkerRaster(20, 300), markers((-2, 10), (19, 299)), [5, 5])
    assert discs[7:14, :2].astype(bool).sum(axis=1).tolist() == [0, 1, 2, 2, 2, 1, 0]
    assert discs[296:, 16:].astype(bool).sum() == 4 + 4 + 3 + 2


@pytest.mark.parametrize(("width", "height"), [(60, 50), (61, 50), (3, 90), (90, 1)])
def test_marker_raster_equals_single_discs(width, height):
    rng, raster = np.random.default_rng(width), MarkerRaster(width, height)
    for spread in (1.5, 0.3, 1.0):  # beyond the edges, in a part, everywhere
        count = 200
        places = rng.uniform(-0.5, 0.5, (count, 2)) * (width * spread, height * spread) + (width / 2, height / 2)
        placed, classes = markers(*places.tolist()), rng.integers(0, 6, count).astype(np.uint8)
        for shown in (ALL, rng.random(6) < 0.5):
            expected = one_by_one(placed, classes, shown, view(width, height))
            assert (painted(raster, placed, classes.tolist(), shown) == expected).all()


@pytest.mark.parametrize("width", [40, 41])
def test_marker_raster_colours_discs_and_keeps_rest(width):
    raster, placed = MarkerRaster(width, 30), markers((10, 10), (width - 1, 20))
    discs = painted(raster, placed, [1, 0])
    target = np.full((30, width), 0xFF123456, np.uint32)
    raster.paint(target, np.array([1, 0], np.uint8), shown=ALL, colours=[0xFFAA0000, 0xFF00BB00, 0, 0, 0, 0])
    assert (target == np.array([0xFF123456, 0xFFAA0000, 0xFF00BB00], np.uint32)[discs]).all()


def test_marker_raster_without_markers_paints_nothing():
    assert not painted(MarkerRaster(20, 20), markers((-90, 10), (10, 200)), [5, 5]).any()
    assert not painted(MarkerRaster(20, 20), markers((10, 10)), [5], np.zeros(6, np.bool_)).any()


def test_marker_pixels_are_reused_until_something_moves():
    places, placed, seen = MarkerPixels(40, 30), markers((10, 10)), view(40, 30)
    places.place(placed, seen, 1.0)
    numbers = places.numbers.copy()
    places.numbers[:] = -1  # would be visible if the pixels were computed again
    places.place(placed, seen, 1.0)
    assert places.numbers.tolist() == [-1]
    for other in ((placed, seen.moved_by(5, 0), 1.0), (placed, seen, 2.0), (markers((11, 10)), seen, 1.0)):
        places.place(*other)
        assert places.numbers.tolist() not in ([-1], numbers.tolist())


def test_marker_raster_processes_only_reached_part():
    places = MarkerPixels(400, 300)
    places.place(markers((101, 50), (150, 80)), view(400, 300), 1.0)
    assert places.box == (98, 47, 154, 84)
    places.place(markers((101, 50), (-900, 80)), view(400, 300), 1.0)
    assert places.box == (0, 47, 105, 84)
