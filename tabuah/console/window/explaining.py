"""What is told when something goes wrong: what happened, what is safe, what to do next; a bug is called a bug."""

from pathlib import Path

from tabuah.console.reports.errors import ReportError
from tabuah.gis.errors import GeographyError
from tabuah.operations.errors import OperationsError
from tabuah.resources.catalogue import _
from tabuah.storage.blobs.errors import BlobError
from tabuah.storage.cache.errors import CacheError
from tabuah.storage.journal.bundles.errors import BundleError
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.readings.errors import ReadingsError
from tabuah.storage.sync.errors import NotLoggedIn, Offline, SyncError
from tabuah.widgets.toast import ToastMessage
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
    """Whether this may happen without anybody having made a mistake in Tabuah."""
    return isinstance(error, EXPECTED)


def explain(error: BaseException, log_file: Path | None = None) -> ToastMessage:
    """The message for an error."""
    match error:
        case NotLoggedIn():
            return _told(_("Nobody is logged in."), _kept(), _("Log in from the menu."), level=Level.ATTENTION)
        case Offline():
            return _told(str(error), "", _("It is tried again by itself, or press F5."), level=Level.ATTENTION)
        case OperationsError() | GeographyError():
            return _told(str(error), _("Nothing was changed."), "", level=Level.ATTENTION)
    return _told(str(error), "", "") if is_expected(error) else _bug(error, log_file)


def _told(text: str, safe: str, next_step: str, *, level: Level = Level.HIGH) -> ToastMessage:
    return ToastMessage(text=text, level=level, safe=safe, next_step=next_step)


def _bug(error: BaseException, log_file: Path | None) -> ToastMessage:
    told = _("This should not have happened: {error}").format(error=f"{type(error).__name__}: {error}"[:200])
    where = _("Please send the file {file} to those who look after Tabuah.").format(file=log_file) if log_file else ""
    return _told(told, _("What was saved is safe; this step may not have been done."), where, level=Level.CRITICAL)


def _kept() -> str:
    return _("All work is safe on this computer.")
