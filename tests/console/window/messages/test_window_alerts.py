"""CAP alerts in the list of messages: facts, impact, area on the map, and the incident of the alert before."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from support.cap_documents import cap_document, cap_info
from support.judged_journal import key_of
from support.running_server import RunningServer
from support.window_fixture import (
    OpenWindow,
    log_in_and_sync,
    open_second_store,
    report_in_second_store,
    visible_texts,
)

from tabuah.operations.codes import Hazard
from tabuah.operations.feeds.cap_parser import parse_cap
from tabuah.operations.messages.alert import AlertEnd
from tabuah.operations.messages.alert_document import alert_message
from tabuah.operations.messages.drafts import end_alert, link_message, receive_message
from tabuah.operations.messages.message import Message
from tabuah.operations.parent_events.drafts import open_event
from tabuah.widgets.map.content import MarkerClass
from tabuah.widgets.messages.message_list_dialog import MessageListDialog

EARLIER, LATER = "aaaaaaaa-0000-0000-0000-000000000001", "bbbbbbbb-0000-0000-0000-000000000002"
ENDLESS = "2089-12-02T03:00:00+00:00"


@pytest.fixture
def window(open_console: Callable[..., OpenWindow], data: Path, server: RunningServer) -> OpenWindow:
    """An operator's window with an alert that belongs to an incident, and the alert that updates it."""
    two = ("-0.90,100.60 -0.90,100.70 -1.02,100.70", "-0.70,100.60 -0.70,100.70 -0.75,100.70")
    info = cap_info(expires=ENDLESS, severity="Extreme", rings=two)
    for key, document, earlier in (
        (EARLIER, cap_document("A1", infos=info), ()),
        (LATER, cap_document("A2", message="Update", infos=info), (EARLIER,)),
    ):
        inbound = alert_message(parse_cap(document))
        draft = receive_message(key, inbound, account="prov", salts=("5a" * 16,) * 4, earlier=earlier)
        server.journal.append_drafts([draft])
    server.journal.append_drafts([end_alert(EARLIER, LATER, AlertEnd.UPDATED)])
    log_in_and_sync(data, server, "ani")
    with open_second_store(data) as store:
        report_in_second_store(store, title="Longsor lama")
        report_in_second_store(store, title="Banjir Kubung")
        flood = next(each for each in store.incidents() if each.title == "Banjir Kubung")
        alert = next(each for each in store.messages() if each.id == EARLIER)
        store.save(link_message(alert, flood.id))
    window = open_console()
    window.until(lambda: len(window.incidents) == 2)
    return window


