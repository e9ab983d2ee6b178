"""Fetches the personal values of incidents that were assigned to the office of the user."""

from collections.abc import Callable
from typing import Final

from tabuah.operations.entries import PersonalValue
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.client import ServerClient

_PAGE: Final = 500


def fetch_assigned_personal(store: ConsoleStore, client: ServerClient, *, give_way: Callable[[], None]) -> None:
    """Fetch the callers and restricted notes of incidents that are new to the scope of the user.

    They were left out of the pages that this console had pulled. `give_way` is called after each page.
    """
    for subject in store.personal_scope.lacking():
        fetch_personal_of(store, client, subject, give_way=give_way)


def fetch_personal_of(
    store: ConsoleStore, client: ServerClient, subject: str, *, give_way: Callable[[], None]
) -> None:
    """Fetch the personal values of one subject."""
    values: list[PersonalValue] = []
    after = 0
    while True:
        reply = client.pull(after=after, limit=_PAGE, subject=subject)
        values += reply.personal
        give_way()
        if not reply.records:
            break
        after = reply.records[-1].seq
    store.personal_scope.take(subject, values)
