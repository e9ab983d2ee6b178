"""Bringing to the server what this console carries for others, and having it vouch for what is here."""

import logging
from collections.abc import Callable, Sequence
from typing import Final

import httpx2

from tabuah.storage.cache.bundles.carried_table import CarriedEntry
from tabuah.storage.cache.bundles.turns import up_to
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.checkpoint import SignedCheckpoint
from tabuah.storage.journal.turns import Turn
from tabuah.storage.journal.wire import MAX_ENTRIES_A_PUSH, MAX_PUSH_BYTES, PushRequest
from tabuah.storage.sync.attachments import piece_pace
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import Refused, StrangeAnswer
from tabuah.storage.sync.pace import LinkPace
from tabuah.storage.sync.uploads import send_file

log = logging.getLogger(__name__)

_ROOM_BYTES: Final = 2048
_PERSONAL_PAGE: Final = 500
# What the server will not take from anybody, ever; other refusals may pass.
_FINAL: Final = frozenset({"fork", "broken_chain", "bad_signature", "malformed_entry", "too_large"})


def push_carried(store: ConsoleStore, client: ServerClient, *, pace: LinkPace | None = None) -> int:
    """Send the work of other devices as theirs; what the server refuses of one device holds up no other.

    Returns:
        How many entries the server has taken.
    """
    pace = pace or LinkPace()
    return sum(
        _push_device(store, client, carried.device, pace) for carried in store.carrier.devices() if carried.ready
    )


def push_turn(store: ConsoleStore, client: ServerClient, turn: Turn, *, pace: LinkPace | None = None) -> int:
    """Send the work of one device up to a number; how many entries the server has taken."""
    return _push_device(store, client, turn.device, pace or LinkPace(), until=turn.until)


def _push_device(
    store: ConsoleStore, client: ServerClient, device: str, pace: LinkPace, *, until: int | None = None
) -> int:
    pushed, after = 0, 0
    while waiting := up_to(until, store.carrier.ready_after(device, after, MAX_ENTRIES_A_PUSH)):
        sent = _fitting(waiting, min(pace.push.amount, MAX_PUSH_BYTES - _ROOM_BYTES))
        request = PushRequest(
            device=device,
            entries=tuple(entry.signed for entry in sent),
            sealed=tuple(entry.sealed for entry in sent if entry.sealed is not None),
        )
        try:
            store.carrier.acknowledge(client.push(request))
        except Refused as refusal:
            log.warning("the server does not take what is carried for device %s: %s", device, refusal.code)
            if refusal.code in _FINAL:
                store.carrier.refuse(device, refusal.code)
            return pushed
        pushed += len(sent)
        after = sent[-1].n
    return pushed


def _fitting(waiting: Sequence[CarriedEntry], room: int) -> Sequence[CarriedEntry]:
    """As many entries with their boxes as fit into `room` bytes, at least one, without a hole in their numbers."""
    count = 0
    for entry in waiting:
        room -= len(entry.signed.text) + (len(entry.sealed.box) if entry.sealed else 0) + 200
        if count and (room < 0 or entry.n != waiting[count - 1].n + 1):
            break
        count += 1
    return waiting[:count]


def bring_boxes(store: ConsoleStore, client: ServerClient, gives_way: Callable[[], bool]) -> bool:
    """Send the sealed photos that are carried, piece by piece; whether all were tried before one had to give way."""
    pace = piece_pace()
    for box in store.carrier.boxes():
        url = f"/v1/sealed/{box.sha256}?content={box.content}"
        try:
            path = store.carrier.box_path(box)
            if not send_file(path, client, url, pace=pace, on_piece=lambda _sent, _of: None, gives_way=gives_way):
                return False
        except FileNotFoundError:
            log.warning("the carried photo %s is gone from the disk", box.content)
        except (Refused, StrangeAnswer) as error:
            log.warning("the server does not take the carried photo %s: %s", box.content, error)
            if not isinstance(error, Refused) or error.problem.status != httpx2.codes.UNPROCESSABLE_ENTITY:
                continue  # it may take it another time
        store.carrier.box_done(box)
    return True


def have_vouched(store: ConsoleStore, client: ServerClient) -> None:
    """Fetch what the server has signed for the journal that is here; only then can others be told of it by hand."""
    if store.carrier.vouched_for < store.head.seq:
        store.carrier.keep_checkpoint(client.call("GET", "/v1/checkpoint", SignedCheckpoint))


def fetch_missing_personal(store: ConsoleStore, client: ServerClient) -> None:
    """Fetch the personal values of records that came by bundle, which brings none of them."""
    after = store.carrier.personal_missing_after
    if after is None:
        return
    while after < store.head.seq:
        reply = client.pull(after=after, limit=_PERSONAL_PAGE)
        if not reply.records:
            return
        store.apply_pull(reply)
        after = reply.records[-1].seq
    store.carrier.personal_complete()
