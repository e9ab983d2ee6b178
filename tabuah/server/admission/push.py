"""Admission of a push: refused as a whole unless authentic; new entries are judged, known ones answered as before."""

import itertools
import re
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any, Final

import msgspec

from tabuah.operations.entries import Verdict
from tabuah.operations.people.authority import Authority, Device
from tabuah.operations.personal_values import is_kept
from tabuah.operations.reissued_entries import has_erased_twin
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.admission.persistence import save_entries, save_personal
from tabuah.server.admission.personal_values import committed_values
from tabuah.server.admission.signature_verifier import SignatureVerifier, unverified
from tabuah.server.admission.verdicts import admit_and_resolve_deferred
from tabuah.server.errors import Refusal
from tabuah.storage.journal.chain import ChainedEntry, check_follows, read_chain, verify_signatures
from tabuah.storage.journal.errors import ChainFork, ChainGap, MalformedEntry, UnknownDevice
from tabuah.storage.journal.push import MAX_PUSH_BYTES, PushedEntry, PushReply, PushRequest
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import MAX_NESTING, is_nested_deeper

MAX_SUBJECT_LENGTH: Final = 200
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_KNOWN_ENTRIES: Final = "SELECT n, id, seq, verdict, reason, text FROM entries WHERE device = ? AND n BETWEEN ? AND ?"
_USED_IDS: Final = "SELECT id FROM entries WHERE id IN (SELECT value FROM json_each(?)) LIMIT 1"


class AdmitPush(msgspec.Struct, frozen=True):
    """A push queued for the writer.

    Raises, when called with the batch:
        JournalError: it is not authentic; none of its entries was admitted.
        Refusal: its device may not write yet, or it is too large.
    """

    request: PushRequest
    key: DeviceKey  # the server's own, to sign resolutions of deferred entries
    verified_with: str = ""  # the answer of `verify_ahead`

    def __call__(self, batch: AdmissionBatch) -> PushReply:
        """Admit the push."""
        device = _device_of(self.request, batch.authority)
        chain = _authentic_chain(self.request, device, verified=self.verified_with == device.public_key)
        head = batch.chain_head(device.id)
        fresh = chain[max(0, head.n - chain[0].entry.n + 1) :]
        known = _known_results(batch, chain[: len(chain) - len(fresh)])
        if fresh:
            check_follows(fresh[0].entry, head)
            _refuse_used_ids(batch, fresh)
        admitted = _admit_fresh(batch, fresh, self.key)
        results = (*known, *admitted)
        self._keep_personal(batch, chain, results, late=len(known))
        return PushReply(results=results, head=batch.head.seq)

    def _keep_personal(
        self, batch: AdmissionBatch, chain: Sequence[ChainedEntry], results: Sequence[PushedEntry], *, late: int
    ) -> None:
        """Save personal values with their entry's record, or with the next record if the entry was there already.

        The first `late` entries were there already.

        Those of a wiped exercise are dropped: the wipe may be in the same push, or have been decided before. So are
        those that were erased, which a console may still have, also as a copy that it signed again, and those of
        rejected contacts.
        """
        with_values = {value.entry for value in self.request.personal}
        dropped = {
            c.entry.id
            for c, result in zip(chain, results, strict=True)
            if c.entry.id in with_values and (_is_gone(batch, c) or not is_kept(c.entry.subject, result.verdict))
        }
        values = [value for value in self.request.personal if value.entry not in dropped]
        seqs = [*[batch.head.seq + 1] * late, *(result.seq for result in results[late:])]
        save_personal(batch.connection, committed_values(chain, values, seqs))


def _is_gone(batch: AdmissionBatch, chained: ChainedEntry) -> bool:
    """Return whether the personal values of an entry were erased, by an order or with its exercise."""
    entry, authority = chained.entry, batch.authority
    if authority.is_wiped(entry.exercise_id) or authority.is_erased(entry.id):
        return True
    state, text = batch.state_of(entry.subject), chained.text.decode()
    return has_erased_twin(state, authority, entry, text=text, lookups=batch.lookups)


