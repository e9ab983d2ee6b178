"""Columns and sorting of the lists of the window, in the facts of the cache: for one user, never synchronised."""

import logging
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.incidents.saved_views import ColumnName
from tabuah.storage.cache.cache_session import CacheSession

_KEY: Final = "list_layout/"

log = logging.getLogger(__name__)


class ListLayout(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The shown columns and the order of one list, by the codes of its widget; empty where nothing is chosen."""

    columns: Annotated[tuple[ColumnName, ...], Meta(max_length=30)] = ()
    order: Annotated[str, Meta(max_length=40)] = ""


class ListLayoutStore:
    """The layouts of the user who is logged in. Belongs to the thread of its store."""

    def __init__(self, session: CacheSession) -> None:
        self._session = session

    def read(self, name: str) -> ListLayout:
        """Return the layout of a list; that without choices if it cannot be read."""
        text = self._session.meta.read(self._key(name))
        try:
            return msgspec.json.decode(text or "{}", type=ListLayout)
        except msgspec.DecodeError as error:
            log.warning("the layout of the list %s was not used: %s", name, error)
            return ListLayout()

    def write(self, name: str, layout: ListLayout) -> None:
        with self._session.writing():
            self._session.meta.write(self._key(name), msgspec.json.encode(layout).decode())

    def _key(self, name: str) -> str:
        identity = self._session.meta.identity
        return f"{_KEY}{name}/{identity.user if identity is not None else ''}"
