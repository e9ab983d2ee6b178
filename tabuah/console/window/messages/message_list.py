"""Incoming messages in the window: opens their dialog, follows the console state, and passes the acts on."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from tabuah.console.messages.message_records import write_message_table
from tabuah.console.window.messages.alert_view import AlertView
from tabuah.console.window.messages.message_answers import MessageAnswers
from tabuah.console.window.messages.message_changes import (
    MessageChanges,
    close_question,
    note_fault,
    numbered_choices,
)
from tabuah.console.window.messages.message_events import MessageEvents
from tabuah.console.window.messages.message_items import (
    ALL,
    ListedMessage,
    ListedMessages,
    MessageSelection,
    describe_list,
    is_outdated,
    message_filters,
    message_lines,
    message_view,
    read_messages,
)
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.dialog_front import bring_to_front, return_to_window
from tabuah.console.window.shared.draft_writer import DraftWriter
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.impact_cache import ImpactCache
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.messages.message import ClosingReason, Message
from tabuah.resources.localisation import _, ngettext
from tabuah.text.messages.answer_text import describe_answerers
from tabuah.text.roster.roster_text import person_name
from tabuah.widgets.messages.message_list_dialog import MessageListDialog
from tabuah.widgets.messages.values import MessageAct
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Choice

_PARTS: Final = frozenset({StatePart.MESSAGES, StatePart.PERSON, StatePart.WORLD})
_WITHOUT, _WITH = "without", "with"
_AGES_MS: Final = 10_000


class MessageReport(Protocol):
    """Opens the report form for a message; `text` goes into the note."""

    def __call__(self, message: Message, *, sender: str, text: str = "") -> None: ...


class MessageListActions(QObject):
    """Opens the list of messages and follows the console state while it is open."""

    def __init__(
        self,
        context: WindowContext,
        window: QWidget,
        appearance: Appearance,
        *,
        report: MessageReport,
        drafts: DraftWriter,
        impacts: ImpactCache,
    ) -> None:
        super().__init__(window)
        self._alerts = AlertView(context.canvas, impacts, self)
        self._alerts.impact_changed.connect(self._show_message)
        self._context, self._window, self._appearance = context, window, appearance
        self._report = report
        self._dialog: MessageListDialog | None = None
        self._card: ConfirmCard | None = None
        self._answers = MessageAnswers(context, appearance, drafts)
        self._wanted = ""  # id of the message to select once its row is there
        self._listed = ListedMessages()
        self._changes = MessageChanges(context)
        self._ages = QTimer(self)
        self._ages.setInterval(_AGES_MS)
        self._ages.timeout.connect(self.follow_time)
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> MessageListDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    @property
    def listed(self) -> tuple[ListedMessage, ...]:
        """The messages that the dialog lists."""
        return self._listed.shown

    @property
    def answered_message(self) -> str:
        """Id of the message whose answer is being written; empty for none."""
        return self._answers.message_id

    def begin(self, message_id: str = "") -> None:
        """Open the list of messages, or bring it to the front, with a message selected."""
        if self._dialog is None:
            self._dialog = self._open()
            self._ages.start()
        if message_id:
            for name in ("message_states", "message_channels"):
                self._dialog.choose_filter(name, ALL)
            self._dialog.clear_search()
        self._wanted = message_id
        self._show_message()
        self._read()
        bring_to_front(self._dialog, self._context.notifier)

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._ages.stop()
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    def follow_time(self) -> None:
        """Show the ages of this moment; read the messages again if an alert has expired."""
        if is_outdated(self._listed.shown, self._context.state.now()):
            self._read()
        self.show_ages()

    def show_ages(self) -> None:
        """Show the messages with their ages of this moment."""
        if self._dialog is not None:
            lines = message_lines(self._listed.shown, self._context.state.now(), answerers=self._answerers)
            self._dialog.show_items(lines, summary=describe_list(self._listed))

    def write_table(self, file: Path, listed: Sequence[ListedMessage], *, with_personal: bool) -> None:
        """Write messages to a CSV or XLSX file."""
        rows = [each.row for each in listed]

        def done(_nothing: None) -> None:
            text = ngettext("{n} message is written to {file}.", "{n} messages are written to {file}.", len(rows))
            self._context.notifier.saved(text.format(n=len(rows), file=file), file)
            if with_personal and any(row.sender or row.text or row.answers for row in rows):
                self._context.notifier.warn(
                    _("The file contains personal data. Store it safely, and delete it after use.")
                )

        self._context.work.run(
            lambda _context: write_message_table(file, rows, with_personal=with_personal),
            on_done=done,
            on_error=self._context.notifier.error,
        )

    # The dialog

    @property
    def _chosen(self) -> ListedMessage | None:
        key = self._dialog.list.chosen if self._dialog is not None else ""
        return next((each for each in self._listed.shown if each.message.id == key), None)

    def _open(self) -> MessageListDialog:
        dialog = MessageListDialog(self._appearance, self._window, filters=message_filters())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.item_chosen.connect(self._on_message_chosen)
        dialog.filters_changed.connect(self._read)
        dialog.act_requested.connect(self._on_act_requested)
        dialog.finished.connect(self._on_finished)
        self._card = ConfirmCard(self._appearance, dialog)
        self._answers.open_in(dialog)
        return dialog

    def _selection(self) -> MessageSelection | None:
        if self._dialog is None:
            return None
        state, channel = self._dialog.filters
        return MessageSelection(state, channel, self._dialog.words)

    def _read(self) -> None:
        chosen = self._selection()
        if chosen is not None:
            self._context.store.run(
                partial(read_messages, chosen=chosen, scope=self._context.state.scope, now=self._context.state.now()),
                on_done=partial(self._on_read, chosen),
                on_error=self._context.notifier.error,
            )

    def _on_read(self, chosen: MessageSelection, listed: ListedMessages) -> None:
        if self._dialog is None or chosen != self._selection():
            return  # another one was asked for meanwhile
        self._listed = listed
        self.show_ages()
        if any(each.message.id == self._wanted for each in listed.shown):
            self._dialog.list.choose(self._wanted)
            self._wanted = ""
        self._show_message()

    def _show_message(self) -> None:
        if self._dialog is not None:
            role, now, found = self._context.state.snapshot.role, self._context.state.now(), self._chosen
            impact = self._alerts.impact_facts(found.message, now) if found is not None else ()
            self._alerts.show_area(found.message if found is not None else None, now)
            self._dialog.show_chosen(message_view(found, self._listed.shown, role=role, now=now, impact=impact))

    def _answerers(self, message_id: str) -> str:
        """Return the name of the person who answers a message on another console; empty if there is none."""
        state = self._context.state
        users = state.snapshot.authority.users
        return describe_answerers([person_name(each, users) for each in state.answerers_of(message_id)])

    def _on_message_chosen(self, _message_id: str) -> None:
        self._show_message()

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if StatePart.PRESENCE in parts:
            self.show_ages()
        if parts & _PARTS:
            self._read()
            self._answers.refresh()

    def _on_finished(self, _result: int) -> None:
        self._ages.stop()
        self._answers.close()
        self._alerts.clear()
        self._dialog = self._card = None
        self._wanted = ""
        self._listed = ListedMessages()

    # Acts

    def _on_act_requested(self, code: str) -> None:
        act, found = MessageAct(code), self._chosen
        if act is MessageAct.EXPORT:
            self._ask_for_export()
        elif found is not None:
            self._act_on(act, found)

    def _act_on(self, act: MessageAct, found: ListedMessage) -> None:
        match act:
            case MessageAct.REPORT | MessageAct.REPORT_WITH_TEXT:
                with_text = act is MessageAct.REPORT_WITH_TEXT
                self._begin_report(found, text=(found.row.text or "") if with_text else "")
            case MessageAct.ANSWER:
                self._answers.begin(found)
                if others := self._answerers(found.message.id):
                    self._context.notifier.inform(others, _("Ask them before you send another answer."))
            case MessageAct.WITHDRAW:
                self._answers.withdraw_newest(found.message)
            case MessageAct.CLOSE:
                self._ask_for_reason(found.message, close_question())
            case MessageAct.REOPEN:
                self._changes.reopen(found.message)
            case MessageAct.MAP:
                self._alerts.look_at(found.message)
                return_to_window(self._window)
            case _:
                self._act_on_links(act, found)

    def _act_on_links(self, act: MessageAct, found: ListedMessage) -> None:
        match act:
            case MessageAct.JOIN:
                self._ask_for_incident(found)
            case MessageAct.EVENT:
                self._events().begin(found)
            case MessageAct.UNLINK:
                self._choose_link(found)
            case MessageAct.INCIDENT:
                self._choose_incident(found)

    def _begin_report(self, found: ListedMessage, *, text: str) -> None:
        return_to_window(self._window)
        self._report(found.message, sender=found.row.sender or "", text=text)
        if text:
            self._context.notifier.inform(
                _("The text of the message is in the note. It cannot be erased from a saved report."),
                _("Remove names and numbers from it."),
            )

    def _choose_incident(self, found: ListedMessage) -> None:
        """Show the incident of a message; ask which one if it is about several."""
        incidents = tuple(zip(found.message.incidents, found.row.incidents, strict=True))
        self._choose(incidents, _("Which incident of the message?"), _("Show incident"), self._show_incident)

    def _choose_link(self, found: ListedMessage) -> None:
        """Take a message off its incident or event; ask which one if it is about several."""
        message, row = found.message, found.row
        incidents = zip(message.incidents, row.incidents, strict=True)
        events = zip(message.events, row.events, strict=True)
        self._choose(
            (*incidents, *events),
            _("Which incident or event of the message?"),
            _("Unlink"),
            lambda key: self._unlink(message, key),
        )

    def _unlink(self, message: Message, key: str) -> None:
        if key in message.events:
            self._events().unlink(message, key)
        else:
            self._changes.unlink(message, key)

    def _choose(self, found: Sequence[tuple[str, str]], title: str, label: str, act: Callable[[str], None]) -> None:
        card = self._card
        if len(found) == 1:
            act(found[0][0])
        elif found and card is not None:
            question = Question(
                title=title,
                text="",
                confirm=label,
                choice_label=_("Belongs to"),
                choices=numbered_choices(found),
                chosen=found[0][0],
            )
            card.ask(question, lambda _text: act(card.choice))

    def _events(self) -> MessageEvents:
        assert self._card is not None  # acts come from the open dialog
        return MessageEvents(self._context, self._card)

    def _show_incident(self, incident_id: str) -> None:
        """Select the incident in the main window, also one that ended long ago, and show it on the map."""
        self._context.show_incident(incident_id)
        return_to_window(self._window)

    def _ask_for_incident(self, found: ListedMessage) -> None:
        if self._card is not None:
            question = self._changes.join_question(found.message, found.row.text or "")
            self._card.ask(question, lambda text: self._changes.join(found.message, text))

    def _ask_for_reason(self, message: Message, question: Question) -> None:
        if self._card is not None:
            self._card.ask(question, partial(self._on_reason, message))

    def _on_reason(self, message: Message, note: str) -> None:
        """Close the message, or ask again for the note that is missing or too long."""
        reason = ClosingReason(self._card.choice) if self._card is not None else ClosingReason.ANSWERED
        fault = note_fault(note)
        if fault or (reason is ClosingReason.OTHER and not note):
            if fault:
                self._context.notifier.refuse(fault)
            self._ask_for_reason(message, close_question(chosen=reason.value, note=note, needs_note=not note))
            return
        self._changes.close(message, reason, note)

    def _ask_for_export(self) -> None:
        listed, card = self._listed.shown, self._card
        if card is None:
            return
        if not any(each.row.sender or each.row.text or each.row.answers for each in listed):
            self._ask_for_file(listed, with_personal=False)
            return
        question = Question(
            title=_("Save the messages with text and sender?"),
            text=_("Texts, answers, names and numbers are personal data. Save them only where they are needed."),
            confirm=_("Export"),
            choice_label=_("Personal data"),
            choices=(
                Choice(code=_WITHOUT, label=_("Without"), key="1"),
                Choice(code=_WITH, label=_("With text and sender"), key="2"),
            ),
            chosen=_WITHOUT,
        )
        card.ask(question, lambda _text: self._ask_for_file(listed, with_personal=card.choice == _WITH))

    def _ask_for_file(self, listed: Sequence[ListedMessage], *, with_personal: bool) -> None:
        name = dated_name(_("messages"), at=self._context.state.now(), suffix=".xlsx")
        dialog = save_dialog(
            self._window, _("Save the messages"), name=name, filters=["Excel (*.xlsx)", "CSV (*.csv)"]
        )
        ask_for_path(dialog, lambda file: self.write_table(file, listed, with_personal=with_personal))
