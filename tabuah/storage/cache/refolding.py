"""Folding again what an earlier version could not: after an update, subjects that were read-only become whole."""

from typing import TYPE_CHECKING, Final

from tabuah.operations.bodies import known_kinds
from tabuah.operations.entries import Verdict
from tabuah.operations.folding import fold
from tabuah.operations.subjects import EMPTY, SubjectState
from tabuah.storage.cache.forecast import replay
from tabuah.storage.cache.subject_table import SubjectRow
from tabuah.storage.journal.wire import decode_entry

if TYPE_CHECKING:
    from tabuah.storage.cache.desk import Desk

_KEY: Final = "known_kinds"
_READ_ONLY: Final = """SELECT subject FROM subjects WHERE confirmed LIKE '%"unknown_kinds":%'"""
_HISTORY: Final = "SELECT text, verdict, reason FROM journal WHERE subject = ? AND seq IS NOT NULL ORDER BY seq"


def fold_again(desk: "Desk") -> None:
    """Where this version knows other kinds of entries than the one before, fold anew what was read-only."""
    known = " ".join(known_kinds())
    if desk.meta.read(_KEY) == known:
        return
    with desk.writing():
        subjects = [row[0] for row in desk.connection.execute(_READ_ONLY)]
        version = desk.meta.next_version() if subjects else 0
        for subject in subjects:
            _fold_again(desk, subject, version)
        desk.meta.write(_KEY, known)


def _fold_again(desk: "Desk", subject: str, version: int) -> None:
    state = _state_from_history(desk, subject)
    if state.value is None:
        return  # its beginning is not here; it stays read-only
    pending = desk.waiting_among((subject,)).get(subject)
    shown = replay(state, pending, desk.forecast_authority()) if pending else None
    desk.subjects.write(SubjectRow(subject, state, shown), version=version)


def _state_from_history(desk: "Desk", subject: str) -> SubjectState:
    state = EMPTY
    for text, verdict, reason in desk.connection.execute(_HISTORY, (subject,)):
        state = fold(state, decode_entry(text), Verdict(verdict), text=text, reason=reason or "")
    return state
