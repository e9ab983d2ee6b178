"""The part of the store that keeps how one user views the lists: saved views and list layouts."""

from functools import cached_property

from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.list_layouts import ListLayoutStore
from tabuah.storage.cache.saved_view_store import SavedViewStore


class UserViewStore:
    """Base class of `ConsoleStore`, whose cache session it uses."""

    _session: CacheSession

    @cached_property
    def incident_views(self) -> SavedViewStore:
        return SavedViewStore(self._session)

    @cached_property
    def list_layouts(self) -> ListLayoutStore:
        return ListLayoutStore(self._session)
