"""Pushing: the outbox goes to the server in its order, piece by piece, and stays until it is pulled."""

import time
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from tabuah.operations.entries import PersonalValue
from tabuah.storage.cache.bundles.turns import up_to
from tabuah.storage.cache.journal_table import Waiting
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.wire import MAX_ENTRIES_A_PUSH, MAX_PUSH_BYTES, PushReply, PushRequest, SignedEntry
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import GapRefused, Offline
from tabuah.storage.sync.pace import LinkPace

_ROOM_BYTES: Final = 2048  # for the request around its entries


def push_outbox(
    store: ConsoleStore,
    client: ServerClient,
    *,
    pace: LinkPace | None = None,
    on_pushed: Callable[[int], None] | None = None,
    until: int | None = None,
) -> int:
    """Send everything that waits.

    Args:
        store: the console.
        client: its server.
        pace: what is known of the line; learns from every request.
        on_pushed: told how many entries the server has acknowledged, after each request.
        until: the last number that is sent; without it there is no end.

    Returns:
        How many entries the server has taken.
    """
    pace = pace or LinkPace()
    pushed, after = 0, 0
    while waiting := up_to(until, store.outbox_after(after, MAX_ENTRIES_A_PUSH)):
        try:
            reply, sent = _push_some(store, client, waiting, pace)
        except GapRefused as gap:
            _push_missing(store, client, gap, pace, until=waiting[0].n)
            continue
        store.acknowledge(reply)
        pushed += len(sent)
        after = sent[-1].n
        if on_pushed is not None:
            on_pushed(len(sent))
    return pushed


def _push_missing(store: ConsoleStore, client: ServerClient, gap: GapRefused, pace: LinkPace, *, until: int) -> None:
    """Send again what the server lost, as it did when it was restored from a backup; else the gap stands."""
    missing = [waiting for waiting in store.own_entries_from(gap.expected) if waiting.n < until]
    if not missing or missing[0].n != gap.expected:
        raise gap
    while missing:
        _reply, sent = _push_some(store, client, missing, pace)
        missing = missing[len(sent) :]


def _push_some(
    store: ConsoleStore, client: ServerClient, waiting: Sequence[Waiting], pace: LinkPace
) -> tuple[PushReply, Sequence[Waiting]]:
    request, size = _fitting(store, waiting, min(pace.push.amount, MAX_PUSH_BYTES - _ROOM_BYTES))
    began_s = time.monotonic()
    try:
        reply = client.push(request)
    except Offline:
        pace.push.broke()
        raise
    pace.push.took(size, time.monotonic() - began_s)
    return reply, waiting[: len(request.entries)]


def _fitting(store: ConsoleStore, waiting: Sequence[Waiting], room: int) -> tuple[PushRequest, int]:
    """As many entries, with their personal values, as fit into `room` bytes, at least one; and their bytes."""
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
    return PushRequest(device=store.device, entries=tuple(entries), personal=tuple(personal)), used
