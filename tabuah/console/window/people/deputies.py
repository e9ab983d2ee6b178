"""Acting deputies in the window: listed from the journal; named and ended at the server."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.window.people.deputy_form import FieldFault, naming_fields, read_naming, read_term
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.error_toasts import is_expected
from tabuah.console.window.shared.server_requests import ask_server
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.people.authority import Authority
from tabuah.operations.people.deputies import KnownDeputyship, open_deputyships, possible_deputies
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import _
from tabuah.storage.journal.people_protocol import DeputiesReply, DeputyEnd
from tabuah.text.people import deputies as texts
from tabuah.text.people.users import act_done_text, loading_text
from tabuah.widgets.people.deputies_dialog import DeputiesDialog
from tabuah.widgets.people.values import PeopleLine
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

if TYPE_CHECKING:
    from tabuah.storage.sync.client import ServerClient


class DeputyActions(QObject):
    """Opens the dialog, and follows the journal while it is open."""

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._dialog: DeputiesDialog | None = None
        self._confirm: ConfirmCard | None = None
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> DeputiesDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the dialog, or bring it to the front."""
        if self._dialog is None:
            self._dialog = self._open()
            self._show()
        bring_to_front(self._dialog, self._context.notifier)

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    def _open(self) -> DeputiesDialog:
        dialog = DeputiesDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.naming_requested.connect(self._on_naming_requested)
        dialog.end_requested.connect(self._on_end_requested)
        dialog.form.submitted.connect(self._on_submitted)
        dialog.form.edited.connect(self._on_edited)
        dialog.finished.connect(self._on_finished)
        self._confirm = ConfirmCard(self._appearance, dialog)
        return dialog

    @property
    def _authority(self) -> Authority:
        return self._context.state.snapshot.authority

    def _show(self) -> None:
        if self._dialog is not None:
            now = self._context.state.now()
            lines = [_line(each, now) for each in open_deputyships(self._authority, now)]
            self._dialog.show_deputies(lines, about=texts.deputy_rules_text())

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if self._dialog is None:
            return
        if StatePart.PERSON in parts and self._context.state.snapshot.role not in (Role.SUPERVISOR, Role.ADMIN):
            self._dialog.close()
        else:
            self._show()

    def _on_naming_requested(self) -> None:
        if self._dialog is None:
            return
        others = (
            user for user in possible_deputies(self._authority) if user.name != self._context.state.snapshot.actor
        )
        fields = naming_fields(others, self._context.state.now())
        self._dialog.form.show_fields("", _("Name a deputy"), fields, save=_("Name a deputy"))
        self._dialog.show_form()
        self._on_edited()

    def _values(self) -> dict[str, str]:
        """Return all texts of the form: `changes` leaves out what still has its first value."""
        return self._dialog.form.values() if self._dialog is not None else {}

    def _on_edited(self) -> None:
        """Show what the texts mean, before it is recorded."""
        if self._dialog is None:
            return
        values = self._values()
        try:
            starts_at, ends_at = read_term(values, self._context.state.now())
        except FieldFault as fault:
            self._dialog.show_note(fault.text, Level.ATTENTION)
            return
        name, role = values.get("name") or "…", Role(values["role"])
        self._dialog.show_note(texts.describe_deputyship(name, role, starts_at, ends_at))

    def _on_submitted(self, _edited: str, _changes: dict[str, str]) -> None:
        if self._dialog is None:
            return
        try:
            naming = read_naming(self._values(), self._context.state.now())
        except FieldFault as fault:
            self._dialog.form.show_error(fault.field, fault.text)
            return
        from tabuah.storage.sync.user_administration import name_deputy  # noqa: PLC0415 - loads the HTTP client

        self._ask(lambda client: name_deputy(client, naming))

    def _on_end_requested(self, deputyship: str) -> None:
        found = open_deputyships(self._authority, self._context.state.now())
        each = next((each for each in found if each.deputyship.id == deputyship), None)
        if each is None or self._confirm is None:
            return
        question = Question(
            title=_("End the deputyship of {name} now?").format(name=each.user.name),
            text=texts.end_effect_text(),
            confirm=_("End early"),
            field=_("Reason"),
            required=_("Enter the reason; it is recorded."),
        )
        self._confirm.ask(question, lambda reason: self._end(each, reason))

    def _end(self, each: KnownDeputyship, reason: str) -> None:
        from tabuah.storage.sync.user_administration import end_deputyships  # noqa: PLC0415 - loads the HTTP client

        end = DeputyEnd(name=each.user.name, reason=reason, deputyship=each.deputyship.id)
        self._ask(lambda client: end_deputyships(client, end))

    def _ask(self, act: "Callable[[ServerClient], DeputiesReply]") -> None:
        if self._dialog is not None:
            self._dialog.show_note(loading_text())
        ask_server(self._context, act, on_done=self._on_done, on_error=self._on_failed)

    def _on_done(self, reply: DeputiesReply) -> None:
        self._context.sync_soon()
        if self._dialog is not None:
            self._dialog.show_list()
            self._dialog.show_note(act_done_text(reply.name))

    def _on_failed(self, error: Exception) -> None:
        if not is_expected(error):
            self._context.notifier.error(error)
        if self._dialog is not None:
            self._dialog.show_note(str(error), Level.HIGH)

    def _on_finished(self) -> None:
        self._dialog = self._confirm = None


def _line(each: KnownDeputyship, now: datetime) -> PeopleLine:
    deputyship = each.deputyship
    return PeopleLine(
        id=deputyship.id,
        text=texts.deputy_title(each.user.name, deputyship.role),
        about=f"{texts.describe_term(deputyship.starts_at, deputyship.ends_at)} · "
        f"{texts.describe_naming(deputyship.by, deputyship.reason)}",
        at=texts.deputy_state(deputyship, now),
        level=Level.NORMAL if deputyship.starts_at <= now else Level.INFORMATION,
    )
