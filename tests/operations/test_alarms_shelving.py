"""An alarm that was shelved is listed until it is heard again, and can be heard again before its time is up."""

from datetime import datetime

import pytest
from sensors import START, alarm, minutes

from tabuah.operations.alarms.alarm import Alarm, fold_alarm
from tabuah.operations.alarms.gestures import shelve_alarm, unshelve_alarm
from tabuah.operations.alarms.suppressing import Why, suppressed
from tabuah.operations.bodies import decode_body
from tabuah.operations.entries import Draft, Entry
from tabuah.operations.errors import NotPossible


def folded(before: Alarm, draft: Draft, at: datetime) -> Alarm:
    """The alarm after a draft has become an entry."""
    entry = Entry(
        id="e", device="d", n=1, prev="", actor="budi", grant="", subject=draft.subject, kind=draft.kind,
        body=draft.body, at=at, exercise=draft.exercise,
    )  # fmt: skip
    after = fold_alarm(before, entry, decode_body(entry))
    assert after is not None
    return after


def shelved(before: Alarm) -> Alarm:
    """Kept quiet for half an hour."""
    return folded(before, shelve_alarm(before, until=minutes(30), reason="perbaikan", now=START), START)


def test_an_alarm_is_heard_again_from_the_moment_that_somebody_wants_it() -> None:
    quiet = shelved(alarm())
    assert not quiet.demands_attention(minutes(10))
    heard = folded(quiet, unshelve_alarm(quiet, now=minutes(10)), minutes(10))
    assert heard.demands_attention(minutes(10))
    assert (heard.shelved_by, heard.shelve_reason) == ("budi", "perbaikan")


def test_what_is_not_shelved_any_more_cannot_be_heard_again() -> None:
    for known, at in ((alarm(), START), (shelved(alarm()), minutes(30))):
        with pytest.raises(NotPossible, match="tidak sedang ditunda"):
            unshelve_alarm(known, now=at)


def test_an_entry_that_comes_late_never_makes_a_shelving_longer() -> None:
    quiet = shelved(alarm())
    late = folded(quiet, unshelve_alarm(quiet, now=minutes(10)), minutes(45))
    assert late.shelved_until == minutes(30)


def test_a_shelved_alarm_that_is_over_meanwhile_is_still_listed_as_quiet() -> None:
    over = shelved(alarm(cleared_at=minutes(5)))
    (found,) = suppressed([over], [], minutes(10))
    assert (found.why, found.by, found.until) == (Why.SHELVED, "budi", minutes(30))
    assert suppressed([shelved(alarm(cleared_at=minutes(5), acknowledged_at=minutes(6)))], [], minutes(10)) == []
