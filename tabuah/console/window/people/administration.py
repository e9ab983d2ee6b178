"""The administration of users, devices and sessions: with the server, or read-only from the journal."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tabuah.console.window.people.user_fields import (
    change_fields,
    creation_fields,
    fault_of,
    kecamatan_names,
    rights_of_values,
)
from tabuah.console.window.people.user_items import Viewer, device_names, user_lines, user_view
from tabuah.console.window.people.user_questions import question_about
from tabuah.console.window.people.user_records import known_users, read_user_history
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.error_toasts import is_expected
from tabuah.console.window.shared.server_requests import ask_server
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import _
from tabuah.storage.journal.people_protocol import (
    DeviceApproval,
    DeviceRevocation,
    ResetCode,
    ResetCodeRequest,
    SecondFactorReset,
    SessionsEnd,
    UserChange,
    UserCreation,
    UsersReply,
    UserSummary,
)
from tabuah.text.people import users as texts
from tabuah.text.people.user_history import PeopleEvent
from tabuah.widgets.people.administration_dialog import AdministrationDialog
from tabuah.widgets.people.values import PeopleAct
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

if TYPE_CHECKING:
    from tabuah.storage.sync.client import ServerClient
    from tabuah.storage.sync.user_administration import UserAdministration

ReplyT = TypeVar("ReplyT", UsersReply, ResetCode)


class AdministrationActions(QObject):
    """Opens the administration window, and follows the journal while it is open."""

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._dialog: AdministrationDialog | None = None
        self._confirm: ConfirmCard | None = None
        self._users: tuple[UserSummary, ...] = ()
        self._history: dict[str, tuple[PeopleEvent, ...]] = {}
        self._refusal = texts.loading_text()  # why nothing can be changed now
        self._device = ""
        self._edited_user: UserSummary | None = None  # None for a new one
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> AdministrationDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    @property
    def refusal(self) -> str:
        """Why nothing can be changed now; empty once the server has answered."""
        return self._refusal

    def begin(self) -> None:
        """Open the window of the users, or bring it to the front."""
        if self._dialog is None:
            self._dialog = self._open()
            self._dialog.show()
            self.load()
        bring_to_front(self._dialog, self._context.notifier)

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        if self._dialog is not None:
            self._dialog.close()

    def load(self) -> None:
        """Show the users of the journal at once, and those of the server when it answers."""
        self._refusal = texts.loading_text()
        self._note(texts.loading_text())
        self._show()
        self._context.store.run(
            lambda store: (store.device, known_users(store)), on_done=self._on_known, on_error=self._on_failed
        )

    def _open(self) -> AdministrationDialog:
        dialog = AdministrationDialog(self._appearance, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.user_chosen.connect(self._on_user_chosen)
        dialog.act_requested.connect(self._on_act_requested)
        dialog.reload_requested.connect(self.load)
        dialog.form.submitted.connect(self._on_form_submitted)
        dialog.form.edited.connect(self._on_form_edited)
        dialog.form.cancelled.connect(dialog.show_list)
        dialog.finished.connect(self._on_finished)
        self._confirm = ConfirmCard(self._appearance, dialog)
        return dialog

    # Lists

    def _on_known(self, found: tuple[str, tuple[UserSummary, ...]]) -> None:
        self._device = found[0]
        if not self._users:
            self._users = found[1]
            self._show()
        self._ask(lambda administration: administration.users(), self._on_users)

    def _on_users(self, reply: UsersReply) -> None:
        self._refusal = ""
        self._users = reply.users
        self._note(texts.server_list_text(self._context.state.now()))
        self._show()

    def _on_failed(self, error: Exception) -> None:
        """Show why an act or the list failed; without the server the window is read-only."""
        if not is_expected(error):
            self._context.notifier.error(error)
        from tabuah.storage.sync.errors import NotLoggedIn, Offline  # noqa: PLC0415 - loads the HTTP client

        text = str(error)
        if isinstance(error, Offline | NotLoggedIn):
            self._refusal = texts.needs_server_reason()
            text = texts.offline_list_text(self._context.state.snapshot.last_sync_at)
            self._context.store.run(known_users, on_done=self._on_offline_users)
        elif self._refusal == texts.loading_text():
            self._refusal = text
        self._note(text, Level.HIGH)
        if self._dialog is not None and self._dialog.has_form:
            self._dialog.show_form_note(text, is_error=True)
        self._show()

    def _on_offline_users(self, users: tuple[UserSummary, ...]) -> None:
        self._users = users
        self._show()

    def _show(self) -> None:
        if self._dialog is None:
            return
        self._dialog.show_users(user_lines(self._users, self._viewer), create_reason=self._refusal)
        self._show_user(self._dialog.list.chosen)

    def _show_user(self, name: str) -> None:
        user = self._user(name)
        if self._dialog is None:
            return
        if user is None:
            self._dialog.show_user(None)
            return
        history = self._history.get(name, ())
        self._dialog.show_user(user_view(user, history, self._viewer, devices=device_names(self._users)))

    @property
    def _viewer(self) -> Viewer:
        state = self._context.state
        return Viewer(
            name=state.snapshot.actor,
            device=self._device,
            now=state.now(),
            refusal=self._refusal,
            kecamatan=self._kecamatan,
        )

    @property
    def _kecamatan(self) -> dict[str, str]:
        return kecamatan_names(self._context.places.gazetteer)

    def _user(self, name: str) -> UserSummary | None:
        return next((user for user in self._users if user.name == name), None)

    def _on_user_chosen(self, name: str) -> None:
        self._show_user(name)
        self._read_history(name)

    def _read_history(self, name: str) -> None:
        user = self._user(name)
        if user is None:
            return
        devices = tuple(device.device for device in user.devices)

        def on_done(events: tuple[PeopleEvent, ...]) -> None:
            self._history[name] = events
            if self._dialog is not None and self._dialog.list.chosen == name:
                self._show_user(name)

        self._context.store.run(
            lambda store: read_user_history(store, name, devices), on_done=on_done, on_error=self._on_failed
        )

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if self._dialog is None:
            return
        if StatePart.PERSON in parts and self._context.state.snapshot.role is not Role.ADMIN:
            self._dialog.close()
        elif StatePart.PENDING in parts:  # the journal has grown
            self._read_history(self._dialog.list.chosen)

    # Acts

    def _on_act_requested(self, code: str, row: str) -> None:
        act = PeopleAct(code)
        if self._dialog is None:
            return
        if act is PeopleAct.CREATE:
            self._dialog.form.show_fields("", _("New user"), creation_fields(self._kecamatan), save=_("Create"))
            self._show_form(self._dialog)
            return
        user = self._user(self._dialog.list.chosen)
        if user is None:
            return
        if act is PeopleAct.EDIT:
            fields = change_fields(user, self._kecamatan)
            self._dialog.form.show_fields(user.name, texts.user_title(user.name, user.role), fields)
            self._show_form(self._dialog, user)
            return
        question = question_about(act, user, row=self._row_text(user, row))
        self._question(question, lambda reason: self._do(act, user, row, reason))

    def _show_form(self, dialog: AdministrationDialog, user: UserSummary | None = None) -> None:
        self._edited_user = user
        dialog.show_form()
        self._on_form_edited()

    def _on_form_edited(self) -> None:
        """Show the rights that the values give, before they are saved."""
        if self._dialog is not None:
            self._dialog.show_form_note(
                rights_of_values(self._edited_user, self._dialog.form.changes(), self._kecamatan)
            )

    def _row_text(self, user: UserSummary, row: str) -> str:
        names = device_names(self._users)
        session = next((each for each in user.sessions if each.session == row), None)
        device = session.device if session is not None else row
        return names.get(device, device[:8])

    def _do(self, act: PeopleAct, user: UserSummary, row: str, reason: str) -> None:
        name = user.name
        match act:
            case PeopleAct.LOCK | PeopleAct.UNLOCK:
                change = UserChange(name=name, reason=reason, active=act is PeopleAct.UNLOCK)
                self._change(name, lambda administration: administration.change(change))
            case PeopleAct.RESET_CODE:
                request = ResetCodeRequest(name=name, reason=reason)
                self._ask(lambda administration: administration.issue_reset_code(request), self._on_code)
            case PeopleAct.RESET_FACTOR:
                reset = SecondFactorReset(name=name, reason=reason)
                self._change(name, lambda administration: administration.reset_second_factor(reset))
            case PeopleAct.END_ALL_SESSIONS | PeopleAct.END_SESSION:
                end = SessionsEnd(name=name, reason=reason, session=row if act is PeopleAct.END_SESSION else "")
                self._change(name, lambda administration: administration.end_sessions(end))
            case PeopleAct.APPROVE:
                approval = DeviceApproval(device=row)
                self._change(name, lambda administration: administration.approve(approval))
            case _:
                revocation = DeviceRevocation(device=row, reason=reason, stolen=act is PeopleAct.STOLEN)
                self._change(name, lambda administration: administration.revoke(revocation))

    def _on_form_submitted(self, name: str, changes: dict[str, str]) -> None:
        if self._dialog is None:
            return
        fault = fault_of(changes, is_new=not name)
        if fault is not None:
            self._dialog.form.show_error(*fault)
            return
        self._dialog.show_form_note(texts.loading_text())
        if name:
            change = msgspec.convert({"name": name, **changes}, UserChange)
            self._change(name, lambda administration: administration.change(change))
        else:
            creation = msgspec.convert({"role": Role.OPERATOR, **changes}, UserCreation)
            self._ask(lambda administration: administration.create(creation), self._on_code)

    def _change(self, name: str, act: "Callable[[UserAdministration], UsersReply]") -> None:
        def on_done(reply: UsersReply) -> None:
            self._close_form()
            self._on_users(reply)
            self._note(texts.act_done_text(name))
            self._read_history(name)

        self._ask(act, on_done)

    def _on_code(self, code: ResetCode) -> None:
        if self._dialog is not None:
            self._dialog.show_code(
                texts.code_title(code.name), code.code, texts.describe_code_use(code.name, code.expires_at)
            )
        self.load()

    def _close_form(self) -> None:
        if self._dialog is not None and self._dialog.has_form:
            self._dialog.show_list()

    def _ask(self, act: "Callable[[UserAdministration], ReplyT]", on_done: Callable[[ReplyT], None]) -> None:
        """Call the server on the network worker, and fetch the entries that follow."""

        def work(client: "ServerClient") -> ReplyT:
            from tabuah.storage.sync.user_administration import UserAdministration  # noqa: PLC0415 - HTTP client

            return act(UserAdministration(client))

        def done(reply: ReplyT) -> None:
            self._context.sync_soon()
            on_done(reply)

        ask_server(self._context, work, on_done=done, on_error=self._on_failed)

    def _question(self, question: Question, on_confirmed: Callable[[str], None]) -> None:
        (self._confirm or self._context.confirm).ask(question, on_confirmed)

    def _note(self, text: str, level: Level | None = None) -> None:
        if self._dialog is not None:
            self._dialog.show_note(text, level)

    def _on_finished(self) -> None:
        self._dialog = self._confirm = None
        self._users, self._history = (), {}
