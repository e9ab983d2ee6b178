"""Application of pulled pages: verify, fold, settle the outbox, rebase pending work; all or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from tabuah.operations.attachments.prefetch import attachment_in, on_demand_attachments, prefetched_attachments
from tabuah.operations.entries import Entry, Verdict, subject_kind, subject_of
from tabuah.operations.entry_kinds import read_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.exercises.decisions import world_of
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.exercises.wipe import wipe_state, wiped_between
from tabuah.operations.fold import fold
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.authority import AUTHORITY_KINDS, Authority, AuthorityRecord, User
from tabuah.operations.people.entry_bodies import DeviceEnrolled
from tabuah.operations.people.erasure import Erasure
from tabuah.operations.reissued_entries import ALREADY_THERE
from tabuah.operations.subject_state import EMPTY, SubjectState
from tabuah.resources.localisation import _
from tabuah.storage.cache.bundles.relay_update import update_relayed
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.erased_copies import delete_erased_copies
from tabuah.storage.cache.errors import AnotherServer, JournalMismatch
from tabuah.storage.cache.meta import JournalHead
from tabuah.storage.cache.personal_scope import drop_unreadable, note_limits_of
from tabuah.storage.cache.predicted_verdict import PredictionAuthority, rebase
from tabuah.storage.cache.subject_table import SubjectRow
from tabuah.storage.journal.chain import ChainHead, check_follows
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.journal.signatures import verify_signature
from tabuah.storage.journal.wire import PullReply, Record, decode_entry, ruling_hash, text_hash

Fresh = Sequence[tuple[Record, Entry]]
_CHANGES_READERS: Final = frozenset({"incident", "user", "unit"})  # by assignment and office


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """The subjects that changed since a version, and the version now."""

    version: int
    subjects: frozenset[str] = frozenset()


def apply_pages(session: CacheSession, replies: Sequence[PullReply], *, synced_at: datetime | None) -> Changes:
    """Apply consecutive pages of the server's journal: all of them, or nothing.

    A subject in several pages is written once, and pending work on it is rebased once. `synced_at` is
    None if the pages did not come from the server itself.

    Raises:
        JournalMismatch: there is a gap, or a hash or signature does not match; nothing was applied.
        AnotherServer: the journal is not the one this console belongs to.
    """
    with session.writing():
        head = session.meta.journal_head
        fresh = _follow(head, (record for reply in replies for record in reply.records))
        own_device = session.meta.device
        session.journal.note_unsent_personal(entry.id for _record, entry in fresh if entry.device == own_device)
        session.journal.add_served_personal(value for reply in replies for value in reply.personal)
        session.meta.write("server_head", str(max(head.seq, *(reply.head for reply in replies))))
        if synced_at is not None:
            session.meta.write("last_sync_at", synced_at.isoformat())
        if not fresh:
            return Changes(version=session.meta.version)
        _check_server(session, *fresh[0])
        states = _fold_all(session, fresh)
        _check_chains(session, fresh)
        _take_over(session, fresh)
        if any(r.reason == ALREADY_THERE or e.again or e.kind == "erasure.ordered" for r, e in fresh):
            delete_erased_copies(session, states)
        _rank_attachments(session, states)
        renewed = update_relayed(session) - states.keys()
        states |= {subject: session.subjects.confirmed(subject) for subject in renewed}
        version = session.meta.next_version()
        written = show_confirmed(session, states, version)
        if {subject_kind(subject) for subject in states} & _CHANGES_READERS:
            drop_unreadable(session)
        session.meta.journal_head = JournalHead(fresh[-1][0].seq, fresh[-1][0].hash)
        return Changes(version=version, subjects=written)


def _follow(head: JournalHead, records: Iterable[Record]) -> list[tuple[Record, Entry]]:
    """Return the records that are new here, verified to continue the chain."""
    fresh: list[tuple[Record, Entry]] = []
    seq, previous = head.seq, head.hash
    for record in records:
        if record.seq <= seq:
            continue  # known already: a page was repeated, or two overlap
        if record.seq != seq + 1:
            raise JournalMismatch(
                _("The server sent record {got} instead of {expected}. Nothing was applied.").format(
                    got=record.seq, expected=seq + 1
                )
            )
        if ruling_hash(previous, record.text.encode(), record.ruling) != record.hash:
            raise JournalMismatch(
                _(
                    "Record {seq} does not continue the journal on this console: the server was restored or"
                    " its journal altered. Nothing was applied; tell the administrator."
                ).format(seq=record.seq)
            )
        seq, previous = record.seq, record.hash
        fresh.append((record, _entry_of(record)))
    return fresh


def _entry_of(record: Record) -> Entry:
    try:
        return decode_entry(record.text)
    except JournalError as error:
        raise JournalMismatch(_forged(record.seq)) from error


def _check_server(session: CacheSession, record: Record, entry: Entry) -> None:
    """Check that the first record of all enrols the server that this console logged in to."""
    if record.seq != 1:
        return
    identity = session.meta.identity
    try:
        genesis = read_body(entry, DeviceEnrolled)
    except MalformedBody as error:
        raise JournalMismatch(_forged(record.seq)) from error
    if not genesis.is_server:
        raise JournalMismatch(_forged(record.seq))
    if identity is not None and entry.device != identity.server:
        raise AnotherServer(_("This is the journal of another server. Nothing was applied."))
    session.meta.write("server", entry.device)


def _fold_all(session: CacheSession, fresh: Fresh) -> dict[str, SubjectState]:
    states = dict.fromkeys((entry.subject for _record, entry in fresh), EMPTY)
    states |= session.subjects.confirmed_of(states)
    authority = session.authority()
    for record, entry in fresh:
        before = states[entry.subject]
        state = fold(before, entry, record.verdict, text=record.text, reason=record.reason)
        states[entry.subject] = state
        if isinstance(state.value, AuthorityRecord):
            authority.update(state.value)
        if isinstance(state.value, User):
            note_limits_of(session, state.value)
        if isinstance(state.value, Erasure):
            session.journal.delete_personal((), state.value.entries)
        if exercise_id := wiped_between(before, state):
            session.meta.deleted_exercises -= {exercise_id}  # it may have been restored by a rewind
            states = {s: session.subjects.confirmed(s) for s in session.subjects.of_exercise(exercise_id)} | states
            kept = {subject: wipe_state(state, exercise_id) for subject, state in states.items()}
            gone = {s for s, state in kept.items() if state is not states[s]}
            session.journal.delete_personal(gone, [entry.id for _record, entry in fresh if entry.subject in gone])
            states = kept
    return states


def _check_chains(session: CacheSession, fresh: Fresh) -> None:
    """Check that each device's entries continue its chain; its last signature authenticates them all."""
    query = "SELECT n, hash FROM chains WHERE device = ?"
    heads: dict[str, ChainHead] = {}
    last: dict[str, Record] = {}
    for record, entry in fresh:
        if entry.device not in heads:
            row = session.connection.execute(query, (entry.device,)).fetchone()
            heads[entry.device] = ChainHead(*row) if row else ChainHead()
        try:
            check_follows(entry, heads[entry.device])
        except JournalError as error:
            raise JournalMismatch(_forged(record.seq)) from error
        heads[entry.device] = ChainHead(entry.n, text_hash(record.text.encode()))
        last[entry.device] = record
    authority = session.authority()
    for device, record in last.items():
        _verify(authority, device, record)
    session.connection.executemany(
        "INSERT OR REPLACE INTO chains (device, n, hash) VALUES (?, ?, ?)",
        ((device, head.n, head.hash) for device, head in heads.items()),
    )


