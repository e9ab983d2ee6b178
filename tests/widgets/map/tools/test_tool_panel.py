"""Tool buttons, tool plate and results card."""

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QWidget
from support.map_samples import incidents, small_base_map, stations

from tabuah.resources.localisation import set_language
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.map.content import MarkerClass
from tabuah.widgets.map.layers.legend import LegendRow
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.map.tools.bookmark_menu import BookmarkMenu, NamedView
from tabuah.widgets.map.tools.results_card import ResultRow
from tabuah.widgets.map.tools.tool_list import ENTRIES
from tabuah.widgets.values import ActionState

LEFT = Qt.MouseButton.LeftButton


class PaintCounter(QObject):
    """Counts the paint events of a widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.Paint
        return False


@pytest.fixture
def view(qtbot, appearance) -> MapView:
    """Return a settled map of 1000 × 640 with two stations and two incidents."""
    made = MapView(appearance)
    qtbot.addWidget(made)
    made.resize(1000, 640)
    made.canvas.show_base_map(small_base_map())
    made.canvas.show_stations(stations([(-4000, 0), (4000, 0)], [MarkerClass.NORMAL, MarkerClass.CRITICAL]))
    made.canvas.show_incidents(incidents([(0, 4000), (0, -4000)], [MarkerClass.ATTENTION, MarkerClass.CRITICAL]))
    with qtbot.waitSignal(made.canvas.settled):
        made.show()
    return made


def pixel(view: MapView, x_m: float, y_m: float) -> QPoint:
    x_px, y_px = view.canvas.view.to_screen(x_m, y_m)
    return QPoint(round(x_px), round(y_px))


def click(qtbot, view: MapView, *places_m):
    for place in places_m:
        qtbot.mouseClick(view.canvas, LEFT, pos=pixel(view, *place))


def button(view: MapView, group: str) -> QToolButton:
    return view.buttons.findChild(QToolButton, f"map_tool_{group}")


def said(view: MapView, name: str) -> str:
    return view.plate.findChild(QLabel, name).text()


def test_tool_button_tooltip_names_key(view):
    for language in ("id", "en"):
        set_language(language)
        view.buttons.show_tool("pan")
        for entry in ENTRIES:
            assert f"({entry.key})" in button(view, entry.group).toolTip()


def test_tool_button_activates_and_deactivates_with_plate(view, qtbot):
    qtbot.mouseClick(button(view, "measure"), LEFT)
    assert view.canvas.tools.active.code == "distance"
    assert button(view, "measure").isChecked()
    assert view.plate.isVisible()
    assert "Klik titik awal" in said(view, "tool_hint")
    qtbot.mouseClick(button(view, "measure"), LEFT)
    assert view.canvas.tools.active.code == "pan"
    assert not button(view, "measure").isChecked()
    assert view.plate.isHidden()


def test_tool_plate_switches_tools_of_group(view, qtbot):
    qtbot.mouseClick(button(view, "measure"), LEFT)
    view.plate.findChild(SegmentedControl, "tool_variants").chosen.emit("measure_area")
    assert view.canvas.tools.active.code == "measure_area"
    view.canvas.tools.deactivate()
    qtbot.mouseClick(button(view, "measure"), LEFT)
    assert view.canvas.tools.active.code == "measure_area"


def test_tool_plate_shows_and_copies_value(view, qtbot):
    view.canvas.tools.activate("distance")
    click(qtbot, view, (-3000, 0), (3000, 0))
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    assert said(view, "tool_value").endswith(" km")
    with qtbot.waitSignal(view.desk.copied) as copied:
        qtbot.mouseClick(view.plate.findChild(KeyButton, "tool_copy"), LEFT)
    assert copied.args == [said(view, "tool_value")]
    assert QGuiApplication.clipboard().text() == copied.args[0]


def test_tool_plate_enter_executes_first_enabled_offer(view, qtbot):
    view.canvas.tools.activate("draw_polygon")
    click(qtbot, view, (-3000, -3000), (3000, -3000), (0, 2000))
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    view.plate.show_offers(
        (ActionState(code="save", label="Simpan", reason="Tidak boleh."), ActionState(code="copy", label="Salin"))
    )
    assert not view.plate.findChild(KeyButton, "offer_save").isEnabled()
    with qtbot.waitSignal(view.plate.offer_chosen) as chosen:
        qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    assert chosen.args == ["copy"]


def test_plate_and_card_stay_inside_map_uncovered(view, qtbot):
    view.canvas.tools.activate("identify")
    click(qtbot, view, (4000, 0))
    for width in (1000, 760, 620):
        view.resize(width, 640)
        cards = [card for card in (view.legend, view.plate, view.found, view.buttons) if card.isVisible()]
        assert len(cards) == 4
        for number, card in enumerate(cards):
            assert view.rect().contains(card.geometry())
            assert not any(card.geometry().intersects(other.geometry()) for other in cards[number + 1 :]), width


def test_tool_plate_offers_wrap_into_rows(view, qtbot):
    view.canvas.tools.activate("draw_polygon")
    click(qtbot, view, (-3000, -3000), (3000, -3000), (0, 2000))
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    labels = ("Wilayah terdampak SLK-267A-0001", "Pilih yang di dalam", "Salin GeoJSON")
    view.plate.show_offers(tuple(ActionState(code=str(n), label=label) for n, label in enumerate(labels)))
    view.resize(760, 640)
    for number in range(3):
        offer = view.plate.findChild(KeyButton, f"offer_{number}")
        assert offer.width() >= offer.sizeHint().width()
        assert view.plate.rect().contains(offer.geometry())


def test_map_frame_does_not_repaint_cards(view, qtbot):
    row = view.legend.findChild(LegendRow)
    painted = PaintCounter(row)
    view.canvas.pan_by(5, 0)
    with qtbot.waitSignal(view.canvas.settled):
        view.canvas.zoom_in()
    view.canvas.grab()
    qtbot.waitUntil(lambda: view.canvas.renderer.picture.is_final)
    assert painted.count == 0
    row.update()
    qtbot.waitUntil(lambda: painted.count == 1)


def test_map_is_repainted_where_card_closed(view, qtbot):
    view.canvas.tools.activate("distance")
    at = view.plate.geometry().center()
    covered = view.grab().toImage().pixelColor(at)
    view.canvas.tools.deactivate()
    assert view.grab().toImage().pixelColor(at) != covered


def test_map_buttons_use_two_columns_if_low(view):
    assert view.buttons.width() < 40
    view.resize(1000, 360)
    assert view.buttons.width() > 60
    assert view.buttons.geometry().bottom() < 360


def test_results_card_lists_items_and_selects_row(view, qtbot):
    view.canvas.tools.activate("identify")
    click(qtbot, view, (4000, 0))
    rows = {row.item.title: row for row in view.found.findChildren(ResultRow)}
    assert list(rows) == ["Stasiun 1", "Timur", "Kabupaten"]
    with qtbot.waitSignal(view.canvas.selection_changed) as chosen:
        qtbot.mouseClick(rows["Stasiun 1"], LEFT)
    assert chosen.args == ["station", "s1"]
    titles = [label.text() for label in view.found.findChildren(QLabel)]
    assert "Kecamatan (perkiraan)" in titles


def test_results_card_reports_empty_place(view, qtbot):
    view.canvas.tools.activate("identify")
    click(qtbot, view, (-11_500, 0))
    assert any("Tidak ada data untuk tempat ini" in label.text() for label in view.found.findChildren(QLabel))


def test_results_card_close_clears_selection(view, qtbot):
    view.canvas.tools.activate("select_box")
    start, end = pixel(view, -5000, -1000), pixel(view, -3000, 1000)
    qtbot.mousePress(view.canvas, LEFT, pos=start)
    qtbot.mouseMove(view.canvas, end)
    qtbot.mouseRelease(view.canvas, LEFT, pos=end)
    assert view.found.isVisible()
    qtbot.mouseClick(view.found.findChild(QToolButton, "found_close"), LEFT)
    assert view.found.isHidden()
    assert view.canvas.tools.chosen == {}


def test_tool_change_closes_card_and_keeps_selection(view, qtbot):
    view.canvas.tools.activate("select_box")
    start, end = pixel(view, -5000, -1000), pixel(view, -3000, 1000)
    qtbot.mousePress(view.canvas, LEFT, pos=start)
    qtbot.mouseMove(view.canvas, end)
    qtbot.mouseRelease(view.canvas, LEFT, pos=end)
    view.canvas.tools.activate("distance")
    assert view.found.isHidden()
    assert view.canvas.tools.chosen


def test_bookmark_menu_opens_saves_and_deletes_views(qtbot):
    menu = BookmarkMenu()
    qtbot.addWidget(menu)
    menu.show_views((NamedView("Lembang", "Alt+1"), NamedView("Singkarak", "Alt+2")))
    menu.open_at(QPoint(10, 10))
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == ["Lembang\tAlt+1", "Singkarak\tAlt+2", "Simpan tampilan ini …\tCtrl+D", "Hapus tampilan"]
    with qtbot.waitSignal(menu.view_chosen) as chosen:
        menu.actions()[1].trigger()
    assert chosen.args == [1]
    forget = menu.findChild(QMenu)
    with qtbot.waitSignal(menu.forget_requested) as chosen:
        forget.actions()[0].trigger()
    assert chosen.args == [0]
    menu.hide()


@pytest.mark.parametrize("height_px", [420, 470, 530, 640])
def test_map_buttons_never_cover_attribution(view: MapView, height_px: int) -> None:
    view.resize(1000, height_px)
    assert view.buttons.geometry().bottom() <= height_px - 104
