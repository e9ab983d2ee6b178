"""Tests of classification by class and value, and of the layer order."""

import numpy as np
import pytest
from support.map_samples import point_layer, polygon_layer, square

from tabuah.gis.base_map import BaseMap, Feature
from tabuah.gis.base_map_file import load_base_map, write_base_map
from tabuah.gis.layer_import import read_layer
from tabuah.gis.layers.classification import (
    UNCLASSIFIED,
    classes_of_values,
    split_by_class,
)
from tabuah.gis.layers.layer_choices import LayerChoices, order_after_move
from tabuah.gis.layers.map_style import CategorisedSymbols, ClassSymbol, GraduatedSymbols, LayerSymbols


def with_attributes(layer, rows):
    features = tuple(
        Feature(code=f.code, name=f.name, label_m=f.label_m, attributes=row)
        for f, row in zip(layer.features, rows, strict=True)
    )
    return type(layer)(name=layer.name, kind=layer.kind, levels=layer.levels, features=features)


def test_classes_of_values_put_break_value_above():
    classes = classes_of_values(np.array([0.0, 1.0, 4.9, 5.0, 99.0, np.nan]), (1.0, 5.0))
    assert classes.tolist() == [0, 1, 1, 2, 2, UNCLASSIFIED]


def test_split_by_value_keeps_only_its_shapes():
    rings = {name: square(x, 0, 10) for name, x in (("a", 0), ("b", 100), ("c", 200), ("d", 300))}
    layer = with_attributes(polygon_layer("people", rings), [{"n": 5}, {"n": 500.0}, {"n": "7"}, {}])
    look = LayerSymbols(by_value=GraduatedSymbols(field="n", breaks=(100.0,), colours=("water", "land")))
    parts = {part.number: part.layer for part in split_by_class(layer, look)}
    assert {number: [f.name for f in part.features] for number, part in parts.items()} == {
        UNCLASSIFIED: ["d"],
        0: ["a", "c"],
        1: ["b"],
    }
    assert parts[0].levels[0].coordinates_m.tolist() == [*rings["a"].tolist(), *rings["c"].tolist()]
    assert parts[0].levels[0].feature_of_part.tolist() == [0, 1]
    assert parts[0].levels[0].offsets.tolist() == [0, 5, 10]


def test_split_by_class_leaves_other_classes_unclassified():
    layer = with_attributes(
        point_layer("schools", {"x": (0, 0), "y": (1, 1), "z": (2, 2)}), [{"k": "SD"}, {"k": "SMP"}, {"k": "TK"}]
    )
    look = LayerSymbols(
        by_class=CategorisedSymbols(
            field="k", looks={"SMP": ClassSymbol(colour="river"), "SD": ClassSymbol(colour="critical")}
        )
    )
    assert [(part.number, part.layer.features[0].name) for part in split_by_class(layer, look)] == [
        (UNCLASSIFIED, "z"),
        (0, "y"),
        (1, "x"),
    ]


@pytest.mark.parametrize("name", ["top", "mid", "low"])
@pytest.mark.parametrize("up", [True, False])
def test_layer_order_moves_by_one_row(name, up):
    rows = [("top", 30.0), ("mid", 20.0), ("low", 10.0)]
    order = order_after_move(rows, name, up=up)
    before = [each for each, _order in rows]
    if order is None:
        assert (name, up) in (("top", True), ("low", False))
        return
    after = sorted((-(order if each == name else old), each) for each, old in rows)
    assert [each for _order, each in after].index(name) == before.index(name) + (-1 if up else 1)


def test_layer_order_moves_past_equal_order():
    rows = [("a", 20.0), ("b", 20.0), ("c", 20.0)]
    assert order_after_move(rows, "c", up=True) > 20.0


def test_layer_choices_return_copies_and_drop_defaults():
    some = LayerChoices().with_opacity("a", 1.4).with_order("a", 3)
    assert (some.opacities, some.orders) == ({"a": 1.0}, {"a": 3})
    assert some.without("a") == LayerChoices()


def test_imported_layer_keeps_attributes_in_map_file(tmp_path):
    file = tmp_path / "sekolah.geojson"
    file.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"nama": "SDN 1", "jenjang": '
        '"SD", "siswa": 120, "catatan": null}, "geometry": {"type": "Point", "coordinates": [100.6, -0.8]}}]}'
    )
    layer = read_layer(file).to_map_layer("sekolah")
    base_map = BaseMap(layers=(layer,), bounds_m=(0, 0, 1, 1), attribution=())
    write_base_map(base_map, tmp_path / "m.npz")
    kept = load_base_map(tmp_path / "m.npz").layers[0].features[0].attributes
    assert dict(kept) == {"nama": "SDN 1", "jenjang": "SD", "siswa": 120}
