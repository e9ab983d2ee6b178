"""Base picture: a moved picture equals a newly painted one."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from support.map_samples import polygon_layer, small_base_map, square

from tabuah.gis.base_map import Feature, LayerKind, LevelOfDetail, MapLayer
from tabuah.widgets.map.base_map.base_painter import BasePainter
from tabuah.widgets.map.base_map.base_picture import BasePicture, BaseScene, pixels_of, strips_around
from tabuah.widgets.map.base_map.vector_paths import line_segments
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.rendering.picture_worker import PictureRenderer
from tabuah.widgets.map.viewport import Viewport

VIEW = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=45, width_px=300, height_px=240)


def brooks(count: int = 60) -> MapLayer:
    """Return crooked lines all over the regency."""
    rng = np.random.default_rng(3)
    steps = rng.normal(0, 400, (count, 40, 2))
    steps[:, 0] = rng.uniform(-9000, 9000, (count, 2))
    level = LevelOfDetail(
        tolerance_m=0.0,
        coordinates_m=np.cumsum(steps, axis=1).reshape(-1, 2),
        offsets=np.arange(0, 40 * count + 1, 40),
        feature_of_part=np.arange(count, dtype=np.int32),
    )
    features = tuple(Feature(code=str(i), name="", label_m=(0.0, 0.0)) for i in range(count))
    return MapLayer(name="brooks", kind=LayerKind.LINE, levels=(level,), features=features)


CONTENT = MapContent(base_map=small_base_map(), imported=(brooks(),))


def scene(view: Viewport, content: MapContent = CONTENT, ratio: float = 1.0) -> BaseScene:
    return BaseScene(content=content, view=view, pixel_ratio=ratio)


def painted_anew(wanted: BaseScene) -> np.ndarray:
    image = QImage(*wanted.size, QImage.Format.Format_RGB32)
    assert BasePainter().paint(image, wanted.content, view=wanted.view, pixel_ratio=wanted.pixel_ratio)
    return pixels_of(image).copy()


def difference(image: QImage, pixels: np.ndarray) -> int:
    """Return the largest channel difference; rounding of coordinates alone makes up to 4 of 255."""
    one, other = (each.view(np.uint8).astype(int) for each in (pixels_of(image).copy(), pixels))
    return int(np.abs(one - other).max())


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("drag", [(40, 0), (-37, 0), (0, 25), (0, -31), (17, -23), (-60, 55), (290, 3), (500, 0)])
def test_base_picture_pan_paints_only_strips(qtbot, drag, ratio):
    picture = BasePicture()
    picture.show(scene(VIEW, ratio=ratio))
    picture.paint(picture.image.rect())
    moved = scene(VIEW.moved_by(*drag), ratio=ratio)
    picture.show(moved)
    kept = QRect(picture.painted)
    assert kept.width() == max(0, 300 - abs(drag[0])) * ratio
    picture.paint(picture.image.rect())
    assert difference(picture.image, painted_anew(moved)) <= 6


def test_base_picture_many_pans_leave_no_seams(qtbot):
    picture, view = BasePicture(), VIEW
    rng = np.random.default_rng(5)
    for dx, dy in rng.integers(-20, 20, (25, 2)).tolist():
        view = view.moved_by(dx, dy)
        picture.show(scene(view))
        picture.paint(picture.image.rect())
    assert difference(picture.image, painted_anew(scene(view))) <= 6


def test_base_picture_restarts_for_other_scale(qtbot):
    picture = BasePicture()
    for other in (
        scene(VIEW),
        scene(VIEW.zoomed(1.5)),
        scene(VIEW.zoomed(1.5).moved_by(0.5, 0)),
        scene(VIEW, MapContent(base_map=CONTENT.base_map, hidden=frozenset({"lakes"}))),
    ):
        picture.show(other)
        assert picture.painted.isEmpty()
        picture.paint(picture.image.rect())
        assert difference(picture.image, painted_anew(other)) <= 6


def test_base_picture_resumes_after_giving_up(qtbot):
    picture = BasePicture()
    picture.show(scene(VIEW))
    assert not picture.paint(picture.image.rect(), given_up=lambda: True)
    assert picture.painted.isEmpty()
    assert picture.paint(picture.image.rect())
    assert difference(picture.image, painted_anew(scene(VIEW))) <= 6


@pytest.mark.parametrize("inner", [QRect(0, 0, 10, 10), QRect(3, 4, 5, 2), QRect(4, 4, 6, 6), QRect()])
def test_strips_fill_area_once_and_keep_rectangle(inner):
    outer = QRect(0, 0, 10, 10)
    hits, grown = np.zeros((10, 10), int), QRect(inner)
    for strip in strips_around(inner, outer):
        hits[strip.top() : strip.bottom() + 1, strip.left() : strip.right() + 1] += 1
        grown |= strip
        inside = hits[grown.top() : grown.bottom() + 1, grown.left() : grown.right() + 1].sum()
        assert inside + inner.width() * inner.height() == grown.width() * grown.height()
    assert grown == outer
    assert hits.max(initial=0) <= 1


def test_picture_worker_paints_visible_part_first(qtbot):
    wanted = scene(VIEW.overscanned())
    first, last = PictureRenderer().render(wanted, lambda: None)
    assert not first.is_final
    assert (first.frame.filled.width(), first.frame.filled.height()) == (300, 240)
    assert last.is_final
    assert last.frame.filled == last.frame.image.rect()
    assert difference(last.frame.image, painted_anew(wanted)) <= 6


def test_newer_request_skips_margins_or_whole_picture(qtbot):
    wanted = scene(VIEW.overscanned())
    near, far = scene(VIEW.moved_by(5, 0).overscanned()), scene(VIEW.zoomed(2).overscanned())
    assert [each.is_final for each in PictureRenderer().render(wanted, lambda: near)] == [False]
    renderer = PictureRenderer()
    assert [len(list(renderer.render(wanted, lambda: far))) for _ in range(3)] == [0, 0, 1]  # patience: two pictures


def test_new_classes_keep_base_picture(qtbot):
    renderer = PictureRenderer()
    view = VIEW.overscanned()
    list(renderer.render(scene(view), lambda: None))
    again = MapContent(base_map=CONTENT.base_map, imported=CONTENT.imported, data_age="1 dtk")
    assert [each.is_final for each in renderer.render(scene(view, again), lambda: None)] == [True]


def test_segments_contain_every_piece_once():
    level = brooks().levels[0]
    made = line_segments(level, shared=False)
    assert len(made.segments) == 60 * 39
    expected = {(*a, *b) for part in level.coordinates_m.reshape(60, 40, 2) for a, b in pairwise(part)}
    assert {tuple(each) for each in made.segments} == expected
    found = sum(len(each) for each in made.within((-9000, -9000, -7000, -7000)))
    assert found < len(made.segments) / 3
    everything = made.within((-1e6, -1e6, 1e6, 1e6))
    assert sum(len(each) for each in everything) == len(made.segments)


def test_shared_border_is_one_segment():
    twins = polygon_layer("regency", {"a": square(0, 0, 100), "b": square(100, 0, 100)})
    assert len(line_segments(twins.levels[0], shared=True).segments) == 7
    assert len(line_segments(twins.levels[0], shared=False).segments) == 8


def test_moved_from_returns_device_pixels():
    moved = scene(VIEW.moved_by(3, -4), ratio=2.0).moved_from(scene(VIEW, ratio=2.0))
    assert moved == QPoint(6, -8)
