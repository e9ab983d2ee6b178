"""Legend and map buttons: counts, switches, navigation, and labels that avoid both."""

from msgspec.structs import replace
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QToolButton
from support.map_samples import incidents, small_base_map, stations

from tabuah.widgets.map.content import MarkerClass, station_layer
from tabuah.widgets.map.layers.legend import LegendProblem, LegendRow
from tabuah.widgets.map.layers.legend_items import STATION_WORK, base_items, live_items
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.theme.appearance import Appearance


def shown_view(qtbot) -> MapView:
    view = MapView(Appearance("dark"))
    qtbot.addWidget(view)
    view.resize(700, 600)
    view.canvas.show_base_map(small_base_map())
    view.canvas.show_stations(stations([(0, 0), (0, 500)], [MarkerClass.NORMAL, MarkerClass.HIGH]))
    view.canvas.show_incidents(incidents([(0, 4000)], [MarkerClass.HIGH]))
    with qtbot.waitSignal(view.canvas.settled):
        view.show()
    return view


def test_legend_counts_present_marks_only(qtbot):
    content = shown_view(qtbot).canvas.content
    counts = {item.layer: item.count for item in live_items(content)}
    assert counts == {"incidents": 1, "stations/high": 1, "stations/normal": 1, "stations/no_data": 0}
    assert base_items(content)[0].text == "Batas kecamatan (perkiraan)"


def test_legend_explains_wrench_without_switch(qtbot):
    view = shown_view(qtbot)
    assert "Stasiun dalam pemeliharaan" not in [item.text for item in live_items(view.canvas.content)]
    both = view.canvas.content.stations
    view.canvas.show_stations(replace(both, worked_on=frozenset({1})))
    row = view.legend.findChild(LegendRow, f"legend_{STATION_WORK}")
    assert row.accessibleName() == "Stasiun dalam pemeliharaan · 1"
    before = view.canvas.content
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert view.canvas.content is before
    assert not row.toolTip()
    view.canvas.show_stations(both)
    assert STATION_WORK not in [item.layer for item in live_items(view.canvas.content)]


def test_legend_row_click_toggles_layer(qtbot):
    view = shown_view(qtbot)
    row = view.legend.findChild(LegendRow, f"legend_{station_layer(MarkerClass.HIGH)}")
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert not view.canvas.content.shows("stations/high")
    assert row.toolTip() == "Tampilkan Stasiun tinggi"
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert view.canvas.content.shows("stations/high")


def test_legend_lists_unreadable_map_until_it_loads(qtbot):
    view = shown_view(qtbot)
    height = view.legend.height()
    view.legend.show_problems(("Peta impor x rusak. Impor lagi.",))
    row = view.legend.findChild(LegendProblem)
    assert row.isVisible()
    assert view.legend.height() > height
    with qtbot.waitSignal(view.legend.problem_requested) as asked:
        qtbot.keyClick(row, Qt.Key.Key_Space)
    assert asked.args == ["Peta impor x rusak. Impor lagi."]
    view.legend.show_problems(())
    assert view.legend.height() == height


def test_map_buttons_act_and_show_their_keys(qtbot):
    view = shown_view(qtbot)
    scale = view.canvas.view.metres_per_px

    def press(name: str) -> None:
        qtbot.mouseClick(view.buttons.findChild(QToolButton, name), Qt.MouseButton.LeftButton)

    press("map_zoom_in")
    assert view.canvas.view.metres_per_px < scale
    press("map_home")
    assert view.canvas.view.metres_per_px == scale
    press("map_layers")
    assert view.legend.isHidden()
    assert "(Home)" in view.buttons.findChild(QToolButton, "map_home").toolTip()


def test_labels_avoid_legend_and_buttons(qtbot):
    view = shown_view(qtbot)
    labels, canvas = view.canvas.renderer.labels, view.canvas
    shift_x = (labels.view.width_px - canvas.view.width_px) / 2
    shift_y = (labels.view.height_px - canvas.view.height_px) / 2
    cards = [QRectF(card.geometry()).translated(shift_x, shift_y) for card in (view.legend, view.buttons)]
    boxes = [QRectF(left, top, right - left, bottom - top) for left, top, right, bottom in labels.boxes]
    assert boxes
    assert not any(card.intersects(box) for card in cards for box in boxes)


def test_legend_ignores_moved_markers(qtbot, monkeypatch):
    view = shown_view(qtbot)
    told: list[str] = []
    monkeypatch.setattr(LegendRow, "show_item", lambda _row, item: told.append(item.layer))
    view.canvas.show_incidents(incidents([(0, -4000)], [MarkerClass.HIGH]))
    assert told == []
    view.canvas.show_incidents(incidents([(0, -4000), (0, 4000)], [MarkerClass.HIGH] * 2))
    assert "incidents" in told


def test_legend_rows_grow_with_text_size(qtbot):
    look = Appearance("dark")
    view = MapView(look)
    qtbot.addWidget(view)
    view.canvas.show_base_map(small_base_map())
    view.canvas.show_incidents(incidents([(0, 0)], [MarkerClass.HIGH]))
    view.show()
    row = view.legend.findChild(LegendRow, "legend_incidents")
    before = row.height()
    look.show_text_scale(1.5)
    assert row.height() == row.sizeHint().height() > before
    view.close()
