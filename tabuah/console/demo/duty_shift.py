"""The running shift of the demonstration: started from the roster, with a few lines of the log and a promise."""

from datetime import timedelta
from typing import Final

from tabuah.console.demo.sample_fields import sample_text
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.roster.duty import shift_at
from tabuah.operations.shifts import drafts
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.storage.cache.store import ConsoleStore

# Minutes before now, and text with fields of `sample_text`.
_LINES: Final = (
    (95, "Radio, sirene, dan genset diperiksa; semua berfungsi."),
    (70, "{village_head} di hulu {upper_river} melapor hujan deras dan air keruh."),
    (44, "{fire_unit} berangkat membantu evakuasi di tepi {river}."),
)
_PROMISE: Final = ("Kirim 20 terpal dan 50 selimut", "{village_head} di tepi {upper_river}")
_DUE: Final = timedelta(minutes=90)


def write_duty_shift(store: ConsoleStore, *, exercise_id: str) -> DutyShift:
    """Start the shift that the roster plans now, and write its log and promise.

    Args:
        store: of the supervisor, with the roster.
        exercise_id: the exercise of the demonstration; the window shows only its shifts.

    Raises:
        LookupError: the roster plans no shift now.
    """
    now = store.now()
    planned = shift_at(store.rosters().values(), now)
    if planned is None:
        raise LookupError("The roster plans no shift now.")
    store.save(drafts.start_roster_shift(planned, SubjectWorld(exercise=True, exercise_id=exercise_id)))
    for ago_min, text in _LINES:
        at = max(now - timedelta(minutes=ago_min), planned.starts_at)
        store.save(drafts.log_line(_present(store), sample_text(text), at=at))
    what, to = map(sample_text, _PROMISE)
    store.save(drafts.make_promise(_present(store), what, to=to, due_at=now + _DUE))
    return _present(store)


def _present(store: ConsoleStore) -> DutyShift:
    return store.shifts()[0]
