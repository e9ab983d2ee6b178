"""Erased personal values, also those of a wiped exercise: they are never taken back from any device."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from tabuah.operations.entries import Entry, PersonalValue, subject_of
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.lookups import Lookups
from tabuah.operations.people.authority import Authority
from tabuah.operations.personal_values import is_kept
from tabuah.operations.reissued_entries import has_erased_twin
from tabuah.operations.subject_state import SubjectState
from tabuah.server.handback.staged_records import StagedRecord
from tabuah.storage.journal.wire import decode_entry


class States(Protocol):
    """The states of subjects, and the authority, after everything that was handed back."""

    @property
    def authority(self) -> Authority: ...

    @property
    def lookups(self) -> Lookups: ...

    def state_of(self, subject: str) -> SubjectState: ...


def lasting_values(states: States, returned: Iterable[StagedRecord]) -> Iterator[tuple[int, PersonalValue]]:
    """Yield the personal values of records, with the seq of each, that are kept and were not erased."""
    for each in returned:
        entry = decode_entry(each.record.text)
        if (
            each.personal
            and is_kept(entry.subject, each.record.verdict)
            and not is_erased(states, entry, each.record.text)
        ):
            yield from ((each.record.seq, value) for value in each.personal)


def is_erased(states: States, entry: Entry, text: str) -> bool:
    """Return whether the personal values of an entry were erased, perhaps as those of the same work of a copy."""
    authority = states.authority
    if authority.is_erased(entry.id):
        return True
    state = states.state_of(entry.subject)
    if has_erased_twin(state, authority, entry, text=text, lookups=states.lookups):
        return True
    if not entry.exercise_id:
        return False
    exercise = states.state_of(subject_of("exercise", entry.exercise_id)).value
    return isinstance(exercise, Exercise) and exercise.is_wiped
