"""Pushing: the outbox goes to the server in its order, page by page, and stays until it is pulled."""

from collections.abc import Sequence
from typing import Final

import msgspec

from tabuah.operations.entries import PersonalValue
from tabuah.storage.cache.journal_table import Waiting
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.wire import MAX_ENTRIES_A_PUSH, MAX_PUSH_BYTES, PushReply, PushRequest, SignedEntry
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import GapRefused

_ROOM_BYTES: Final = 2048  # for the request around its entries


def push_outbox(store: ConsoleStore, client: ServerClient) -> int:
    """Send everything that waits.

    Returns:
        How many entries the server has taken.
    """
    pushed, after = 0, 0
    while waiting := store.outbox_after(after, MAX_ENTRIES_A_PUSH):
        try:
            reply, sent = _push_page(store, client, waiting)
        except GapRefused as gap:
            _push_missing(store, client, gap, until=waiting[0].n)
            continue
        store.acknowledge(reply)
        pushed += len(sent)
        after = sent[-1].n
    return pushed


def _push_missing(store: ConsoleStore, client: ServerClient, gap: GapRefused, *, until: int) -> None:
    """Send again what the server lost, as it did when it was restored from a backup; else the gap stands."""
    missing = [waiting for waiting in store.own_entries_from(gap.expected) if waiting.n < until]
    if not missing or missing[0].n != gap.expected:
        raise gap
    while missing:
        _reply, sent = _push_page(store, client, missing)
        missing = missing[len(sent) :]


def _push_page(
    store: ConsoleStore, client: ServerClient, waiting: Sequence[Waiting]
) -> tuple[PushReply, Sequence[Waiting]]:
    request = _fitting(store, waiting)
    return client.push(request), waiting[: len(request.entries)]


def _fitting(store: ConsoleStore, waiting: Sequence[Waiting]) -> PushRequest:
    """As many entries, with their personal values, as one request may carry; always at least one."""
    room = MAX_PUSH_BYTES - _ROOM_BYTES
    entries: list[SignedEntry] = []
    personal: list[PersonalValue] = []
    for entry in waiting[:MAX_ENTRIES_A_PUSH]:
        values = store.personal_among([entry.entry])
        size = len(msgspec.json.encode(entry.signed)) + len(msgspec.json.encode(values)) + 2
        if entries and size > room:
            break
        room -= size
        entries.append(entry.signed)
        personal.extend(values)
    return PushRequest(device=store.device, entries=tuple(entries), personal=tuple(personal))
