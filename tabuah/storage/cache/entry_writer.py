"""Saving of drafts: each becomes an entry in journal and outbox and is shown, in one transaction."""

from collections.abc import Sequence

from tabuah.operations.attachments.prefetch import attachment_in
from tabuah.operations.deferred_entries import DEPENDS_ON_UNKNOWN
from tabuah.operations.entries import Decision, Draft, Entry, Verdict, subject_kind
from tabuah.operations.errors import NotPossible
from tabuah.operations.fold import fold
from tabuah.operations.held_entry_kinds import RELEASED_KIND
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.key_replacement import replace_key
from tabuah.storage.cache.meta import Identity
from tabuah.storage.cache.predicted_verdict import PredictionAuthority, predict_pending, predict_verdict
from tabuah.storage.cache.subject_table import SubjectRow
from tabuah.storage.journal.chain import ChainedEntry, append_draft
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import MAX_ENTRY_BYTES


def save_drafts(session: CacheSession, drafts: Sequence[Draft]) -> tuple[ChainedEntry, ...]:
    """Save drafts, all or none.

    Raises:
        NotPossible: the rules forbid one of them; nothing was saved.
    """
    with session.writing():
        key = session.own_key() or replace_key(session)
        version = session.meta.next_version()
        return tuple(_save(session, key, draft, version) for draft in drafts)


def _grant_in_force(session: CacheSession, identity: Identity | None) -> str:
    """Return the grant to write under: once a deputyship has ended, that of the own role; empty without one."""
    grant = identity.grant if identity is not None else None
    if identity is None or grant is None:
        return ""
    user = session.authority().users.get(identity.user)
    if not grant.deputyship or session.now() <= grant.expires_at or user is None:
        return grant.id
    own = [each for each in user.grants.values() if each.device == grant.device and not each.deputyship]
    return max(own, key=lambda each: each.expires_at, default=grant).id


def _save(session: CacheSession, key: DeviceKey, draft: Draft, version: int) -> ChainedEntry:
    identity = session.meta.identity
    grant = _grant_in_force(session, identity)
    chained = append_draft(
        draft, key=key, head=session.meta.chain_head, actor=session.actor(), grant=grant, now=session.now()
    )
    row = session.subjects.read(draft.subject)
    decision = _check_verdict(session, row, chained)
    shown = fold(row.state, chained.entry, decision.verdict, text=chained.text.decode(), reason=decision.reason)
    session.journal.add_own(chained, draft.personal)
    session.subjects.write(SubjectRow(draft.subject, row.confirmed, shown), version=version)
    session.meta.chain_head = chained.head
    attached = attachment_in(chained.entry)
    if attached is not None:
        about = subject_kind(draft.subject)
        session.blobs.queue_upload(attached, about=about, reissued=draft.replaces is not None)
    return chained


def _check_verdict(session: CacheSession, row: SubjectRow, chained: ChainedEntry) -> Decision:
    reason = ""
    if row.state.unknown_kinds:
        reason = "needs_newer_version"
    elif len(chained.text) > MAX_ENTRY_BYTES:
        reason = "too_large"
    authority = session.authority_for_new_entry()
    earlier = _pending_before(session, row, chained.entry, authority)
    decision = predict_verdict(row.state, authority, chained.entry, text=chained.text.decode(), earlier=earlier)
    if decision.verdict is Verdict.REJECTED or decision.reason == DEPENDS_ON_UNKNOWN:
        reason = reason or decision.reason  # an entry on a subject that is unknown here
    if reason:
        raise NotPossible(reason)
    return decision


def _pending_before(
    session: CacheSession, row: SubjectRow, entry: Entry, authority: PredictionAuthority
) -> list[tuple[str, Verdict]]:
    """Return pending entries with their predicted verdicts, if the decision looks for a duplicate."""
    if row.shown is None or not (entry.again or entry.kind == RELEASED_KIND):
        return []  # most entries: to predict all pending ones again takes longer than to save one
    pending = session.waiting_among((entry.subject,)).get(entry.subject, ())
    return predict_pending(row.confirmed, pending, authority)[1]
