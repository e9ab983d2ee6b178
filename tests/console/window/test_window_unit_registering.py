"""Units registered and edited in the window: by keyboard, with what is wrong told at its field."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from running_server import RunningServer
from unit_samples import unit_card
from window_room import OpenWindow, beside, log_in_and_sync, texts_of

from tabuah.console.window.panels import Page
from tabuah.operations.units.codes import UnitKind
from tabuah.operations.units.gestures import register_unit, retire_unit
from tabuah.operations.units.unit import Unit

CONTROL_SHIFT = (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
WHOLE = {"id": "trc-9", "name": "TRC Lembang Jaya", "opd": "BPBD"}


def unit_in(window: OpenWindow, unit_id: str) -> Unit | None:
    return window.console.services.room.snapshot.units.get(unit_id)


def open_form(window: OpenWindow) -> None:
    window.key(Qt.Key.Key_U, *CONTROL_SHIFT)
    assert window.shell.parts.side.page is Page.UNIT


def fill(window: OpenWindow, fields: dict[str, str], *, kind: str = "quick_response") -> None:
    for code, text in fields.items():
        window.edit(f"unit_{code}").setText(text)
    if kind:
        window.shell.parts.unit_form._controls["kind"].show_current(kind)
    window.edit("unit_name").setFocus()
    window.key(Qt.Key.Key_Return)


@pytest.fixture
def with_unit(window: OpenWindow, data: Path) -> OpenWindow:
    """A window that knows TRC-1, which carries GPS-1 and stands at Arosuka."""
    with beside(data) as store:
        store.save(register_unit(unit_card(tracker="GPS-1")))
    window.until(lambda: unit_in(window, "TRC-1") is not None)
    return window


def test_a_unit_is_registered_by_keyboard_alone(window: OpenWindow) -> None:
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
    assert window.shell.parts.side.page is Page.DETAILS
    window.until_toast("Regu TRC-9 terdaftar")


def test_all_that_is_known_of_a_unit_is_kept(window: OpenWindow) -> None:
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
        ({}, "", "Pilih untuk tugas apa"),
        ({"members": "enam"}, "fire", "Jumlah orang, 0"),
        ({"members": "10001"}, "fire", "Jumlah orang, 0"),
        ({"tracker": "gps-1"}, "fire", "sudah dibawa"),
        ({"home": "di kantor"}, "fire", "Ini bukan koordinat"),
        ({"home_name": "Arosuka"}, "fire", "Ini bukan koordinat"),
        ({"home": "100.6,-0.9", "home_name": "x" * 201}, "fire", "200 karakter"),
    ],
)
def test_what_cannot_be_is_told_where_it_stands(
    with_unit: OpenWindow, wrong: dict[str, str], kind: str, told: str
) -> None:
    open_form(with_unit)
    fill(with_unit, WHOLE | wrong, kind=kind)
    assert told in texts_of(with_unit.shell.parts.unit_form)
    assert with_unit.shell.parts.side.page is Page.UNIT


def test_a_retired_unit_may_come_back(with_unit: OpenWindow, data: Path) -> None:
    unit = unit_in(with_unit, "TRC-1")
    assert unit is not None
    with beside(data) as store:
        store.save(retire_unit(unit, reason="rusak"))
    with_unit.until(lambda: bool((unit_in(with_unit, "TRC-1") or unit).retired))
    open_form(with_unit)
    fill(with_unit, WHOLE | {"id": "TRC-1"})
    with_unit.until(lambda: not (unit_in(with_unit, "TRC-1") or unit).retired)


def test_only_what_was_changed_is_written(with_unit: OpenWindow) -> None:
    before = unit_in(with_unit, "TRC-1")
    assert before is not None
    assert before.home is not None
    with_unit.key(Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    panel, button = with_unit.shell.parts.units, with_unit.find(QPushButton, "unit_edit")
    assert not button.isEnabled()

    def is_chosen() -> bool:
        panel.select("TRC-1")
        return panel.current == "TRC-1" and button.isEnabled()

    with_unit.until(is_chosen)
    button.click()
    assert with_unit.edit("unit_name").text() == before.name
    fill(with_unit, {"members": "8", "home_name": "Posko baru", "contact": ""}, kind="")
    with_unit.until(lambda: (unit_in(with_unit, "TRC-1") or before).members == 8)
    after = unit_in(with_unit, "TRC-1")
    assert after is not None
    assert after.home is not None
    assert (after.home.lon_deg, after.home.lat_deg) == (before.home.lon_deg, before.home.lat_deg)
    assert (after.home.name, after.contact, after.name, after.tracker) == ("Posko baru", "", before.name, "GPS-1")


def test_a_unit_may_lose_its_post(with_unit: OpenWindow) -> None:
    with_unit.shell.doing.unit_registering.begin_edit("TRC-1")
    fill(with_unit, {"home": "", "home_name": ""}, kind="")
    with_unit.until(lambda: getattr(unit_in(with_unit, "TRC-1"), "home", "") is None)


def test_a_viewer_registers_no_unit(open_console, data: Path, server: RunningServer) -> None:
    log_in_and_sync(data, server, "pemantau")
    window = open_console()
    window.key(Qt.Key.Key_U, *CONTROL_SHIFT)
    window.until_toast("Peran Anda tidak")
    assert window.shell.parts.side.page is not Page.UNIT
