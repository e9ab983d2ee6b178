"""The trial of mappings on recorded messages, and taking them into force at the server; for administrators."""

from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from tabuah.console.window.gateways.trial_items import (
    MappingTrialResult,
    message_lines,
    no_messages,
    run_trial,
    trial_view,
)
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.draft_writer import DraftWriter
from tabuah.console.window.shared.file_dialogs import ask_for_path, open_dialog
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.gateways.configuration import FILE_NAME
from tabuah.operations.gateways.recorded_message import RecordedMessage
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import _, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.gateways_protocol import MAX_MAPPINGS_LENGTH, GatewayMappingsReply
from tabuah.storage.sync.gateway_administration import GatewayAdministration
from tabuah.storage.sync.session import ConsoleSession
from tabuah.text.gateways.mapping_trials import describe_mappings_in_force
from tabuah.widgets.gateways.mapping_dialog import MappingDialog
from tabuah.widgets.gateways.values import MappingReasons
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

_DRAFT_KEY: Final = "gateway mappings"
_PAUSE_MS: Final = 300
ReplyT = TypeVar("ReplyT")


class MappingTrialActions(QObject):
    """Opens the window of mappings. A changed text is kept until it is in force or replaced."""

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance, drafts: DraftWriter) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance, self._drafts = context, window, appearance, drafts
        self._dialog: MappingDialog | None = None
        self._confirm: ConfirmCard | None = None
        self._recorded: tuple[RecordedMessage, ...] = ()
        self._chosen: RecordedMessage | None = None  # as recorded; None once it is edited
        self._known: GatewayMappingsReply | None = None  # as the server has them
        self._result = MappingTrialResult()
        self._asked = 0  # number of the newest trial
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(_PAUSE_MS)
        self._due.timeout.connect(self._try)
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> MappingDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the window, or bring it to the front."""
        if self._dialog is None:
            self._dialog = self._open()
            kept = self._drafts.kept(_DRAFT_KEY, str)
            self._dialog.show_mappings(kept or "")
            self._show_reasons()
            self._load()
        bring_to_front(self._dialog, self._context.notifier)

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    def _open(self) -> MappingDialog:
        dialog = MappingDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.message_chosen.connect(self._on_message_chosen)
        dialog.message_edited.connect(self._on_message_edited)
        dialog.mappings_edited.connect(self._on_mappings_edited)
        dialog.use_requested.connect(self._on_use_requested)
        dialog.file_requested.connect(self._on_file_requested)
        dialog.copy_requested.connect(self._on_copy_requested)
        dialog.previous_requested.connect(self._on_previous_requested)
        dialog.forget_requested.connect(self._on_forget_requested)
        dialog.reload_requested.connect(self._load)
        dialog.finished.connect(self._on_finished)
        self._confirm = ConfirmCard(self._appearance, dialog)
        return dialog

    # The server

    def _load(self) -> None:
        self._note(_("Asking the server …"))
        self._ask(lambda gateways: (gateways.messages(), gateways.mappings()), self._on_loaded)

    def _on_loaded(self, found: tuple[tuple[RecordedMessage, ...], GatewayMappingsReply]) -> None:
        before = self._known
        self._recorded, self._known = found
        if self._dialog is None:
            return
        has_own_text = bool(self._dialog.mappings) and (before is None or self._dialog.mappings != before.text)
        if not has_own_text:
            self._dialog.show_mappings(self._known.text)
        self._show_source()
        self._show_messages()
        if self._recorded and not self._dialog.messages.chosen and not self._dialog.topic:
            self._dialog.messages.choose("0")
        self._try()

    def _show_source(self) -> None:
        if self._dialog is None or self._known is None:
            return
        text = _("This is the file of the server.")
        if self._dialog.mappings != self._known.text:
            text = _("This text is a draft. The file of the server is another one.")
        if not self._known.receives:
            text += " " + _("The server receives nothing by MQTT; they apply once it is started with --mqtt.")
        self._note(text)

    def _ask(self, act: Callable[[GatewayAdministration], ReplyT], on_done: Callable[[ReplyT], None]) -> None:
        """Call the server on the network worker."""

        def work(store: ConsoleStore) -> ReplyT:
            with ConsoleSession(store).client as client:
                return act(GatewayAdministration(client))

        self._context.network.run(work, on_done=on_done, on_error=self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        text = _("{reason} Mappings can be tried on a message that you paste; to use a file by hand: {command}")
        self._note(text.format(reason=error, command="tabuah gateway use FILE"), Level.HIGH)
        self._show_messages()
        self._show_reasons()

    # The trial

    def _on_message_chosen(self, line_id: str) -> None:
        if self._dialog is None or not line_id.isdecimal() or int(line_id) >= len(self._recorded):
            return
        self._chosen = self._recorded[int(line_id)]
        self._dialog.show_message(self._chosen.topic, self._chosen.payload.decode("utf-8", "replace"))
        self._try()

    def _on_message_edited(self) -> None:
        self._chosen = None
        self._due.start()

    def _on_mappings_edited(self) -> None:
        if self._dialog is not None:
            is_known = self._known is not None and self._dialog.mappings == self._known.text
            self._drafts.schedule(_DRAFT_KEY, "" if is_known else self._dialog.mappings[:MAX_MAPPINGS_LENGTH])
            self._show_source()
            self._due.start()

    def _message(self) -> RecordedMessage | None:
        """Return the message on the screen: the recorded bytes, or the text of the user."""
        if self._chosen is not None or self._dialog is None:
            return self._chosen
        payload = self._dialog.payload.encode()
        now = self._context.state.now().astimezone(UTC)
        return RecordedMessage(mapping="", topic=self._dialog.topic, payload=payload, received_at=now)

    def _try(self) -> None:
        self._due.stop()
        if self._dialog is None:
            return
        self._asked += 1
        number, text, message, recorded = self._asked, self._dialog.mappings, self._message(), self._recorded

        def on_done(result: MappingTrialResult) -> None:
            if number == self._asked:
                self._show_result(result)

        self._context.work.run(lambda _none: run_trial(text, message, recorded), on_done=on_done)

    def _show_result(self, result: MappingTrialResult) -> None:
        self._result = result
        if self._dialog is not None:
            self._dialog.show_trial(trial_view(result, self._context.state.snapshot.stations))
            self._show_messages()
            self._show_reasons()

    def _show_messages(self) -> None:
        if self._dialog is not None:
            lines = message_lines(self._recorded, self._result.read, self._context.state.now())
            self._dialog.show_messages(lines, empty=no_messages(is_known=self._known is not None))

    def _show_reasons(self) -> None:
        if self._dialog is None:
            return
        known, missing = self._known, "" if self._known is not None else _("This needs the server.")
        use = missing
        if known is not None and self._result.problems:
            use = _("The mappings have errors.")
        elif known is not None and self._dialog.mappings == known.text:
            use = _("These mappings are in force already.")
        elif len(self._dialog.mappings) > MAX_MAPPINGS_LENGTH:
            use = _("The text is too long.")
        previous = missing or ("" if known is not None and known.previous else _("There are none before these."))
        forget = missing or ("" if self._recorded else _("There are no messages."))
        self._dialog.show_reasons(MappingReasons(use=use, previous=previous, forget=forget))

    # Actions

    def _on_use_requested(self) -> None:
        if self._dialog is None or self._confirm is None or self._known is None:
            return
        if find := self._result.problems:
            self._note(ngettext("{n} error", "{n} errors", len(find)).format(n=len(find)), Level.HIGH)
            return
        text, replaces = self._dialog.mappings, self._known.digest
        question = Question(
            title=_("Take these mappings into force?"),
            text=_("The next messages are read by: {mappings}. The file of before is kept.").format(
                mappings=", ".join(self._result.names)
            ),
            confirm=_("Take into force"),
        )
        self._confirm.ask(
            question,
            lambda _text: self._ask(
                lambda gateways: gateways.replace_mappings(text, replaces=replaces), self._on_used
            ),
        )

    def _on_used(self, reply: GatewayMappingsReply) -> None:
        self._known = reply
        self._drafts.discard(_DRAFT_KEY)
        self._note(describe_mappings_in_force(self._result.names, receives=reply.receives), Level.NORMAL)
        self._show_reasons()

    def _on_previous_requested(self) -> None:
        if self._dialog is not None and self._known is not None and self._known.previous:
            self._show_text(self._known.previous)
            self._note(_("These are the mappings of before the last change."))

    def _on_file_requested(self) -> None:
        if self._dialog is not None:
            filters = [f"{FILE_NAME} (*.toml)", f"{_('All files')} (*)"]
            ask_for_path(open_dialog(self._dialog, _("Mappings of gateways"), filters=filters), self._on_file_chosen)

    def _on_file_chosen(self, file: Path) -> None:
        try:
            with file.open("rb") as opened:
                text = opened.read(MAX_MAPPINGS_LENGTH + 1).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            self._note(_("{file} cannot be read: {reason}").format(file=file, reason=error), Level.HIGH)
            return
        self._show_text(text)
        self._note(_("Read from {file}.").format(file=file.name))

    def _show_text(self, text: str) -> None:
        if self._dialog is not None:
            self._dialog.show_mappings(text)
            self._dialog.focus_mappings()
            self._on_mappings_edited()

    def _on_copy_requested(self) -> None:
        if self._dialog is not None:
            QGuiApplication.clipboard().setText(self._dialog.mappings)
            self._note(_("The mappings are copied."))

    def _on_forget_requested(self) -> None:
        if self._confirm is None or not self._recorded:
            return
        question = Question(
            title=_("Delete the recorded messages at the server?"),
            text=_("They may contain personal data. This cannot be undone."),
            confirm=_("Delete"),
            is_final=True,
        )
        self._confirm.ask(
            question, lambda _text: self._ask(lambda gateways: gateways.forget_messages(), self._on_forgotten)
        )

    def _on_forgotten(self, _none: None) -> None:
        self._recorded, self._result = (), MappingTrialResult(trial=self._result.trial, names=self._result.names)
        self._note(_("The messages are deleted."))
        self._show_messages()
        self._show_reasons()

    def _note(self, text: str, level: Level | None = None) -> None:
        if self._dialog is not None:
            self._dialog.show_note(text, level)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if self._dialog is None:
            return
        if StatePart.PERSON in parts and self._context.state.snapshot.role is not Role.ADMIN:
            self._dialog.close()
        elif StatePart.STATIONS in parts:
            self._show_result(self._result)

    def _on_finished(self) -> None:
        self._due.stop()
        self._drafts.write()
        self._dialog = self._confirm = None
        self._recorded, self._chosen, self._known, self._result = (), None, None, MappingTrialResult()
