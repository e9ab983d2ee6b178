"""The backups of the server in the window, for administrators; a backup is never restored from here."""

from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from tabuah.console.window.people.backup_items import backup_facts, backup_lines, job_text, running_job
from tabuah.console.window.shared.dialog_front import bring_to_front
from tabuah.console.window.shared.error_toasts import is_expected
from tabuah.console.window.shared.server_requests import ask_server
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.storage.journal.backups_protocol import BackupAct, BackupsReply
from tabuah.text.people import backups as texts
from tabuah.text.people.users import loading_text, needs_server_reason
from tabuah.widgets.people.backups_dialog import BackupsDialog
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

_ASK_AGAIN_MS: Final = 2_000  # while a job runs


class BackupActions(QObject):
    """Opens the dialog, and asks the server again while a job runs."""

    def __init__(self, context: WindowContext, window: QWidget, appearance: Appearance) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._dialog: BackupsDialog | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_AGAIN_MS)
        self._timer.timeout.connect(self.load)

    @property
    def dialog(self) -> BackupsDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    def begin(self) -> None:
        """Open the dialog, or bring it to the front."""
        if self._dialog is None:
            self._dialog = BackupsDialog(self._appearance, self._window)
            self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._dialog.job_requested.connect(self._on_job_requested)
            self._dialog.reload_requested.connect(self.load)
            self._dialog.finished.connect(self._on_finished)
            self._dialog.show_reasons(make=loading_text(), verify=loading_text())
            self._dialog.show_job("")
            self.load()
        bring_to_front(self._dialog, self._context.notifier)

    def close(self) -> None:
        """Close the dialog."""
        self._timer.stop()
        if self._dialog is not None:
            self._dialog.close()

    def load(self) -> None:
        """Ask the server for the present state."""
        from tabuah.storage.sync.server_administration import read_backups  # noqa: PLC0415 - loads the HTTP client

        if self._dialog is not None:
            ask_server(self._context, read_backups, on_done=self._on_reply, on_error=self._on_failed)

    def _on_job_requested(self, code: str) -> None:
        from tabuah.storage.sync.server_administration import ask_backup_job  # noqa: PLC0415 - loads the HTTP client

        act = BackupAct(code)
        ask_server(
            self._context,
            lambda client: ask_backup_job(client, act),
            on_done=self._on_job_accepted,
            on_error=self._on_failed,
        )

    def _on_job_accepted(self, reply: BackupsReply) -> None:
        """Ask again in any case: the job may not have begun yet."""
        self._on_reply(reply)
        if self._dialog is not None:
            self._timer.start()

    def _on_reply(self, reply: BackupsReply) -> None:
        if self._dialog is None:
            return
        if not reply.scheduled:
            self._dialog.show_backups((), (), none=texts.no_folder_text())
            self._dialog.show_reasons(make=texts.no_folder_text(), verify=texts.no_folder_text())
            return
        job = job_text(reply)
        facts = backup_facts(reply, self._context.state.now())
        self._dialog.show_backups(
            facts, backup_lines(reply), none=texts.describe_newest(None, self._context.state.now())
        )
        self._dialog.show_job(job)
        missing = "" if reply.backups else texts.describe_newest(None, self._context.state.now())
        self._dialog.show_reasons(make=job, verify=job or missing)
        self._dialog.show_note(texts.restore_text())
        if running_job(reply) is not None:
            self._timer.start()

    def _on_failed(self, error: Exception) -> None:
        if not is_expected(error):
            self._context.notifier.error(error)
        if self._dialog is None:
            return
        from tabuah.storage.sync.errors import NotLoggedIn, Offline  # noqa: PLC0415 - loads the HTTP client

        if isinstance(error, Offline | NotLoggedIn):
            self._dialog.show_reasons(make=needs_server_reason(), verify=needs_server_reason())
        self._dialog.show_note(str(error), Level.HIGH)

    def _on_finished(self) -> None:
        self._timer.stop()
        self._dialog = None