@pytest.fixture
def dialog(window: OpenWindow) -> MessageListDialog:
    window.key(Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    dialog = window.commands.messages.dialog
    assert dialog is not None
    window.until(lambda: bool(window.commands.messages.listed))
    dialog.list.choose(LATER)
    return dialog


def areas(window: OpenWindow) -> list[MarkerClass]:
    return [each.marker_class for each in window.context.canvas.content.areas]


def test_chosen_alert_is_shown_with_its_area_and_impact(dialog: MessageListDialog, window: OpenWindow):
    assert [each.message.id for each in window.commands.messages.listed] == [LATER]
    assert "pembaruan peringatan" in visible_texts(dialog)
    assert areas(window) == [MarkerClass.CRITICAL] * 2
    window.until(lambda: "Dampak" in visible_texts(dialog))
    dialog.close()
    window.until(lambda: areas(window) == [])


def test_alert_that_is_over_has_a_quiet_area(dialog: MessageListDialog, window: OpenWindow):
    window.qtbot.keyClick(dialog, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: len(window.commands.messages.listed) == 2)
    dialog.list.choose(EARLIER)
    window.until(lambda: areas(window) == [MarkerClass.NO_DATA] * 2)
    assert "diganti peringatan berikutnya" in visible_texts(dialog)
    assert "Dampak" not in visible_texts(dialog)


def test_alert_that_expires_leaves_the_waiting_ones(
    dialog: MessageListDialog, window: OpenWindow, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(window.context.state, "now", lambda: datetime(2090, 1, 1, tzinfo=UTC))
    window.commands.messages.follow_time()
    window.until(lambda: window.commands.messages.listed == ())
    window.qtbot.keyClick(dialog, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: len(window.commands.messages.listed) == 2)
    states = {each.message.id: each.state for each in window.commands.messages.listed}
    assert states[LATER] == "sudah lewat"
    assert states[EARLIER].endswith("diganti peringatan berikutnya")


def test_map_key_fits_the_area_into_the_map(dialog: MessageListDialog, window: OpenWindow):
    canvas = window.context.canvas
    canvas.show_view(101.5, -2.5, 1.0)
    window.qtbot.keyClick(dialog, Qt.Key.Key_M)
    assert canvas.view.metres_per_px > 10


def test_update_is_joined_to_the_incident_of_the_alert_before(
    dialog: MessageListDialog, window: OpenWindow, data: Path
):
    number = next(each.number for each in window.incidents if each.title == "Banjir Kubung")
    window.qtbot.keyClick(dialog, Qt.Key.Key_J)
    field = dialog.findChild(QLineEdit, "confirm_field")
    assert field.text() == number
    window.qtbot.keyClick(field, Qt.Key.Key_Return)
    window.until(lambda: bool(_message(data).incidents))


def _message(data: Path) -> Message:
    with open_second_store(data) as store:
        return next(each for each in store.messages() if each.id == LATER)


def test_alert_opens_a_parent_event_and_undo_takes_it_back(dialog: MessageListDialog, window: OpenWindow, data: Path):
    card = dialog.findChild(QWidget, "confirm_card")
    window.qtbot.keyClick(dialog, Qt.Key.Key_E)
    window.qtbot.keyClick(card, Qt.Key.Key_Return)  # there is no event yet: a new one
    field = dialog.findChild(QLineEdit, "confirm_field")
    assert field.text() == "Hujan lebat di Kabupaten Solok"
    window.qtbot.keyClick(field, Qt.Key.Key_Return)
    window.until(lambda: bool(_message(data).events))
    (event_id,) = _message(data).events
    window.until(lambda: event_id in window.context.state.snapshot.parent_events)
    window.qtbot.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: not _message(data).events)
    window.until(lambda: window.context.state.snapshot.parent_events[event_id].deleted)


def test_alert_joins_a_parent_event_and_leaves_it(dialog: MessageListDialog, window: OpenWindow, data: Path):
    with open_second_store(data) as store:
        store.save_all(open_event(key_of(5), "Galodo", Hazard.FLASH_FLOOD, began_at=store.now()))
    window.until(lambda: bool(window.context.state.snapshot.parent_events))
    card = dialog.findChild(QWidget, "confirm_card")
    window.qtbot.keyClick(dialog, Qt.Key.Key_E)
    assert "Galodo" in visible_texts(card)
    window.qtbot.keyClick(card, Qt.Key.Key_Return)
    window.until(lambda: _message(data).events == (key_of(5),))
    window.qtbot.keyClick(dialog, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    window.until(lambda: len(window.commands.messages.listed) == 2)
    dialog.list.choose(LATER)
    window.until(lambda: "Galodo" in visible_texts(dialog))
    window.qtbot.keyClick(dialog, Qt.Key.Key_U)
    window.until(lambda: not _message(data).events)


def test_events_that_are_not_offered_are_counted(dialog: MessageListDialog, window: OpenWindow, data: Path):
    with open_second_store(data) as store:
        for number in range(10):
            store.save_all(open_event(key_of(number), f"Galodo {number}", Hazard.FLASH_FLOOD, began_at=store.now()))
    window.until(lambda: len(window.context.state.snapshot.parent_events) == 10)
    window.qtbot.keyClick(dialog, Qt.Key.Key_E)
    card = dialog.findChild(QWidget, "confirm_card")
    assert "2 kejadian induk lain masih terbuka" in visible_texts(card)
