"""The buttons, the plate and the card of the map's tools, as people see and press them."""

import pytest
from map_samples import incidents, small_basemap, stations
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QWidget

from tabuah.resources.catalogue import set_language
from tabuah.widgets.buttons import KeyButton
from tabuah.widgets.map.legend import LegendRow
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.map.markers import MarkerClass
from tabuah.widgets.map.tools.bookmark_menu import BookmarkMenu, NamedView
from tabuah.widgets.map.tools.found_row import FoundRow
from tabuah.widgets.map.tools.tool_list import ENTRIES
from tabuah.widgets.segments import Segments
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
    """A settled map of 1000 × 640 with two stations and two incidents."""
    made = MapView(appearance)
    qtbot.addWidget(made)
    made.resize(1000, 640)
    made.canvas.show_basemap(small_basemap())
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


def test_every_tool_has_a_button_whose_tooltip_names_its_key(view):
    for language in ("id", "en"):
        set_language(language)
        view.buttons.show_tool("pan")
        for entry in ENTRIES:
            assert f"({entry.key})" in button(view, entry.group).toolTip()


def test_a_button_takes_the_tool_shows_the_plate_and_lays_it_down_again(view, qtbot):
    qtbot.mouseClick(button(view, "measure"), LEFT)
    assert view.canvas.tools.active.code == "distance"
    assert button(view, "measure").isChecked()
    assert view.plate.isVisible()
    assert "Klik titik awal" in said(view, "tool_hint")
    qtbot.mouseClick(button(view, "measure"), LEFT)
    assert view.canvas.tools.active.code == "pan"
    assert not button(view, "measure").isChecked()
    assert view.plate.isHidden()


def test_the_plate_changes_between_tools_of_a_group_and_the_button_remembers(view, qtbot):
    qtbot.mouseClick(button(view, "measure"), LEFT)
    view.plate.findChild(Segments, "tool_variants").chosen.emit("measure_area")
    assert view.canvas.tools.active.code == "measure_area"
    view.canvas.tools.lay_down()
    qtbot.mouseClick(button(view, "measure"), LEFT)
    assert view.canvas.tools.active.code == "measure_area"


def test_the_plate_tells_the_value_and_copies_it(view, qtbot):
    view.canvas.tools.take("distance")
    click(qtbot, view, (-3000, 0), (3000, 0))
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    assert said(view, "tool_value").endswith(" km")
    with qtbot.waitSignal(view.desk.copied) as copied:
        qtbot.mouseClick(view.plate.findChild(KeyButton, "tool_copy"), LEFT)
    assert copied.args == [said(view, "tool_value")]
    assert QGuiApplication.clipboard().text() == copied.args[0]


def test_enter_takes_the_first_offer_that_can_be_taken(view, qtbot):
    view.canvas.tools.take("draw_polygon")
    click(qtbot, view, (-3000, -3000), (3000, -3000), (0, 2000))
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    view.plate.show_offers(
        (ActionState(code="save", label="Simpan", reason="Tidak boleh."), ActionState(code="copy", label="Salin"))
    )
    assert not view.plate.findChild(KeyButton, "offer_save").isEnabled()
    with qtbot.waitSignal(view.plate.offer_chosen) as chosen:
        qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    assert chosen.args == ["copy"]


def test_plate_and_card_stand_inside_the_map_and_under_nothing(view, qtbot):
    view.canvas.tools.take("identify")
    click(qtbot, view, (4000, 0))
    for width in (1000, 760, 620):
        view.resize(width, 640)
        cards = [card for card in (view.legend, view.plate, view.found, view.buttons) if card.isVisible()]
        assert len(cards) == 4
        for number, card in enumerate(cards):
            assert view.rect().contains(card.geometry())
            assert not any(card.geometry().intersects(other.geometry()) for other in cards[number + 1 :]), width


def test_offers_that_have_no_room_beside_each_other_begin_another_row(view, qtbot):
    view.canvas.tools.take("draw_polygon")
    click(qtbot, view, (-3000, -3000), (3000, -3000), (0, 2000))
    qtbot.keyClick(view.canvas, Qt.Key.Key_Return)
    labels = ("Wilayah terdampak SLK-267A-0001", "Pilih yang di dalam", "Salin GeoJSON")
    view.plate.show_offers(tuple(ActionState(code=str(n), label=label) for n, label in enumerate(labels)))
    view.resize(760, 640)
    for number in range(3):
        offer = view.plate.findChild(KeyButton, f"offer_{number}")
        assert offer.width() >= offer.sizeHint().width()
        assert view.plate.rect().contains(offer.geometry())


def test_a_frame_of_the_map_does_not_paint_the_cards_again(view, qtbot):
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


def test_the_map_is_seen_again_where_a_card_was(view, qtbot):
    view.canvas.tools.take("distance")
    at = view.plate.geometry().center()
    covered = view.grab().toImage().pixelColor(at)
    view.canvas.tools.lay_down()
    assert view.grab().toImage().pixelColor(at) != covered


def test_the_buttons_stand_in_two_columns_on_a_low_map(view):
    assert view.buttons.width() < 40
    view.resize(1000, 360)
    assert view.buttons.width() > 60
    assert view.buttons.geometry().bottom() < 360


def test_the_card_lists_what_lies_there_and_a_line_selects_it(view, qtbot):
    view.canvas.tools.take("identify")
    click(qtbot, view, (4000, 0))
    rows = {row.item.title: row for row in view.found.findChildren(FoundRow)}
    assert list(rows) == ["Stasiun 1", "Timur", "Kabupaten"]
    with qtbot.waitSignal(view.canvas.selection_changed) as chosen:
        qtbot.mouseClick(rows["Stasiun 1"], LEFT)
    assert chosen.args == ["station", "s1"]
    titles = [label.text() for label in view.found.findChildren(QLabel)]
    assert "Kecamatan (perkiraan)" in titles


def test_the_card_says_so_when_nothing_is_known_of_a_place(view, qtbot):
    view.canvas.tools.take("identify")
    click(qtbot, view, (-11_500, 0))
    assert any("Tidak ada yang diketahui" in label.text() for label in view.found.findChildren(QLabel))


def test_closing_the_card_clears_the_selection(view, qtbot):
    view.canvas.tools.take("select_box")
    start, end = pixel(view, -5000, -1000), pixel(view, -3000, 1000)
    qtbot.mousePress(view.canvas, LEFT, pos=start)
    qtbot.mouseMove(view.canvas, end)
    qtbot.mouseRelease(view.canvas, LEFT, pos=end)
    assert view.found.isVisible()
    qtbot.mouseClick(view.found.findChild(QToolButton, "found_close"), LEFT)
    assert view.found.isHidden()
    assert view.canvas.tools.chosen == {}


def test_another_tool_puts_the_card_away_and_keeps_the_selection(view, qtbot):
    view.canvas.tools.take("select_box")
    start, end = pixel(view, -5000, -1000), pixel(view, -3000, 1000)
    qtbot.mousePress(view.canvas, LEFT, pos=start)
    qtbot.mouseMove(view.canvas, end)
    qtbot.mouseRelease(view.canvas, LEFT, pos=end)
    view.canvas.tools.take("distance")
    assert view.found.isHidden()
    assert view.canvas.tools.chosen


def test_the_menu_of_views_goes_keeps_and_forgets(qtbot):
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
def test_the_buttons_never_cover_what_is_named_as_source_at_the_foot(view: MapView, height_px: int) -> None:
    view.resize(1000, height_px)
    assert view.buttons.geometry().bottom() <= height_px - 104
