"""The file `keeping.toml` of a data directory: how long this console keeps what is measured."""

import tomllib
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.stations.keeping import Keeping
from tabuah.storage.readings.errors import UnusableKeeping

FILE_NAME: Final = "keeping.toml"


def read_keeping(directory: Path) -> Keeping:
    """What is set; without the file the defaults.

    Raises:
        UnusableKeeping: the file says nothing that can be followed.
    """
    file = directory / FILE_NAME
    try:
        return msgspec.convert(tomllib.loads(file.read_text("utf-8-sig")), Keeping)
    except FileNotFoundError:
        return Keeping()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UnusableKeeping(file, str(error)) from error
