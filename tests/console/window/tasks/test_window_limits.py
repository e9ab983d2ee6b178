"""Reminders of time limits and their window: once for each stage, by urgency, and shown by one key."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget
from support.console_stores import open_store, report_incident_at
from support.regencies import regency_in_use
from support.two_worlds import MARK, NAME, TwoWorlds
from support.window_fixture import OpenWindow, identity, open_second_store, visible_texts

from tabuah.console.window.tasks.announced_limits import FILE_NAME, read_announced
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.operations.tasks import drafts
from tabuah.operations.tasks.task import OwnerKind, TaskKind, TaskOwner
from tabuah.resources.regency import shipped_regency
from tabuah.resources.regency_profile import Holiday
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.widgets.alarms.sound_player import AlarmTone

MINUTE = timedelta(minutes=1)
PUPR = TaskOwner(kind=OwnerKind.OPD, name="Dinas PUPR")


class Heard(NamedTuple):
    title: str
    tone: AlarmTone | None


@pytest.fixture
def heard() -> list[Heard]:
    return []


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch, heard: list[Heard]) -> Callable[[OpenWindow], OpenWindow]:
    """Return a function that records the announcements of a window from now on."""

    def announce(title: str, _text: str, *, tone: AlarmTone | None) -> None:
        heard.append(Heard(title, tone))

    def listen_to(window: OpenWindow) -> OpenWindow:
        monkeypatch.setattr(window.commands.limits.reminders, "_announce", announce)
        return window

    return listen_to


def add_task(store: ConsoleStore, incident: Incident, *, left_min: float, what: str = "pasang rambu") -> str:
    """Add a task of an hour that has some minutes left."""
    now = store.now()
    task_id = new_uuid(now)
    store.save(
        drafts.add_task(
            task_id,
            incident,
            what=what,
            owner=PUPR,
            kind=TaskKind.ACTION,
            due_at=now + left_min * MINUTE,
        )
    )
    return task_id


def prepare(data: Path, *left_min: float, role: Role = Role.SUPERVISOR, actor: str = "rina") -> Incident:
    with open_second_store(data) as store:
        store.remember_identity(identity(role, actor))
        incident = report_incident_at(store)
        for number, left in enumerate(left_min):
            add_task(store, incident, left_min=left, what=f"tugas {number}")
    return incident


def refresh(window: OpenWindow, tasks: int) -> None:
    window.context.state.refresh()
    window.until(lambda: len(window.context.state.snapshot.tasks) == tasks)


def test_overdue_limit_is_announced_once_and_opened_by_key(
    window: OpenWindow, data: Path, listen: Callable, heard: list[Heard]
):
    listen(window)
    prepare(data, -2)
    refresh(window, 1)
    window.until(lambda: len(heard) == 1)
    window.commands.limits.reminders.remind()
    assert len(heard) == 1
    assert "tugas 0" in heard[0].title
    assert heard[0].tone is AlarmTone.HIGH
    assert "Shift L" in window.toasts
    window.key(Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    dialog = window.commands.limits.dialog
    assert dialog is not None
    window.until(dialog.isActiveWindow)
    assert dialog.list.chosen == window.commands.limits.reminders.last
    assert "Dinas PUPR" in visible_texts(dialog)
    window.qtbot.keyClick(dialog, Qt.Key.Key_Return)
    window.until(lambda: window.commands.tasks.dialog is not None)
    tasks = window.commands.tasks.dialog
    assert tasks is not None
    assert tasks.list.chosen in window.context.state.snapshot.tasks


def test_button_of_a_reminder_opens_the_limit(window: OpenWindow, data: Path, listen: Callable, heard: list[Heard]):
    listen(window)
    prepare(data, -2)
    refresh(window, 1)
    window.until(lambda: len(heard) == 1)
    button = window.shell.findChild(QWidget, "toast_show")
    assert button is not None
    window.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = window.commands.limits.dialog
    assert dialog is not None
    assert dialog.list.chosen == window.commands.limits.reminders.last


def test_many_limits_are_announced_in_one_message(
    window: OpenWindow, data: Path, listen: Callable, heard: list[Heard]
):
    listen(window)
    prepare(data, *[-1.0] * 40, *[30.0] * 5)
    refresh(window, 45)
    window.until(lambda: len(heard) == 1)
    assert heard[0].title == "40 batas waktu lewat"


def test_near_limit_is_quiet_and_escalated_one_is_loud(
    window: OpenWindow, data: Path, listen: Callable, heard: list[Heard]
):
    listen(window)
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.SUPERVISOR, "rina"))
        incident = report_incident_at(store)
        store.save(
            drafts.add_task(
                new_uuid(store.now()),
                incident,
                what="sebentar",
                owner=PUPR,
                due_at=store.now() + timedelta(seconds=2),
            )
        )
    refresh(window, 1)
    window.until(lambda: window.context.state.snapshot.actor == "rina")
    reminders = window.commands.limits.reminders
    later = datetime.now(UTC)
    for minutes, tones in ((1, [AlarmTone.HIGH]), (16, [AlarmTone.HIGH, AlarmTone.CRITICAL])):
        window.context.state._clock = lambda minutes=minutes: later + minutes * MINUTE
        reminders.remind()
        assert [each.tone for each in heard if each.tone is not AlarmTone.NOTICE] == tones
    assert heard[-1].title.startswith("Dieskalasi")


def test_escalation_to_another_person_is_shown_and_makes_no_sound(
    window: OpenWindow, data: Path, listen: Callable, heard: list[Heard]
):
    listen(window)
    prepare(data, -16, role=Role.OPERATOR, actor="ani")
    refresh(window, 1)
    window.until(lambda: window.context.state.snapshot.role is Role.OPERATOR)
    window.commands.limits.reminders.remind()
    window.commands.limits.begin()
    dialog = window.commands.limits.dialog
    assert dialog is not None
    assert "Penyelia piket" in visible_texts(dialog)
    assert [each for each in heard if each.title.startswith("Dieskalasi")] == []


def test_restart_repeats_no_reminder(
    open_console: Callable[..., OpenWindow], data: Path, listen: Callable, heard: list[Heard], tmp_path: Path
):
    prepare(data, -2)
    first = open_console()
    first.until(lambda: bool(read_announced(data)))
    first.console.close()
    window = listen(open_console())
    refresh(window, 1)
    window.commands.limits.reminders.remind()
    assert heard == []
    with open_second_store(data) as store:
        add_task(store, next(iter(store.incidents())), left_min=-1, what="yang baru")
    refresh(window, 2)
    window.until(lambda: len(heard) == 1)
    assert "yang baru" in heard[0].title


@pytest.mark.parametrize("content", [b"", b"{", b'{"keys": 3}', b'{"keys": ["' + b"x" * 500 + b'"]}'])
def test_damaged_file_of_reminders_counts_as_missing(tmp_path: Path, content: bytes):
    (tmp_path / FILE_NAME).write_bytes(content)
    assert read_announced(tmp_path) == frozenset()


def test_reminder_is_silent_while_the_past_is_shown(
    window: OpenWindow, data: Path, listen: Callable, heard: list[Heard], monkeypatch: pytest.MonkeyPatch
):
    listen(window)
    monkeypatch.setattr(window.commands.limits.reminders, "_is_past", lambda: True)
    prepare(data, -2)
    refresh(window, 1)
    window.until(lambda: "tugas 0" in window.toasts)
    assert heard == []


def test_reminder_names_no_task_on_the_desktop_while_the_window_is_locked(
    window: OpenWindow, data: Path, listen: Callable, heard: list[Heard]
):
    listen(window)
    window.commands.people.lock.lock_always()
    prepare(data, -2)
    refresh(window, 1)
    window.until(lambda: len(heard) == 1)
    assert heard == [Heard("1 batas waktu lewat", AlarmTone.HIGH)]


def test_limit_of_an_office_is_announced_to_its_people_only(
    window: OpenWindow, data: Path, listen: Callable, heard: list[Heard]
):
    listen(window)
    prepare(data, -2, role=Role.FIELD, actor="posko")
    refresh(window, 1)
    window.until(lambda: window.context.state.snapshot.role is Role.FIELD)
    window.commands.limits.reminders.remind()
    window.until(lambda: bool(read_announced(data)))
    assert heard == []


def test_holidays_are_shown_in_the_window_of_limits(window: OpenWindow):
    holidays = tuple(
        Holiday(date=(datetime.now(UTC) + timedelta(days=days)).date(), name=name)
        for days, name in ((-300, "Idul Fitri"), (20, "Natal"))
    )
    with regency_in_use(msgspec.structs.replace(shipped_regency(), holidays=holidays)):
        window.key(Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
        dialog = window.commands.limits.dialog
        assert dialog is not None
        box = dialog.findChild(QCheckBox, "limits_holidays")
        assert box is not None
        box.setChecked(True)
        window.until(lambda: dialog.list.chosen != "")
        assert dialog.list.chosen == holidays[1].date.isoformat()  # the next one comes first
        assert "Natal" in visible_texts(dialog)
        assert "tabuah server holiday" in visible_texts(dialog)


def test_limits_are_exported(window: OpenWindow, data: Path, tmp_path: Path):
    prepare(data, -16)
    refresh(window, 1)
    file = tmp_path / "batas.csv"
    window.commands.limits.write_export(file)
    window.until(file.exists)
    window.until(lambda: "escalated" in file.read_text("utf-8-sig"))


def test_limit_of_an_exercise_is_announced_in_its_window_and_real_ones_in_both(
    open_console: Callable[..., OpenWindow], data: Path, tmp_path: Path, listen: Callable, heard: list[Heard]
):
    with ServerJournal.open(tmp_path / "journal") as journal, open_store(data) as store:
        worlds = TwoWorlds(store, journal)
        window = listen(open_console())
        add_task(store, worlds.drill, left_min=-1, what="di latihan")
        window.until(lambda: bool(read_announced(data)))
        assert not [each for each in heard if "di latihan" in each.title]
        window.context.state.choose_exercise(NAME)
        window.until(lambda: window.context.state.scope.is_exercise)
        add_task(store, worlds.drill, left_min=-2, what="latihan kedua")
        window.until(lambda: any("latihan kedua" in each.title for each in heard))
        drill = next(each for each in heard if "latihan kedua" in each.title)
        assert drill.title.startswith(MARK)
        assert drill.tone is AlarmTone.EXERCISE_HIGH
        add_task(store, worlds.real, left_min=-1, what="yang nyata")
        window.until(lambda: any("yang nyata" in each.title for each in heard))
        real = next(each for each in heard if "yang nyata" in each.title)
        assert (real.title.startswith("NYATA"), real.tone) == (True, AlarmTone.HIGH)


def test_wall_view_shows_overdue_limits_without_the_title_of_a_task(
    window: OpenWindow, data: Path, listen: Callable, heard: list[Heard]
):
    listen(window)
    prepare(data, -2)
    refresh(window, 1)
    window.key(Qt.Key.Key_F11, Qt.KeyboardModifier.ControlModifier)
    view = window.commands.wall.view
    assert view is not None
    window.until(lambda: "1 batas waktu lewat. 2 mnt Tugas" in view.sections.accessibleDescription())
    assert "tugas 0" not in view.sections.accessibleDescription()
    window.commands.wall.toggle()
    window.until(lambda: window.commands.wall.view is None)
