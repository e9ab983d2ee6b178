"""Viewport and frames: coordinate round trips, fitting, limits, and reuse of frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage

from tabuah.widgets.map.decorations.scale_bar import scale_bar
from tabuah.widgets.map.navigation import Navigation
from tabuah.widgets.map.rendering.frame_buffers import FrameBuffers, covers_view
from tabuah.widgets.map.viewport import COARSEST_M, FINEST_M, Viewport

views = st.builds(
    Viewport,
    centre_x_m=st.floats(-2e7, 2e7),
    centre_y_m=st.floats(-2e7, 2e7),
    metres_per_px=st.floats(FINEST_M, COARSEST_M),
    width_px=st.integers(1, 4000),
    height_px=st.integers(1, 3000),
)
pixels = st.floats(-4000, 8000)


def view(**changes) -> Viewport:
    return Viewport(
        **{"centre_x_m": 0, "centre_y_m": 0, "metres_per_px": 10, "width_px": 800, "height_px": 600} | changes
    )


@given(views, pixels, pixels)
def test_pixel_round_trip_returns_same_pixel(shown, x_px, y_px):
    assert shown.to_screen(*shown.to_map(x_px, y_px)) == pytest.approx((x_px, y_px), abs=1e-3)


@given(views, pixels, pixels, st.floats(0.2, 5))
def test_zoom_keeps_place_under_cursor(shown, x_px, y_px, factor):
    place = shown.to_map(x_px, y_px)
    zoomed = shown.zoomed(factor, at_px=(x_px, y_px))
    assert zoomed.to_screen(*place) == pytest.approx((x_px, y_px), abs=0.01)
    assert FINEST_M <= zoomed.metres_per_px <= COARSEST_M


def test_drag_moves_content_with_cursor():
    x_px, y_px = view().moved_by(30, -12).to_screen(*view().to_map(100, 100))
    assert (x_px, y_px) == pytest.approx((130, 88))


def test_fitting_shows_all_bounds_inside_margin():
    fitted = Viewport.fitting((0, 0, 4000, 1000), width_px=500, height_px=500, margin_px=50)
    assert fitted.to_screen(0, 0)[0] == pytest.approx(50)
    assert fitted.to_screen(4000, 1000)[0] == pytest.approx(450)


def test_frame_serves_until_half_margin_used():
    drawn = view().overscanned()
    assert covers_view(drawn, view().moved_by(99, 0))
    assert not covers_view(drawn, view().moved_by(101, 0))
    assert not covers_view(drawn, view().moved_by(0, 80))
    assert not covers_view(drawn, view().zoomed(1.01))
    assert not covers_view(drawn, view().resized(801, 900))


def test_shown_buffer_is_not_reused_before_return():
    buffers = FrameBuffers(QImage.Format.Format_RGB32)
    first, second = buffers.take(10, 10), buffers.take(10, 10)
    assert first is not second
    buffers.give_back(first)
    assert buffers.take(10, 10) is first
    assert buffers.take(20, 10).width() == 20


def test_scale_bar_is_true_at_its_latitude():
    at_equator, in_north = scale_bar(view()), scale_bar(view(centre_y_m=8_399_737.9))  # 60° N
    assert at_equator.text == "1 km"
    assert at_equator.width_px == pytest.approx(100, rel=0.01)
    assert in_north.length_m == pytest.approx(500)
    assert in_north.width_px == pytest.approx(100, rel=0.01)  # one metre on the ground is two map metres there


def test_unmoved_view_stays_fitted_on_resize(qtbot):
    navigation = Navigation()
    navigation.resize(400, 400)
    navigation.set_regency((0, 0, 1000, 1000))
    navigation.resize(800, 800)
    assert navigation.view.metres_per_px == pytest.approx(1000 / (800 - 48))
    navigation.pan_by(10, 0)
    navigation.resize(400, 400)
    assert navigation.view.metres_per_px == pytest.approx(1000 / (800 - 48))


def test_view_stays_near_regency(qtbot):
    navigation = Navigation()
    navigation.set_regency((0, 0, 1000, 1000))
    navigation.pan_by(-1e9, 0)
    assert navigation.view.centre_x_m == pytest.approx(7000)
