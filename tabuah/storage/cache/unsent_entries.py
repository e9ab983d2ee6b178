"""Unsent entries that are signed again: after the first log-in under the user's name, and later under a grant."""

from collections.abc import Sequence

import msgspec

from tabuah.operations.entries import Entry
from tabuah.operations.reissued_entries import identity_of
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.key_replacement import append_again, redrafted, show_again
from tabuah.storage.cache.meta import Identity
from tabuah.storage.journal.chain import ChainHead
from tabuah.storage.journal.signatures import DeviceKey


def adopt_identity(session: CacheSession, identity: Identity) -> None:
    """Store the logged-in user, and sign the unsent work that this user can prove now; needs an open transaction."""
    is_first = session.meta.identity is None
    session.meta.identity = identity
    if is_first:
        _adopt_author(session, identity.user)
    _adopt_grant(session, identity)


def _adopt_author(session: CacheSession, user: str) -> None:
    """Sign the work from before the first log-in again under the name of the user who logs in and vouches for it.

    Until then its author is the computer's user, a name that no server knows. Exported entries stay as they are.
    """
    key = session.own_key()
    early = [e for e in session.journal.pending() if e.n > session.meta.exported_until and e.actor != user]
    if key is not None and early:
        _sign_again(session, key, early[0], user=user, grant="")


def _adopt_grant(session: CacheSession, identity: Identity) -> None:
    """Sign unsent entries under the grant that has arrived, if they were written while waiting for it.

    Entries from before the enrolment are vouched for by the user. Entries written between enrolment and
    approval would be held; as they were never pushed, they are chained and signed again, unless they
    were exported in a bundle.
    """
    key = session.own_key()
    if key is None:
        return
    _show_under_identity(session, identity)
    if identity.grant is None:
        return
    fixed = max(session.meta.written_before, session.meta.exported_until)
    pending = session.journal.pending()
    late = [e for e in pending if not e.grant and e.n > fixed and e.actor == identity.user]
    if late:
        _sign_again(session, key, late[0], user=identity.user, grant=identity.grant.id)


def _sign_again(session: CacheSession, key: DeviceKey, first: Entry, *, user: str, grant: str) -> None:
    """Chain and sign the pending entries from `first` on again, unless the server has them.

    Those without a grant, which are the work of the user, get the name of the user and the grant. Each names its
    original, which a copy of this console may have re-issued.
    """
    if session.journal.has_sent(first.n):
        return
    again: Sequence[Entry] = [entry for entry in session.journal.pending() if entry.n >= first.n]
    texts = {entry.id: session.journal.text_of(entry.id) for entry in again}
    personal = {entry.id: session.journal.personal_among([entry.id]) for entry in again}
    session.journal.forget_unsent(first.n)
    session.meta.chain_head = ChainHead(first.n - 1, first.prev)
    new_ids: dict[str, str] = {}
    for entry in again:
        is_own = not entry.grant and (not grant or entry.actor == user)
        draft = redrafted(session, key, entry, personal[entry.id], new_ids)
        draft = msgspec.structs.replace(draft, again=entry.again or identity_of(entry, texts[entry.id]))
        new_ids[entry.id] = append_again(
            session,
            key,
            entry,
            draft,
            grant=grant if is_own else entry.grant,
            actor=user if is_own else entry.actor,
        )
    show_again(session, {entry.subject for entry in again})


def _show_under_identity(session: CacheSession, identity: Identity) -> None:
    """Rebase pending work when the user, role or grant has changed since it was last predicted."""
    standing = f"{identity.user}/{identity.role}/{identity.grant.id if identity.grant else ''}"
    if session.meta.read("shown_under") != standing:
        session.meta.write("shown_under", standing)
        show_again(session, {entry.subject for entry in session.journal.pending()})
