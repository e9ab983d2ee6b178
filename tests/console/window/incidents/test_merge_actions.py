"""Who may merge a closed incident in the window, and undo such a merge."""

import pytest
from support.judged_journal import JudgedJournal, key_of

from tabuah.console.window.incidents.merge_actions import reopening_refusal
from tabuah.operations.codes import Status
from tabuah.operations.incidents.drafts import merge_incidents, move_incident
from tabuah.operations.people.roles import Role
from tabuah.text.sync.verdict_reasons import describe_reason

SUPERVISOR_ONLY = describe_reason("supervisor_only")


@pytest.mark.parametrize(("role", "reason"), [(Role.OPERATOR, SUPERVISOR_ONLY), (Role.SUPERVISOR, "")])
def test_closed_incident_leaves_the_closed_ones_by_a_supervisor(role, reason):
    room = JudgedJournal()
    ani, kalaksa = room.author("ani"), room.author("kalaksa", Role.SUPERVISOR)
    other = room.report(ani, key_of(2))
    room.report(ani)
    assert reopening_refusal(room.incident(), Status.MERGED, role=role) == ""
    room.write(ani, move_incident(room.incident(), Status.CONTAINED))
    room.write(kalaksa, move_incident(room.incident(), Status.CLOSED))
    assert reopening_refusal(room.incident(), Status.MERGED, role=role) == reason
    room.write(kalaksa, merge_incidents(room.incident(), other))
    assert reopening_refusal(room.incident(), Status.CONTAINED, role=role) == reason
    assert reopening_refusal(room.incident(), Status.MERGED, role=role) == ""
