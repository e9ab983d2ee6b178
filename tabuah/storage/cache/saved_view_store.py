"""Saved views of the users of this console, in the facts of the cache: they are personal and never synchronised."""

import logging
from collections.abc import Callable
from typing import Final

import msgspec

from tabuah.operations.incidents.saved_views import MAX_VIEWS, SavedView, SavedViews
from tabuah.storage.cache.cache_session import CacheSession

_KEY: Final = "incident_views/"

log = logging.getLogger(__name__)


class SavedViewStore:
    """The saved views of the user who is logged in. Belongs to the thread of its store."""

    def __init__(self, session: CacheSession) -> None:
        self._session = session

    def read(self) -> SavedViews:
        """Return the views in the order in which they were saved; one that cannot be read is left out."""
        return decode_views(self._session.meta.read(self._key).encode())[0]

    def change(self, change: Callable[[SavedViews], SavedViews]) -> SavedViews:
        """Replace the views by those that `change` returns, in one transaction.

        Raises:
            NotPossible: `change` refuses.
        """
        with self._session.writing():
            views = change(self.read())
            self._session.meta.write(self._key, encode_views(views).decode())
        return views

    @property
    def _key(self) -> str:
        identity = self._session.meta.identity
        return f"{_KEY}{identity.user if identity is not None else ''}"


def encode_views(views: SavedViews) -> bytes:
    """Return views as a JSON list."""
    return msgspec.json.encode(views, order="deterministic")


def decode_views(text: bytes) -> tuple[SavedViews, list[int]]:
    """Return the views of a JSON list, and the positions, from 1 on, of those that cannot be read.

    A text that is no list has no views.
    """
    try:
        raw = msgspec.json.decode(text or b"[]", type=list[msgspec.Raw])
    except msgspec.DecodeError as error:
        log.warning("the saved views were not used: %s", error)
        return (), []
    views, bad = [], []
    for position, each in enumerate(raw[:MAX_VIEWS], start=1):
        try:
            views.append(msgspec.json.decode(each, type=SavedView))
        except msgspec.DecodeError as error:
            log.warning("saved view %d was not used: %s", position, error)
            bad.append(position)
    return tuple(views), bad
