"""A crew asks for help in the window: key, red band, sound until acknowledged, end, list, map and wall."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from support.unit_samples import unit_card
from support.window_fixture import OpenWindow, open_second_store, report_in_second_store

from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.incidents.drafts import edit_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.units.drafts import place_unit, register_unit, request_help
from tabuah.operations.units.unit import Unit
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.alarms.sound_player import AlarmTone
from tabuah.widgets.alarms.values import AlarmItem
from tabuah.widgets.values import Level

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def unit_of(store: ConsoleStore) -> Unit:
    return next(each for each in store.units() if each.id == "TRC-1")


def unit_in(window: OpenWindow) -> Unit:
    return window.console.services.state.snapshot.units["TRC-1"]


@pytest.fixture
def crew(window: OpenWindow, data: Path) -> OpenWindow:
    """Return a window in which TRC-1 is selected."""
    with open_second_store(data) as store:
        store.save(register_unit(unit_card()))
        store.save(place_unit(unit_of(store), lon_deg=100.7, lat_deg=-0.9))
    window.until(lambda: window.console.objects.updates.units.find("TRC-1") is not None)
    window.selection.choose_unit("TRC-1")
    return window


def hear(window: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> list[AlarmTone]:
    heard: list[AlarmTone] = []
    monkeypatch.setattr(window.commands.alarms.alarm_sound._player, "play", heard.append)
    return heard


def test_request_by_key_is_red_and_loud_until_a_person_acknowledges_it(
    crew: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, band, sound = hear(crew, monkeypatch), crew.shell.parts.help_band, crew.commands.alarms.alarm_sound
    assert band.isHidden()
    crew.key(Qt.Key.Key_X, SHIFT)
    crew.edit("confirm_field").setText("perahu terbalik")
    crew.key(Qt.Key.Key_Return)
    crew.until(lambda: not band.isHidden())
    assert band.accessibleName().startswith("MINTA PERTOLONGAN: TRC-1")
    assert "perahu terbalik" in band.accessibleName()
    assert heard == [AlarmTone.CRITICAL]
    sound._heard_at.clear()  # the pause between two tones is over
    sound.play_due()
    assert heard == [AlarmTone.CRITICAL] * 2
    crew.key(Qt.Key.Key_X, CTRL | SHIFT)
    crew.until(lambda: bool(unit_in(crew).help[0].acknowledged_by))
    crew.until(lambda: "ditanggapi" in band.accessibleName())
    sound._heard_at.clear()
    sound.play_due()
    assert heard == [AlarmTone.CRITICAL] * 2


def test_request_is_ended_with_a_reason_from_the_band(crew: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        store.save(request_help(unit_of(store)))
    band = crew.shell.parts.help_band
    crew.until(lambda: not band.isHidden())
    crew.find(QPushButton, "help_end").click()
    crew.key(Qt.Key.Key_Return)
    assert unit_in(crew).help != ()  # a reason is needed
    crew.edit("confirm_field").setText("dijemput")
    crew.key(Qt.Key.Key_Return)
    crew.until(lambda: unit_in(crew).help == () and band.isHidden())


def test_request_is_red_in_list_map_and_wall(crew: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        store.save(request_help(unit_of(store)))
    canvas = crew.shell.parts.map.canvas
    crew.until(lambda: len(canvas.content.units.in_need) == 1)
    (index,) = canvas.content.units.in_need
    assert canvas.content.units.details(index)[0] == "TRC-1 !!"
    items = crew.shell.parts.units._model
    number = items.find("TRC-1")
    assert number is not None
    row = items.row_at(number)
    assert (row.level, row.help) == (Level.CRITICAL, "MINTA PERTOLONGAN")
    crew.key(Qt.Key.Key_F11, CTRL)
    view = crew.commands.wall.view
    assert view is not None
    crew.until(lambda: "TRC-1 MINTA PERTOLONGAN" in view.sections.accessibleDescription())


def test_details_of_the_incident_name_the_crew_in_need(crew: OpenWindow, data: Path) -> None:
    with open_second_store(data) as store:
        incident = report_in_second_store(store)
        store.save(edit_incident(incident, IncidentEdited(assignment=("TRC-1",))))
        store.save(request_help(unit_of(store), incident=incident.id))
    crew.until(lambda: len(crew.incidents) == 1)
    crew.choose(crew.incidents[0])
    crew.until(lambda: "TRC-1 (ditugaskan, MINTA PERTOLONGAN)" in crew.details_text)
    crew.until(lambda: crew.incidents[0].number in crew.shell.parts.help_band.accessibleName())


def test_lock_screen_shows_the_crew_in_need_without_the_note(crew: OpenWindow, data: Path) -> None:
    lock = crew.commands.people.lock
    shown: list[tuple[AlarmItem, ...]] = []
    crew.commands.units.help_actions.requests_shown.connect(shown.append)
    with open_second_store(data) as store:
        store.save(request_help(unit_of(store), note="Pak Anwar terjepit"))
    crew.until(lambda: bool(shown and shown[-1]))
    (item,) = lock._help
    assert (item.word, item.title) == ("MINTA PERTOLONGAN", "TRC-1 · Regu TRC-1")


def test_request_of_the_real_world_is_shown_during_an_exercise(crew: OpenWindow, data: Path) -> None:
    crew.console.services.state.choose_world(ExerciseScope(exercise_id="gempa-1"))
    with open_second_store(data) as store:
        store.save(request_help(unit_of(store)))
    crew.until(lambda: not crew.shell.parts.help_band.isHidden())


def test_keys_of_help_give_the_reason_when_they_cannot_act(crew: OpenWindow) -> None:
    crew.key(Qt.Key.Key_X, CTRL | SHIFT)
    crew.wait_for_toast("Tidak ada permintaan pertolongan yang menunggu tanggapan.")
    crew.selection.choose_unit("")
    assert crew.console.objects.availability.reason_of("request_help") == "Pilih regu lebih dahulu."
