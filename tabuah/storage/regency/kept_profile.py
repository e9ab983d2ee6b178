"""The profile that a data directory keeps, with its map file; without one it is the shipped profile."""

import contextlib
import hashlib
import os
from pathlib import Path

import msgspec

from tabuah.resources.regency import KEPT_FILE, set_regency, shipped_regency
from tabuah.resources.regency_profile import RegencyProfile


def encode_profile(profile: RegencyProfile) -> bytes:
    return msgspec.json.encode(profile)


def profile_sha256(profile: RegencyProfile) -> str:
    """Return the SHA-256 by which console and server compare their profiles."""
    return hashlib.sha256(encode_profile(profile)).hexdigest()


def keep_profile(folder: Path, profile: RegencyProfile, map_content: bytes | None = None) -> None:
    """Keep a profile and its map file in a data directory, and use it in this process.

    The map is written first: a profile never names a map that was not written.

    Raises:
        OSError: it cannot be written; the previous profile stays.
    """
    if map_content is not None and profile.map:
        _replace(folder / profile.map, map_content)
    if profile == shipped_regency():
        (folder / KEPT_FILE).unlink(missing_ok=True)
        set_regency(None)
        return
    _replace(folder / KEPT_FILE, encode_profile(profile))
    set_regency(profile, folder)


def has_map(folder: Path, profile: RegencyProfile) -> bool:
    """Return whether the map that a profile names is in the folder, and is the right one."""
    if not profile.map:
        return True
    with contextlib.suppress(OSError), (folder / profile.map).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == profile.map_sha256
    return False


def _replace(path: Path, content: bytes) -> None:
    """Write a file atomically."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
