"""Shelving: a shelved alarm is listed as suppressed, and can be unshelved early."""

from datetime import datetime

import pytest
from support.sensor_samples import START, alarm, minutes

from tabuah.operations.alarms.alarm import Alarm, fold_alarm
from tabuah.operations.alarms.drafts import shelve_alarm, unshelve_alarm
from tabuah.operations.alarms.suppression import SuppressionCause, find_suppressed
from tabuah.operations.entries import Draft, Entry, Verdict
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import NotPossible


def folded(before: Alarm, draft: Draft, at: datetime) -> Alarm:
    """Return the alarm after the draft's entry."""
    entry = Entry(
        id="e", device="d", n=1, prev="", actor="budi", grant="", subject=draft.subject, kind=draft.kind,
        body=draft.body, at=at, exercise=draft.exercise,
    )  # fmt: skip
    after = fold_alarm(before, entry, decode_body(entry), Verdict.ACCEPTED)
    assert after is not None
    return after


def shelved(before: Alarm) -> Alarm:
    """Shelve the alarm for half an hour."""
    return folded(before, shelve_alarm(before, until=minutes(30), reason="perbaikan", now=START), START)


def test_unshelve_restores_the_alarm_at_once() -> None:
    quiet = shelved(alarm())
    assert not quiet.demands_attention(minutes(10))
    heard = folded(quiet, unshelve_alarm(quiet, now=minutes(10)), minutes(10))
    assert heard.demands_attention(minutes(10))
    assert (heard.shelved_by, heard.shelve_reason) == ("budi", "perbaikan")


def test_unshelve_is_refused_for_unshelved_alarm() -> None:
    for known, at in ((alarm(), START), (shelved(alarm()), minutes(30))):
        with pytest.raises(NotPossible, match="not_shelved"):
            unshelve_alarm(known, now=at)


def test_late_unshelve_never_extends_shelving() -> None:
    quiet = shelved(alarm())
    late = folded(quiet, unshelve_alarm(quiet, now=minutes(10)), minutes(45))
    assert late.shelved_until == minutes(30)


def test_cleared_shelved_alarm_is_listed_as_suppressed() -> None:
    over = shelved(alarm(cleared_at=minutes(5)))
    (found,) = find_suppressed([over], [], minutes(10))
    assert (found.why, found.by, found.until) == (SuppressionCause.SHELVED, "budi", minutes(30))
    assert find_suppressed([shelved(alarm(cleared_at=minutes(5), acknowledged_at=minutes(6)))], [], minutes(10)) == []
