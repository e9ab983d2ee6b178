"""Fetching histories that a snapshot left out: what somebody opened, and what is still worked on."""

import logging

from tabuah.storage.cache.errors import JournalDoesNotFollow
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.wire import PullReply
from tabuah.storage.sync.client import ServerClient

log = logging.getLogger(__name__)

_PAGE = 500


def fetch_histories(store: ConsoleStore, client: ServerClient) -> int:
    """Fetch the histories that are wanted; one that does not fit is told in the log and not taken.

    Returns:
        How many came.

    Raises:
        Offline: the line is gone; what came is kept.
    """
    wanted = store.histories.wanted()
    fetched = 0
    for subject in wanted:
        try:
            store.histories.take(subject, _history_of(subject, client))
            fetched += 1
        except JournalDoesNotFollow as error:
            log.warning("%s", error)
            store.histories.give_up(subject)
    if wanted:
        store.histories.wanted_done()
    return fetched


def _history_of(subject: str, client: ServerClient) -> list[PullReply]:
    replies: list[PullReply] = []
    after = 0
    while True:
        reply = client.pull(after=after, limit=_PAGE, subject=subject)
        if not reply.records:
            return replies
        replies.append(reply)
        after = reply.records[-1].seq
