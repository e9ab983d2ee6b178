"""Check-ins in the window: by key and button, with a note, undone, withdrawn, and overdue in list and details."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QListView, QMenu, QPushButton
from support.unit_samples import unit_card
from support.window_fixture import OpenWindow, identity, open_second_store, report_in_second_store

from tabuah.console.window.shell.actions import BY_ID
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.incidents.drafts import edit_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.people.authority import Authority, User
from tabuah.operations.people.roles import Role
from tabuah.operations.units.drafts import check_in_unit, move_unit, place_unit, register_unit
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


def test_missed_check_in_is_announced_once_and_again_after_each_further_one(
    crews: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    crews.wait_for_toast("1 regu terlambat lapor: TRC-1", "Shift R")
    heard: list[tuple[str, str]] = []
    reminders, now = crews.commands.units.check_in_reminders, crews.console.services.state.now()
    monkeypatch.setattr(reminders, "_announce", lambda title, text: heard.append((title, text)))
    reminders.remind()
    assert heard == []
    monkeypatch.setattr(crews.console.services.state, "now", lambda: now + timedelta(minutes=11))
    reminders.remind()
    reminders.remind()
    assert [title for title, _text in heard] == ["1 regu terlambat lapor: TRC-1"]
    assert crews.incidents[0].number in heard[0][1]


@pytest.mark.parametrize(
    ("role", "opd", "expected"),
    [(Role.OPERATOR, "PMI", 1), (Role.FIELD, "bpbd", 1), (Role.FIELD, "PMI", 0), (Role.VIEWER, "BPBD", 0)],
)
def test_missed_check_in_is_announced_to_control_room_and_own_office(
    crews: OpenWindow, monkeypatch: pytest.MonkeyPatch, role: Role, opd: str, expected: int
) -> None:
    heard: list[str] = []
    reminders, state = crews.commands.units.check_in_reminders, crews.console.services.state
    office = Authority()
    office.update(User(name="budi", role=role, opd=opd, active=True))
    of_person = msgspec.structs.replace(
        state.snapshot, identity=identity(role, "budi"), actor="budi", authority=office
    )
    monkeypatch.setattr(state, "snapshot", of_person)
    monkeypatch.setattr(reminders, "_announce", lambda title, _text: heard.append(title))
    monkeypatch.setattr(reminders, "_known", frozenset())
    reminders.remind()
    assert len(heard) == expected


def test_missed_check_in_of_the_real_world_is_announced_during_an_exercise(crews: OpenWindow) -> None:
    heard: list[str] = []
    reminders, state = crews.commands.units.check_in_reminders, crews.console.services.state
    reminders._announce = lambda title, _text: heard.append(title)
    state.choose_world(ExerciseScope(exercise_id="gempa-1"))
    reminders._known = frozenset()
    reminders.remind()
    assert heard == ["1 regu terlambat lapor: TRC-1"]


def test_missed_check_in_is_marked_on_map_and_wall(crews: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        unit = next(each for each in store.units() if each.id == "TRC-1")
        store.save(place_unit(unit, lon_deg=100.7, lat_deg=-0.9))
    canvas = crews.shell.parts.map.canvas
    crews.until(lambda: len(canvas.content.units.overdue) == 1)
    units = canvas.content.units
    (index,) = units.overdue
    assert units.details(index)[0] == "TRC-1 !"
    assert "terlambat lapor" in units.details(index)[1]
    crews.key(Qt.Key.Key_F11, Qt.KeyboardModifier.ControlModifier)
    view = crews.commands.wall.view
    assert view is not None
    crews.until(lambda: "TRC-1 terlambat lapor 20 mnt" in view.sections.accessibleDescription())
