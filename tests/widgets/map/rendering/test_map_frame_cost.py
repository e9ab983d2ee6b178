"""Frame cost while panning: existing pixels are moved, and nothing unchanged is painted again."""

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from support.map_samples import small_base_map

from tabuah.resources.localisation import set_language
from tabuah.widgets.map.base_map.base_picture import pixels_of
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.decorations import map_decorations
from tabuah.widgets.map.decorations.map_decorations import MapDecorations
from tabuah.widgets.map.labels.label_painter import LabelBlitter, LabelLayer, LabelPainter
from tabuah.widgets.map.rendering.frame_buffers import RenderedFrame
from tabuah.widgets.map.rendering.screen_painter import paint_frame
from tabuah.widgets.map.rendering.sprite_sheet import Fragments
from tabuah.widgets.map.viewport import Viewport
from tabuah.widgets.theme.design_tokens import DARK, LIGHT

VIEW = Viewport(centre_x_m=0, centre_y_m=0, metres_per_px=50, width_px=480, height_px=480)
OUTSIDE, INSIDE = QColor("#102030"), QColor("#a0b0c0")


class CountingPainter(QPainter):
    """Records the filled rectangles."""

    def __init__(self, image: QImage) -> None:
        super().__init__(image)
        self.filled: list[QRect] = []

    def fillRect(self, rect: QRect, colour: QColor) -> None:
        self.filled.append(QRect(rect))
        super().fillRect(rect, colour)


def blank() -> QImage:
    image = QImage(VIEW.width_px, VIEW.height_px, QImage.Format.Format_RGB32)
    image.fill(0)
    return image


def frame_of(view: Viewport) -> RenderedFrame:
    image = QImage(view.width_px, view.height_px, QImage.Format.Format_RGB32)
    image.fill(INSIDE)
    return RenderedFrame(image=image, content=MapContent(), view=view, pixel_ratio=1.0)


def shown(frame: RenderedFrame | None, view: Viewport) -> tuple[QImage, list[QRect]]:
    image = blank()
    painter = CountingPainter(image)
    try:
        paint_frame(painter, frame, view, OUTSIDE.name())
    finally:
        painter.end()
    return image, painter.filled


def names() -> LabelLayer:
    content = MapContent(base_map=small_base_map())
    return LabelPainter().lay_out(content, view=VIEW.overscanned(), pixel_ratio=1.0, placed={})


def written(stamp: LabelBlitter, labels: LabelLayer, view: Viewport) -> np.ndarray:
    image = blank()
    painter = QPainter(image)
    try:
        stamp.paint(painter, labels, view)
        assert painter.transform().isIdentity()
    finally:
        painter.end()
    return pixels_of(image).copy()


def furniture(hud: MapDecorations, content: MapContent, view: Viewport) -> QImage:
    image = blank()
    painter = QPainter(image)
    try:
        hud.paint(painter, content, view)
    finally:
        painter.end()
    return image


def test_frame_covering_view_leaves_nothing_to_fill():
    image, filled = shown(frame_of(VIEW.overscanned()), VIEW.moved_by(100, -50))
    assert filled == []
    assert (pixels_of(image) == INSIDE.rgb()).all()


@pytest.mark.parametrize("grown", [1.0, 1.7, 0.6])
@pytest.mark.parametrize("moved", [(130.4, -77.7), (-400, 0), (3000, 0), (0, 0)])
def test_frame_painting_fills_only_uncovered_area(grown, moved):
    frame, view = frame_of(VIEW), VIEW.zoomed(grown).moved_by(*moved)
    image, filled = shown(frame, view)
    target = frame.part_in(view)[0]
    whole = QRectF(0, 0, view.width_px, view.height_px)
    beside = whole.width() * whole.height() - (target & whole).width() * (target & whole).height()
    assert beside <= sum(rect.width() * rect.height() for rect in filled) <= beside + 4 * 481
    assert np.isin(pixels_of(image), (INSIDE.rgb(), OUTSIDE.rgb())).all()
    assert np.count_nonzero(pixels_of(image) == OUTSIDE.rgb()) == pytest.approx(beside, abs=4 * 481)


def test_missing_frame_fills_whole_view():
    image, filled = shown(None, VIEW)
    assert filled == [QRect(0, 0, 480, 480)]
    assert (pixels_of(image) == OUTSIDE.rgb()).all()


def test_labels_move_together_by_whole_pixels(qtbot):
    stamp, labels = LabelBlitter(), names()
    before = written(stamp, labels, VIEW)
    assert before.any()
    after = written(stamp, labels, VIEW.moved_by(10.4, 4.6))
    assert (after[5:, 10:] == before[:-5, :-10]).all()


def test_label_places_are_computed_once_per_scale(qtbot, monkeypatch):
    placed, place = [], Fragments.place

    def counted(self: Fragments, *args, **kwargs) -> None:
        placed.append(1)
        place(self, *args, **kwargs)

    labels, stamp = names(), LabelBlitter()
    monkeypatch.setattr(Fragments, "place", counted)
    for dx in range(5):
        written(stamp, labels, VIEW.moved_by(dx, 0))
    assert len(placed) == 1
    zoomed = written(stamp, labels, VIEW.zoomed(2.0))
    written(stamp, names(), VIEW.zoomed(2.0))
    assert len(placed) == 3
    assert (zoomed == written(LabelBlitter(), labels, VIEW.zoomed(2.0))).all()


def test_position_plate_is_painted_once_while_panning(qtbot, monkeypatch):
    painted, paint = [], map_decorations.paint_plate
    monkeypatch.setattr(map_decorations, "paint_plate", lambda *args: painted.append(paint(*args)))
    hud, content = MapDecorations(), MapContent(base_map=small_base_map())
    pictures = [furniture(hud, content, VIEW.moved_by(dx * 9, 0)) for dx in range(4)]
    assert len(painted) == 1
    assert pictures[0] != pictures[1]  # the coordinates of the place have changed
    furniture(hud, content, VIEW.zoomed(3.0))
    furniture(hud, replace(content, palette=LIGHT), VIEW)
    furniture(hud, replace(content, text_scale=1.5), VIEW)
    assert len(painted) == 4
    set_language("en")
    assert furniture(hud, content, VIEW) == furniture(MapDecorations(), content, VIEW)


def test_attribution_is_computed_once_per_content(qtbot, monkeypatch):
    asked, attribution = [], MapContent.attribution

    def counted(self: MapContent) -> tuple[str, ...]:
        asked.append(self)
        return attribution(self)

    monkeypatch.setattr(MapContent, "attribution", counted)
    hud, content = MapDecorations(), MapContent(base_map=small_base_map(), data_age="data 3 dtk lalu", palette=DARK)
    first = furniture(hud, content, VIEW)
    told = len(asked)
    furniture(hud, content, VIEW.moved_by(9, 9))
    assert len(asked) == told
    later = furniture(hud, replace(content, data_age="data 4 dtk lalu"), VIEW)
    assert len(asked) > told
    assert later != first
