"""Personal data in the window, for administrators: found at the server without being shown, and erased with proof."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.window.people.printed_codes import print_codes
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.error_toasts import is_expected
from tabuah.console.window.shared.server_requests import ask_server
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.codes import Status
from tabuah.resources.localisation import _
from tabuah.storage.journal.personal_data_protocol import (
    ErasureProof,
    PersonalDataReply,
    PersonalErasure,
    PersonalRecord,
    PersonalSearch,
)
from tabuah.text.code_labels import code_label
from tabuah.text.people import personal_data as texts
from tabuah.text.people.users import loading_text
from tabuah.widgets.people.personal_data_dialog import ERASE_ONE, PersonalDataDialog
from tabuah.widgets.people.values import PeopleLine
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level


class PersonalDataActions(QObject):
    """Opens the dialog and asks the server; nothing of it is kept here."""

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._dialog: PersonalDataDialog | None = None
        self._found: tuple[PersonalRecord, ...] = ()
        self._searched = ""
        self._chosen: tuple[PersonalRecord, ...] = ()  # what the form would erase
        self._word = ""  # what confirms it

    @property
    def dialog(self) -> PersonalDataDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the dialog, or bring it to the front."""
        if self._dialog is None:
            self._dialog = PersonalDataDialog(self._appearance, self._window)
            self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._dialog.show_hint(texts.search_hint())
            self._dialog.search_requested.connect(self._on_search_requested)
            self._dialog.erasure_requested.connect(self._on_erasure_requested)
            self._dialog.erasure_confirmed.connect(self._on_erasure_confirmed)
            self._dialog.print_requested.connect(self._on_print_requested)
            self._dialog.finished.connect(self._on_finished)
        bring_to_front(self._dialog, self._context.notifier)

    def close(self) -> None:
        if self._dialog is not None:
            self._dialog.close()

    def _on_search_requested(self, text: str) -> None:
        from tabuah.storage.sync.server_administration import search_personal_data  # noqa: PLC0415 - HTTP client

        if self._dialog is not None:
            self._searched = text
            self._dialog.show_note(loading_text())
            search = PersonalSearch(text=text)
            ask_server(
                self._context,
                lambda client: search_personal_data(client, search),
                on_done=self._on_reply,
                on_error=self._on_failed,
            )

    def _on_reply(self, reply: PersonalDataReply) -> None:
        self._found = reply.found
        if self._dialog is not None:
            none = texts.search_result_text(0, 0)
            self._dialog.show_places([_line(each) for each in reply.found], none=none)
            self._dialog.show_note(texts.search_result_text(len(reply.found), reply.total))
            if reply.found:
                self._dialog.list.setFocus()

    def _on_erasure_requested(self, code: str) -> None:
        if self._dialog is None:
            return
        chosen = self._dialog.list.chosen
        self._chosen = tuple(each for each in self._found if code != ERASE_ONE or each.subject == chosen)
        if not self._chosen:
            return
        first = self._chosen[0]
        self._word = _title(first) if len(self._chosen) == 1 else self._searched or _("all")
        self._dialog.show_form(f"{texts.erasure_warning(len(self._chosen))}\n“{self._word}”")

    def _on_erasure_confirmed(self, reason: str, word: str) -> None:
        from tabuah.storage.sync.server_administration import erase_personal_data  # noqa: PLC0415 - HTTP client

        if self._dialog is None:
            return
        if word.casefold() != self._word.casefold():
            self._dialog.form.show_error(_("Type exactly: {word}").format(word=self._word), "word")
            return
        self._dialog.form.show_busy(busy=True)
        erasure = PersonalErasure(subjects=tuple(each.subject for each in self._chosen), reason=reason)
        ask_server(
            self._context,
            lambda client: erase_personal_data(client, erasure),
            on_done=self._on_erased,
            on_error=self._on_failed,
        )

    def _on_erased(self, proof: ErasureProof) -> None:
        self._context.sync_soon()
        erased = {each.subject for each in self._chosen}
        self._found = tuple(each for each in self._found if each.subject not in erased)
        if self._dialog is None:
            return
        self._dialog.show_places([_line(each) for each in self._found], none="")
        self._dialog.show_note("")
        orders = "\n".join(texts.describe_order(each.seq, each.hash, each.received_at) for each in proof.orders)
        self._dialog.show_proof(_("Proof of the erasure"), orders, texts.describe_proof(proof.entries, proof.left))

    def _on_failed(self, error: Exception) -> None:
        if not is_expected(error):
            self._context.notifier.error(error)
        if self._dialog is not None:
            self._dialog.form.show_busy(busy=False)
            self._dialog.form.show_error(str(error))
            self._dialog.show_note(str(error), Level.HIGH)

    def _on_print_requested(self, proof: str) -> None:
        if self._dialog is not None:
            print_codes(self._dialog, proof, title=_("Proof of the erasure"))

    def _on_finished(self) -> None:
        self._dialog = None
        self._found = self._chosen = ()
        self._searched = self._word = ""


def _title(record: PersonalRecord) -> str:
    return record.number or record.name or record.subject


def _line(record: PersonalRecord) -> PeopleLine:
    known = {each.value: each for each in Status}
    status = code_label(known[record.status]) if record.status in known else ""
    return PeopleLine(
        id=record.subject,
        text=_title(record),
        about=texts.describe_values(record.values, record.first_at, record.last_at),
        at=status,
        level=Level.INFORMATION if record.ended_at is not None else Level.ATTENTION,
    )
