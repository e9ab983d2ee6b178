"""Messages in the window: filter, report, join, unlink, close, reopen, export and undo, by keyboard."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget
from support.console_sync import sync
from support.running_server import RunningServer
from support.window_fixture import (
    OpenWindow,
    log_in_and_sync,
    open_second_store,
    report_in_second_store,
    visible_texts,
)

from tabuah.console.window.incidents.presence_announcer import PresenceAnnouncer
from tabuah.console.window.messages.message_items import message_view
from tabuah.console.window.shared.panels import SidePage
from tabuah.console.window.state.connection_status import ConnectionStatus
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.messages.answer import AnswerFailure, AnswerState
from tabuah.operations.messages.answer_drafts import answer_message, note_delivery, note_failure
from tabuah.operations.messages.drafts import close_message, link_event, link_message, receive_message, unlink_event
from tabuah.operations.messages.inbound_message import InboundMessage
from tabuah.operations.messages.message import ClosingReason, Message, MessageChannel, MessagePosition
from tabuah.operations.parent_events.drafts import open_event
from tabuah.operations.people.roles import Role
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.storage.journal.presence_protocol import Editor, PresenceReply
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.messages.answer_card import AnswerCard
from tabuah.widgets.messages.message_list_dialog import MessageListDialog
from tabuah.widgets.messages.values import MessageAct
from tabuah.widgets.shell.status_bar import StatusBar

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
NONE = Qt.KeyboardModifier.NoModifier
FIRST, SECOND = "aaaaaaaa-0000-0000-0000-000000000001", "bbbbbbbb-0000-0000-0000-000000000002"
INCOMING = {
    FIRST: InboundMessage(
        channel=MessageChannel.WHATSAPP,
        sender="Yanti · 62812",
        address="62812",
        text="Air naik di pasar",
        position=MessagePosition(lon_deg=100.63, lat_deg=-0.8),
    ),
    SECOND: InboundMessage(channel=MessageChannel.TELEGRAM, sender="Siti", text="longsor"),
}


@pytest.fixture
def window(open_console: Callable[..., OpenWindow], data: Path, server: RunningServer) -> OpenWindow:
    """An operator's window with two waiting messages and one open incident."""
    for key, inbound in INCOMING.items():
        server.journal.append_drafts([receive_message(key, inbound, account="wa", salts=("5a" * 16,) * 4)])
    log_in_and_sync(data, server, "ani")
    with open_second_store(data) as store:
        report_in_second_store(store, title="Jembatan putus")
    window = open_console()
    window.until(lambda: len(window.incidents) == 1)
    return window


@pytest.fixture
def dialog(window: OpenWindow) -> MessageListDialog:
    window.key(Qt.Key.Key_M, CTRL | SHIFT)
    dialog = window.commands.messages.dialog
    assert dialog is not None
    window.until(lambda: len(rows(dialog)) == 2)
    return dialog


def rows(dialog: MessageListDialog) -> list[str]:
    model = dialog.list.model()
    return [str(model.index(n, 0).data()) for n in range(model.rowCount())]


