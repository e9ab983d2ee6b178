"""Admitting a push: authentic or refused as a whole; known entries are answered as before, new ones judged."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from tabuah.operations.authority.authority import Authority
from tabuah.operations.authority.records import Device
from tabuah.operations.entries import Verdict
from tabuah.server.admission.answering import admit_and_answer
from tabuah.server.admission.beside import personal_of
from tabuah.server.admission.saving import save_entries, save_personal
from tabuah.server.admission.sheet import Sheet
from tabuah.server.errors import Refusal
from tabuah.storage.journal.chain import ChainedEntry, follows_on, read_chain, verify_last
from tabuah.storage.journal.errors import ChainFork, ChainGap, MalformedEntry, UnknownDevice
from tabuah.storage.journal.signing import DeviceKey
from tabuah.storage.journal.wire import MAX_PUSH_BYTES, PushedEntry, PushReply, PushRequest

MAX_SUBJECT_LENGTH: Final = 200
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_KNOWN_ENTRIES: Final = "SELECT n, id, seq, verdict, reason, text FROM entries WHERE device = ? AND n BETWEEN ? AND ?"
_USED_IDS: Final = "SELECT id FROM entries WHERE id IN (SELECT value FROM json_each(?)) LIMIT 1"


@dataclass(frozen=True, slots=True)
class AdmitPush:
    """A push waiting for the writer.

    Raises, when it is called with the sheet to work on:
        JournalError: it is not authentic; no entry of it was taken.
        Refusal: its device may not write yet, or it is too large.
    """

    request: PushRequest
    key: DeviceKey  # the server's own, for what it says of entries that waited for one of these

    def __call__(self, sheet: Sheet) -> PushReply:
        """Admit it."""
        device = _device_of(self.request, sheet.authority)
        chain = _authentic_chain(self.request, device)
        head = sheet.chain_head(device.id)
        fresh = chain[max(0, head.n - chain[0].entry.n + 1) :]
        known = _known_results(sheet, chain[: len(chain) - len(fresh)])
        if fresh:
            follows_on(fresh[0].entry, head)
            _refuse_used_ids(sheet, fresh)
        admitted = _admit_fresh(sheet, fresh, self.key)
        self._keep_personal(sheet, chain, admitted)
        return PushReply(results=(*known, *admitted), head=sheet.head.seq)

    def _keep_personal(self, sheet: Sheet, chain: Sequence[ChainedEntry], admitted: Sequence[PushedEntry]) -> None:
        """Values travel with their entry's record, or, where that was there before them, with the next one."""
        late = [sheet.head.seq + 1] * (len(chain) - len(admitted))
        seqs = [*late, *(result.seq for result in admitted)]
        save_personal(sheet.connection, personal_of(chain, self.request.personal, seqs))


def _device_of(request: PushRequest, authority: Authority) -> Device:
    if sum(len(pair.text) for pair in request.entries) > MAX_PUSH_BYTES:
        raise Refusal(413, "too_large", f"the entries of one push may have {MAX_PUSH_BYTES} bytes together")
    device = authority.devices.get(request.device)
    if device is None:
        raise UnknownDevice("this device is not enrolled")
    if not device.approved:
        raise Refusal(403, "device_not_approved", "an administrator has not yet let this device in")
    return device


def _authentic_chain(request: PushRequest, device: Device) -> tuple[ChainedEntry, ...]:
    chain = read_chain(request.entries, device=device.id)
    for chained in chain:
        if not _UUID.fullmatch(chained.entry.id) or len(chained.entry.subject) > MAX_SUBJECT_LENGTH:
            raise MalformedEntry(f"entry n = {chained.entry.n} has no UUID or a subject that is too long")
        if not all(map(_is_possible, (chained.entry.at, chained.entry.occurred_at or chained.entry.at))):
            raise MalformedEntry(f"entry n = {chained.entry.n} has an impossible time")
        if chained.entry.n < 1:
            raise MalformedEntry("the numbers of a device's entries begin with 1")
    verify_last(chain, bytes.fromhex(device.public_key))
    return chain


def _is_possible(moment: datetime) -> bool:
    """Whether every console can show it in its zone; a clock that is merely wrong is the author's business."""
    return 1900 < moment.year < 2200


def _known_results(sheet: Sheet, chain: Sequence[ChainedEntry]) -> list[PushedEntry]:
    """What was answered when these entries first came."""
    if not chain:
        return []
    first, last = chain[0].entry, chain[-1].entry
    rows = sheet.connection.exec_driver_sql(_KNOWN_ENTRIES, (first.device, first.n, last.n))
    known = {row.n: row for row in rows}
    return [_known_result(chained, known.get(chained.entry.n)) for chained in chain]


def _known_result(chained: ChainedEntry, row: Any) -> PushedEntry:
    if row is None:
        raise ChainGap(chained.entry.n)
    if row.text.encode() != chained.text:
        raise ChainFork(f"another entry of this device stands under n = {row.n}")
    return PushedEntry(id=row.id, n=row.n, seq=row.seq, verdict=Verdict(row.verdict), reason=row.reason)


def _refuse_used_ids(sheet: Sheet, chain: Sequence[ChainedEntry]) -> None:
    ids = [chained.entry.id for chained in chain]
    used = len(set(ids)) < len(ids)
    if used or sheet.connection.exec_driver_sql(_USED_IDS, (msgspec.json.encode(ids).decode(),)).first():
        raise MalformedEntry("an id is used by another entry")


def _admit_fresh(sheet: Sheet, chain: Sequence[ChainedEntry], key: DeviceKey) -> list[PushedEntry]:
    if not chain:
        return []
    sheet.recall(chained.entry.subject for chained in chain)
    answered = [admit_and_answer(sheet, chained, key) for chained in chain]
    save_entries(sheet.connection, itertools.chain.from_iterable(answered))
    return [
        PushedEntry(id=c.entry.id, n=c.entry.n, seq=r.seq, verdict=r.verdict, reason=r.reason)
        for (c, r), *_answers in answered
    ]
