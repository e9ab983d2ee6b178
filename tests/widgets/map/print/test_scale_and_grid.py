"""Printed maps: scale on paper and coordinate grid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabuah.gis.geodesy import distance_m
from tabuah.gis.reference_systems import from_mercator, to_mercator, to_utm
from tabuah.resources.localisation import set_language
from tabuah.widgets.map.print.map_frame import degree_lines, utm_lines
from tabuah.widgets.map.print.map_sheet import PX_PER_MM, at_scale, round_scale_from, scale_number, sheet_view
from tabuah.widgets.map.viewport import Viewport

SOLOK_M = (*to_mercator(100.4, -1.4), *to_mercator(101.2, -0.6))


def view_around(lon_deg: float, lat_deg: float, scale: float) -> Viewport:
    x_m, y_m = to_mercator(lon_deg, lat_deg)
    view = Viewport(centre_x_m=x_m, centre_y_m=y_m, metres_per_px=10, width_px=900, height_px=700)
    return at_scale(view, scale)


@given(st.floats(-60, 60), st.floats(1_000, 1_000_000))
def test_print_scale_is_true_on_paper(lat_deg: float, scale: float):
    view = view_around(100.0, lat_deg, scale)
    cm_px = 10 * PX_PER_MM
    left, right = (
        from_mercator(*view.to_map(view.width_px / 2 + side * cm_px / 2, view.height_px / 2)) for side in (-1, 1)
    )
    assert distance_m(*left, *right) == pytest.approx(scale * 0.01, rel=1e-3)
    assert scale_number(view) == pytest.approx(scale, rel=1e-9)


@given(st.floats(100, 4e6))
def test_round_scale_never_shows_less(scale: float):
    rounded = round_scale_from(scale)
    assert scale * (1 - 1e-9) <= rounded <= scale * 1.34
    assert float(f"{rounded:.2e}") == rounded


def test_bounds_fit_at_round_scale():
    view = sheet_view(SOLOK_M, None, width_px=800, height_px=700)
    assert (np.array(view.bounds_m[:2]) <= SOLOK_M[:2]).all()
    assert (np.array(view.bounds_m[2:]) >= SOLOK_M[2:]).all()
    assert round(scale_number(view)) == round_scale_from(scale_number(view) * 0.999)


def test_meridians_and_parallels_lie_at_their_degrees():
    set_language("id")
    view = sheet_view(SOLOK_M, None, width_px=800, height_px=700)
    lines = degree_lines(view)
    for text, x_deg in (("100°45′ BT", 100.75), ("101°00′ BT", 101.0)):
        line = next(each for each in lines if each.text == text)
        assert line.at_edge(view, far=False) == pytest.approx(view.to_screen(to_mercator(x_deg, 0)[0], 0)[0])
    south = next(each for each in lines if each.text == "1°00′ LS")
    assert not south.runs_north
    assert south.at_edge(view, far=True) == pytest.approx(view.to_screen(0, to_mercator(0, -1.0)[1])[1])


def test_utm_lines_have_easting_of_their_points():
    set_language("id")
    view = view_around(100.65, -0.85, 75_000)
    lines = utm_lines(view)
    assert {line.runs_north for line in lines} == {True, False}
    line = next(each for each in lines if each.text == "680.000 mT")
    inside = line.points_px[np.abs(line.points_px[:, 1] - view.height_px / 2).argmin()]
    east_m, _north_m = to_utm(*from_mercator(*view.to_map(*inside)))
    assert east_m == pytest.approx(680_000, abs=0.5)


def test_grid_lines_keep_distance_at_every_scale():
    for scale in (2_000, 10_000, 50_000, 250_000, 1_000_000):
        view = view_around(100.65, -0.85, scale)
        for lines in (degree_lines(view), utm_lines(view)):
            edges = sorted(e for each in lines if each.runs_north and (e := each.at_edge(view, far=False)))
            assert len(edges) >= 1
            assert (np.diff(edges) > 115).all()
            assert (np.diff(edges) < 330).all()


def test_utm_grid_is_absent_on_another_continent():
    assert utm_lines(view_around(13.4, 52.5, 50_000)) == ()


def test_grid_line_leaving_sideways_has_no_label():
    view = view_around(100.65, -0.85, 75_000)
    for line in utm_lines(view):
        along = line.at_edge(view, far=True)
        assert along is None or 0 <= along <= max(view.width_px, view.height_px)