def _verify(authority: Authority, device: str, record: Record) -> None:
    known = authority.devices.get(device)
    try:
        if known is None:
            raise JournalMismatch(_forged(record.seq))
        verify_signature(bytes.fromhex(known.public_key), record.text.encode(), bytes.fromhex(record.signature))
    except (JournalError, ValueError) as error:
        raise JournalMismatch(_forged(record.seq)) from error


def _forged(seq: int) -> str:
    return _(
        "Record {seq} of the server's journal is not authentic. Nothing was applied; tell the administrator."
    ).format(seq=seq)


def _take_over(session: CacheSession, fresh: Fresh) -> None:
    """Store the records, settle those of this device in the outbox, and queue attachments."""
    own_device = session.meta.device
    own = [(record, entry) for record, entry in fresh if own_device and entry.device == own_device]
    session.journal.add_records(fresh)
    session.journal.settle(entry.id for _record, entry in own)
    if own:
        catch_up_own_chain(session, *own[-1])
    for record, entry in fresh:
        attached = attachment_in(entry) if record.verdict is not Verdict.REJECTED else None
        if attached is not None:  # own ones, too: after a loss of the cache they are unknown here
            session.blobs.queue_download(attached, about=subject_kind(entry.subject))
        elif entry.kind == "incident.reported" and entry.device == own_device:
            note_number(session, entry)


