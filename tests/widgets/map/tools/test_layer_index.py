"""Layer index: built in a worker thread; until then queries wait and snapping is off."""

import threading

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from support.map_samples import point_layer, polygon_layer, small_base_map, square

from tabuah.gis.base_map import Feature, LayerKind, LevelOfDetail, MapLayer
from tabuah.resources.localisation import _
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.tools import layer_index as shape_shelf
from tabuah.widgets.map.tools import layer_shapes as layer_pieces
from tabuah.widgets.map.tools.layer_index import LayerIndex
from tabuah.widgets.map.tools.layer_shapes import LayerShapes
from tabuah.widgets.map.tools.sketch import Sketch, SketchKind
from tabuah.widgets.map.tools.snapping import SnapKind

LEFT = Qt.MouseButton.LeftButton
coordinates = st.integers(-60, 60).map(float)
runs = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=12)


class Gate:
    """Blocks the index thread until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._open = threading.Event()
        monkeypatch.setattr(shape_shelf, "LayerShapes", self._made)

    def _made(self, layer: MapLayer) -> LayerShapes:
        assert self._open.wait(10)
        return LayerShapes(layer)

    def open(self) -> None:
        self._open.set()


@pytest.fixture
def gate(monkeypatch) -> Gate:
    made = Gate(monkeypatch)
    yield made
    made.open()


@pytest.fixture
def layer_index(qtbot, gate) -> LayerIndex:
    """Return a layer index whose thread waits at the gate."""
    made = LayerIndex()
    yield made
    gate.open()
    made.close()


def layer_of(kind: LayerKind, parts: list[list[tuple[float, float]]]) -> MapLayer:
    """Return a layer with one part per feature, named by its number."""
    level = LevelOfDetail(
        tolerance_m=0.0,
        coordinates_m=np.array([place for part in parts for place in part], float).reshape(-1, 2),
        offsets=np.cumsum([0, *map(len, parts)]),
        feature_of_part=np.arange(len(parts), dtype=np.int32),
    )
    features = tuple(Feature(code=str(n), name=str(n), label_m=(0.0, 0.0)) for n in range(len(parts)))
    return MapLayer(name="drawn", kind=kind, levels=(level,), features=features)


def codes(features: list[Feature]) -> list[int]:
    return [int(feature.code) for feature in features]


def pixel(canvas, x_m: float, y_m: float) -> QPoint:
    x_px, y_px = canvas.view.to_screen(x_m, y_m)
    return QPoint(round(x_px), round(y_px))


def test_layer_index_is_built_outside_gui_thread(canvas, qtbot, monkeypatch):
    threads: list[str] = []
    for owner, name in ((shape_shelf, "LayerShapes"), (layer_pieces, "BoxIndex"), (shapely, "STRtree")):
        made = getattr(owner, name)

        def noted(*args, made=made):
            threads.append(threading.current_thread().name)
            return made(*args)

        monkeypatch.setattr(owner, name, noted)
    with qtbot.waitSignal(canvas.settled):
        canvas.show_base_map(small_base_map())
    qtbot.waitUntil(lambda: canvas.tools.is_ready)
    canvas.tools.activate("draw_point")
    qtbot.mouseClick(canvas, LEFT, pos=pixel(canvas, 4000, 4000) + QPoint(5, 4))
    assert canvas.tools.sketch.vertices == ((4000.0, 4000.0),)  # snapped
    canvas.tools.activate("identify")
    with qtbot.waitSignal(canvas.tools.results_changed):
        qtbot.mouseClick(canvas, LEFT, pos=pixel(canvas, 7000, 7000))
    with qtbot.waitSignal(canvas.tools.results_changed):
        canvas.tools.select_inside(Sketch(figure=SketchKind.POLYGON, vertices=((0, 0), (9e3, 0), (0, 9e3))))
    assert "map-shapes" in threads
    assert threading.main_thread().name not in threads


def test_query_waits_for_layer_index_with_hint(canvas, qtbot, gate):
    canvas.show_base_map(small_base_map())
    canvas.tools.activate("identify")
    with qtbot.assertNotEmitted(canvas.tools.results_changed):
        qtbot.mouseClick(canvas, LEFT, pos=pixel(canvas, 7000, 7000))
    assert canvas.tools.status().hint == _("Preparing the layers of the map …")
    with qtbot.waitSignal(canvas.tools.results_changed) as told:
        gate.open()
    assert [group.layer for group in told.args[0].groups] == ["lakes", "regency"]
    assert canvas.tools.status().hint != _("Preparing the layers of the map …")


@pytest.mark.parametrize("leave", ["escape", "lay_down", "close"])
def test_cancelled_query_is_not_answered(canvas, qtbot, gate, leave):
    canvas.show_base_map(small_base_map())
    canvas.tools.activate("select_box")
    qtbot.mousePress(canvas, LEFT, pos=QPoint(100, 100))
    qtbot.mouseMove(canvas, QPoint(200, 200))
    qtbot.mouseMove(canvas, QPoint(500, 500))
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(500, 500))
    if leave == "escape":
        qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    elif leave == "lay_down":
        canvas.tools.deactivate()
    else:
        gate.open()
        canvas.close_workers()
    with qtbot.assertNotEmitted(canvas.tools.results_changed):
        gate.open()
        canvas.tools.prepare()
        qtbot.waitUntil(lambda: canvas.tools.is_ready)


def test_vertex_is_set_unsnapped_before_index_ready(canvas, qtbot, gate):
    canvas.show_base_map(small_base_map())
    canvas.tools.activate("draw_point")
    at = pixel(canvas, 4000, 4000) + QPoint(5, 4)
    qtbot.mouseClick(canvas, LEFT, pos=at)
    assert canvas.tools.sketch.vertices == (canvas.view.to_map(*at.toTuple()),)
    gate.open()
    qtbot.waitUntil(lambda: canvas.tools.is_ready)
    qtbot.mouseClick(canvas, LEFT, pos=pixel(canvas, 8000, 4000) + QPoint(5, 4))
    assert canvas.tools.sketch.vertices == ((8000.0, 4000.0),)


def test_layer_index_prepares_newest_map_only(layer_index, gate, qtbot):
    contents = [MapContent(base_map=small_base_map()) for _number in range(3)]
    for content in contents:
        layer_index.prepare(content, 40.0)
    assert not layer_index.is_ready
    with qtbot.waitSignal(layer_index.prepared):
        gate.open()
    assert [shapes.layer.name for shapes in layer_index.visible(contents[2], 40.0)] == [
        "places",
        "lakes",
        "kecamatan",
        "regency",
    ]
    assert layer_index.visible(contents[0], 40.0) == layer_index.visible(contents[1], 40.0) == []


def test_layer_index_prepares_other_scales_last(layer_index, gate, qtbot):
    base_map = small_base_map()
    close = replace(polygon_layer("lakes", {"Danau": square(0, 0, 100)}), max_scale_m=10.0)
    content = MapContent(base_map=base_map, imported=(close,), hidden=frozenset({"kecamatan"}))
    layer_index.prepare(content, 40.0)
    with qtbot.waitSignal(layer_index.prepared):
        gate.open()
    assert [shapes.layer.name for shapes in layer_index.visible(content, 40.0)] == ["places", "regency"]
    qtbot.waitUntil(lambda: len(layer_index.visible(content, 5.0)) == 3)  # without a closer zoom
    layer_index.prepare(content, 5.0)
    assert layer_index.is_ready


def test_live_values_do_not_rebuild_layer_index(layer_index, gate, qtbot, monkeypatch):
    content = MapContent(base_map=small_base_map())
    gate.open()
    with qtbot.waitSignal(layer_index.prepared):
        layer_index.prepare(content, 40.0)
    before = layer_index.visible(content, 40.0)
    monkeypatch.setattr(shape_shelf, "LayerShapes", lambda _layer: pytest.fail("indexed anew"))
    later = replace(content, data_age="data 2 dtk lalu")
    layer_index.prepare(later, 40.0)
    assert layer_index.is_ready
    assert layer_index.visible(later, 40.0) == before


def test_layer_index_reports_failed_layer_and_answers(qtbot, monkeypatch, caplog):
    answered, told = [], []
    monkeypatch.setattr(shape_shelf, "LayerShapes", lambda _layer: 1 / 0)
    layer_index = LayerIndex()
    layer_index.failed.connect(told.append)
    layer_index.prepare(MapContent(base_map=small_base_map()), 40.0)
    layer_index.when_ready(lambda: answered.append(1))
    qtbot.waitUntil(lambda: answered == [1])
    layer_index.close()
    assert isinstance(told[0], ZeroDivisionError)
    assert "map-shapes" in caplog.text


@given(st.lists(runs, min_size=1, max_size=8), coordinates, coordinates, st.integers(2, 5))
def test_nearest_vertex_and_edge_match_whole_line(parts, x, y, run):
    place, reach = shapely.Point(x, y), 25.0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layer_pieces, "_RUN", run)
        shapes = LayerShapes(layer_of(LayerKind.LINE, parts))
    vertex, edge = shapes.nearest((x, y), reach)
    away = min(place.distance(shapely.Point(at)) for part in parts for at in part)
    lines = [shapely.LineString(part if len(part) > 1 else part * 2) for part in parts]
    beside = min(map(place.distance, lines))
    assert (vertex.away_m if vertex else None) == (pytest.approx(away) if away <= reach else None)
    assert (edge.away_m if edge else None) == (pytest.approx(beside, abs=1e-9) if beside <= reach else None)
    near = codes(shapes.at((x, y), reach))
    assert all((place.distance(line) <= reach) == (n in near) for n, line in enumerate(lines))


@given(st.lists(runs.filter(lambda run: len(run) > 3), min_size=1, max_size=6), coordinates, coordinates)
def test_ring_contains_place_by_even_odd_rule(parts, x, y):
    x, y = x + 0.137, y + 0.291  # on no edge
    rings = [[*part, part[0]] for part in parts]
    found = codes(LayerShapes(layer_of(LayerKind.POLYGON, rings)).at((x, y), 0.0))
    for number, ring in enumerate(rings):
        whole = shapely.Polygon(ring)
        if whole.is_valid and whole.boundary.distance(shapely.Point(x, y)) > 1e-6:
            assert (number in found) == whole.contains(shapely.Point(x, y))


@given(st.lists(runs, min_size=1, max_size=10), st.booleans())
def test_shapes_inside_area_are_found(parts, is_box):
    area = (
        shapely.box(-30.5, -30.5, 40.5, 20.5) if is_box else shapely.Polygon([(-45.3, -45.7), (50.2, -40.1), (0, 55)])
    )
    found = codes(LayerShapes(layer_of(LayerKind.LINE, parts)).inside(area))
    shapes = [shapely.LineString(part) if len(part) > 1 else shapely.Point(part[0]) for part in parts]
    assert found == [number for number, shape in enumerate(shapes) if area.covers(shape)]


def test_lake_does_not_contain_its_island():
    hole = {"Danau": np.vstack((square(0, 0, 100), square(40, 40, 20)))}
    layer = polygon_layer("lakes", hole)
    level = replace(layer.levels[0], offsets=np.array([0, 5, 10]), feature_of_part=np.zeros(2, np.int32))
    shapes = LayerShapes(replace(layer, levels=(level,)))
    assert [each.name for each in shapes.at((20, 20), 0.0)] == ["Danau"]
    assert shapes.at((50, 50), 0.0) == []
    assert [each.name for each in shapes.inside(shapely.box(-1, -1, 101, 101))] == ["Danau"]
    assert shapes.inside(shapely.box(30, 30, 70, 70)) == []


def test_points_are_found_and_snapped_within_reach():
    shapes = LayerShapes(point_layer("places", {"A": (0, 0), "B": (100, 0), "C": (0, 30)}))
    assert sorted(each.name for each in shapes.at((5, 5), 40.0)) == ["A", "C"]
    vertex, edge = shapes.nearest((5, 5), 40.0)
    assert vertex is not None
    assert vertex.place_m == (0.0, 0.0)
    assert edge is None
    assert SnapKind.VERTEX == "vertex"
