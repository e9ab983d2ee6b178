"""The fold of rejected entries."""

import pytest
from support.judged_journal import FIRST, JudgedJournal

from tabuah.operations.codes import Status
from tabuah.operations.entries import Verdict
from tabuah.operations.fold import NOT_JUDGEABLE, fold
from tabuah.operations.incidents.drafts import move_incident


@pytest.mark.parametrize(("reason", "remembered"), [("supervisor_only", True), (NOT_JUDGEABLE, False)])
def test_fold_remembers_rejections_by_rules_only(reason: str, remembered: bool):
    room = JudgedJournal()
    ani = room.author("ani")
    incident = room.report(ani)
    before = room.states[f"incident/{FIRST}"]
    entry = room.entry(ani, move_incident(incident, Status.VERIFIED))
    after = fold(before, entry, Verdict.REJECTED, text="", reason=reason)
    assert (entry.id in after.turned_away) is remembered
    assert (after is before) is not remembered
