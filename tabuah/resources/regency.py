"""The regency of this process: the shipped profile, or that of the data directory in use.

A program works for one regency, as it has one language. Nothing is read before the first use, and then only once.
"""

from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec

from tabuah.resources.regency_profile import (
    MAX_FILE_BYTES,
    PROFILE_FILE,
    AdministrativeLevels,
    InvalidProfile,
    RegencyProfile,
    decode_profile,
    read_text,
)

KEPT_FILE: Final = "regency.json"
_WRITTEN_LEVELS: Final = AdministrativeLevels()
MAP_DIGEST_LENGTH: Final = 16


class _Selection:
    """Regency of this process, and the folder of its files."""

    shipped: RegencyProfile | None = None
    profile: RegencyProfile | None = None
    folder: Path | None = None


def shipped_regency() -> RegencyProfile:
    """Return the profile that ships with Tabuah."""
    if _Selection.shipped is None:
        path = files("tabuah.resources").joinpath("templates", PROFILE_FILE)
        _Selection.shipped = decode_profile(path.read_text(encoding="utf-8"))
    return _Selection.shipped


def current_regency() -> RegencyProfile:
    """Return the profile in use."""
    return _Selection.profile or shipped_regency()


def set_regency(profile: RegencyProfile | None, folder: Path | None = None) -> None:
    """Use a profile, whose map file is in a folder; without a profile, the shipped one."""
    _Selection.profile = profile
    _Selection.folder = folder


def changed_levels() -> AdministrativeLevels | None:
    """Return the level names of the profile in use; None where they are those in which texts are written."""
    profile = _Selection.profile
    return None if profile is None or profile.levels == _WRITTEN_LEVELS else profile.levels


def regency_map_file() -> Path | None:
    """Return the path of the map file that the profile names; None where it uses the shipped map."""
    profile = _Selection.profile
    if profile is None or not profile.map:
        return None
    return kept_map_file(_Selection.folder or Path(), profile)


def kept_map_file(folder: Path, profile: RegencyProfile) -> Path:
    """Return the path of the map that a profile names in a data directory.

    A map that replaces another one of the same name has a file name with its own digest.
    """
    named = folder / profile.map
    own = named.with_name(f"{named.stem}.{profile.map_sha256[:MAP_DIGEST_LENGTH]}{named.suffix}")
    return own if profile.map_sha256 and own.exists() else named


def read_kept_profile(folder: Path) -> RegencyProfile | None:
    """Return the profile kept in a data directory; None where it has none, and the shipped one is in use.

    Raises:
        InvalidProfile: the file is damaged.
        OSError: it cannot be read.
    """
    path = folder / KEPT_FILE
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(read_text(path, at_most=MAX_FILE_BYTES), type=RegencyProfile)
    except msgspec.DecodeError as error:
        raise InvalidProfile("", str(error)) from error


def use_kept_profile(folder: Path) -> None:
    """Use the profile of a data directory: the kept one, or the shipped one; raises like `read_kept_profile`."""
    set_regency(read_kept_profile(folder), folder)
