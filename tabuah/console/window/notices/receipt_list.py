"""The window of receipts, read from the server: who was notified, through which channel, with which result."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.notices.receipt_records import write_receipt_table
from tabuah.console.window.notices.receipt_items import (
    alarm_subject,
    receipt_card,
    receipt_items,
    search_receipts,
)
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.error_toasts import is_expected
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.server_requests import ask_server
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.entries import subject_of
from tabuah.resources.localisation import _, format_moment
from tabuah.storage.journal.notices_protocol import NoticeReceipt, NoticeReceiptsReply
from tabuah.text.notices.receipt_text import (
    cancel_refusal,
    describe_change,
    describe_receipt_counts,
    no_receipts_text,
    retry_refusal,
)
from tabuah.widgets.controls.record_dialog import RecordAct, RecordDialog, RecordTexts
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

if TYPE_CHECKING:
    from tabuah.storage.sync.client import ServerClient

REFRESH, OLDER, EXPORT, SAME_ALARM = "refresh", "older", "export", "same_alarm"
RETRY, CANCEL = "retry", "cancel"
FAILED_TOGGLE, UNCONFIRMED_TOGGLE, ALARM_TOGGLE = "failed", "unconfirmed", "of_alarm"
_FILTERS: Final = ("XLSX (*.xlsx)", "CSV (*.csv)")
_MOST_KEPT: Final = 10_000


def _dialog_texts() -> RecordTexts:
    return RecordTexts(
        name="receipts",
        title=_("Receipts of notices"),
        list_label=_("Receipts of notices"),
        search_label=_("Find a receipt"),
        placeholder=_("Contact, channel, title, reason"),
        toggles={
            FAILED_TOGGLE: _("Waiting and failed only"),
            UNCONFIRMED_TOGGLE: _("Not confirmed only"),
            ALARM_TOGGLE: "",
        },
        filters=(
            RecordAct(code=REFRESH, text=_("Refresh"), key="Ctrl R", icon="sync"),
            RecordAct(code=OLDER, text=_("Older"), key="Ctrl O", icon="history"),
            RecordAct(code=EXPORT, text=_("Export"), key="Ctrl S"),
        ),
        acts=(
            RecordAct(code=SAME_ALARM, text=_("All messages about this alarm"), key="Enter"),
            RecordAct(code=RETRY, text=_("Send again"), key="Ctrl Shift R"),
            RecordAct(code=CANCEL, text=_("Cancel the message"), key="Ctrl Shift C"),
        ),
        icon="history",
    )


class ReceiptListActions(QObject):
    """Opens the window, and keeps the last answer of the server for a time without a connection."""

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._dialog: RecordDialog | None = None
        self._alarm = ""  # the subject that the check box names, such as `alarm/ID`
        self._replies: dict[str, NoticeReceiptsReply] = {}  # by that subject; empty for all
        self._loading: set[str] = set()
        self._is_changing = False
        self._change_note = ""  # of the last change, shown with the list that is read after it
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> RecordDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the window with all receipts, or bring it to the front."""
        self._open_for("")

    def begin_for_alarm(self, alarm_id: str) -> None:
        """Open the window with the receipts of one alarm."""
        self._open_for(subject_of("alarm", alarm_id))

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    def load(self) -> None:
        """Read the newest receipts again."""
        self._ask(self._listed_alarm, before=None)

    def write_table(self, target: Path) -> None:
        """Write the listed receipts to a file, without addresses."""
        receipts = self._listed()
        message = _("Saved: {file}").format(file=target)
        self._context.work.run(
            lambda _context: write_receipt_table(target, receipts, with_personal=False),
            on_done=lambda _none: self._note(message, Level.NORMAL),
            on_error=self._context.notifier.error,
        )

    # The list

    def _open_for(self, alarm: str) -> None:
        if self._dialog is None:
            self._dialog = self._open()
        if alarm:
            self._alarm = alarm
        text = _("Only about the chosen alarm") if self._alarm else ""
        self._dialog.offer_toggle(ALARM_TOGGLE, text, checked=bool(alarm))
        self._show()
        self.load()
        bring_to_front(self._dialog, self._context.notifier)

    def _open(self) -> RecordDialog:
        dialog = RecordDialog(self._appearance, _dialog_texts(), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.record_chosen.connect(self._on_record_chosen)
        dialog.act_requested.connect(self._on_act_requested)
        dialog.search_changed.connect(self._on_search_changed)
        dialog.finished.connect(self._on_finished)
        return dialog

    @property
    def _listed_alarm(self) -> str:
        is_on = self._dialog is not None and self._dialog.is_on(ALARM_TOGGLE)
        return self._alarm if is_on else ""

    @property
    def _reply(self) -> NoticeReceiptsReply | None:
        return self._replies.get(self._listed_alarm)

    @property
    def _chosen(self) -> NoticeReceipt | None:
        key = self._dialog.list.chosen if self._dialog is not None else ""
        return next((each for each in self._listed() if str(each.id) == key), None)

    def _listed(self) -> list[NoticeReceipt]:
        dialog, reply = self._dialog, self._reply
        if dialog is None or reply is None:
            return []
        found = search_receipts(reply.receipts, dialog.words)
        if dialog.is_on(FAILED_TOGGLE):
            found = [each for each in found if each.state in ("waiting", "failed")]
        if dialog.is_on(UNCONFIRMED_TOGGLE):
            found = [each for each in found if each.acknowledged_at is None]
        return found

    def _show(self) -> None:
        dialog, reply, listed = self._dialog, self._reply, self._listed()
        if dialog is None:
            return
        hint = no_receipts_text(is_sending=reply.is_sending) if reply is not None else _("The list is being loaded.")
        is_filtered = reply is not None and bool(reply.receipts)
        dialog.show_records(
            receipt_items(listed, self._context.state.now()),
            summary=self._summary(listed, reply),
            empty=(_("Nothing matches.") if is_filtered else _("No receipts"), "" if is_filtered else hint),
            reasons={
                OLDER: "" if reply is not None and reply.before is not None else _("There are no older ones."),
                EXPORT: "" if listed else _("There is nothing to export."),
            },
        )
        self._show_chosen()

    def _summary(self, listed: list[NoticeReceipt], reply: NoticeReceiptsReply | None) -> str:
        if reply is None:
            return ""
        counts = describe_receipt_counts(Counter(each.state for each in listed))
        read_at = _("as of {moment}").format(moment=format_moment(reply.at))
        return " · ".join(filter(None, (counts, read_at)))

    def _show_chosen(self) -> None:
        chosen = self._chosen
        if self._dialog is None:
            return
        if chosen is None:
            self._dialog.show_card(None)
            return
        self._dialog.show_card(receipt_card(chosen, reasons=self._reasons(chosen)))

    def _reasons(self, chosen: NoticeReceipt) -> dict[str, str]:
        role = self._context.state.snapshot.role
        return {
            SAME_ALARM: "" if alarm_subject(chosen) else _("This message is not about an alarm."),
            RETRY: retry_refusal(chosen.state, has_address=bool(chosen.address), role=role),
            CANCEL: cancel_refusal(chosen.state, role=role),
        }

    # Requests

    def _ask(self, alarm: str, *, before: int | None) -> None:
        from tabuah.storage.sync.notice_receipts import read_notice_receipts  # noqa: PLC0415 - loads the HTTP client

        if alarm in self._loading:
            return
        self._loading.add(alarm)

        def read(client: "ServerClient") -> NoticeReceiptsReply:
            return read_notice_receipts(client, subject=alarm, before=before)

        ask_server(
            self._context,
            read,
            on_done=lambda reply: self._on_reply(alarm, reply, is_older=before is not None),
            on_error=lambda error: self._on_failed(alarm, error),
        )

    def _change(self, act: Literal["retry", "cancel"], receipt: NoticeReceipt) -> None:
        """Send a message again or cancel it at the server, then read the list once more."""
        from tabuah.storage.sync.notice_receipts import change_notices  # noqa: PLC0415 - loads the HTTP client

        if self._is_changing:
            return
        self._is_changing = True

        def change(client: "ServerClient") -> int:
            return len(change_notices(client, act, (receipt.id,)))

        ask_server(
            self._context,
            change,
            on_done=lambda changed: self._on_changed(describe_change(act, changed=changed, asked=1)),
            on_error=self._on_change_failed,
        )

    def _on_changed(self, text: str) -> None:
        self._is_changing, self._change_note = False, text
        self._loading.discard(self._listed_alarm)  # an answer that is on its way was written before the change
        if self._dialog is not None:
            self.load()

    def _on_change_failed(self, error: Exception) -> None:
        self._is_changing = False
        if not is_expected(error):
            self._context.notifier.error(error)
        self._note(_("{reason} Nothing was changed here; refresh the list.").format(reason=error), Level.ATTENTION)

    def _on_reply(self, alarm: str, reply: NoticeReceiptsReply, *, is_older: bool) -> None:
        self._loading.discard(alarm)
        if self._dialog is None:
            return
        if is_older and alarm in self._replies:
            kept = (*self._replies[alarm].receipts, *reply.receipts)[:_MOST_KEPT]
            before = reply.before if len(kept) < _MOST_KEPT else None
            reply = msgspec.structs.replace(reply, receipts=kept, before=before)
        self._replies[alarm] = reply
        self._note(self._change_note, None)
        self._change_note = ""
        self._show()

    def _on_failed(self, alarm: str, error: Exception) -> None:
        self._loading.discard(alarm)
        if not is_expected(error):
            self._context.notifier.error(error)
        known = self._replies.get(alarm)
        since = _("The list is from {moment}.").format(moment=format_moment(known.at)) if known is not None else ""
        self._note(" ".join(filter(None, (str(error), since))), Level.ATTENTION)

    def _note(self, text: str, level: Level | None) -> None:
        if self._dialog is not None:
            self._dialog.show_note(text, level)

    # Events

    def _on_record_chosen(self, _record_id: str) -> None:
        self._show_chosen()

    def _on_search_changed(self) -> None:
        if self._listed_alarm not in self._replies and self._listed_alarm not in self._loading:
            self.load()
        self._show()

    def _on_act_requested(self, code: str) -> None:
        reply, chosen = self._reply, self._chosen
        if code == REFRESH:
            self.load()
        elif code == OLDER and reply is not None and reply.before is not None:
            self._ask(self._listed_alarm, before=reply.before)
        elif code == EXPORT and self._dialog is not None:
            name = dated_name(_("notices"), at=self._context.state.now(), suffix=".xlsx")
            title = _("Export receipts of notices")
            ask_for_path(save_dialog(self._dialog, title, name=name, filters=_FILTERS), self.write_table)
        elif code == SAME_ALARM and chosen is not None and alarm_subject(chosen):
            self._open_for(alarm_subject(chosen))
        elif code in (RETRY, CANCEL) and chosen is not None and not self._reasons(chosen)[code]:
            self._change("retry" if code == RETRY else "cancel", chosen)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if StatePart.PERSON in parts:
            self._replies.clear()  # another person may not read the same
            if self._dialog is not None:
                self._dialog.close()

    def _on_finished(self, _result: int) -> None:
        self._dialog = None