def press(dialog: MessageListDialog, window: OpenWindow, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    window.qtbot.keyClick(dialog, key, held)


def message(data: Path, key: str = FIRST) -> Message:
    with open_second_store(data) as store:
        return next(each for each in store.messages() if each.id == key)


def show_all(dialog: MessageListDialog, window: OpenWindow, key: str = FIRST) -> None:
    """Show messages of every state, and choose one."""
    press(dialog, window, Qt.Key.Key_5, CTRL)
    window.until(lambda: len(rows(dialog)) == 2)
    dialog.list.choose(key)


def test_messages_wait_oldest_first_and_are_filtered(dialog: MessageListDialog, window: OpenWindow):
    assert ["pasar" in row for row in rows(dialog)] == [True, False]
    press(dialog, window, Qt.Key.Key_3, CTRL)
    window.until(lambda: not rows(dialog))
    press(dialog, window, Qt.Key.Key_5, CTRL)
    window.until(lambda: len(rows(dialog)) == 2)
    channels, search = dialog.findChild(QWidget, "message_channels"), dialog.findChild(QLineEdit, "message_search")
    while dialog.filters[1] != "telegram":
        window.qtbot.keyClick(channels, Qt.Key.Key_Right)
    window.until(lambda: len(rows(dialog)) == 1)
    while dialog.filters[1] != "all":
        window.qtbot.keyClick(channels, Qt.Key.Key_Left)
    search.setText("yanti PASAR")
    window.until(lambda: len(rows(dialog)) == 1 and "pasar" in rows(dialog)[0])
    search.setText("tidak ada")
    window.until(lambda: not rows(dialog))


def test_status_bar_counts_waiting_messages(dialog: MessageListDialog, window: OpenWindow, data: Path):
    bar = window.shell.findChild(StatusBar, "status_bar")
    window.until(lambda: "2 pesan" in visible_texts(bar))
    dialog.list.choose(FIRST)
    press(dialog, window, Qt.Key.Key_X)
    window.qtbot.keyClick(dialog.findChild(QLineEdit, "confirm_field"), Qt.Key.Key_Return)
    window.until(lambda: "1 pesan" in visible_texts(bar))


@pytest.mark.parametrize("held", [NONE, SHIFT], ids=["without_text", "with_text"])
def test_report_of_a_message_links_it(
    dialog: MessageListDialog, window: OpenWindow, data: Path, held: Qt.KeyboardModifier
):
    dialog.list.choose(FIRST)
    press(dialog, window, Qt.Key.Key_Return, held)
    assert window.context.side.page is SidePage.REPORT
    form = window.shell.parts.report_form
    draft = form.draft()
    assert draft.note == ("Air naik di pasar" if held is SHIFT else "")
    assert (draft.channel, draft.caller_name, draft.caller_number) == ("whatsapp", "Yanti", "62812")
    assert draft.place is not None
    form.submitted.emit(replace(draft, hazard="flood", title="Air naik"))
    window.until(lambda: message(data).incidents != ())
    window.until(lambda: len(window.incidents) == 2)
    made = next(each for each in window.incidents if each.title == "Air naik")
    assert (message(data).incidents, made.description) == ((made.id,), draft.note)
    assert abs(made.occurred_at - message(data).sent_at) < timedelta(minutes=1)
    window.until(lambda: len(rows(dialog)) == 1)


def test_report_of_a_telegram_message_has_the_channel_message(dialog: MessageListDialog, window: OpenWindow):
    dialog.list.choose(SECOND)
    press(dialog, window, Qt.Key.Key_Return)
    draft = window.shell.parts.report_form.draft()
    assert (draft.channel, draft.caller_name, draft.place) == ("message", "Siti", None)


def test_message_added_to_a_known_incident_is_linked_to_it(dialog: MessageListDialog, window: OpenWindow, data: Path):
    known = window.incidents[0]
    dialog.list.choose(FIRST)
    press(dialog, window, Qt.Key.Key_Return)
    form = window.shell.parts.report_form
    form.submitted.emit(replace(form.draft(), adds_to=known.id))
    window.until(lambda: message(data).incidents == (known.id,))


def test_message_is_joined_and_unlinked_by_undo(dialog: MessageListDialog, window: OpenWindow, data: Path):
    known = window.incidents[0]
    show_all(dialog, window)
    press(dialog, window, Qt.Key.Key_J)
    field = dialog.findChild(QLineEdit, "confirm_field")
    assert field.text() == known.number  # the only one is filled in
    window.qtbot.keyClick(field, Qt.Key.Key_Return)
    window.until(lambda: known.number in visible_texts(dialog))
    window.wait_for_toast("dikaitkan")
    press(dialog, window, Qt.Key.Key_Z, CTRL)
    window.until(lambda: message(data).incidents == ())


def test_linked_message_is_shown_unlinked_and_linked_again_by_undo(
    dialog: MessageListDialog, window: OpenWindow, data: Path
):
    known = window.incidents[0]
    with open_second_store(data) as store:
        store.save(link_message(message(data), known.id))
    show_all(dialog, window)
    window.until(lambda: dialog.findChild(QWidget, "message_unlink").isEnabled())
    press(dialog, window, Qt.Key.Key_L)
    assert window.selection.incident == known.id
    press(dialog, window, Qt.Key.Key_U)
    window.until(lambda: message(data).incidents == ())
    window.wait_for_toast("dilepas")
    press(dialog, window, Qt.Key.Key_Z, CTRL)
    window.until(lambda: message(data).incidents == (known.id,))


def test_message_is_closed_with_a_reason_and_reopened_by_undo(
    dialog: MessageListDialog, window: OpenWindow, data: Path
):
    show_all(dialog, window)
    press(dialog, window, Qt.Key.Key_X)
    field = dialog.findChild(QLineEdit, "confirm_field")
    window.qtbot.keyClick(field, Qt.Key.Key_6, ALT)  # other, which needs a note
    window.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisibleTo(dialog)
    window.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisibleTo(dialog)
    field.setText("salah alamat")
    window.qtbot.keyClick(field, Qt.Key.Key_Return)
    window.until(lambda: "salah alamat" in visible_texts(dialog))
    closed = message(data).closed
    assert closed is not None
    assert (closed.reason, closed.note) == (ClosingReason.OTHER, "salah alamat")
    window.wait_for_toast("ditutup")
    press(dialog, window, Qt.Key.Key_Z, CTRL)
    window.until(lambda: message(data).closed is None and "salah alamat" not in visible_texts(dialog))


def test_message_is_reopened_and_closed_again_by_undo(dialog: MessageListDialog, window: OpenWindow, data: Path):
    with open_second_store(data) as store:
        store.save(close_message(message(data), ClosingReason.PRANK))
    show_all(dialog, window)
    window.until(lambda: dialog.findChild(QWidget, "message_reopen").isEnabled())
    press(dialog, window, Qt.Key.Key_R)
    window.until(lambda: message(data).closed is None)
    window.wait_for_toast("terbuka kembali")
    press(dialog, window, Qt.Key.Key_Z, CTRL)
    window.until(lambda: message(data).closed is not None)
    closed = message(data).closed
    assert closed is not None
    assert closed.reason is ClosingReason.PRANK


def test_letters_of_no_act_reach_the_window(dialog: MessageListDialog, window: OpenWindow):
    press(dialog, window, Qt.Key.Key_N)
    window.until(lambda: window.shell.parts.side.page is SidePage.REPORT)
    assert window.edit("report_caller").text() == "", "a report of no message"


def test_ages_grow_and_change_their_level(
    dialog: MessageListDialog, window: OpenWindow, monkeypatch: pytest.MonkeyPatch
):
    assert "5 mnt" not in rows(dialog)[0]
    later = datetime.now(UTC) + timedelta(minutes=5, seconds=20)
    monkeypatch.setattr(window.context.state, "now", lambda: later)
    window.commands.messages.show_ages()
    assert "5 mnt" in rows(dialog)[0]


@pytest.mark.parametrize("with_personal", [False, True])
def test_messages_are_exported(dialog: MessageListDialog, window: OpenWindow, tmp_path: Path, with_personal: bool):
    file, messages = tmp_path / "pesan.csv", window.commands.messages
    messages.write_table(file, messages.listed, with_personal=with_personal)
    window.wait_for_toast("pesan.csv")
    assert "whatsapp" in file.read_text("utf-8-sig")
    assert ("pasar" in file.read_text("utf-8-sig")) is with_personal


def test_viewer_only_shows_and_exports(dialog: MessageListDialog, window: OpenWindow):
    found = window.commands.messages.listed[0]
    reasons = message_view(found, (found,), role=Role.VIEWER, now=datetime.now(UTC)).reasons
    assert {act for act in MessageAct if not reasons.get(act)} == {MessageAct.EXPORT, MessageAct.MAP}
    nothing = message_view(None, (), role=Role.OPERATOR, now=datetime.now(UTC)).reasons
    assert all(nothing[act] for act in MessageAct)


def card_of(dialog: MessageListDialog) -> AnswerCard:
    card = dialog.findChild(AnswerCard, "answer_card")
    assert card is not None
    return card


def text_of(card: AnswerCard) -> QPlainTextEdit:
    return card.findChild(QPlainTextEdit, "answer_text")


def test_message_is_answered_by_keyboard_with_a_sentence_and_the_answer_withdrawn(
    dialog: MessageListDialog, window: OpenWindow, data: Path
):
    dialog.list.choose(FIRST)
    press(dialog, window, Qt.Key.Key_A)
    card = card_of(dialog)
    assert card.isVisible()
    assert "Yanti" in visible_texts(card)
    edit = text_of(card)
    window.qtbot.keyClick(edit, Qt.Key.Key_2, ALT)
    window.qtbot.keyClicks(edit, " Jauhi sungai.")
    assert edit.toPlainText() == "Laporan Anda kami terima. Petugas menuju lokasi. Jauhi sungai."
    window.qtbot.keyClick(edit, Qt.Key.Key_Return, CTRL)
    window.until(lambda: message(data).answers != ())
    assert not card.isVisible()
    (answer,) = message(data).answers
    with open_second_store(data) as store:
        assert store.personal_of(answer.entry)["text"].endswith("Jauhi sungai.")
    window.until(lambda: len(rows(dialog)) == 1)
    press(dialog, window, Qt.Key.Key_4, CTRL)
    window.until(lambda: len(rows(dialog)) == 1 and "pasar" in rows(dialog)[0])
    press(dialog, window, Qt.Key.Key_Z, CTRL)
    window.until(lambda: message(data).answers[0].state is AnswerState.WITHDRAWN)
    window.until(lambda: not rows(dialog))


def test_sentences_follow_the_chosen_language(dialog: MessageListDialog, window: OpenWindow):
    dialog.list.choose(FIRST)
    press(dialog, window, Qt.Key.Key_A)
    edit = text_of(card_of(dialog))
    window.qtbot.keyClick(edit, Qt.Key.Key_E, ALT)
    window.qtbot.keyClick(edit, Qt.Key.Key_2, ALT)
    assert edit.toPlainText() == "We have received your report. A team is on its way."


def test_escape_keeps_the_text_and_an_empty_answer_is_not_sent(
    dialog: MessageListDialog, window: OpenWindow, data: Path
):
    dialog.list.choose(FIRST)
    press(dialog, window, Qt.Key.Key_A)
    card = card_of(dialog)
    edit = text_of(card)
    window.qtbot.keyClick(edit, Qt.Key.Key_Return, CTRL)
    assert card.isVisible()
    window.qtbot.keyClicks(edit, "Kami periksa")
    window.qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert not card.isVisible()
    press(dialog, window, Qt.Key.Key_A)
    assert edit.toPlainText() == "Kami periksa"
    assert message(data).answers == ()


def test_earlier_answer_is_shown_before_a_second_one(dialog: MessageListDialog, window: OpenWindow, data: Path):
    dialog.list.choose(FIRST)
    press(dialog, window, Qt.Key.Key_A)
    card = card_of(dialog)
    assert "sudah menjawab" not in visible_texts(card)
    window.qtbot.keyClicks(text_of(card), "Kami periksa")
    with open_second_store(data) as store:
        found = next(each for each in store.messages() if each.id == FIRST)
        store.save(answer_message(found, "Siap", {"address": "62812"}, salt="5e" * 16))
        store.save(close_message(found, ClosingReason.PRANK))
    window.context.state.refresh()
    window.until(lambda: "sudah menjawab" in visible_texts(card))
    assert "Pesan sudah ditutup" in visible_texts(card)
    assert text_of(card).toPlainText() == "Kami periksa"


def settle(window: OpenWindow, server: RunningServer, data: Path, draft: Callable[[Message], Draft]) -> None:
    """Send the answer to the first message to the server, let the server write its result, and fetch that."""
    with open_second_store(data) as store:
        sync(store)
        server.journal.append_drafts([draft(message(data))])
        sync(store)
    window.context.state.refresh()


def answered(dialog: MessageListDialog, window: OpenWindow, data: Path, text: str) -> None:
    """Answer the first message by keyboard."""
    dialog.list.choose(FIRST)
    press(dialog, window, Qt.Key.Key_A)
    window.qtbot.keyClicks(text_of(card_of(dialog)), text)
    window.qtbot.keyClick(text_of(card_of(dialog)), Qt.Key.Key_Return, CTRL)
    window.until(lambda: message(data).answers != ())


def test_failed_answer_is_shown_with_its_reason_and_sent_again(
    dialog: MessageListDialog, window: OpenWindow, data: Path, server: RunningServer
):
    answered(dialog, window, data, "Petugas menuju lokasi")
    settle(
        window,
        server,
        data,
        lambda found: note_failure(found, found.answers[0], AnswerFailure.REFUSED, channel="wa", status="HTTP 400"),
    )
    window.until(lambda: message(data).answers[0].state is AnswerState.FAILED)
    window.until(lambda: len(rows(dialog)) == 2)
    dialog.list.choose(FIRST)
    window.until(lambda: "HTTP 400" in visible_texts(dialog))
    press(dialog, window, Qt.Key.Key_A)
    card = card_of(dialog)
    assert "HTTP 400" in visible_texts(card)
    assert text_of(card).toPlainText() == "Petugas menuju lokasi"
    window.qtbot.keyClick(text_of(card), Qt.Key.Key_Return, CTRL)
    window.until(lambda: [each.state for each in message(data).answers] == [AnswerState.FAILED, AnswerState.WAITING])


def test_answer_is_withdrawn_by_its_key_and_written_again(dialog: MessageListDialog, window: OpenWindow, data: Path):
    answered(dialog, window, data, "Petugas menuju loksi")
    show_all(dialog, window)
    window.until(lambda: dialog.findChild(QWidget, "message_withdraw").isEnabled())
    press(dialog, window, Qt.Key.Key_W)
    window.until(lambda: message(data).answers[0].state is AnswerState.WITHDRAWN)
    window.until(lambda: not dialog.findChild(QWidget, "message_withdraw").isEnabled())
    press(dialog, window, Qt.Key.Key_A)
    assert text_of(card_of(dialog)).toPlainText() == "Petugas menuju loksi"


def test_messages_of_the_list_are_shown_in_it_and_move_to_the_window_when_it_closes(
    dialog: MessageListDialog, window: OpenWindow, data: Path
):
    answered(dialog, window, data, "Petugas menuju lokasi")
    window.until(lambda: "Jawaban tersimpan" in toasts_in(dialog))
    press(dialog, window, Qt.Key.Key_Escape)
    window.until(lambda: window.commands.messages.dialog is None)
    window.until(lambda: "Jawaban tersimpan" in toasts_in(window.shell))
    assert window.context.notifier.undo_last()
    window.until(lambda: message(data).answers[0].state is AnswerState.WITHDRAWN)
    window.wait_for_toast("Jawaban ditarik")


def toasts_in(shown: QWidget) -> str:
    """Return the texts of the messages at the lower edge of a window, without those of its dialogs."""
    toasts = shown.findChildren(QWidget, "toast")
    return " | ".join(visible_texts(toast) for toast in toasts if toast.parentWidget() is shown)


def test_undo_of_an_answer_that_has_left_says_that_it_was_sent(
    dialog: MessageListDialog, window: OpenWindow, data: Path, server: RunningServer
):
    answered(dialog, window, data, "Petugas menuju lokasi")
    window.wait_for_toast("Jawaban tersimpan")
    settle(window, server, data, lambda found: note_delivery(found, found.answers[0], "wa"))
    window.until(lambda: message(data).answers[0].state is AnswerState.SENT)
    press(dialog, window, Qt.Key.Key_Z, CTRL)
    window.wait_for_toast("sudah terkirim")
    assert message(data).answers[0].state is AnswerState.SENT


def test_details_of_an_incident_show_the_answers_to_its_messages(
    dialog: MessageListDialog, window: OpenWindow, data: Path, server: RunningServer
):
    window.choose(window.incidents[0])
    assert "WhatsApp" not in window.details_text
    with open_second_store(data) as store:
        store.save(link_message(message(data), window.incident.id))
        store.save(answer_message(message(data), "Petugas menuju lokasi", {"address": "62812"}, salt="5e" * 16))
    window.context.state.refresh()
    window.until(lambda: "(WhatsApp): “Petugas menuju lokasi”" in window.details_text)
    settle(
        window,
        server,
        data,
        lambda found: note_failure(found, found.answers[0], AnswerFailure.EXPIRED, channel="wa"),
    )
    window.until(lambda: "tidak dapat dikirim tepat waktu" in window.details_text)


def test_text_of_an_answer_stays_if_it_cannot_be_saved(
    dialog: MessageListDialog, window: OpenWindow, data: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_args: object, **_kwargs: object) -> Draft:
        raise NotPossible("answer_erased")

    monkeypatch.setattr("tabuah.console.window.messages.message_answers.answer_message", refuse)
    dialog.list.choose(FIRST)
    press(dialog, window, Qt.Key.Key_A)
    edit = text_of(card_of(dialog))
    window.qtbot.keyClicks(edit, "Kami periksa")
    window.qtbot.keyClick(edit, Qt.Key.Key_Return, CTRL)
    window.wait_for_toast("dihapus")
    press(dialog, window, Qt.Key.Key_Escape)
    window.until(lambda: window.commands.messages.dialog is None)
    window.commands.messages.begin()
    again = window.commands.messages.dialog
    assert again is not None
    window.until(lambda: len(rows(again)) == 2)
    again.list.choose(FIRST)
    press(again, window, Qt.Key.Key_A)
    assert text_of(card_of(again)).toPlainText() == "Kami periksa"


def test_answer_cannot_be_sent_without_the_role_and_its_text_stays(
    dialog: MessageListDialog, window: OpenWindow, data: Path, monkeypatch: pytest.MonkeyPatch
):
    dialog.list.choose(FIRST)
    press(dialog, window, Qt.Key.Key_A)
    card = card_of(dialog)
    window.qtbot.keyClicks(text_of(card), "Kami periksa")
    monkeypatch.setattr(window.context.state, "writing_refusal", lambda _kind: "Peran ini tidak boleh menjawab.")
    window.context.state.changed.emit(frozenset({StatePart.PERSON}))
    window.until(lambda: "tidak boleh menjawab" in visible_texts(card))
    window.qtbot.keyClick(text_of(card), Qt.Key.Key_Return, CTRL)
    assert card.isVisible()
    assert text_of(card).toPlainText() == "Kami periksa"
    assert message(data).answers == ()


def test_message_without_an_address_says_why_it_cannot_be_answered(dialog: MessageListDialog, window: OpenWindow):
    dialog.list.choose(SECOND)
    press(dialog, window, Qt.Key.Key_A)
    card = dialog.findChild(AnswerCard, "answer_card")
    assert card is None or not card.isVisible()
    assert "Alamat pengirim" in visible_texts(dialog)


def test_empty_list_is_left_with_escape(open_console: Callable[..., OpenWindow]) -> None:
    window = open_console()
    window.key(Qt.Key.Key_M, CTRL, SHIFT)
    dialog = window.commands.messages.dialog
    window.until(dialog.isActiveWindow)
    window.key(Qt.Key.Key_F, CTRL)
    window.write("banjir")
    window.key(Qt.Key.Key_Escape)
    assert dialog.words == ""
    window.key(Qt.Key.Key_Escape)
    window.until(lambda: window.commands.messages.dialog is None)


def test_emptied_list_gives_the_keyboard_to_no_button(dialog: MessageListDialog, window: OpenWindow):
    for number in (1, 0):
        window.until(dialog.list.hasFocus)
        window.key(Qt.Key.Key_X)
        window.until(lambda: not dialog.list.hasFocus())
        window.key(Qt.Key.Key_Return)
        window.until(lambda number=number: len(rows(dialog)) == number)
    assert dialog.hasFocus()
    window.key(Qt.Key.Key_3, CTRL)
    window.until(lambda: len(rows(dialog)) == 2)
    assert dialog.list.hasFocus()


def test_page_of_an_event_lists_its_messages_and_opens_one(dialog: MessageListDialog, window: OpenWindow, data: Path):
    event_id = str(UUID(int=7))
    with open_second_store(data) as store:
        store.save_all(open_event(event_id, "Galodo", Hazard.FLASH_FLOOD, began_at=store.now()))
        store.save(link_event(message(data, SECOND), event_id))
    window.until(lambda: bool(window.context.state.snapshot.parent_events))
    window.commands.events.begin(event_id)
    page = window.commands.events.dialog
    assert page is not None
    window.until(lambda: bool(page.messages.chosen))
    switch = page.findChild(KeyButton, "event_switch")
    assert (switch.isVisible(), "1" in switch.text(), page.messages.isVisible()) == (True, True, False)
    window.qtbot.keyClick(page, Qt.Key.Key_M, CTRL)
    assert page.messages.isVisible()
    assert "longsor" in page.messages.model().index(0, 0).data()
    window.qtbot.keyClick(page, Qt.Key.Key_Return)
    assert page.messages.hasFocus()
    window.qtbot.keyClick(page, Qt.Key.Key_Return)
    window.until(dialog.isActiveWindow)
    window.until(lambda: dialog.list.chosen == SECOND)
    assert dialog.filters[0] == "all", "the message is linked, so that the list of waiting ones hides it"


def test_page_of_an_event_shows_incidents_once_its_last_message_is_unlinked(
    dialog: MessageListDialog, window: OpenWindow, data: Path
):
    event_id = str(UUID(int=7))
    with open_second_store(data) as store:
        store.save_all(open_event(event_id, "Galodo", Hazard.FLASH_FLOOD, began_at=store.now()))
        store.save(link_event(message(data), event_id))
    window.until(lambda: bool(window.context.state.snapshot.parent_events))
    window.commands.events.begin(event_id)
    page = window.commands.events.dialog
    assert page is not None
    window.until(lambda: bool(page.messages.chosen))
    window.qtbot.keyClick(page, Qt.Key.Key_M, CTRL)
    with open_second_store(data) as store:
        store.save(unlink_event(message(data), event_id))
    window.until(page.incidents.isVisible)
    assert not page.findChild(KeyButton, "event_switch").isVisible()


def test_list_shows_who_answers_a_message_on_another_console(
    dialog: MessageListDialog, window: OpenWindow, monkeypatch: pytest.MonkeyPatch
):
    state = window.context.state
    state.update_link(ConnectionStatus(state=ConnectionState.ONLINE))
    found = Editor(incident="", message=FIRST, user="budi", device="other", valid_s=45)
    state.update_presence(PresenceReply(editors=(found,)))
    window.until(lambda: sum("budi sedang menjawab" in row for row in spoken(dialog)) == 1)
    dialog.list.choose(FIRST)
    press(dialog, window, Qt.Key.Key_A)
    window.wait_for_toast("budi sedang menjawab")
    assert window.commands.messages.answered_message == FIRST
    (announcer,) = window.commands.incidents.edit_actions.findChildren(PresenceAnnouncer)
    sent: list[str] = []
    monkeypatch.setattr(
        "tabuah.console.window.incidents.presence_announcer.announce_presence",
        lambda _store, present: sent.append(present.message) or PresenceReply(),
    )
    announcer.check()
    window.until(lambda: sent == [FIRST] and not announcer._is_sending)
    window.qtbot.keyClick(card_of(dialog), Qt.Key.Key_Escape)
    window.until(lambda: not window.commands.messages.answered_message)
    announcer.check()
    window.until(lambda: sent == [FIRST, ""])
    window.until(lambda: not any("sedang menjawab" in row for row in spoken(dialog)))


def spoken(dialog: MessageListDialog) -> list[str]:
    """Return the accessible texts of the rows."""
    model = dialog.list.model()
    role = Qt.ItemDataRole.AccessibleTextRole
    return [str(model.index(n, 0).data(role)) for n in range(model.rowCount())]
