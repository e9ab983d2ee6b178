"""The window of records, with shelters: its incident, records hidden by the search, and a refused undo."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QWidget
from support.window_fixture import (
    KOTO_BARU,
    OpenWindow,
    identity,
    open_second_store,
    report_in_second_store,
    visible_texts,
)

from tabuah.operations.people.roles import Role
from tabuah.operations.shelters.drafts import add_shelter, reopen_shelter
from tabuah.operations.shelters.entry_bodies import ShelterAdded
from tabuah.operations.shelters.shelter import Shelter, ShelterKind
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.widgets.controls.record_dialog import RecordDialog


def add(store: ConsoleStore, name: str, incident: str) -> None:
    body = ShelterAdded(name=name, kind=ShelterKind.EVACUATION, place=KOTO_BARU, incident=incident)
    store.save(add_shelter(new_uuid(store.now()), body))


@pytest.fixture
def window(open_console, data: Path) -> OpenWindow:
    """Return a supervisor's window with two incidents, each with a shelter."""
    with open_second_store(data) as store:
        store.remember_identity(identity(Role.SUPERVISOR))
        for name in ("Surau Gadang", "Posko Utama"):
            add(store, name, report_in_second_store(store, title=name).id)
    opened = open_console()
    opened.until(lambda: len(shelters(opened)) == 2)
    return opened


def shelters(window: OpenWindow) -> dict[str, Shelter]:
    return {each.name: each for each in window.console.services.state.snapshot.shelters.values()}


def shown(window: OpenWindow) -> RecordDialog:
    dialog = window.commands.shelters.dialog
    assert dialog is not None
    return dialog


def rows(dialog: RecordDialog) -> int:
    return dialog.list.model().rowCount()


def test_list_of_an_incident_stays_with_the_incident_that_its_box_names(window: OpenWindow):
    first, second = sorted(window.incidents, key=lambda incident: incident.title)
    window.choose(first)
    window.commands.shelters.begin_for_incident()
    dialog = shown(window)
    box = dialog.findChild(QCheckBox, "shelter_of_incident")
    assert isinstance(box, QCheckBox)
    assert first.number in box.text()
    assert dialog.list.chosen == shelters(window)["Posko Utama"].id
    window.choose(second)
    dialog.search_changed.emit()
    assert dialog.list.chosen == shelters(window)["Posko Utama"].id
    window.commands.shelters.begin_for_incident()
    assert second.number in box.text()
    assert dialog.list.chosen == shelters(window)["Surau Gadang"].id


def test_record_that_the_search_hides_is_shown_and_selected(window: OpenWindow):
    window.commands.shelters.begin()
    dialog = shown(window)
    search = dialog.findChild(QLineEdit, "shelter_search")
    assert isinstance(search, QLineEdit)
    search.setText("gadang")
    assert rows(dialog) == 1
    posko = shelters(window)["Posko Utama"].id
    window.commands.shelters.begin(posko)
    assert dialog.list.chosen == posko
    assert search.text() == ""


def test_another_act_closes_an_open_question(window: OpenWindow):
    window.commands.shelters.begin(shelters(window)["Posko Utama"].id)
    dialog = shown(window)
    question = dialog.findChild(QWidget, "confirm_card")
    assert isinstance(question, QWidget)
    dialog.act_requested.emit("close")
    assert question.isVisible()
    dialog.act_requested.emit("add")
    assert not question.isVisible()
    assert not dialog.shows_list


def test_refused_undo_says_why_and_is_no_longer_offered(window: OpenWindow):
    actions = window.commands.shelters
    actions.begin(shelters(window)["Posko Utama"].id)
    dialog = shown(window)
    actions._on_reason_given("close", shelters(window)["Posko Utama"], "selesai")
    undo = dialog.findChild(QPushButton, "shelter_undo")
    assert isinstance(undo, QPushButton)
    window.until(undo.isEnabled)
    window.until(lambda: not shelters(window)["Posko Utama"].is_open)
    with open_second_store(window.context.directory) as store:
        store.save(reopen_shelter(shelters(window)["Posko Utama"], reason="hujan lagi"))
    window.context.state.refresh()
    window.until(lambda: shelters(window)["Posko Utama"].is_open)
    undo.click()
    assert not undo.isEnabled()
    assert "Posko Utama masih dibuka." in visible_texts(dialog)


def test_change_that_was_undone_in_the_window_is_not_offered_again(window: OpenWindow):
    actions = window.commands.shelters
    actions.begin(shelters(window)["Posko Utama"].id)
    dialog = shown(window)
    actions._on_reason_given("close", shelters(window)["Posko Utama"], "selesai")
    undo = dialog.findChild(QPushButton, "shelter_undo")
    window.until(undo.isEnabled)
    window.until(lambda: not shelters(window)["Posko Utama"].is_open)
    undo.click()
    window.until(lambda: shelters(window)["Posko Utama"].is_open)
    assert not window.notifier.undo_last()


@pytest.mark.parametrize(("name", "text"), [("no/such/posko.csv", "tidak dapat ditulis"), ("posko.pdf", ".geojson")])
def test_file_that_cannot_be_written_is_named_in_the_window(window: OpenWindow, tmp_path: Path, name: str, text: str):
    window.commands.shelters.begin()
    window.commands.shelters.write_export(tmp_path / name)
    window.until(lambda: text in visible_texts(shown(window)))
    assert "Errno" not in visible_texts(shown(window))
