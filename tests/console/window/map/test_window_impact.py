"""Impact in the window: details of an incident, a drawn circle, and a changed map."""

import json
from pathlib import Path

import pytest
from support.window_fixture import KOTO_BARU, OpenWindow, open_second_store, report_in_second_store

from tabuah.console.map.map_import import import_layer
from tabuah.console.window.map.range_impact import area_of_ranges, area_of_sketch
from tabuah.gis.layers.range_rings import RangeRings
from tabuah.gis.reference_systems import to_mercator
from tabuah.operations.impact_areas import ImpactArea
from tabuah.widgets.controls.labels import Text
from tabuah.widgets.map.tools.sketch import Sketch, SketchKind


def import_schools(data: Path, folder: Path, count: int) -> None:
    """Import schools around Koto Baru, some 100 m from each other."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [KOTO_BARU.lon_deg + number / 1000, KOTO_BARU.lat_deg]},
            "properties": {"nama": f"SDN {number}"},
        }
        for number in range(count)
    ]
    file = folder / "sekolah.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    import_layer(data, file)


@pytest.fixture
def chosen(window: OpenWindow, data: Path, tmp_path: Path) -> OpenWindow:
    import_schools(data, tmp_path, 3)
    with open_second_store(data) as store:
        report_in_second_store(store)
    window.until(lambda: len(window.incidents) == 1)
    window.choose(window.incidents[0])
    return window


def test_details_show_impact_with_source_and_follow_the_map(chosen: OpenWindow, data: Path, tmp_path: Path) -> None:
    window = chosen
    window.until(lambda: "Sekolah 3" in window.details_text)
    assert "dalam radius 3 km" in window.details_text
    assert "belum diketahui: Penduduk" in window.details_text
    assert "sekolah, " in window.details_text
    import_schools(data, tmp_path, 5)
    window.until(lambda: "Sekolah 5" in window.details_text)


def test_circle_shows_its_impact_in_the_tool_panel(window: OpenWindow, data: Path, tmp_path: Path) -> None:
    import_schools(data, tmp_path, 3)
    tools = window.shell.parts.map.canvas.tools
    tools.activate("sector")
    note = window.find(Text, "tool_note")
    circle = RangeRings(lon_deg=KOTO_BARU.lon_deg, lat_deg=KOTO_BARU.lat_deg, radii_m=(500.0,))
    tools.report_ranges((circle,))
    window.until(lambda: "Sekolah 3" in note.text())
    assert "500 m" in note.text()
    tools.report_ranges(())
    assert note.text() == ""


def test_area_of_sketch_is_that_of_a_finished_polygon() -> None:
    corners = tuple(to_mercator(lon, lat) for lon, lat in ((100.6, -0.8), (100.7, -0.8), (100.7, -0.9)))
    done = Sketch(figure=SketchKind.POLYGON, vertices=corners, closed=True)
    area = area_of_sketch(done)
    assert area is not None
    assert area.rings[0][0] == pytest.approx((100.6, -0.8))
    assert area.rings[0][0] == area.rings[0][-1]
    assert area_of_sketch(Sketch(figure=SketchKind.POLYGON, vertices=corners)) is None
    assert area_of_sketch(Sketch(figure=SketchKind.POINT, vertices=corners[:1], closed=True)) is None


def test_area_of_ranges_is_a_circle_or_a_sector() -> None:
    circle = RangeRings(lon_deg=100.6, lat_deg=-0.8, radii_m=(500.0, 1000.0))
    assert area_of_ranges(circle) == ImpactArea(centre_deg=(100.6, -0.8), radius_m=1000.0)
    sector = area_of_ranges(RangeRings(lon_deg=100.6, lat_deg=-0.8, radii_m=(1000.0,), sector_deg=(0.0, 90.0)))
    assert sector.shape().area < circle_area(circle) / 3


def circle_area(ranges: RangeRings) -> float:
    return area_of_ranges(ranges).shape().area
