"""The trays by keyboard: one key per decision, reasons, and no accidental decision."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.labels import EmptyState, Text
from tabuah.widgets.sync.tray_item import HELD, REJECTED, DependentItem, TrayItem
from tabuah.widgets.sync.tray_panel import TrayPanel
from tabuah.widgets.theme.appearance import Appearance

HELD_ITEMS = tuple(
    TrayItem(
        id=f"h{n}",
        text=f"Keparahan: Berat ({n})",
        about="SLK-7K3A-0012 · Banjir, Nagari Koto Baru",
        author="posko",
        device="Laptop-Kubung",
        at="14.24 WIB",
        reason="Izin masuk sudah habis saat ditulis.",
    )
    for n in range(3)
)
REJECTED_ITEM = TrayItem(
    id="r1",
    text="Air setinggi lutut",
    about="SLK-7K3A-0013",
    author="posko",
    device="Laptop-Kubung",
    at="14.20 WIB",
    reason="Peran Anda tidak mengizinkan ini.",
    editable_text="Air setinggi lutut",
    dependents=(DependentItem(text="Status: Ditugaskan", meta="14.22 WIB"),),
)


@pytest.fixture
def panel(qtbot: QtBot, appearance: Appearance) -> TrayPanel:
    widget = TrayPanel(appearance)
    qtbot.addWidget(widget)
    widget.resize(1100, 240)
    widget.show_items(held=HELD_ITEMS, rejected=(REJECTED_ITEM,))
    widget.show()
    widget.setFocus()
    return widget


def says(panel: TrayPanel) -> str:
    return " | ".join(label.text() for label in panel.findChildren(Text) if label.isVisibleTo(panel))


def editor(panel: TrayPanel) -> QPlainTextEdit:
    edit = panel.findChild(QPlainTextEdit, "tray_text")
    assert isinstance(edit, QPlainTextEdit)
    return edit


def test_tray_shows_first_change_in_full(panel: TrayPanel) -> None:
    assert panel.current == HELD_ITEMS[0]
    words = says(panel)
    assert all(word in words for word in ("Keparahan: Berat (0)", "SLK-7K3A-0012", "posko · Laptop-Kubung"))
    assert "3 perubahan menunggu penyelia" in words


def test_tray_enter_releases_selected_change(qtbot: QtBot, panel: TrayPanel) -> None:
    qtbot.keyClick(panel, Qt.Key.Key_Down)
    with qtbot.waitSignal(panel.release_requested) as heard:
        qtbot.keyClick(panel, Qt.Key.Key_Return)
    assert heard.args == ["h1"]


def test_refusing_requires_reason(qtbot: QtBot, panel: TrayPanel) -> None:
    qtbot.keyClicks(panel, "x")
    with qtbot.assertNotEmitted(panel.refuse_requested):
        qtbot.keyClick(editor(panel), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "memerlukan alasan" in says(panel)
    qtbot.keyClicks(editor(panel), "laporan ganda")
    with qtbot.waitSignal(panel.refuse_requested) as heard:
        qtbot.keyClick(editor(panel), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert heard.args == ["h0", "laporan ganda"]
    assert not editor(panel).isVisibleTo(panel)


def test_tray_escape_closes_reason_first(qtbot: QtBot, panel: TrayPanel) -> None:
    qtbot.keyClicks(panel, "x")
    with qtbot.assertNotEmitted(panel.closed):
        qtbot.keyClick(editor(panel), Qt.Key.Key_Escape)
    with qtbot.waitSignal(panel.closed):
        qtbot.keyClick(panel, Qt.Key.Key_Escape)


def test_rejected_tray_shows_dependents(qtbot: QtBot, panel: TrayPanel) -> None:
    qtbot.keyClick(panel, Qt.Key.Key_Right)
    assert panel.tray == REJECTED
    qtbot.waitUntil(lambda: "• Status: Ditugaskan" in says(panel))
    assert "1 perubahan tidak berlaku" in says(panel)


def test_rejected_change_is_resent_with_corrected_text(qtbot: QtBot, panel: TrayPanel) -> None:
    panel.show_tray(REJECTED)
    with qtbot.waitSignal(panel.reissue_requested) as heard:
        qtbot.keyClick(panel, Qt.Key.Key_Return)
    assert heard.args == ["r1", None]
    qtbot.keyClicks(panel, "e")
    assert editor(panel).toPlainText() == "Air setinggi lutut"
    editor(panel).setPlainText("Air setinggi pinggang")
    with qtbot.waitSignal(panel.reissue_requested) as heard:
        qtbot.keyClick(editor(panel), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert heard.args == ["r1", "Air setinggi pinggang"]


def test_rejected_change_is_dismissed_by_key(qtbot: QtBot, panel: TrayPanel) -> None:
    panel.show_tray(REJECTED)
    with qtbot.waitSignal(panel.dismiss_requested) as heard:
        qtbot.keyClicks(panel, "x")
    assert heard.args == ["r1"]


def test_change_without_text_cannot_be_corrected(qtbot: QtBot, panel: TrayPanel) -> None:
    panel.show_items(held=(), rejected=(replace(REJECTED_ITEM, editable_text=None),))
    panel.show_tray(REJECTED)
    assert not panel.findChild(KeyButton, "tray_reword").isVisibleTo(panel)
    qtbot.keyClicks(panel, "e")
    assert not editor(panel).isVisibleTo(panel)


def test_tray_shows_reason_without_permission(qtbot: QtBot, panel: TrayPanel) -> None:
    reason = "Hanya penyelia yang melepas."
    item = replace(HELD_ITEMS[0], decide_reason=reason, decline_reason=reason)
    panel.show_items(held=(item,), rejected=())
    with qtbot.assertNotEmitted(panel.release_requested), qtbot.assertNotEmitted(panel.refuse_requested):
        qtbot.keyClick(panel, Qt.Key.Key_Return)
        qtbot.keyClicks(panel, "x")
    assert reason in panel.findChild(KeyButton, "tray_decide").toolTip()
    assert not editor(panel).isVisibleTo(panel)


def test_tray_selection_survives_update(panel: TrayPanel) -> None:
    panel.choose("h1")
    panel.show_items(held=(HELD_ITEMS[0], replace(HELD_ITEMS[1], at="14.25 WIB"), HELD_ITEMS[2]), rejected=())
    assert panel.current.id == "h1"
    panel.show_items(held=(HELD_ITEMS[0], HELD_ITEMS[2]), rejected=())
    assert panel.current.id == "h2"


def test_empty_tray_shows_empty_state(panel: TrayPanel) -> None:
    panel.show_items(held=(), rejected=())
    assert "Tidak ada entri yang ditahan" in panel.findChild(EmptyState, "tray_empty").accessibleName()
    panel.show_tray(REJECTED)
    assert "Tidak ada yang ditolak" in panel.findChild(EmptyState, "tray_empty").accessibleName()
    assert panel.current is None


def test_tray_shows_photo_of_selected_change(panel: TrayPanel) -> None:
    photo = QImage(80, 60, QImage.Format.Format_RGB32)
    photo.fill(QColor("#336699"))
    picture = panel.findChild(QLabel, "tray_picture")
    panel.show_picture("h2", photo)
    assert picture.pixmap().isNull()
    panel.show_picture("h0", photo)
    assert picture.isVisibleTo(panel)
    panel.choose("h1")
    assert not picture.isVisibleTo(panel)


def test_tray_refresh_keeps_reason_text(qtbot: QtBot, panel: TrayPanel) -> None:
    qtbot.keyClicks(panel, "x")
    qtbot.keyClicks(editor(panel), "sedang ditulis")
    panel.show_items(held=HELD_ITEMS, rejected=())
    assert editor(panel).isVisibleTo(panel)
    assert editor(panel).toPlainText() == "sedang ditulis"


def test_trays_have_accessible_names(panel: TrayPanel) -> None:
    model = panel.findChild(object, "tray_list").model()
    spoken = model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert "Keparahan: Berat (0)" in spoken
    assert "Izin masuk" in spoken
    assert HELD_ITEMS[0].origin in spoken
    assert panel.tray == HELD