def _rank_attachments(session: CacheSession, states: dict[str, SubjectState]) -> None:
    """Requeue attachments of reopened subjects that a snapshot archived; archive those of removed files."""
    for subject, state in states.items():
        if subject_kind(subject) == "station":
            session.blobs.archive_removed(on_demand_attachments(state.value))
        session.blobs.requeue_archived(prefetched_attachments(state.value))


def catch_up_own_chain(session: CacheSession, record: Record, entry: Entry) -> None:
    """After a restore, continue this device's chain after its last entry on the server while nothing is pending."""
    if entry.n > session.meta.chain_head.n and session.journal.waiting_since()[0] == 0:
        session.meta.chain_head = ChainHead(entry.n, text_hash(record.text.encode()))


def note_number(session: CacheSession, entry: Entry) -> None:
    """Reserve the number of an own report, so that it is never given again."""
    reported = _body_or_none(entry, IncidentReported)
    if reported is not None:
        session.meta.note_number(reported.number)


def _body_or_none(entry: Entry, shape: Any) -> Any:
    try:
        return read_body(entry, shape)
    except MalformedBody:
        return None


def show_confirmed(session: CacheSession, states: Mapping[str, SubjectState], version: int) -> frozenset[str]:
    """Store confirmed states, with pending relayed and own work rebased on top.

    Pending entries on further subjects are predicted again if their verdict depends on these states.

    Returns:
        The subjects that were written.
    """
    if session.meta.device:
        others = _also_predicted(session, states)
        states = {**states, **{subject: session.subjects.confirmed(subject) for subject in others}}
    # The verdicts of pending work depend on users and rules, on exercises whose start is pending, and on their units.
    for rank in range(3):
        _show(session, [subject for subject in states if _rank(subject) == rank], states, version)
    return frozenset(states)


def _rank(subject: str) -> int:
    kind = subject_kind(subject)
    if kind == "unit":
        return 1
    return 0 if kind in AUTHORITY_KINDS else 2


def _show(session: CacheSession, subjects: Sequence[str], states: Mapping[str, SubjectState], version: int) -> None:
    """Store some of these states, with pending work rebased on top."""
    pending = session.waiting_among(subjects) if session.meta.device else {}
    authority = _authority_with(session, states) if pending else None
    rows = []
    for subject in subjects:
        confirmed, waiting = states[subject], pending.get(subject)
        shown = rebase(confirmed, waiting, authority) if waiting and authority else None
        rows.append(SubjectRow(subject, confirmed, shown))
    session.subjects.write_all(rows, version=version)


def _also_predicted(session: CacheSession, states: Mapping[str, SubjectState]) -> frozenset[str]:
    """Return further subjects with pending entries whose verdict depends on these states."""
    kinds = {subject_kind(subject) for subject in states}
    # Other rules are in force, an exercise started or ended, or a person or a unit belongs to another office.
    if kinds & {"policy", "exercise", "user", "unit"}:
        return session.subjects.pending() - states.keys()
    return session.subjects_with_lookups() - states.keys() if "incident" in kinds else frozenset()


def _authority_with(session: CacheSession, states: Mapping[str, SubjectState]) -> PredictionAuthority:
    """Return the authority for predictions, with lookups that know these states, which are not stored yet."""
    authority = session.prediction_authority()
    known = authority.lookups

    def incident_of(incident_id: str) -> Incident | None:
        state = states.get(subject_of("incident", incident_id))
        if state is None:
            return known.incident(incident_id)
        return state.value if isinstance(state.value, Incident) else None

    def world(subject: str) -> SubjectWorld | None:
        new = world_of(states[subject].value) if subject in states else None
        return known.world(subject) if new is None else new

    authority.lookups = msgspec.structs.replace(known, incident=incident_of, world=world)
    return authority
