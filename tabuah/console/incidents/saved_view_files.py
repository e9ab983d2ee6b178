"""Files of saved views of the list of incidents, in JSON: for a colleague, or for another computer."""

from pathlib import Path
from typing import Final

import msgspec

from tabuah.console.reports.atomic_write import write_file
from tabuah.operations.incidents.saved_views import SavedView, SavedViews
from tabuah.resources.localisation import _
from tabuah.storage.cache.saved_view_store import decode_views, encode_views
from tabuah.text.file_errors import describe_file_error

FORMAT: Final = "tabuah-incident-views/1"
MAX_BYTES: Final = 1_048_576


class UnreadableViews(Exception):
    """The file contains no saved views; the message says what to do. Nothing was changed."""


class _ViewFile(msgspec.Struct, frozen=True):
    format: str
    views: msgspec.Raw


class ReadViews(msgspec.Struct, frozen=True):
    """The views of a file, and the positions, from 1 on, of those that cannot be read."""

    views: tuple[SavedView, ...]
    bad: tuple[int, ...]


def write_view_file(path: Path, views: SavedViews) -> None:
    """Write views to a file, which `read_view_file` reads.

    Raises:
        ReportError: the file cannot be written; a former one is unchanged.
    """
    file = _ViewFile(format=FORMAT, views=msgspec.Raw(encode_views(views)))
    write_file(path, msgspec.json.format(msgspec.json.encode(file), indent=2) + b"\n")


def read_view_file(path: Path) -> ReadViews:
    """Return the views of a file.

    Raises:
        UnreadableViews: it cannot be read, is too large, or is no such file.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableViews(_("{name} is no file of saved views: it is too large.").format(name=path.name))
        file = msgspec.json.decode(path.read_bytes(), type=_ViewFile)
    except OSError as error:
        message = _("{path} cannot be read: {reason}")
        raise UnreadableViews(message.format(path=path.name, reason=describe_file_error(error))) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise UnreadableViews(_not_ours(path)) from error
    if file.format != FORMAT:
        raise UnreadableViews(_not_ours(path))
    views, bad = decode_views(bytes(file.views))
    return ReadViews(views=views, bad=tuple(bad))


def _not_ours(path: Path) -> str:
    message = _("{name} is no file of saved views. `tabuah incident view export` writes one.")
    return message.format(name=path.name)
