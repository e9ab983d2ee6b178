"""The roster window: weeks, plans and swaps by keys, contested shifts, and the crew in the header."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from support.window_fixture import OpenWindow, identity, open_second_store, visible_texts

from tabuah.operations.people.roles import Role
from tabuah.operations.roster.drafts import ShiftRef, find_shift, plan_shift
from tabuah.operations.roster.entry_bodies import Crew
from tabuah.operations.roster.iso_week import IsoWeek
from tabuah.operations.roster.shift_pattern import shifts_of_week
from tabuah.operations.roster.week_roster import PlannedCrew
from tabuah.operations.roster.week_shifts import this_week
from tabuah.widgets.roster.roster_dialog import RosterDialog

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
A, B = (Crew(name=f"Regu {name}", supervisor=who, members=("budi",)) for name, who in (("A", "rina"), ("B", "yusuf")))


def plan_week(data: Path, weeks: int = 0) -> None:
    """Plan every day of a week, by turns."""
    with open_second_store(data) as store:
        week = this_week(store.now()).plus(weeks)
        for number, shift in enumerate(shifts_of_week()):
            planned = PlannedCrew(crew=(A, B)[number % 2])
            store.save(plan_shift(store.rosters(), ShiftRef(week, shift), planned))


def open_roster(window: OpenWindow) -> RosterDialog:
    window.key(Qt.Key.Key_J, CTRL, SHIFT)
    dialog = window.commands.roster.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    return dialog


def press(window: OpenWindow, dialog: RosterDialog, key: Qt.Key) -> None:
    window.qtbot.keyClick(dialog.grid, key)


def crew_at(window: OpenWindow, key: str, week: IsoWeek | None = None) -> str:
    rosters = window.context.state.snapshot.rosters
    chosen = week or window.commands.roster.week
    shift = next(each for each in shifts_of_week() if each.key == key)
    found = find_shift(rosters, ShiftRef(chosen, shift))
    return found.planned.crew.name if found and found.planned else ""


def write(dialog: RosterDialog, **texts: str) -> None:
    for name, text in texts.items():
        field = dialog.form._controls[name]  # `findChild` also finds those of the form before
        assert isinstance(field, QLineEdit), name
        field.setText(text)


def reason_of(dialog: RosterDialog, name: str) -> str:
    button = dialog.findChild(QPushButton, name)
    assert isinstance(button, QPushButton)
    return "" if button.isEnabled() else button.accessibleDescription()


def test_shift_is_planned_swapped_undone_and_cleared_by_keys(window: OpenWindow):
    dialog = open_roster(window)
    chosen = dialog.grid.chosen
    press(window, dialog, Qt.Key.Key_Return)
    write(dialog, crew="Regu A", supervisor="rina", members="budi, sari", hours="49")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    assert "0,5 sampai 48" in visible_texts(dialog.form)
    write(dialog, hours="24")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    window.until(lambda: crew_at(window, chosen) == "Regu A")
    window.until(lambda: "budi, sari" in visible_texts(dialog))
    press(window, dialog, Qt.Key.Key_S)
    write(dialog, reason="sakit", crew="Regu C", supervisor="dewi")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    window.until(lambda: crew_at(window, chosen) == "Regu C")
    window.until(lambda: "sakit" in visible_texts(dialog))
    press(window, dialog, Qt.Key.Key_U)
    window.until(lambda: crew_at(window, chosen) == "Regu A")
    window.until(lambda: not reason_of(dialog, "roster_clear"))
    press(window, dialog, Qt.Key.Key_Delete)
    card = dialog.findChild(QWidget, "confirm_card")
    window.until(card.isVisible)
    window.qtbot.keyClick(card, Qt.Key.Key_Return)
    window.until(lambda: crew_at(window, chosen) == "")


def test_weeks_change_by_keys_and_the_last_one_is_copied(window: OpenWindow, data: Path):
    plan_week(data)
    dialog = open_roster(window)
    this = window.commands.roster.week
    window.until(lambda: crew_at(window, "1T08:00") == "Regu A")
    press(window, dialog, Qt.Key.Key_PageDown)
    assert window.commands.roster.week == this.plus(1)
    press(window, dialog, Qt.Key.Key_C)
    window.until(lambda: crew_at(window, "7T08:00", this.plus(1)) == "Regu A")
    assert crew_at(window, "2T08:00", this.plus(1)) == "Regu B"
    press(window, dialog, Qt.Key.Key_Home)
    press(window, dialog, Qt.Key.Key_PageUp)
    assert window.commands.roster.week == this.plus(-1)
    assert reason_of(dialog, "roster_copy")  # nothing is planned two weeks ago


def test_arrow_keys_choose_a_shift_and_the_form_exchanges_two(window: OpenWindow, data: Path):
    plan_week(data)
    dialog = open_roster(window)
    window.until(lambda: crew_at(window, "2T08:00") == "Regu B")
    while dialog.grid.chosen != "1T08:00":
        press(window, dialog, Qt.Key.Key_Left)
    press(window, dialog, Qt.Key.Key_Right)
    assert dialog.grid.chosen == "2T08:00"
    press(window, dialog, Qt.Key.Key_S)
    dialog.form._controls["with"].show_current("3T08:00")
    write(dialog, reason="acara keluarga")
    window.qtbot.keyClick(dialog.form, Qt.Key.Key_Return)
    window.until(lambda: (crew_at(window, "2T08:00"), crew_at(window, "3T08:00")) == ("Regu A", "Regu B"))


def test_contested_shift_is_marked_and_settled(window: OpenWindow, data: Path):
    plan_week(data)
    with open_second_store(data) as store:
        week = this_week(store.now())
        store.save(plan_shift({}, ShiftRef(week, shifts_of_week()[1]), PlannedCrew(crew=A)))
    dialog = open_roster(window)
    while dialog.grid.chosen != "2T08:00":
        press(window, dialog, Qt.Key.Key_Right if dialog.grid.chosen < "2" else Qt.Key.Key_Left)
    window.until(lambda: not reason_of(dialog, "roster_settle"))
    press(window, dialog, Qt.Key.Key_K)
    card = dialog.findChild(QWidget, "confirm_card")
    window.until(card.isVisible)
    window.commands.roster._confirm._choices.show_current(
        window.context.state.snapshot.rosters[str(week)].shifts["2T08:00"].proposals[0].entry
    )
    window.qtbot.keyClick(card, Qt.Key.Key_Return)
    window.until(lambda: crew_at(window, "2T08:00") == "Regu A")
    window.until(lambda: bool(reason_of(dialog, "roster_settle")))


def test_header_shows_the_crew_only_in_an_office_with_a_roster(window: OpenWindow, data: Path):
    button = window.shell.findChild(QPushButton, "duty_button")
    assert button.isHidden()
    plan_week(data)
    plan_week(data, -1)  # before the first shift of this week begins
    window.until(lambda: not button.isHidden())
    assert button.text() in ("Regu A", "Regu B")
    button.click()
    assert window.commands.roster.dialog is not None


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
def test_other_roles_read_the_roster(open_console: Callable[..., OpenWindow], data: Path, role: Role):
    with open_second_store(data) as store:
        store.remember_identity(identity(role))
    dialog = open_roster(open_console())
    assert "Sen" in dialog.grid.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert all(reason_of(dialog, f"roster_{name}") for name in ("plan", "swap", "clear", "undo", "copy", "import"))


def test_roster_is_imported_with_refusals_by_line_and_exported_again(window: OpenWindow, tmp_path: Path):
    dialog = open_roster(window)
    week, imports = window.commands.roster.week, window.commands.roster.imports
    assert imports is not None
    assert "Belum ada piket" in reason_of(dialog, "roster_export")
    file = tmp_path / "jadwal.csv"
    file.write_text(f"tanggal;regu;penyelia\n{week.day(2)};Regu A;rina\n31-02-2026;Regu B;yusuf\n", "utf-8")
    imports.show_file(file)
    window.until(lambda: bool(dialog.imports._items))
    assert "bukan tanggal" in visible_texts(dialog.imports)
    window.until(lambda: not reason_of(dialog, "roster_import_save"))
    window.qtbot.keyClick(dialog.imports, Qt.Key.Key_Return)
    window.until(lambda: crew_at(window, "2T08:00") == "Regu A")
    window.until(lambda: "1 piket diimpor." in visible_texts(dialog))
    exported = tmp_path / "ekspor.csv"
    imports.write_export(exported, week)
    window.until(lambda: str(exported) in visible_texts(dialog))
    assert "Regu A,rina" in exported.read_text("utf-8-sig").replace(";", ",")
    imports.show_file(exported)
    window.until(lambda: bool(dialog.imports._items) and dialog.shows_import)
    window.until(lambda: "1 tetap" in visible_texts(dialog.imports))
    window.qtbot.keyClick(dialog.imports, Qt.Key.Key_Escape)
    assert not dialog.shows_import
    imports.show_file(tmp_path / "tidak-ada.csv")
    window.until(lambda: "Tidak ada yang berubah" in visible_texts(dialog))
