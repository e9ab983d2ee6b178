"""The history check before each exchange, and the hand-back to a server that was put back to an older copy."""

import logging
from collections.abc import Callable
from typing import Final

import msgspec

from tabuah.storage.cache.pulled_pages import Changes
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.handback import HistoryAnswer, JournalPosition, Relation, sign_page
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import HistoryDiffers, RequestRefused, ServerRolledBack

log = logging.getLogger(__name__)

_UNKNOWN_TO_OLDER_SERVERS: Final = (404, 405)


def check_history(
    store: ConsoleStore, client: ServerClient, *, on_page: Callable[[int, int], None] | None = None
) -> HistoryAnswer | None:
    """Compare this console's history with the server's, and hand back the records that the server lost.

    Args:
        store: the console.
        client: its server; no session is needed.
        on_page: called before each page with the number of records handed back, and of all.

    Returns:
        The server's answer; None if nothing was compared.

    Raises:
        ServerRolledBack: the server lacks records that this console cannot hand back alone.
        HistoryDiffers: the server went on after it was put back; an administrator decides.
        JournalMismatch: a certificate for a new key of the server is forged.
    """
    if store.head.seq == 0:
        return None
    try:
        answer = client.offer_history(store.history.offer)
    except RequestRefused as refusal:
        if refusal.problem.status in _UNKNOWN_TO_OLDER_SERVERS:
            return None
        raise
    has_all = True
    if answer.wanted:
        lost = answer.wanted - answer.position.seq
        has_all = _hand_back(store, client, answer.wanted, lambda handed: (on_page or _ignore_page)(handed, lost))
        answer = client.offer_history(store.history.offer)
    store.history.follow_keys(answer.keys)
    if answer.go_back_to is not None:
        return answer
    if not (has_all or answer.waiting):  # the server goes on, and this console cannot prove that it had more
        return msgspec.structs.replace(answer, go_back_to=JournalPosition())
    if answer.branches or answer.checkpoint is Relation.DIFFERENT:
        raise HistoryDiffers
    if answer.checkpoint is Relation.BEHIND:
        raise ServerRolledBack(here=store.head.seq, there=answer.position.seq)
    return answer


def return_personal(store: ConsoleStore, client: ServerClient, answer: HistoryAnswer | None) -> None:
    """Send the personal values of handed-back records that are here, once: another console may not have had them."""
    if answer is None or not answer.returned_until or _shared_seq(store, answer) < answer.returned_until:
        return
    after, until = answer.returned_after, answer.returned_until
    if store.history.has_returned_personal(after, until):
        return
    wanted, key = until, store.own_key()
    while wanted > after and (page := store.history.page_until(wanted)) is not None:
        if page.personal:
            client.hand_back(sign_page(page, key))
        wanted = page.records[0].seq - 1
    store.history.note_returned_personal(after, until)


def follow_history(store: ConsoleStore, client: ServerClient, answer: HistoryAnswer | None) -> Changes | None:
    """Go back to the pinned checkpoint, or to the last common record, where the server has others after it.

    Nothing is lost: own entries return to the outbox, those of others are relayed. A server that still waits may yet
    get the records from a console with a newer checkpoint.

    Returns:
        The changes of this console; None if it is where the server is.

    Raises:
        ServerRolledBack: the server waits.
        JournalMismatch: it is not the server of this console.
    """
    if answer is None or (answer.head is Relation.SAME and answer.go_back_to is None):
        return None
    if answer.waiting:
        raise ServerRolledBack(here=store.head.seq, there=answer.position.seq)
    store.history.verify(client.checkpoint(answer.position.seq))
    log.warning("the server goes on with other records: those after the last common one are queued again here")
    return store.history.rewind(answer.go_back_to)


def _hand_back(store: ConsoleStore, client: ServerClient, wanted: int, on_page: Callable[[int], None]) -> bool:
    """Hand back the records up to a seq, the newest page first; return whether this console had all."""
    handed = 0
    key = store.own_key()
    while wanted:
        on_page(handed)
        page = store.history.page_until(wanted)
        if page is None:
            log.warning("the records up to %d are not here and cannot be handed back", wanted)
            return False
        reply = client.hand_back(sign_page(page, key))
        handed += len(page.records)
        wanted = reply.wanted
        if reply.appended:
            log.warning("the server was put back to an older copy; it has %d records again", reply.appended)
            store.history.note_handback(reply.appended)
    return True


def _shared_seq(store: ConsoleStore, answer: HistoryAnswer) -> int:
    """Return a seq up to which the server has the records of this console; it refuses pages with others."""
    if answer.head is Relation.SAME:
        return store.head.seq
    return store.history.pinned_seq if answer.checkpoint is Relation.SAME else 0


def _ignore_page(_handed: int, _of: int) -> None:
    """Ignore the progress of a hand-back."""
