"""Error messages: what happened, what is safe and what to do next. A bug is reported as a bug."""

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QMessageBox

from tabuah.console.reports.errors import ReportError
from tabuah.gis.errors import GeographyError
from tabuah.operations.errors import OperationsError
from tabuah.resources.localisation import _
from tabuah.storage.blobs.errors import BlobError
from tabuah.storage.cache.errors import CacheError
from tabuah.storage.journal.bundles.errors import BundleError
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.readings.errors import ReadingsError
from tabuah.storage.sync.errors import NotLoggedIn, Offline, SyncError
from tabuah.text.errors import describe_error
from tabuah.widgets.shell.toast import ToastMessage
from tabuah.widgets.values import Level

EXPECTED = (
    CacheError,
    SyncError,
    OperationsError,
    JournalError,
    BlobError,
    BundleError,
    ReadingsError,
    GeographyError,
    ReportError,
)


def is_expected(error: BaseException) -> bool:
    """Return whether an error is expected in operation, as opposed to a bug."""
    return isinstance(error, EXPECTED)


def error_message(error: BaseException, log_file: Path | None = None) -> ToastMessage:
    match error:
        case NotLoggedIn():
            return _expected_message(
                _("Nobody is logged in."), _saved_work_text(), _("Log in from the menu."), level=Level.ATTENTION
            )
        case Offline():
            return _expected_message(
                str(error), "", _("Tabuah retries automatically; press F5 to retry now."), level=Level.ATTENTION
            )
        case OperationsError() | GeographyError():
            return _expected_message(describe_error(error), _("Nothing was changed."), "", level=Level.ATTENTION)
    return _expected_message(str(error), "", "") if is_expected(error) else _bug_message(error, log_file)


def _expected_message(text: str, safe: str, next_step: str, *, level: Level = Level.HIGH) -> ToastMessage:
    return ToastMessage(text=text, level=level, safe=safe, next_step=next_step)


def _bug_message(error: BaseException, log_file: Path | None) -> ToastMessage:
    text = _("This should not have happened: {error}").format(error=f"{type(error).__name__}: {error}"[:200])
    where = _("Please send the file {file} to the Tabuah administrators.").format(file=log_file) if log_file else ""
    return _expected_message(
        text, _("Saved work is safe; this step may not have been completed."), where, level=Level.CRITICAL
    )


def _saved_work_text() -> str:
    return _("All work is safe on this computer.")


def show_startup_error(error: Exception) -> None:
    """Show an expected error in a message box, unless a terminal shows it already."""
    if not is_expected(error) or sys.stderr.isatty() or QApplication.platformName() in ("offscreen", "minimal", ""):
        return
    message = error_message(error)
    box = QMessageBox(QMessageBox.Icon.Warning, _("Tabuah cannot open"), message.text)
    box.setInformativeText(" ".join(part for part in (message.safe, message.next_step) if part))
    box.exec()
