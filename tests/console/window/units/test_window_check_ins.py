"""Check-ins in the window: by key and button, with a note, undone, withdrawn, and overdue in list and details."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QListView, QMenu, QPushButton
from support.unit_samples import unit_card
from support.window_fixture import OpenWindow, open_second_store, report_in_second_store

from tabuah.console.window.shell.actions import BY_ID
from tabuah.operations.incidents.drafts import edit_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.units.drafts import check_in_unit, move_unit, register_unit
from tabuah.operations.units.unit import Unit, UnitState
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.units.unit_item import UnitItem
from tabuah.widgets.units.units_panel import UnitModel
from tabuah.widgets.values import Level

SHIFT = Qt.KeyboardModifier.ShiftModifier


def unit_in(window: OpenWindow, unit_id: str = "TRC-1") -> Unit:
    return window.console.services.state.snapshot.units[unit_id]


def item(window: OpenWindow, unit_id: str = "TRC-1") -> UnitItem:
    if window.shell.parts.panels["units"].isHidden():
        window.key(Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    model = window.find(QListView, "units_list").model()
    assert isinstance(model, UnitModel)
    number = model.find(unit_id)
    assert number is not None
    found = model.row_at(number)
    assert isinstance(found, UnitItem)
    return found


def menu_action(window: OpenWindow, code: str) -> QAction:
    """Return an action of the menu of the state button."""
    menu = window.find(QPushButton, "unit_state").menu()
    assert isinstance(menu, QMenu)
    return next(each for each in menu.actions() if each.data() == code)


def send(store: ConsoleStore, unit_id: str, *, minutes_ago: int) -> None:
    """Send a unit to the only incident of the store."""
    (incident,) = store.incidents()
    store.save(edit_incident(incident, IncidentEdited(assignment=(unit_id,))))
    unit = next(each for each in store.units() if each.id == unit_id)
    at = store.now() - timedelta(minutes=minutes_ago)
    store.save(move_unit(unit, UnitState.ON_SCENE, incident=incident.id, occurred_at=at))


@pytest.fixture
def crews(window: OpenWindow, data: Path) -> OpenWindow:
    """Return a window whose crew TRC-1 is on scene since 50 minutes, with DMK-1 at its post."""
    with open_second_store(data) as store:
        report_in_second_store(store)
        for unit_id in ("TRC-1", "DMK-1"):
            store.save(register_unit(unit_card(unit_id)))
        send(store, "TRC-1", minutes_ago=50)
    window.until(lambda: len(window.incidents) == 1 and unit_in(window).state is UnitState.ON_SCENE)
    window.choose(window.incidents[0])
    updates = window.console.objects.updates.units
    window.until(lambda: updates.known[-1:] != () and updates.known[-1].activity.state is UnitState.ON_SCENE)
    return window


def test_missed_check_in_is_marked_in_list_and_details(crews: OpenWindow) -> None:
    assert (item(crews).check_in, item(crews).overdue) == ("terlambat lapor 20 mnt", True)
    assert item(crews).level is Level.HIGH
    assert (item(crews, "DMK-1").check_in, item(crews, "DMK-1").overdue) == ("", False)
    crews.until(lambda: "TRC-1 (di lokasi, terlambat lapor 20 mnt)" in crews.details_text)


def test_check_in_by_key_restarts_the_clock_and_can_be_undone(crews: OpenWindow) -> None:
    item(crews)
    crews.shell.parts.units.select("TRC-1")
    crews.key(Qt.Key.Key_R, SHIFT)
    crews.wait_for_toast("Laporan berkala TRC-1 dicatat.", "Urungkan")
    crews.until(lambda: not item(crews).overdue)
    assert item(crews).check_in.startswith("lapor sebelum ")
    assert unit_in(crews).check_ins[-1].incident == crews.incidents[0].id
    crews.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    crews.until(lambda: item(crews).overdue)
    assert unit_in(crews).check_ins == ()


def test_check_in_with_a_note_is_confirmed_by_enter(crews: OpenWindow) -> None:
    item(crews)
    crews.shell.parts.units.select("TRC-1")
    menu_action(crews, "check_in_note").trigger()
    crews.edit("confirm_field").setText("air naik")
    crews.key(Qt.Key.Key_Return)
    crews.until(lambda: [each.note for each in unit_in(crews).check_ins] == ["air naik"])


def test_last_check_in_is_withdrawn_with_a_reason(crews: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        store.save(check_in_unit(next(each for each in store.units() if each.id == "TRC-1")))
    crews.until(lambda: not item(crews).overdue)
    crews.shell.parts.units.select("TRC-1")
    crews.until(lambda: menu_action(crews, "withdraw_check_in").isEnabled())
    menu_action(crews, "withdraw_check_in").trigger()
    crews.edit("confirm_field").setText("regu lain")
    crews.key(Qt.Key.Key_Return)
    crews.until(lambda: unit_in(crews).check_ins == ())
    crews.until(lambda: not menu_action(crews, "withdraw_check_in").isEnabled())


def test_unit_at_its_post_has_no_check_in(crews: OpenWindow) -> None:
    item(crews)
    crews.shell.parts.units.select("DMK-1")
    button = crews.find(QPushButton, "unit_check_in")
    crews.until(lambda: not button.isEnabled())
    assert "DMK-1 tidak sedang bertugas." in button.toolTip()
    crews.key(Qt.Key.Key_R, SHIFT)
    crews.wait_for_toast("DMK-1 tidak sedang bertugas.")


def test_check_in_needs_a_selected_unit(crews: OpenWindow) -> None:
    assert crews.console.objects.availability.reason_of("check_in_unit") == "Pilih regu lebih dahulu."
    assert BY_ID["check_in_unit"].keys == ("Shift+R",)
