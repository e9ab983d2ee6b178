"""Relay: pushes the work of other devices that this console carries, and fetches the checkpoint."""

import logging
from collections.abc import Callable, Sequence
from typing import Final

import httpx2

from tabuah.storage.cache.bundles.relay import limit_to_turn
from tabuah.storage.cache.bundles.relay_table import RelayedEntry
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.push import MAX_ENTRIES_A_PUSH, MAX_PUSH_BYTES, PushRequest, PushTurn
from tabuah.storage.sync.adaptive_batch import SyncBatch
from tabuah.storage.sync.attachments import piece_batch
from tabuah.storage.sync.blob_transfer import send_file
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import RequestRefused, RetryLater, UnexpectedAnswer
from tabuah.storage.sync.personal_scope import fetch_personal_of

log = logging.getLogger(__name__)

_ROOM_BYTES: Final = 2048
_PERSONAL_PAGE: Final = 500
# Codes of refusals that are final for a device; other refusals may pass.
_FINAL: Final = frozenset({"fork", "broken_chain", "bad_signature", "malformed_entry", "too_large"})


def push_relayed(store: ConsoleStore, client: ServerClient, *, batch: SyncBatch | None = None) -> int:
    """Push the entries of other devices under their names; a refusal stops only the device concerned.

    Returns:
        The number of entries that the server accepted.
    """
    batch = batch or SyncBatch()
    return sum(
        _push_device(store, client, carried.device, batch) for carried in store.relay.devices() if carried.ready
    )


def push_turn(store: ConsoleStore, client: ServerClient, turn: PushTurn, *, batch: SyncBatch | None = None) -> int:
    """Push the entries of one device up to a number; return how many the server accepted."""
    return _push_device(store, client, turn.device, batch or SyncBatch(), until=turn.until)


def _push_device(
    store: ConsoleStore, client: ServerClient, device: str, batch: SyncBatch, *, until: int | None = None
) -> int:
    pushed, after = 0, 0
    while waiting := limit_to_turn(until, store.relay.ready_after(device, after, MAX_ENTRIES_A_PUSH)):
        sent = _fitting(waiting, min(batch.push.amount, MAX_PUSH_BYTES - _ROOM_BYTES))
        request = PushRequest(
            device=device,
            entries=tuple(entry.signed for entry in sent),
            sealed=tuple(entry.sealed for entry in sent if entry.sealed is not None),
        )
        try:
            store.relay.acknowledge(client.push(request))
        except RetryLater:
            raise
        except RequestRefused as refusal:
            log.warning("the server refuses the entries relayed for device %s: %s", device, refusal.code)
            if refusal.code in _FINAL:
                store.relay.refuse(device, refusal.code)
            return pushed
        pushed += len(sent)
        after = sent[-1].n
    return pushed


def _fitting(waiting: Sequence[RelayedEntry], room: int) -> Sequence[RelayedEntry]:
    """Return as many entries with their boxes as fit into `room` bytes, at least one, without a gap."""
    count = 0
    for entry in waiting:
        room -= len(entry.signed.text) + (len(entry.sealed.box) if entry.sealed else 0) + 200
        if count and (room < 0 or entry.n != waiting[count - 1].n + 1):
            break
        count += 1
    return waiting[:count]


def push_boxes(store: ConsoleStore, client: ServerClient, should_yield: Callable[[], bool]) -> bool:
    """Upload the relayed sealed photos in pieces; return whether all were tried before yielding."""
    batch = piece_batch()
    for box in store.relay.boxes():
        url = f"/v1/sealed/{box.sha256}?content={box.content}"
        try:
            path = store.relay.box_path(box)
            if not send_file(
                path, client, url, batch=batch, on_piece=lambda _sent, _of: None, should_yield=should_yield
            ):
                return False
        except FileNotFoundError:
            log.warning("the carried photo %s is gone from the disk", box.content)
        except (RequestRefused, UnexpectedAnswer) as error:
            log.warning("the server does not take the carried photo %s: %s", box.content, error)
            if not isinstance(error, RequestRefused) or error.problem.status != httpx2.codes.UNPROCESSABLE_CONTENT:
                continue  # it may accept it later
        store.relay.remove_box(box)
    return True


def fetch_missing_personal(store: ConsoleStore, client: ServerClient, *, give_way: Callable[[], None]) -> None:
    """Fetch the personal values of records that came without them: by bundle, or while the user might not read them.

    Those of entries before the noted record, which came with the histories of a snapshot, are fetched by subject.
    `give_way` is called after each page, and pushes new entries.
    """
    after = store.relay.personal_missing_after
    if after is None:
        return
    for subject in store.personal_scope.lacking_until(after):
        fetch_personal_of(store, client, subject, give_way=give_way)
    while after < store.head.seq:
        reply = client.pull(after=after, limit=_PERSONAL_PAGE)
        if not reply.records:
            return
        store.apply_pull(reply)
        after = reply.records[-1].seq
        give_way()
    store.relay.clear_missing_personal()
