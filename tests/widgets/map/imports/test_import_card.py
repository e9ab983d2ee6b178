"""Import card: progress, choice of a layer, and keyboard control."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QLabel, QProgressBar, QToolButton, QWidget
from support.map_samples import point_layer, small_base_map

from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.map.content import MapContent
from tabuah.widgets.map.imports.dropped_files import map_files
from tabuah.widgets.map.imports.import_card import WIDTH_PX, ImportCard, ImportView, LayerOffer, LayerOfferRow
from tabuah.widgets.map.layers.layer_item import LayerItem
from tabuah.widgets.map.layers.layers_panel import LayersPanel
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.values import ActionState, Level

RUNNING = ImportView(
    title="Mengimpor zona.gpkg",
    text="Memeriksa setiap fitur …",
    elapsed="0:04",
    busy=True,
    share=0.25,
    count="500 dari 2.000 objek",
    actions=(ActionState(code="cancel", label="Batal", key=""),),
)
ASKED = ImportView(
    title="kirim.gpkg berisi beberapa lapisan",
    text="Pilih lapisan yang akan diimpor:",
    offers=(LayerOffer(name="zona", detail="3 objek · area"), LayerOffer(name="titik", detail="5 objek · titik")),
    actions=(ActionState(code="close", label="Tutup", key="Esc"),),
)
CAME = ImportView(
    title="batas sudah di peta",
    level=Level.NORMAL,
    text="Diimpor: batas, 74 objek. Batas resmi 14 kecamatan dan 74 nagari kini menggantikan perkiraan.",
    actions=(ActionState(code="show", label="Lihat di peta", key=""),),
)
REFUSED = ImportView(
    title="zona.gpkg tidak diimpor",
    level=Level.ATTENTION,
    text="Tidak ada yang berubah. Perbaiki fitur berikut, lalu impor lagi:",
    notes=tuple(f"Fitur {number}: bujur dan lintang tertukar." for number in range(1, 41)),
    actions=(
        ActionState(code="other", label="Pilih berkas lain", key=""),
        ActionState(code="close", label="Tutup", key="Esc"),
    ),
)


@pytest.fixture
def card(qtbot, appearance) -> Iterator[ImportCard]:
    room = QWidget()
    qtbot.addWidget(room)
    room.resize(800, 600)
    made = ImportCard(appearance, room)
    made.setFixedWidth(WIDTH_PX)
    room.show()
    yield made
    room.close()


def test_import_progress_changes_only_numbers(card):
    card.show_view(RUNNING)
    bar, button = card.findChild(QProgressBar), card.findChild(KeyButton)
    assert (bar.value() / bar.maximum(), bar.isVisible()) == (0.25, True)
    card.show_view(replace(RUNNING, share=0.5, count="1.000 dari 2.000 objek", elapsed="0:08"))
    assert bar.value() / bar.maximum() == 0.5
    assert card.findChild(QLabel, "import_count").text() == "1.000 dari 2.000 objek"
    assert card.findChild(KeyButton) is button, "nothing is laid out anew under the pointer"
    card.show_view(replace(RUNNING, share=None))
    assert bar.maximum() == 0, "nobody knows how far it is"


def test_import_layer_is_chosen_by_click_enter(qtbot, card):
    card.show_view(ASKED)
    card.focus_first()
    first, second = card.findChildren(LayerOfferRow)
    with qtbot.waitSignal(card.layer_chosen) as told:
        qtbot.keyClick(first, Qt.Key.Key_Return)
    assert told.args == ["zona"]
    with qtbot.waitSignal(card.layer_chosen) as told:
        qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    assert told.args == ["titik"]


def test_import_card_escape_and_buttons_emit_requests(qtbot, card):
    card.show_view(REFUSED)
    with qtbot.waitSignal(card.action_requested) as told:
        qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert told.args == ["escape"]
    with qtbot.waitSignal(card.action_requested) as told:
        qtbot.mouseClick(card.findChild(KeyButton, "import_other"), Qt.MouseButton.LeftButton)
    assert told.args == ["other"]


@pytest.mark.parametrize("view", [RUNNING, ASKED, CAME, REFUSED])
def test_import_card_texts_are_not_cut(card, view: ImportView):
    for shown in (REFUSED, RUNNING, view):
        card.show_view(shown)
    card.layout().activate()
    parts = [card.findChild(QLabel, "import_text"), *card.findChildren(KeyButton)]
    live = [each for each in parts if each.isVisible()]
    for each in live:
        if each.hasHeightForWidth():
            assert each.height() >= each.heightForWidth(each.width())
        assert card.rect().contains(each.geometry())
    overlapping = [(a, b) for a in live for b in live if a is not b and a.geometry().intersects(b.geometry())]
    assert overlapping == []
    assert card.height() < 340, "a long list is scrolled"


def test_import_card_lies_beside_legend(qtbot, appearance):
    view = MapView(appearance)
    qtbot.addWidget(view)
    view.canvas.show_base_map(small_base_map())
    view.resize(1000, 420)
    view.show()
    view.imports.show_view(REFUSED)
    assert view.rect().contains(view.imports.geometry())
    assert not view.imports.geometry().intersects(view.legend.geometry())
    assert not view.imports.geometry().intersects(view.buttons.geometry())
    view.canvas.close_workers()


def test_imported_layer_is_removable_and_lost_reported(qtbot, appearance):
    panel = LayersPanel(appearance)
    qtbot.addWidget(panel)
    panel.resize(300, 700)
    posko = point_layer("posko", {"a": (0, 0)})
    content = MapContent(
        base_map=small_base_map(), imported=(posko,), removable=frozenset({"posko"}), missing=("jalur",)
    )
    panel.show_content(content, {})
    panel.show()
    line = panel.findChild(LayerItem, "layer_posko")
    remove = line.findChild(QToolButton, "layer_remove")
    line.findChild(QToolButton, "layer_open").setChecked(True)
    assert remove.isVisible()
    with qtbot.waitSignal(panel.remove_requested) as told:
        qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    assert told.args == ["posko"]
    lost = panel.findChild(LayerItem, "layer_jalur")
    assert lost.findChild(QLabel, "layer_note").text() == "Data lapisan tidak ada. Impor lagi berkasnya."
    with qtbot.waitSignal(panel.remove_requested) as told:
        qtbot.mouseClick(lost.findChild(QToolButton, "layer_forget"), Qt.MouseButton.LeftButton)
    assert told.args == ["jalur"]
    lakes = panel.findChild(LayerItem, "layer_lakes")
    lakes.findChild(QToolButton, "layer_open").setChecked(True)
    assert not lakes.findChild(QToolButton, "layer_remove").isVisible()


def test_shapefile_counts_once_and_others_never():
    dragged = QMimeData()
    names = ("batas.shp", "batas.DBF", "batas.prj", "foto.jpg", "a.KMZ", "lain.dbf")
    dragged.setUrls([*(QUrl.fromLocalFile(f"/peta/{name}") for name in names), QUrl("https://example.org/b.geojson")])
    assert map_files(dragged) == (Path("/peta/batas.shp"), Path("/peta/a.KMZ"), Path("/peta/lain.dbf"))
