"""The file `keeping.toml` of a data directory: how long this console keeps what is measured."""

import contextlib
import os
import tomllib
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.stations.keeping import LEAST_DAYS, LEAST_YEARS, MOST_DAYS, MOST_YEARS, Keeping
from tabuah.storage.readings.errors import BadKeeping, ReadingsNotSaved, UnusableKeeping

FILE_NAME: Final = "keeping.toml"


def read_keeping(directory: Path) -> Keeping:
    """What is set; without the file the defaults.

    Raises:
        UnusableKeeping: the file says nothing that can be followed.
    """
    file = directory / FILE_NAME
    try:
        return keeping_in(file.read_text("utf-8-sig"))
    except FileNotFoundError:
        return Keeping()
    except (OSError, UnicodeDecodeError, BadKeeping) as error:
        raise UnusableKeeping(file, str(error)) from error


def keeping_in(text: str) -> Keeping:
    """What the text of such a file sets.

    Raises:
        BadKeeping: it is no TOML, or says something else than this.
    """
    try:
        return msgspec.convert(tomllib.loads(text), Keeping)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise BadKeeping(str(error)) from error


def keep_keeping(directory: Path, keeping: Keeping) -> Path:
    """Write the file whole or not at all; what a person has written into it besides is lost.

    Raises:
        ReadingsNotSaved: the disk did not take it; what stood there before stays.
    """
    file = directory / FILE_NAME
    unfinished = file.with_name(f"{FILE_NAME}.{os.getpid()}.new")
    try:
        with unfinished.open("w", encoding="utf-8") as written:
            written.write(_text_of(keeping))
            written.flush()
            os.fsync(written.fileno())
        unfinished.replace(file)
    except OSError as error:
        raise ReadingsNotSaved(file) from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return file


def _text_of(keeping: Keeping) -> str:
    return (
        f"values_days = {keeping.values_days}  # {LEAST_DAYS} to {MOST_DAYS}\n"
        f"hours_years = {keeping.hours_years}  # {LEAST_YEARS} to {MOST_YEARS}\n"
    )
