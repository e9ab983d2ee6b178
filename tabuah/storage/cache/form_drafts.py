"""Drafts of forms: typed input that is not saved, one private file for each form and user.

A draft may contain the name and number of a caller. Its file is readable only by its owner, no backup contains it,
and only the user who typed it sees it again. It is deleted when the form is saved or its content discarded, and else
`DRAFTS_KEPT` after its last change, by the next start or log-in of any user. Input from before the first log-in
belongs to the user who logs in first. The log-in form has no draft.
"""

import hashlib
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

import msgspec

from tabuah.storage.cache.data_directory import read_private, write_private

log = logging.getLogger(__name__)

FOLDER: Final = "drafts"
DRAFTS_KEPT: Final = timedelta(days=3)
_SUFFIX: Final = ".json"


class FormDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The content of one form, as JSON, when it was written, and the user who wrote it; empty before a log-in."""

    saved_at: datetime
    content: msgspec.Raw
    user: str = ""


class FormDrafts:
    """The drafts of a data directory, by user and by the key of their form, such as "report" or "note/<incident>"."""

    def __init__(self, directory: Path) -> None:
        self._folder = directory / FOLDER

    def save(self, key: str, content: bytes, *, saved_at: datetime, user: str) -> None:
        """Write the content of a form atomically.

        Raises:
            DiskFull: the disk did not accept it.
        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        draft = FormDraft(saved_at=saved_at, content=msgspec.Raw(content), user=user)
        write_private(self._path(key, user), msgspec.json.encode(draft))

    def discard(self, key: str, *, user: str) -> None:
        """Delete a draft, if there is one."""
        self._path(key, user).unlink(missing_ok=True)

    def read_of(self, user: str) -> Mapping[str, FormDraft]:
        """Return the drafts of a user by key. A file that cannot be read is logged and skipped."""
        found = ((path, _read(path)) for path in self._files())
        return {_key_of(path): draft for path, draft in found if draft is not None and draft.user == user}

    def delete_expired(self, now: datetime) -> None:
        """Delete the drafts of all users that were not changed for `DRAFTS_KEPT`."""
        for path in self._files():
            draft = _read(path)
            saved_at = draft.saved_at if draft else datetime.fromtimestamp(path.stat().st_mtime, UTC)
            if saved_at < now - DRAFTS_KEPT:
                path.unlink(missing_ok=True)

    def adopt(self, user: str) -> None:
        """Give the drafts from before the first log-in to a user; a draft that the user has stays."""
        for key, draft in self.read_of("").items():
            if not self._path(key, user).exists():
                self.save(key, bytes(draft.content), saved_at=draft.saved_at, user=user)
            self.discard(key, user="")

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{_SUFFIX}")) if self._folder.is_dir() else []

    def _path(self, key: str, user: str) -> Path:
        owner = hashlib.sha256(user.encode()).hexdigest()[:16]  # a name may be too long for a file name
        return self._folder / f"{owner}.{quote(key, safe='')}{_SUFFIX}"


def _key_of(path: Path) -> str:
    return unquote(path.name.removesuffix(_SUFFIX).partition(".")[2])


def _read(path: Path) -> FormDraft | None:
    try:
        return read_private(path, FormDraft)
    except (OSError, msgspec.DecodeError) as error:
        log.warning("draft %s cannot be read: %s", path.name, error)
        return None
