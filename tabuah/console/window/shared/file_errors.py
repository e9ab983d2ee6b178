"""The sentence of a table that cannot be read or written."""

from tabuah.console.table_files import UnreadableTable
from tabuah.resources.localisation import _


def describe_file_error(error: BaseException) -> str:
    """Return why a table cannot be read or written; empty for other errors."""
    match error:
        case UnreadableTable():
            return f"{error} {_('Nothing was changed.')}"
        case OSError():
            return _("The file cannot be written: {reason}").format(reason=error.strerror or error)
    return ""
