"""One sync of a console with its running server, over HTTP."""

from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.session import ConsoleSession
from tabuah.storage.sync.sync_pass import SyncResult, run_sync_pass


def sync(store: ConsoleStore) -> SyncResult:
    session = ConsoleSession(store)
    with session.client:
        return run_sync_pass(store, session)
