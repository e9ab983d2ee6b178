"""The retention file `keeping.toml` of a data directory: how long this console keeps readings."""

import contextlib
import os
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.readings.retention import LEAST_DAYS, LEAST_YEARS, MOST_DAYS, MOST_YEARS, Retention
from tabuah.resources.toml_parser import parse_toml
from tabuah.storage.readings.errors import InvalidRetention, ReadingsNotSaved, UnusableRetention
from tabuah.storage.small_files import DamagedSmallFile, read_small_text

FILE_NAME: Final = "keeping.toml"


def read_retention(directory: Path) -> Retention:
    """Return the retention settings; the defaults without the file.

    Raises:
        UnusableRetention: the file is not valid.
    """
    file = directory / FILE_NAME
    try:
        return parse_retention(read_small_text(file))
    except FileNotFoundError:
        return Retention()
    except (OSError, UnicodeDecodeError, DamagedSmallFile, InvalidRetention) as error:
        raise UnusableRetention(file, str(error)) from error


def parse_retention(text: str) -> Retention:
    """Parse the text of a retention file.

    Raises:
        InvalidRetention: it is not TOML, or has other settings.
    """
    try:
        return msgspec.convert(parse_toml(text), Retention)
    except (ValueError, msgspec.ValidationError, RecursionError) as error:
        raise InvalidRetention(str(error)) from error


def save_retention(directory: Path, keeping: Retention) -> Path:
    """Write the retention file atomically; comments that a user added are lost.

    Raises:
        ReadingsNotSaved: the disk did not accept it; the previous file stays.
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


def _text_of(keeping: Retention) -> str:
    return (
        f"values_days = {keeping.values_days}  # {LEAST_DAYS} to {MOST_DAYS}\n"
        f"hours_years = {keeping.hours_years}  # {LEAST_YEARS} to {MOST_YEARS}\n"
    )
