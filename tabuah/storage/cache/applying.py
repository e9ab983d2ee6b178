"""Applying pulled pages: checked, folded, the outbox relieved and replayed, shown at once or not at all."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from tabuah.operations.attaching import at_hand, attached_by, put_away
from tabuah.operations.authority.authority import Authority
from tabuah.operations.authority.bodies import DeviceEnrolled
from tabuah.operations.authority.records import Device, User
from tabuah.operations.bodies import read_body
from tabuah.operations.entries import Entry, Verdict, subject_kind
from tabuah.operations.errors import MalformedBody
from tabuah.operations.folding import fold
from tabuah.operations.incidents.bodies import IncidentReported
from tabuah.operations.subjects import EMPTY, SubjectState
from tabuah.resources.catalogue import _
from tabuah.storage.cache.bundles.renewing import renew_carried
from tabuah.storage.cache.desk import Desk
from tabuah.storage.cache.errors import AnotherServer, JournalDoesNotFollow
from tabuah.storage.cache.forecast import replay
from tabuah.storage.cache.meta import JournalHead
from tabuah.storage.cache.subject_table import SubjectRow
from tabuah.storage.journal.chain import ChainHead, follows_on
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.journal.signing import verify_signature
from tabuah.storage.journal.wire import PullReply, Record, decode_entry, ruling_hash, text_hash

Fresh = Sequence[tuple[Record, Entry]]


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Which subjects look different since some version, and the version now."""

    version: int
    subjects: frozenset[str] = frozenset()


def apply_pages(desk: Desk, replies: Sequence[PullReply], *, synced_at: datetime | None) -> Changes:
    """Take over pages of the server's journal that follow on each other: all of them, or nothing.

    A subject that is touched in several pages is written once, and own work that waits is replayed on it once.
    `synced_at` is None where the pages did not come from the server itself.

    Raises:
        JournalDoesNotFollow: a gap, or a hash or signature that does not fit; nothing was taken.
        AnotherServer: the journal is not the one this console belongs to.
    """
    with desk.writing():
        head = desk.meta.journal_head
        fresh = _follow(head, (record for reply in replies for record in reply.records))
        desk.journal.add_personal(value for reply in replies for value in reply.personal)
        desk.meta.write("server_head", str(max(head.seq, *(reply.head for reply in replies))))
        if synced_at is not None:
            desk.meta.write("last_sync_at", synced_at.isoformat())
        if not fresh:
            return Changes(version=desk.meta.version)
        _check_server(desk, *fresh[0])
        states = _fold_all(desk, fresh)
        _check_chains(desk, fresh)
        _take_over(desk, fresh)
        _rank_attachments(desk, states)
        renewed = renew_carried(desk) - states.keys()
        states |= {subject: desk.subjects.confirmed(subject) for subject in renewed}
        version = desk.meta.next_version()
        show_confirmed(desk, states, version)
        desk.meta.journal_head = JournalHead(fresh[-1][0].seq, fresh[-1][0].hash)
        return Changes(version=version, subjects=frozenset(states))


def _follow(head: JournalHead, records: Iterable[Record]) -> list[tuple[Record, Entry]]:
    """The records that are new here, each proved to follow on the one before."""
    fresh: list[tuple[Record, Entry]] = []
    seq, previous = head.seq, head.hash
    for record in records:
        if record.seq <= seq:
            continue  # here already: a page came twice, or two overlap
        if record.seq != seq + 1:
            raise JournalDoesNotFollow(
                _("The server sent record {got} where {expected} was due. Nothing was taken.").format(
                    got=record.seq, expected=seq + 1
                )
            )
        if ruling_hash(previous, record.text.encode(), record.ruling) != record.hash:
            raise JournalDoesNotFollow(
                _(
                    "Record {seq} does not continue the journal that this console has: the server was restored or "
                    "its journal altered. Nothing was taken; tell the administrator."
                ).format(seq=record.seq)
            )
        seq, previous = record.seq, record.hash
        fresh.append((record, _entry_of(record)))
    return fresh


def _entry_of(record: Record) -> Entry:
    try:
        return decode_entry(record.text)
    except JournalError as error:
        raise JournalDoesNotFollow(_forged(record.seq)) from error


def _check_server(desk: Desk, record: Record, entry: Entry) -> None:
    """The first record of all enrols the server itself and must name the one we logged in to."""
    if record.seq != 1:
        return
    identity = desk.meta.identity
    try:
        genesis = read_body(entry, DeviceEnrolled)
    except MalformedBody as error:
        raise JournalDoesNotFollow(_forged(record.seq)) from error
    if not genesis.is_server:
        raise JournalDoesNotFollow(_forged(record.seq))
    if identity is not None and entry.device != identity.server:
        raise AnotherServer(_("This is the journal of another server. Nothing was taken."))
    desk.meta.write("server", entry.device)


