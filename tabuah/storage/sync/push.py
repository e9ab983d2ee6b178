"""Push: sends the outbox in order, in batches; entries stay in it until they are pulled."""

import logging
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final

import msgspec

from tabuah.operations.entries import PersonalValue
from tabuah.storage.cache.bundles.relay import limit_to_turn
from tabuah.storage.cache.journal_table import OutboxEntry
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.push import MAX_ENTRIES_A_PUSH, MAX_PUSH_BYTES, PushReply, PushRequest
from tabuah.storage.journal.wire import SignedEntry
from tabuah.storage.sync.adaptive_batch import SyncBatch
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import GapRefused, Offline, RequestRefused, RetryLater

log = logging.getLogger(__name__)

_ROOM_BYTES: Final = 2048  # for the request around the entries


def push_outbox(
    store: ConsoleStore,
    client: ServerClient,
    *,
    batch: SyncBatch | None = None,
    on_pushed: Callable[[int], None] | None = None,
    until: int | None = None,
) -> int:
    """Push all pending entries.

    Args:
        store: the console.
        client: its server.
        batch: the connection's batch sizes; they adapt to each request.
        on_pushed: called after each request with the number of acknowledged entries.
        until: the last number to push; None for all.

    Returns:
        The number of entries that the server accepted.
    """
    batch = batch or SyncBatch()
    pushed, after = 0, 0
    while waiting := limit_to_turn(until, store.outbox_after(after, MAX_ENTRIES_A_PUSH)):
        try:
            reply, sent = _push_some(store, client, waiting, batch)
        except GapRefused as gap:
            _push_missing(store, client, gap, batch, until=waiting[0].n)
            continue
        store.acknowledge(reply)
        pushed += len(sent)
        after = sent[-1].n
        if on_pushed is not None:
            on_pushed(len(sent))
    return pushed


def push_unsent_personal(store: ConsoleStore, client: ServerClient, *, batch: SyncBatch | None = None) -> bool:
    """Send the personal values that the server lacks because another console pushed their entries without them.

    Return whether any were sent.
    """
    has_sent = False
    for device, entries in groupby(store.unsent_personal(), key=itemgetter(0)):
        waiting = [entry for _device, entry in entries]
        try:
            while waiting:
                reply, sent = _push_some(store, client, _first_run(waiting), batch or SyncBatch(), device=device)
                store.acknowledge(reply)
                has_sent = True
                waiting = waiting[len(sent) :]
        except RetryLater:
            raise
        except RequestRefused as refusal:
            log.warning("the server does not take the personal values of device %s: %s", device, refusal.code)
    return has_sent


def _first_run(waiting: Sequence[OutboxEntry]) -> Sequence[OutboxEntry]:
    """Return the first entries without a gap in their numbers: a request must not have one."""
    return [entry for place, entry in enumerate(waiting) if entry.n == waiting[0].n + place]


def _push_missing(
    store: ConsoleStore, client: ServerClient, gap: GapRefused, batch: SyncBatch, *, until: int
) -> None:
    """Push entries again that the server lost in a restore; if they are not here, raise the gap."""
    missing = [waiting for waiting in store.own_entries_from(gap.expected) if waiting.n < until]
    if not missing or missing[0].n != gap.expected:
        raise gap
    while missing:
        _reply, sent = _push_some(store, client, missing, batch)
        missing = missing[len(sent) :]


def _push_some(
    store: ConsoleStore,
    client: ServerClient,
    waiting: Sequence[OutboxEntry],
    batch: SyncBatch,
    *,
    device: str = "",
) -> tuple[PushReply, Sequence[OutboxEntry]]:
    room = min(batch.push.amount, MAX_PUSH_BYTES - _ROOM_BYTES)
    request, size = _fitting(store, waiting, room, device=device or store.device)
    began_s = time.monotonic()
    try:
        reply = client.push(request)
    except Offline:
        batch.push.record_failure()
        raise
    batch.push.record_success(size, time.monotonic() - began_s)
    return reply, waiting[: len(request.entries)]


def _fitting(
    store: ConsoleStore, waiting: Sequence[OutboxEntry], room: int, *, device: str
) -> tuple[PushRequest, int]:
    """Return a request with as many entries as fit into `room` bytes, at least one, and its size.

    The size includes the personal values of the entries.
    """
    entries: list[SignedEntry] = []
    personal: list[PersonalValue] = []
    used = 0
    for entry in waiting[:MAX_ENTRIES_A_PUSH]:
        values = store.personal_among([entry.entry])
        size = len(msgspec.json.encode(entry.signed)) + len(msgspec.json.encode(values)) + 2
        if entries and used + size > room:
            break
        used += size
        entries.append(entry.signed)
        personal.extend(values)
    return PushRequest(device=device, entries=tuple(entries), personal=tuple(personal)), used