def verify_ahead(request: PushRequest, authority: Authority, verifier: SignatureVerifier) -> "Future[str]":
    """Verify all signatures in the background, so that the one writer has its time for admission.

    Returns, through the future:
        The public key (hex) that they fit; "" if the writer must verify them and give the reason of a refusal.
    """
    device = authority.devices.get(request.device)
    if device is None or _is_too_large(request):
        return unverified()
    return verifier.submit(device.public_key, request.entries)


def _is_too_large(request: PushRequest) -> bool:
    return sum(len(pair.text) for pair in request.entries) > MAX_PUSH_BYTES


def _device_of(request: PushRequest, authority: Authority) -> Device:
    if _is_too_large(request):
        raise Refusal(413, "too_large", f"the entries of a push are limited to {MAX_PUSH_BYTES} bytes")
    device = authority.devices.get(request.device)
    if device is None:
        raise UnknownDevice("this device is not enrolled")
    if device.is_stolen:
        raise Refusal(403, "device_stolen", "the device was reported stolen: its work is not taken")
    if not device.approved and device.revoked:  # it can no longer be approved: its user goes on as a new device
        raise Refusal(403, "device_revoked", "this device was revoked before an administrator approved it")
    if not device.approved:
        raise Refusal(403, "device_not_approved", "this device waits for approval by an administrator")
    return device


def _authentic_chain(request: PushRequest, device: Device, *, verified: bool) -> tuple[ChainedEntry, ...]:
    chain = read_chain(request.entries, device=device.id)
    for chained in chain:
        if not _UUID.fullmatch(chained.entry.id) or len(chained.entry.subject) > MAX_SUBJECT_LENGTH:
            raise MalformedEntry(f"entry n = {chained.entry.n} has no UUID or a subject that is too long")
        if not all(map(_is_possible, (chained.entry.at, chained.entry.occurred_at or chained.entry.at))):
            raise MalformedEntry(f"entry n = {chained.entry.n} has an impossible time")
        if is_nested_deeper(chained.text, MAX_NESTING):
            raise MalformedEntry(f"entry n = {chained.entry.n} is nested more than {MAX_NESTING} levels deep")
        if chained.entry.n < 1:
            raise MalformedEntry("the numbers of a device's entries begin with 1")
    if not verified:
        verify_signatures(chain, bytes.fromhex(device.public_key))
    return chain


def _is_possible(moment: datetime) -> bool:
    """Return whether every console can show this time in its zone. A wrong clock is allowed."""
    return 1900 < moment.year < 2200


def _known_results(batch: AdmissionBatch, chain: Sequence[ChainedEntry]) -> list[PushedEntry]:
    """Return the results that these entries got when they first arrived."""
    if not chain:
        return []
    first, last = chain[0].entry, chain[-1].entry
    rows = batch.connection.exec_driver_sql(_KNOWN_ENTRIES, (first.device, first.n, last.n))
    known = {row.n: row for row in rows}
    return [_known_result(chained, known.get(chained.entry.n)) for chained in chain]


def _known_result(chained: ChainedEntry, row: Any) -> PushedEntry:
    if row is None:
        raise ChainGap(chained.entry.n)
    if row.text.encode() != chained.text:
        raise ChainFork(f"this device has another entry with n = {row.n}")
    return PushedEntry(id=row.id, n=row.n, seq=row.seq, verdict=Verdict(row.verdict), reason=row.reason)


def _refuse_used_ids(batch: AdmissionBatch, chain: Sequence[ChainedEntry]) -> None:
    ids = [chained.entry.id for chained in chain]
    used = len(set(ids)) < len(ids)
    if used or batch.connection.exec_driver_sql(_USED_IDS, (msgspec.json.encode(ids).decode(),)).first():
        raise MalformedEntry("an id is used by another entry")


def _admit_fresh(batch: AdmissionBatch, chain: Sequence[ChainedEntry], key: DeviceKey) -> list[PushedEntry]:
    if not chain:
        return []
    batch.load_states(chained.entry.subject for chained in chain)
    answered = [admit_and_resolve_deferred(batch, chained, key) for chained in chain]
    save_entries(batch.connection, itertools.chain.from_iterable(answered))
    return [
        PushedEntry(id=c.entry.id, n=c.entry.n, seq=r.seq, verdict=r.verdict, reason=r.reason)
        for (c, r), *_answers in answered
    ]
