"""Small files of JSON and text: read with a bound, whatever is in them."""

from pathlib import Path
from typing import Final, TypeVar

import msgspec

from tabuah.resources.localisation import _

MAX_BYTES: Final = 1 << 20

ValueT = TypeVar("ValueT")


class DamagedSmallFile(ValueError):
    """A file is too large, or does not have the expected content; the message says which."""


def read_small_file(file: Path, *, at_most: int = MAX_BYTES) -> bytes:
    """Return the content of a file.

    Raises:
        OSError: it does not exist or cannot be read.
        DamagedSmallFile: it is larger than `at_most` bytes.
    """
    with file.open("rb") as opened:
        content = opened.read(at_most + 1)
    if len(content) > at_most:
        raise DamagedSmallFile(_("the file is larger than {n} KiB").format(n=at_most // 1024))
    return content


def read_small_text(file: Path, *, at_most: int = MAX_BYTES) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark.

    Raises:
        OSError, DamagedSmallFile: see `read_small_file`.
        UnicodeDecodeError: it is no UTF-8.
    """
    return read_small_file(file, at_most=at_most).decode("utf-8-sig")


def read_json_file(file: Path, kind: type[ValueT], *, at_most: int = MAX_BYTES) -> ValueT:
    """Return the value in a file of JSON.

    Raises:
        OSError: it does not exist or cannot be read.
        DamagedSmallFile: it is too large, or has something else than `kind`.
    """
    content = read_small_file(file, at_most=at_most)
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DamagedSmallFile(str(error)) from error