def _fold_all(desk: Desk, fresh: Fresh) -> dict[str, SubjectState]:
    states = dict.fromkeys((entry.subject for _record, entry in fresh), EMPTY)
    states |= desk.subjects.confirmed_of(states)
    authority = desk.authority()
    for record, entry in fresh:
        state = fold(states[entry.subject], entry, record.verdict, text=record.text, reason=record.reason)
        states[entry.subject] = state
        if isinstance(state.value, User | Device):
            authority.learn(state.value)
    return states


def _check_chains(desk: Desk, fresh: Fresh) -> None:
    """Each device's entries must follow on its last one; its last signature then vouches for all of them."""
    query = "SELECT n, hash FROM chains WHERE device = ?"
    heads: dict[str, ChainHead] = {}
    last: dict[str, Record] = {}
    for record, entry in fresh:
        if entry.device not in heads:
            row = desk.connection.execute(query, (entry.device,)).fetchone()
            heads[entry.device] = ChainHead(*row) if row else ChainHead()
        try:
            follows_on(entry, heads[entry.device])
        except JournalError as error:
            raise JournalDoesNotFollow(_forged(record.seq)) from error
        heads[entry.device] = ChainHead(entry.n, text_hash(record.text.encode()))
        last[entry.device] = record
    authority = desk.authority()
    for device, record in last.items():
        _verify(authority, device, record)
    desk.connection.executemany(
        "INSERT OR REPLACE INTO chains (device, n, hash) VALUES (?, ?, ?)",
        ((device, head.n, head.hash) for device, head in heads.items()),
    )


def _verify(authority: Authority, device: str, record: Record) -> None:
    known = authority.devices.get(device)
    try:
        if known is None:
            raise JournalDoesNotFollow(_forged(record.seq))
        verify_signature(bytes.fromhex(known.public_key), record.text.encode(), bytes.fromhex(record.signature))
    except (JournalError, ValueError) as error:
        raise JournalDoesNotFollow(_forged(record.seq)) from error


def _forged(seq: int) -> str:
    return _(
        "Record {seq} of the server's journal is not authentic. Nothing was taken; tell the administrator."
    ).format(seq=seq)


def _take_over(desk: Desk, fresh: Fresh) -> None:
    """Keep the records, relieve the outbox of own ones, and note what else they mean for this console."""
    own_device = desk.meta.device
    own = [(record, entry) for record, entry in fresh if own_device and entry.device == own_device]
    desk.journal.add_records(fresh)
    desk.journal.settle(entry.id for _record, entry in own)
    if own:
        catch_up_own_chain(desk, *own[-1])
    for record, entry in fresh:
        attached = attached_by(entry) if record.verdict is not Verdict.REJECTED else None
        if attached is not None:  # own ones, too: after a loss of the cache they are not known here
            desk.blobs.want_download(attached, about=subject_kind(entry.subject))
        elif entry.kind == "incident.reported" and entry.device == own_device:
            note_number(desk, entry)


def _rank_attachments(desk: Desk, states: dict[str, SubjectState]) -> None:
    """What was over when a snapshot came and goes on now: its attachments come after all; a removed one need not."""
    for subject, state in states.items():
        if subject_kind(subject) == "station":
            desk.blobs.note_removed(put_away(state.value))
        desk.blobs.want_archived(at_hand(state.value))


def catch_up_own_chain(desk: Desk, record: Record, entry: Entry) -> None:
    """After a restore the server may hold own entries that are not here: go on after them while nothing waits."""
    if entry.n > desk.meta.chain_head.n and desk.journal.waiting_since()[0] == 0:
        desk.meta.chain_head = ChainHead(entry.n, text_hash(record.text.encode()))


def note_number(desk: Desk, entry: Entry) -> None:
    """Never give the number of an own report again."""
    reported = _body_or_none(entry, IncidentReported)
    if reported is not None:
        desk.meta.note_number(reported.number)


def _body_or_none(entry: Entry, shape: Any) -> Any:
    try:
        return read_body(entry, shape)
    except MalformedBody:
        return None


def show_confirmed(desk: Desk, states: dict[str, SubjectState], version: int) -> None:
    """Keep confirmed states, with carried and own work that waits replayed on top of those it belongs to."""
    pending = desk.waiting_among(states) if desk.meta.device else {}
    authority = desk.forecast_authority() if pending else None
    rows = []
    for subject, confirmed in states.items():
        waiting = pending.get(subject)
        shown = replay(confirmed, waiting, authority) if waiting and authority else None
        rows.append(SubjectRow(subject, confirmed, shown))
    desk.subjects.write_all(rows, version=version)
