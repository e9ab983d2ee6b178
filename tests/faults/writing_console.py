"""A console process that saves one form after the other and tells each on its standard output once it is saved.

Run as `python writing_console.py DIRECTORY`. With a log-in in the directory it syncs now and then, too. It goes on
until it is killed, or until a save fails, which it tells in the words that a person would see.
"""

import sys
from contextlib import closing, suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from consoles import report

from tabuah.operations.incidents.gestures import note_incident
from tabuah.storage.cache.errors import CacheError
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.errors import SyncError

SYNC_EVERY = 10


def tell(word: str, text: str = "") -> None:
    """One line at once."""
    print(word, text, flush=True)


def write_on(store: ConsoleStore) -> None:
    """Save and tell."""
    incident = report(store, "sebelum listrik padam")
    number = 0
    while True:
        number += 1
        chained = store.save(note_incident(store.incident(incident.id), f"catatan {number}"))
        tell("saved", chained.entry.id)
        if store.identity is not None and number % SYNC_EVERY == 0:
            sync(store)


def sync(store: ConsoleStore) -> None:
    """Exchange with the server, if it answers."""
    from tabuah.storage.sync.once import sync_once
    from tabuah.storage.sync.session import ConsoleSession

    session = ConsoleSession(store)
    with session.client, suppress(SyncError):
        sync_once(store, session)


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
