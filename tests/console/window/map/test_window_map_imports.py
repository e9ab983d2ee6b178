"""Map imports in the window.

Chosen, dropped, refused, cancelled, killed, removed, noticed from outside.
"""

import json
import os
import signal
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyogrio.raw import write
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QToolButton
from support.tile_samples import picture, write_mbtiles
from support.window_fixture import OpenWindow, visible_texts

from tabuah.console.map.map_import import import_layer
from tabuah.console.window.shared.map_imports import ImportJob, ImportPhase
from tabuah.storage.cache.map.imported_layers import imported_layers
from tabuah.storage.cache.map.maps import load_maps
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.drop_target import DropTarget
from tabuah.widgets.map.imports.import_card import LayerOfferRow
from tabuah.widgets.map.layers.layer_item import LayerItem

SPOT = {"type": "Point", "coordinates": [100.65, -0.84]}


def geojson(path: Path, geometries: Sequence[Any] = (SPOT,)) -> Path:
    features = [{"type": "Feature", "geometry": each, "properties": {}} for each in geometries]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.fixture
def spots(tmp_path: Path) -> Path:
    """Return a layer of two points."""
    return geojson(tmp_path / "posko.geojson", [SPOT, {"type": "Point", "coordinates": [100.7, -0.9]}])


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Return a layer that takes a while to import."""
    places = [[100.5 + n / 20_000, -0.9] for n in range(8_000)]
    return geojson(tmp_path / "banyak.geojson", [{"type": "Point", "coordinates": place} for place in places])


def begin(window: OpenWindow, *files: Path) -> None:
    window.console.services.imports.begin(files)


def ended(window: OpenWindow) -> ImportJob:
    """Wait until the process has ended."""
    imports = window.console.services.imports
    window.until(lambda: imports.job is not None and imports.job.phase is not ImportPhase.RUNNING)
    assert imports.job is not None
    return imports.job


def card(window: OpenWindow) -> str:
    return visible_texts(window.shell.parts.map.imports)


def press(window: OpenWindow, name: str) -> None:
    window.qtbot.mouseClick(window.find(KeyButton, f"import_{name}"), Qt.MouseButton.LeftButton)


def open_dialog(window: OpenWindow) -> QFileDialog:
    dialog = window.shell.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    return dialog


def drawn(window: OpenWindow) -> list[str]:
    return [layer.name for layer in window.shell.parts.map.canvas.content.imported]


def tables(data: Path) -> list[str]:
    with imported_layers(data) as layers:
        return [each.name for each in layers.list()]


def line(window: OpenWindow, name: str) -> LayerItem:
    window.shell.parts.panels["layers"].show()  # a hidden panel has no rows
    window.until(lambda: window.shell.findChild(LayerItem, f"layer_{name}") is not None)
    return window.find(LayerItem, f"layer_{name}")


def say_yes(window: OpenWindow) -> None:
    window.qtbot.keyClick(window.shell.parts.confirm, Qt.Key.Key_Return)


def test_map_import_shows_chosen_file(window: OpenWindow, spots: Path):
    window.key(Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    dialog = open_dialog(window)
    dialog.filesSelected.emit([str(spots)])
    dialog.close()
    assert "Mengimpor posko.geojson" in card(window)
    window.until(lambda: drawn(window) == ["posko"])
    assert "posko sudah di peta" in card(window)
    assert "2 fitur" in card(window)
    press(window, "show")
    view = window.shell.parts.map.canvas.view
    assert view.centre_deg == pytest.approx((100.675, -0.87), abs=0.01)
    assert view.metres_per_px < 40
    assert window.shell.parts.map.imports.isHidden()


def test_boundary_import_updates_places(window: OpenWindow, reference_data: Path):
    canvas = window.shell.parts.map.canvas
    begin(window, reference_data / "solok_nagari.geojson")
    window.until(lambda: "Batas resmi 14 kecamatan dan 74 nagari" in card(window))
    window.until(lambda: not canvas.content.shows_approximate_borders())
    assert "perkiraan" not in window.context.places.suggestion_at(100.6531, -0.8360).detail
    line(window, "kecamatan").findChild(QToolButton, "layer_remove").click()
    assert "batas perkiraan" in visible_texts(window.shell.parts.confirm)
    say_yes(window)
    window.until(lambda: canvas.content.shows_approximate_borders() is True)
    window.wait_for_toast("kembali menampilkan batas perkiraan")
    assert not load_maps(window.console.services.directory).is_official


def test_map_import_layer_is_chosen_by_keyboard(window: OpenWindow, tmp_path: Path):
    file = tmp_path / "kirim.gpkg"
    for name, count in (("zona", 3), ("titik", 5)):
        shapes = [shapely.Point(100.6 + n / 100, -0.9) for n in range(count)]
        write(file, geometry=np.array(shapely.to_wkb(shapes), dtype=object), field_data=[], fields=[],
              geometry_type="Point", crs="EPSG:4326", layer=name, append=file.exists())  # fmt: skip
    begin(window, file)
    ended(window)
    offers = window.shell.parts.map.imports.findChildren(LayerOfferRow)
    assert [(each.offer.name, each.offer.detail) for each in offers] == [
        ("zona", "3 fitur · titik"),
        ("titik", "5 fitur · titik"),
    ]
    window.until(offers[0].hasFocus)
    window.key(Qt.Key.Key_Down)
    assert offers[1].hasFocus()
    window.key(Qt.Key.Key_Return)
    window.until(lambda: drawn(window) == ["titik"])


def test_map_import_refuses_bad_file_with_reasons(window: OpenWindow, spots: Path, data: Path):
    begin(window, spots)
    window.until(lambda: drawn(window) == ["posko"])
    geojson(spots, [SPOT, {"type": "Point", "coordinates": [-0.84, 100.65]}])
    begin(window, spots)
    ended(window)
    window.until(lambda: "posko.geojson tidak diimpor" in card(window))
    assert "Fitur 2: bujur dan lintang tertukar" in card(window)
    assert "Tidak ada yang berubah" in card(window)
    assert (drawn(window), tables(data)) == (["posko"], ["posko"])
    press(window, "other")
    open_dialog(window).close()


def test_escape_closes_import_card_only(window: OpenWindow, spots: Path):
    window.shell.parts.map.canvas.setFocus()
    begin(window, spots)
    window.key(Qt.Key.Key_Escape)
    assert "Mengimpor posko.geojson" in card(window)
    ended(window)
    window.key(Qt.Key.Key_Escape)
    assert window.shell.parts.map.imports.isHidden()


def test_cancelled_import_leaves_maps_unchanged(window: OpenWindow, large: Path, data: Path):
    begin(window, large)
    press(window, "cancel")
    window.wait_for_toast("banyak.geojson dibatalkan")
    assert window.console.services.imports.job is None
    assert window.shell.parts.map.imports.isHidden()
    assert (load_maps(data).imported, tables(data)) == ((), [])


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_killed_import_is_reported_and_retried(window: OpenWindow, large: Path, data: Path):
    imports = window.console.services.imports
    begin(window, large)
    window.until(lambda: imports._process is not None and imports._process.processId() > 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tabuah.console.window.shared.map_imports.log.error", lambda *_words: None)
        os.kill(imports._process.processId(), signal.SIGKILL)
        assert ended(window).phase is ImportPhase.FAILED
    window.until(lambda: "Impor berhenti sebelum selesai" in card(window))
    assert (load_maps(data).imported, tables(data)) == ((), [])
    press(window, "again")
    window.until(lambda: drawn(window) == ["banyak"])


def test_import_queue_waits_only_for_refused_file(window: OpenWindow, tmp_path: Path):
    good = [geojson(tmp_path / f"{name}.geojson") for name in ("a", "c")]
    bad = tmp_path / "b.geojson"
    bad.write_text("{")
    begin(window, good[0], bad, good[1])
    window.until(lambda: "b.geojson tidak diimpor" in card(window))
    window.wait_for_toast("Diimpor: a")
    press(window, "next")
    window.until(lambda: sorted(drawn(window)) == ["a", "c"])


def test_closing_window_cancels_import(open_console: Callable[..., OpenWindow], large: Path, data: Path):
    window = open_console()
    begin(window, large)
    window.shell.close()
    assert window.console.services.imports.job is None
    assert tables(data) == []


def test_map_import_continues_in_other_language(window: OpenWindow, large: Path):
    begin(window, large)
    window.console.change_language()
    assert "Importing banyak.geojson" in card(window)
    window.until(lambda: drawn(window) == ["banyak"])
    assert "is on the map" in card(window)


def test_map_import_by_command_is_shown(window: OpenWindow, spots: Path, data: Path):
    import_layer(data, spots)
    window.until(lambda: drawn(window) == ["posko"])
    assert window.shell.parts.map.imports.isHidden()


def test_missing_layer_is_reported_and_removable(window: OpenWindow, spots: Path, data: Path):
    import_layer(data, spots)
    window.until(lambda: drawn(window) == ["posko"])
    (data / "map" / "layers.npz").unlink()
    window.until(lambda: drawn(window) == [])
    note = line(window, "posko").findChild(QLabel, "layer_note")
    assert note.text() == "Data lapisan tidak ada. Impor lagi berkasnya."
    line(window, "posko").findChild(QToolButton, "layer_forget").click()
    say_yes(window)
    window.until(lambda: window.shell.findChild(LayerItem, "layer_posko") is None)
    assert tables(data) == []


def test_layer_removal_asks_first(window: OpenWindow, spots: Path, data: Path):
    import_layer(data, spots)
    window.until(lambda: drawn(window) == ["posko"])
    remove = line(window, "posko").findChild(QToolButton, "layer_remove")
    remove.click()
    assert "Hapus posko?" in visible_texts(window.shell.parts.confirm)
    window.qtbot.keyClick(window.shell.parts.confirm, Qt.Key.Key_Escape)
    assert tables(data) == ["posko"]
    remove.click()
    say_yes(window)
    window.until(lambda: drawn(window) == [])
    window.wait_for_toast("posko sudah dihapus")
    assert tables(data) == []
    assert spots.exists()


def test_tile_file_changes_are_noticed(window: OpenWindow, data: Path):
    (data / "tiles").mkdir()
    file = write_mbtiles(data / "tiles" / "citra.mbtiles", {(0, 0, 0): picture("#336699")}, name="Citra 2026")
    note = line(window, "citra.mbtiles").findChild(QLabel, "layer_note")
    file.unlink()
    window.until(lambda: note.text() == "Berkas peta citra.mbtiles tidak ada.")


def test_layer_question_does_not_interrupt_typing(window: OpenWindow, tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("satu", "dua"):
            archive.write(geojson(tmp_path / f"{name}.geojson"), f"{name}.geojson")
    window.key(Qt.Key.Key_N)
    window.write("Koto")
    typed_into = QApplication.focusWidget()
    begin(window, tmp_path / "a.zip")
    ended(window)
    window.until(lambda: len(window.shell.parts.map.imports.findChildren(LayerOfferRow)) == 2)
    assert QApplication.focusWidget() is typed_into
    window.key(Qt.Key.Key_Escape)


def test_map_choices_survive_reload(window: OpenWindow, spots: Path, data: Path):
    canvas = window.shell.parts.map.canvas
    canvas.set_layer_visible("incident_density", visible=True)
    canvas.set_layer_visible("lakes", visible=False)
    canvas.show_view(100.7, -0.9, 30.0)
    import_layer(data, spots)
    window.until(lambda: drawn(window) == ["posko"])
    assert canvas.content.shows("incident_density")
    assert not canvas.content.shows("lakes")
    assert canvas.view.metres_per_px == pytest.approx(30.0)


def dragged(*files: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return mime


def enter(window: OpenWindow, mime: QMimeData) -> None:
    """Drag over the map."""
    canvas = window.shell.parts.map.canvas
    copy, left, bare = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(canvas, QDragEnterEvent(canvas.rect().center(), copy, mime, left, bare))


def test_map_import_accepts_dropped_file(window: OpenWindow, spots: Path):
    mime, target = dragged(spots), window.find(DropTarget, "drop_target")
    enter(window, mime)
    assert target.isVisible()
    assert target.text == "Impor posko.geojson"
    drop = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(window.shell.parts.map.canvas, drop)
    assert not target.isVisible()
    window.until(lambda: drawn(window) == ["posko"])


def test_map_ignores_drop_of_other_file(window: OpenWindow, tmp_path: Path):
    enter(window, dragged(tmp_path / "foto.jpg"))
    assert not window.find(DropTarget, "drop_target").isVisible()
    shapefile = [tmp_path / f"batas{suffix}" for suffix in (".shp", ".shx", ".dbf", ".prj")]
    enter(window, dragged(*shapefile, tmp_path / "a.kml"))
    assert window.find(DropTarget, "drop_target").text == "Impor 2 berkas peta"
    QApplication.sendEvent(window.shell.parts.map.canvas, QDragLeaveEvent())
    assert not window.find(DropTarget, "drop_target").isVisible()
