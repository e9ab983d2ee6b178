"""Console process that saves one form after the other and prints each once it is saved.

Run as `python console_writer.py DIRECTORY`. If logged in, it also syncs now and then. It runs until
it is killed, or until a save fails, which it reports in the words that a user sees.
"""

import sys
from contextlib import closing, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from support.console_stores import report_incident_at

from tabuah.operations.incidents.drafts import note_incident
from tabuah.storage.cache.errors import CacheError
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.errors import SyncError

SYNC_EVERY = 10


def tell(word: str, text: str = "") -> None:
    """Print one line without buffering."""
    print(word, text, flush=True)


def write_on(store: ConsoleStore) -> None:
    """Save and report continuously."""
    incident = report_incident_at(store, "sebelum listrik padam")
    number = 0
    while True:
        number += 1
        chained = store.save(note_incident(store.incident(incident.id), f"catatan {number}"))
        tell("saved", chained.entry.id)
        if store.identity is not None and number % SYNC_EVERY == 0:
            sync(store)


def sync(store: ConsoleStore) -> None:
    """Sync with the server, if it answers."""
    from tabuah.storage.sync.session import ConsoleSession
    from tabuah.storage.sync.sync_pass import run_sync_pass

    session = ConsoleSession(store)
    with session.client, suppress(SyncError):
        run_sync_pass(store, session)


def main(directory: Path) -> None:
    """Open the console and write."""
    with closing(ConsoleStore(directory)) as store:
        tell("open", str(store.chain_length))
        try:
            write_on(store)
        except CacheError as error:
            tell("failed", str(error))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
