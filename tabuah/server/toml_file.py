"""A TOML file of settings in the directory of the server: read with a bound, and written as a sample."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from tabuah.resources.localisation import _
from tabuah.server.errors import ServerError
from tabuah.storage.data_files import create_private
from tabuah.storage.small_files import read_small_text
from tabuah.text.file_errors import describe_file_error

MAX_BYTES: Final = 1024 * 1024

_Settings = TypeVar("_Settings")


def read_toml_text(file: Path) -> str:
    """Return the text of a file of settings.

    Raises:
        OSError: it cannot be read.
        ValueError: it is larger than a mebibyte, or no UTF-8.
    """
    return read_small_text(file, at_most=MAX_BYTES)


def load_settings(file: Path, read: Callable[[str], _Settings], *, error: type[ServerError]) -> _Settings | None:
    """Return the settings of a file; None without the file.

    Args:
        file: the file.
        read: makes the settings from the text; raises ValueError with the place of a fault.
        error: what is raised if the file cannot be used.
    """
    try:
        return read(read_toml_text(file))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as fault:
        raise error(_unusable(file, fault)) from fault


def write_sample(file: Path, text: str, *, error: type[ServerError]) -> Path | None:
    """Write a sample of a file of settings, readable by its owner only.

    Returns:
        The file; None where one exists, which is not changed.

    Raises:
        ServerError: of the type `error`: it cannot be written.
    """
    try:
        create_private(file, text.encode())
    except FileExistsError:
        return None
    except OSError as fault:
        raise error(_unusable(file, fault)) from fault
    return file


def _unusable(file: Path, fault: Exception) -> str:
    return _("{file} cannot be used: {error}").format(file=file, error=describe_file_error(fault))
