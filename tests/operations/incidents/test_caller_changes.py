"""The caller of an incident is added, corrected and removed later; the entry has a commitment only."""

import msgspec
import pytest
from support.judged_journal import FIRST_SUBJECT, JudgedJournal

from tabuah.operations.entries import Decision, Draft, Verdict
from tabuah.operations.incidents.drafts import caller_value, change_caller
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import NEWEST_VERSION, STRICT_VERSION

SALT = "ab" * 16
ACCEPTED = Decision(Verdict.ACCEPTED)


def test_caller_of_the_last_entry_counts_and_can_be_removed():
    room = JudgedJournal()
    ani = room.author("ani")
    room.report(ani)
    assert room.incident().intake.caller_entry is None
    draft = change_caller(room.incident(), caller_value("Bu Yanti · 0812", salt=SALT))
    assert b"Yanti" not in bytes(draft.body)
    assert [each.value for each in draft.personal] == ["Bu Yanti · 0812"]
    assert room.write(ani, draft) == ACCEPTED
    first = room.incident().intake.caller_entry
    assert first == room.incident().last_entry
    room.write(ani, change_caller(room.incident(), caller_value("Bu Yanti · 0813", salt=SALT)))
    assert room.incident().intake.caller_entry not in ("", None, first)
    removal = change_caller(room.incident(), caller_value("", salt=SALT))
    assert (removal.personal, bytes(removal.body)) == ((), b'{"caller":null}')
    assert room.write(ani, removal) == ACCEPTED
    assert room.incident().intake.caller_entry == ""


@pytest.mark.parametrize(
    ("version", "reason"), [(STRICT_VERSION, "unknown_kind"), (NEWEST_VERSION, "malformed_body")]
)
def test_caller_change_is_new_and_bounded(version: int, reason: str):
    room = JudgedJournal(decide_version=version)
    ani = room.author("ani")
    room.report(ani)
    long = "a" * (65 if version == NEWEST_VERSION else 64)
    body = msgspec.Raw(msgspec.json.encode({"caller": long}))
    draft = Draft(subject=FIRST_SUBJECT, kind="incident.caller_changed", body=body)
    assert room.write(ani, draft) == Decision(Verdict.REJECTED, reason)


def test_caller_is_changed_where_the_incident_is_described():
    room = JudgedJournal()
    room.report(room.author("ani"))
    change = change_caller(room.incident(), caller_value("0812", salt=SALT))
    assert room.write(room.author("posko", Role.FIELD, opd="PMI"), change).reason == "out_of_scope"
    assert room.write(room.author("tamu", Role.VIEWER), change).reason == "role_forbids"
