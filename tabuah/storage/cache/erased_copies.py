"""Personal values of work that was signed again under another key, where those of the other copy were erased."""

from collections.abc import Mapping
from typing import Final

from tabuah.operations.reissued_entries import ALREADY_THERE, has_erased_twin
from tabuah.operations.subject_state import SubjectState
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.journal.wire import decode_entry

_KEPT_COPIES: Final = """SELECT DISTINCT j.text FROM personal p JOIN journal j ON j.entry = p.entry
    WHERE j.seq IS NOT NULL AND (j.reason = ? OR instr(j.text, '"again":"'))"""


def delete_erased_copies(session: CacheSession, states: Mapping[str, SubjectState]) -> None:
    """Delete the personal values of copies here whose other copy was erased, in an open transaction.

    The erasure names one copy only, and may arrive before or after the other one.
    `states` are those that are not stored yet.
    """
    authority = session.authority()
    if not authority.erasures:
        return
    gone = []
    for (text,) in session.connection.execute(_KEPT_COPIES, (ALREADY_THERE,)).fetchall():
        entry = decode_entry(text)
        state = states.get(entry.subject) or session.subjects.confirmed(entry.subject)
        if has_erased_twin(state, authority, entry, text=text, lookups=session.lookups):
            gone.append(entry.id)
    session.journal.delete_personal((), gone)
