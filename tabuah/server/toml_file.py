"""A TOML file of settings in the directory of the server: read with a bound, and written as a sample."""

from pathlib import Path
from typing import Final

from tabuah.resources.localisation import _
from tabuah.storage.data_files import create_private

MAX_BYTES: Final = 1024 * 1024


def read_toml_text(file: Path) -> str:
    """Return the text of a file of settings.

    Raises:
        OSError: it cannot be read.
        ValueError: it is larger than a mebibyte, or no UTF-8.
    """
    with file.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(_("the file is larger than {n} KiB").format(n=MAX_BYTES // 1024))
    return data.decode("utf-8-sig")


def write_sample(file: Path, text: str) -> bool:
    """Write a sample of a file of settings, readable by its owner only; return whether there was none before.

    Raises:
        OSError: it cannot be written.
    """
    try:
        create_private(file, text.encode())
    except FileExistsError:
        return False
    return True
