"""Profiles as people keep them: `regency.toml` with crest and map beside it."""

import hashlib
from pathlib import Path
from typing import Final

import msgspec
import shapely
import tomli_w

from tabuah.gis.base_map import BaseMap
from tabuah.gis.base_map_file import load_base_map, shipped_map
from tabuah.gis.errors import MapFileError
from tabuah.gis.outline import outline_of
from tabuah.operations.regency.profile_checks import ProfileFinding, check_map, check_profile
from tabuah.resources.localisation import _
from tabuah.resources.regency_profile import (
    MAX_CREST_BYTES,
    MAX_FILE_BYTES,
    PROFILE_FILE,
    InvalidProfile,
    RegencyProfile,
    decode_profile,
    profile_fields,
    read_text,
)
from tabuah.storage.regency.errors import UnusableProfile
from tabuah.text.regency.profile_problems import describe_finding, describe_invalid

CREST_FILE: Final = "crest.svg"
MAX_MAP_BYTES: Final = 64 << 20


class ProfileFolder(msgspec.Struct, frozen=True, kw_only=True):
    """A profile that was read and checked, and the content of its map file; None for the shipped map."""

    profile: RegencyProfile
    map_content: bytes | None = None


def read_profile(path: Path) -> ProfileFolder:
    """Read and check a profile with its crest and map.

    Args:
        path: the file, or the folder that contains `regency.toml`.

    Raises:
        UnusableProfile: it cannot be read or has problems; the message names them all.
    """
    file = path / PROFILE_FILE if path.is_dir() else path
    profile = _read_file(file)
    findings = list(check_profile(profile))
    content = _read_map(file.parent, profile, file)
    if not any(finding.key in ("map", "bounds_deg") for finding in findings):
        findings += _check_map_file(profile, shipped_map() if content is None else file.parent / profile.map, file)
    if findings:
        raise UnusableProfile(file, [describe_finding(finding) for finding in findings])
    if content is not None:
        profile = msgspec.structs.replace(profile, map_sha256=hashlib.sha256(content).hexdigest())
    return ProfileFolder(profile=profile, map_content=content)


def write_profile(folder: Path, profile: RegencyProfile, map_file: Path | None) -> Path:
    """Write a profile as `read_profile` reads it, with crest and map; return its file.

    Raises:
        UnusableProfile: it cannot be written.
    """
    file = folder / PROFILE_FILE
    if profile.crest_svg:
        letterhead = msgspec.structs.replace(profile.letterhead, crest=profile.letterhead.crest or CREST_FILE)
        profile = msgspec.structs.replace(profile, letterhead=letterhead)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if profile.crest_svg:
            (folder / profile.letterhead.crest).write_text(profile.crest_svg, encoding="utf-8", newline="\n")
        if map_file is not None:
            (folder / profile.map).write_bytes(map_file.read_bytes())
        file.write_text(tomli_w.dumps(profile_fields(profile)), encoding="utf-8", newline="\n")
    except OSError as error:
        raise UnusableProfile(file, [str(error)]) from error
    return file


def read_profile_text(file: Path) -> RegencyProfile:
    """Read a profile without its crest and map, which may still be missing.

    Raises:
        UnusableProfile: it cannot be read.
    """
    try:
        return decode_profile(read_text(file, at_most=MAX_FILE_BYTES))
    except InvalidProfile as error:
        raise UnusableProfile(file, [describe_invalid(error)]) from error
    except OSError as error:
        raise UnusableProfile(file, [_("the file cannot be read: {error}").format(error=error.strerror)]) from error


def _read_file(file: Path) -> RegencyProfile:
    profile = read_profile_text(file)
    crest = profile.letterhead.crest
    if not crest:
        return profile
    try:
        return msgspec.structs.replace(profile, crest_svg=read_text(file.parent / crest, at_most=MAX_CREST_BYTES))
    except InvalidProfile as error:
        raise UnusableProfile(file, [f"letterhead.crest: {crest}: {error}"]) from error
    except OSError as error:
        raise UnusableProfile(file, [f"letterhead.crest: {crest}: {error.strerror}"]) from error


def _read_map(folder: Path, profile: RegencyProfile, file: Path) -> bytes | None:
    if not profile.map:
        return None
    try:
        with (folder / profile.map).open("rb") as source:
            content = source.read(MAX_MAP_BYTES + 1)
    except OSError as error:
        raise UnusableProfile(file, [f"map: {profile.map}: {error.strerror}"]) from error
    if len(content) > MAX_MAP_BYTES:
        raise UnusableProfile(file, [f"map: {profile.map}: > {MAX_MAP_BYTES >> 20} MB"])
    return content


def _check_map_file(profile: RegencyProfile, path: Path, file: Path) -> tuple[ProfileFinding, ...]:
    try:
        base_map = load_base_map(path)
        west, south, east, north = shapely.total_bounds(outline_of(base_map).shape)
        return check_map(profile, (float(west), float(south), float(east), float(north)), _code_of(base_map))
    except MapFileError as error:
        raise UnusableProfile(file, [f"map: {error}"]) from error
    except (StopIteration, IndexError) as error:
        raise UnusableProfile(file, ["map: " + _("it has no layer named regency")]) from error


def _code_of(base_map: BaseMap) -> str:
    layer = next(layer for layer in base_map.layers if layer.name == "regency")
    return layer.features[0].code
