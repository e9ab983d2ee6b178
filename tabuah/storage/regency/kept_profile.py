"""The profile that a data directory keeps, with its map file; without one it is the shipped profile."""

import contextlib
import hashlib
from pathlib import Path

import msgspec

from tabuah.resources.regency import (
    KEPT_FILE,
    MAP_DIGEST_LENGTH,
    kept_map_file,
    read_kept_profile,
    set_regency,
    shipped_regency,
)
from tabuah.resources.regency_profile import InvalidProfile, RegencyProfile
from tabuah.storage.data_files import replace_file


def encode_profile(profile: RegencyProfile) -> bytes:
    return msgspec.json.encode(profile)


def profile_sha256(profile: RegencyProfile) -> str:
    """Return the SHA-256 by which console and server compare their profiles."""
    return hashlib.sha256(encode_profile(profile)).hexdigest()


def keep_map(folder: Path, profile: RegencyProfile, content: bytes | None) -> Path | None:
    """Write the map of a profile without touching another map; return its file if it was written.

    Raises:
        OSError: it cannot be written.
    """
    if content is None or not profile.map or has_map(folder, profile):
        return None
    file = folder / profile.map
    if file.exists() and profile.map_sha256:
        file = file.with_name(f"{file.stem}.{profile.map_sha256[:MAP_DIGEST_LENGTH]}{file.suffix}")
    replace_file(file, content)
    return file


def keep_profile(folder: Path, profile: RegencyProfile, map_content: bytes | None = None) -> None:
    """Keep a profile and its map file in a data directory, and use it in this process.

    The map is written first: a profile never names a map that was not written. The map before it is then deleted.

    Raises:
        OSError: it cannot be written; the previous profile and its map stay.
    """
    keep_map(folder, profile, map_content)
    former = _kept_map(folder)
    if profile == shipped_regency():
        (folder / KEPT_FILE).unlink(missing_ok=True)
        set_regency(None)
    else:
        replace_file(folder / KEPT_FILE, encode_profile(profile))
        set_regency(profile, folder)
    if former is not None and (not profile.map or former != kept_map_file(folder, profile)):
        with contextlib.suppress(OSError):  # in use on Windows; the next change finds another name
            former.unlink(missing_ok=True)


def _kept_map(folder: Path) -> Path | None:
    """Return the map of the profile that a folder keeps."""
    with contextlib.suppress(InvalidProfile, OSError):
        kept = read_kept_profile(folder)
        return kept_map_file(folder, kept) if kept is not None and kept.map else None
    return None


def has_map(folder: Path, profile: RegencyProfile) -> bool:
    """Return whether the map that a profile names is in the folder, and is the right one."""
    if not profile.map:
        return True
    with contextlib.suppress(OSError), kept_map_file(folder, profile).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == profile.map_sha256
    return False
