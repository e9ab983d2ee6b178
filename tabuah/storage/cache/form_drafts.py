"""Drafts of forms: typed input that is not saved, one private file for each form.

A draft may contain the name and number of a caller. Its file is readable only by its owner, no backup contains it,
and it is deleted when the form is saved or its content discarded.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

import msgspec

from tabuah.storage.cache.data_directory import write_private

log = logging.getLogger(__name__)

FOLDER: Final = "drafts"
_SUFFIX: Final = ".json"


class FormDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The content of one form, as JSON, and when it was written."""

    saved_at: datetime
    content: msgspec.Raw


class FormDrafts:
    """The drafts of a data directory, by the key of their form, such as "report" or "note/<incident>"."""

    def __init__(self, directory: Path) -> None:
        self._folder = directory / FOLDER

    def save(self, key: str, content: bytes, *, saved_at: datetime) -> None:
        """Write the content of a form atomically.

        Raises:
            DiskFull: the disk did not accept it.
        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        draft = FormDraft(saved_at=saved_at, content=msgspec.Raw(content))
        write_private(self._path(key), msgspec.json.encode(draft))

    def discard(self, key: str) -> None:
        """Delete a draft, if there is one."""
        self._path(key).unlink(missing_ok=True)

    def read_all(self) -> Mapping[str, FormDraft]:
        """Return all drafts by key. A file that cannot be read is logged and skipped."""
        found: dict[str, FormDraft] = {}
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")) if self._folder.is_dir() else ():
            try:
                draft = msgspec.json.decode(path.read_bytes(), type=FormDraft)
            except (OSError, msgspec.DecodeError) as error:
                log.warning("draft %s cannot be read: %s", path.name, error)
                continue
            found[unquote(path.name.removesuffix(_SUFFIX))] = draft
        return found

    def _path(self, key: str) -> Path:
        return self._folder / f"{quote(key, safe='')}{_SUFFIX}"
