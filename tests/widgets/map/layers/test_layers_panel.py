"""Layers panel: rows, switches, order, opacity, and missing layers."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QSlider, QToolButton
from support.map_samples import point_layer, polygon_layer, small_base_map, square

from tabuah.gis.layers.layer_choices import LayerChoices
from tabuah.gis.layers.style_file import shipped_style
from tabuah.gis.layers.surfaces import make_surface
from tabuah.text.map.layers import class_labels
from tabuah.widgets.map.content import MapContent, TileLayer
from tabuah.widgets.map.layers.layer_item import LayerItem
from tabuah.widgets.map.layers.layer_notes import LayerNote, LayerState
from tabuah.widgets.map.layers.layer_rows import layer_rows
from tabuah.widgets.map.layers.layers_panel import LayersPanel
from tabuah.widgets.map.layers.legend_items import base_items
from tabuah.widgets.map.layers.swatch import ClassList, ClassStrip

HIDDEN = shipped_style().hidden_by_default()
CONTENT = MapContent(
    base_map=small_base_map(),
    imported=(polygon_layer("Zona banjir", {"x": square(0, 0, 100)}),),
    tiles=(TileLayer(name="citra.mbtiles", path=Path("citra.mbtiles"), title="Citra 2026"),),
    hidden=HIDDEN,
)
GONE = {"citra.mbtiles": LayerNote(state=LayerState.MISSING, text="Berkas peta citra.mbtiles tidak ada.")}


@pytest.fixture
def panel(qtbot, appearance) -> LayersPanel:
    made = LayersPanel(appearance)
    qtbot.addWidget(made)
    made.resize(300, 700)
    made.show_content(CONTENT, {})
    made.show()
    return made


def line(panel: LayersPanel, name: str) -> LayerItem:
    found = panel.findChild(LayerItem, f"layer_{name}")
    assert found is not None
    return found


def part(panel: LayersPanel, name: str, kind: type, part_name: str):
    return line(panel, name).findChild(kind, part_name)


def test_layers_panel_has_one_row_per_layer():
    names = [row.name for row in layer_rows(CONTENT)]
    assert names == [
        "places",
        "Zona banjir",
        "kecamatan",
        "incident_density",
        "rain_1h",
        "rain_24h",
        "lakes",
        "citra.mbtiles",
    ]
    assert layer_rows(CONTENT)[2].title == "Batas kecamatan (perkiraan)"


def test_layer_row_switches_its_layer(qtbot, panel):
    with qtbot.waitSignal(panel.layer_toggled) as told:
        qtbot.mouseClick(part(panel, "lakes", QCheckBox, "layer_shown"), Qt.MouseButton.LeftButton, pos=_check_at())
    assert told.args == ["lakes", False]


def _check_at():
    from PySide6.QtCore import QPoint

    return QPoint(8, 8)


def test_layer_row_works_by_keyboard(qtbot, panel):
    lakes = part(panel, "lakes", QCheckBox, "layer_shown")
    lakes.setFocus()
    with qtbot.waitSignal(panel.layer_toggled):
        qtbot.keyClick(lakes, Qt.Key.Key_Space)
    qtbot.keyClick(lakes, Qt.Key.Key_Right)
    slider = part(panel, "lakes", QSlider, "layer_opacity")
    assert slider.isVisible()
    with qtbot.waitSignal(panel.opacity_changed) as told:
        qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert told.args == ["lakes", 0.95]
    with qtbot.waitSignal(panel.order_changed) as told:
        qtbot.keyClick(lakes, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    name, order = told.args
    moved = replace(CONTENT, choices=LayerChoices().with_order(name, order))
    before = [row.name for row in layer_rows(CONTENT)]
    after = [row.name for row in layer_rows(moved)]
    assert after.index("lakes") == before.index("lakes") - 1
    panel.show_content(moved, {})
    assert lakes.hasFocus(), "the row that was moved keeps the keyboard"


def test_changed_layer_can_be_reset(qtbot, panel):
    reset = part(panel, "lakes", QToolButton, "layer_reset")
    panel.show_content(replace(CONTENT, choices=LayerChoices().with_opacity("lakes", 0.4)), {})
    line(panel, "lakes").findChild(QToolButton, "layer_open").setChecked(True)
    assert reset.isVisible()
    with qtbot.waitSignal(panel.reset_requested) as told:
        qtbot.mouseClick(reset, Qt.MouseButton.LeftButton)
    assert told.args == ["lakes"]
    panel.show_content(CONTENT, {})
    assert not reset.isVisible()


def test_missing_file_is_reported_and_removable(qtbot, panel):
    note, forget = (
        part(panel, "citra.mbtiles", kind, name)
        for kind, name in ((QLabel, "layer_note"), (QToolButton, "layer_forget"))
    )
    assert not note.isVisible()
    assert not forget.isVisible()
    panel.show_content(CONTENT, GONE)
    assert note.isVisible()
    assert note.text() == "Berkas peta citra.mbtiles tidak ada."
    with qtbot.waitSignal(panel.forget_requested) as told:
        qtbot.mouseClick(forget, Qt.MouseButton.LeftButton)
    assert told.args == ["citra.mbtiles"]


def test_surface_row_explains_colours_and_station_count(qtbot, panel):
    strip = line(panel, "rain_1h").findChild(ClassStrip)
    assert not strip.isVisible()
    spec = shipped_style().named("rain_1h")
    place = (np.zeros(1), np.zeros(1))
    surface = make_surface(spec, small_base_map(), *place, values=np.array([7.0]))
    shown = replace(CONTENT, surfaces=(surface,), hidden=HIDDEN - {"rain_1h"})
    panel.show_content(shown, {})
    assert strip.isVisible()
    assert part(panel, "rain_1h", QLabel, "layer_note").text() == "dari 1 stasiun"
    assert class_labels(spec)[:2] == ("< 1", "1–5")
    assert class_labels(spec)[-1] == "≥ 100 mm"
    rows = {item.layer: item for item in base_items(shown)}
    assert rows["rain_1h"].classes == spec.by_value
    assert rows["citra.mbtiles"].text == "Citra 2026"


def test_layer_rows_follow_layers(panel):
    panel.show_content(replace(CONTENT, imported=(), tiles=()), {})
    names = {each.objectName() for each in panel.findChildren(LayerItem) if each.isVisibleTo(panel)}
    assert "layer_lakes" in names
    assert not names & {"layer_Zona banjir", "layer_citra.mbtiles"}


def test_layer_row_controls_have_accessible_names(panel):
    for each in panel.findChildren(LayerItem):
        buttons = each.findChildren(QToolButton)
        assert all(button.accessibleName() and button.toolTip() for button in buttons)
        assert each.findChild(QCheckBox, "layer_shown").text()
        assert each.findChild(QSlider, "layer_opacity").accessibleName()


def test_classified_layer_row_lists_classes_and_title(panel):
    roads = polygon_layer("roads_main", {"x": square(0, 0, 100)})
    places = point_layer("facilities", {"RSUD Arosuka": (0, 0)})
    shown = replace(CONTENT, imported=(roads, places))
    panel.show_content(shown, {})
    classes = line(panel, "facilities").findChild(ClassList)
    assert classes.isVisible()
    assert classes.accessibleName().startswith("Rumah sakit; Puskesmas")
    assert {item.layer: item.text for item in base_items(shown)}["roads_main"] == "Jalan utama"
