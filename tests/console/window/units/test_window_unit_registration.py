"""Unit registration and edits by keyboard, with errors at their field."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from support.running_server import RunningServer
from support.unit_samples import unit_card
from support.window_fixture import OpenWindow, log_in_and_sync, open_second_store, visible_texts

from tabuah.console.window.shared.panels import SidePage
from tabuah.operations.units.drafts import register_unit, retire_unit
from tabuah.operations.units.unit import Unit, UnitKind

CONTROL_SHIFT = (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
WHOLE = {"id": "trc-9", "name": "TRC Lembang Jaya", "opd": "BPBD"}


def unit_in(window: OpenWindow, unit_id: str) -> Unit | None:
    return window.console.services.state.snapshot.units.get(unit_id)


def open_form(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_U, *CONTROL_SHIFT)
    assert window.shell.parts.side.page is SidePage.UNIT


def fill(window: OpenWindow, fields: dict[str, str], *, kind: str = "quick_response") -> None:
    for code, text in fields.items():
        window.edit(f"unit_{code}").setText(text)
    if kind:
        window.shell.parts.unit_form._controls["kind"].show_current(kind)
    window.edit("unit_name").setFocus()
    window.key(Qt.Key.Key_Return)


@pytest.fixture
def unit_window(window: OpenWindow, data: Path) -> OpenWindow:
    """Return a window that knows TRC-1, which carries GPS-1 and is based at Arosuka."""
    with open_second_store(data) as store:
        store.save(register_unit(unit_card(tracker="GPS-1")))
    window.until(lambda: unit_in(window, "TRC-1") is not None)
    return window


def test_unit_is_registered_by_keyboard(window: OpenWindow) -> None:
    open_form(window)
    window.write("trc-9")
    window.key(Qt.Key.Key_Tab)
    window.write("TRC Lembang Jaya")
    window.key(Qt.Key.Key_Tab)
    window.write("BPBD")
    window.key(Qt.Key.Key_Tab)
    window.key(Qt.Key.Key_2)
    window.key(Qt.Key.Key_Return)
    window.until(lambda: unit_in(window, "TRC-9") is not None)
    unit = unit_in(window, "TRC-9")
    assert unit is not None
    assert (unit.name, unit.opd, unit.kind, unit.members, unit.home) == (
        "TRC Lembang Jaya", "BPBD", UnitKind.FIRE, 0, None,
    )  # fmt: skip
    assert window.shell.parts.side.page is SidePage.DETAILS
    window.wait_for_toast("Regu TRC-9 terdaftar")


def test_unit_registration_keeps_all_fields(window: OpenWindow) -> None:
    open_form(window)
    more = {
        "members": "6",
        "contact": "kanal 7",
        "tracker": "gps-9",
        "home": "100.6156,-0.9571",
        "home_name": "Arosuka",
    }
    fill(window, WHOLE | more)
    window.until(lambda: unit_in(window, "TRC-9") is not None)
    unit = unit_in(window, "TRC-9")
    assert unit is not None
    assert unit.home is not None
    assert (unit.members, unit.contact, unit.tracker, unit.home.name) == (6, "kanal 7", "GPS-9", "Arosuka")
    assert (unit.home.lon_deg, unit.home.lat_deg) == (100.6156, -0.9571)


@pytest.mark.parametrize(
    ("wrong", "kind", "told"),
    [
        ({"id": "x"}, "fire", "huruf besar"),
        ({"id": "TRC 9"}, "fire", "huruf besar"),
        ({"id": "trc-1"}, "fire", "sudah terdaftar"),
        ({"name": ""}, "fire", "1 s.d. 120"),
        ({"opd": "x" * 121}, "fire", "1 s.d. 120"),
        ({}, "", "Pilih jenis regu"),
        ({"members": "enam"}, "fire", "Jumlah orang, 0"),
        ({"members": "10001"}, "fire", "Jumlah orang, 0"),
        ({"tracker": "gps-1"}, "fire", "sudah dibawa"),
        ({"home": "di kantor"}, "fire", "Ini bukan koordinat"),
        ({"home_name": "Arosuka"}, "fire", "Ini bukan koordinat"),
        ({"home": "100.6,-0.9", "home_name": "x" * 201}, "fire", "200 karakter"),
    ],
)
def test_unit_form_reports_errors_by_field(
    unit_window: OpenWindow, wrong: dict[str, str], kind: str, told: str
) -> None:
    open_form(unit_window)
    fill(unit_window, WHOLE | wrong, kind=kind)
    assert told in visible_texts(unit_window.shell.parts.unit_form)
    assert unit_window.shell.parts.side.page is SidePage.UNIT


def test_retired_unit_can_be_registered_again(unit_window: OpenWindow, data: Path) -> None:
    unit = unit_in(unit_window, "TRC-1")
    assert unit is not None
    with open_second_store(data) as store:
        store.save(retire_unit(unit, reason="rusak"))
    unit_window.until(lambda: bool((unit_in(unit_window, "TRC-1") or unit).retired))
    open_form(unit_window)
    fill(unit_window, WHOLE | {"id": "TRC-1"})
    unit_window.until(lambda: not (unit_in(unit_window, "TRC-1") or unit).retired)


def test_unit_edit_writes_only_changes(unit_window: OpenWindow) -> None:
    before = unit_in(unit_window, "TRC-1")
    assert before is not None
    assert before.home is not None
    unit_window.key(Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    panel, button = unit_window.shell.parts.units, unit_window.find(QPushButton, "unit_edit")
    assert not button.isEnabled()

    def is_chosen() -> bool:
        panel.select("TRC-1")
        return panel.current == "TRC-1" and button.isEnabled()

    unit_window.until(is_chosen)
    button.click()
    assert unit_window.edit("unit_name").text() == before.name
    fill(unit_window, {"members": "8", "home_name": "Posko baru", "contact": ""}, kind="")
    unit_window.until(lambda: (unit_in(unit_window, "TRC-1") or before).members == 8)
    after = unit_in(unit_window, "TRC-1")
    assert after is not None
    assert after.home is not None
    assert (after.home.lon_deg, after.home.lat_deg) == (before.home.lon_deg, before.home.lat_deg)
    assert (after.home.name, after.contact, after.name, after.tracker) == ("Posko baru", "", before.name, "GPS-1")


def test_unit_base_can_be_removed(unit_window: OpenWindow) -> None:
    unit_window.commands.units.unit_registration.begin_edit("TRC-1")
    fill(unit_window, {"home": "", "home_name": ""}, kind="")
    unit_window.until(lambda: getattr(unit_in(unit_window, "TRC-1"), "home", "") is None)


def test_viewer_cannot_register_unit(open_console, data: Path, server: RunningServer) -> None:
    log_in_and_sync(data, server, "pemantau")
    window = open_console()
    window.key(Qt.Key.Key_U, *CONTROL_SHIFT)
    window.wait_for_toast("Peran Anda tidak")
    assert window.shell.parts.side.page is not SidePage.UNIT
