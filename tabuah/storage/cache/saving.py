"""Saving: a draft becomes an entry in journal and outbox, and is shown, in one transaction."""

from collections.abc import Sequence

from tabuah.operations.attaching import attached_by
from tabuah.operations.entries import Decision, Draft, Verdict, subject_kind
from tabuah.operations.errors import NotPossible
from tabuah.operations.folding import fold
from tabuah.operations.reasons import reason_words
from tabuah.operations.waiting import RESTS_ON_UNKNOWN
from tabuah.storage.cache.desk import Desk
from tabuah.storage.cache.forecast import forecast
from tabuah.storage.cache.reissuing import replace_key
from tabuah.storage.cache.subject_table import SubjectRow
from tabuah.storage.journal.chain import ChainedEntry, append
from tabuah.storage.journal.signing import DeviceKey
from tabuah.storage.journal.wire import MAX_ENTRY_BYTES


def save_drafts(desk: Desk, drafts: Sequence[Draft]) -> tuple[ChainedEntry, ...]:
    """Save drafts, all or none.

    Raises:
        NotPossible: the rules forbid one of them; nothing was saved.
    """
    with desk.writing():
        key = desk.own_key() or replace_key(desk)
        version = desk.meta.next_version()
        return tuple(_save(desk, key, draft, version) for draft in drafts)


def _save(desk: Desk, key: DeviceKey, draft: Draft, version: int) -> ChainedEntry:
    identity = desk.meta.identity
    grant = identity.grant.id if identity and identity.grant else ""
    chained = append(draft, key=key, head=desk.meta.chain_head, actor=desk.actor(), grant=grant, now=desk.now())
    row = desk.subjects.read(draft.subject)
    decision = _forecast(desk, row, chained)
    shown = fold(row.state, chained.entry, decision.verdict, text=chained.text.decode(), reason=decision.reason)
    desk.journal.add_own(chained, draft.personal)
    desk.subjects.write(SubjectRow(draft.subject, row.confirmed, shown), version=version)
    desk.meta.chain_head = chained.head
    attached = attached_by(chained.entry)
    if attached is not None:
        desk.blobs.want_upload(attached, about=subject_kind(draft.subject))
    return chained


def _forecast(desk: Desk, row: SubjectRow, chained: ChainedEntry) -> Decision:
    reason = ""
    if row.state.unknown_kinds:
        reason = "needs_newer_version"
    elif len(chained.text) > MAX_ENTRY_BYTES:
        reason = "too_large"
    decision = forecast(row.state, desk.forecast_authority(), chained.entry)
    if decision.verdict is Verdict.REJECTED or decision.reason == RESTS_ON_UNKNOWN:
        reason = reason or decision.reason  # nobody sees here what has not come here
    if reason:
        raise NotPossible(reason, reason_words(reason))
    return decision
