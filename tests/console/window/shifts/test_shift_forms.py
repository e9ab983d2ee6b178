"""The form of a shift that the roster does not plan: people are chosen from the users."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tabuah.console.window.shared.crew_fields import ShiftFieldFault
from tabuah.console.window.shifts.shift_forms import read_promise, read_start, start_fields
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import Role
from tabuah.operations.roster.entry_bodies import Crew
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.operations.shifts.entry_bodies import ShiftStarted

NOW = datetime(2026, 12, 2, 1, tzinfo=UTC)
USERS = {
    "rina": User(name="rina", role=Role.SUPERVISOR, opd="BPBD", full_name="Rina Wati"),
    "yusuf": User(name="yusuf", role=Role.SUPERVISOR, opd="BPBD"),
    "budi": User(name="budi", role=Role.OPERATOR, opd="BPBD", full_name="Budi Hartono"),
}


def start(actor: str, **changes: str) -> ShiftStarted:
    draft = read_start({}, USERS, actor=actor, changes=changes, now=NOW, world=SubjectWorld())
    return msgspec.json.decode(draft.body, type=ShiftStarted)


def test_start_form_offers_the_able_supervisors_and_preselects_the_actor():
    fields = {field.code: field for field in start_fields({}, USERS, "yusuf", NOW)}
    assert [choice.code for choice in fields["supervisor"].choices] == ["rina", "yusuf"]
    assert fields["supervisor"].value == "yusuf"
    assert "budi (Budi Hartono)" in fields["members"].hint


def test_started_shift_has_the_chosen_people():
    body = start("budi", crew="Regu A", supervisor="rina", members="Budi Hartono", hours="12")
    assert (body.crew.supervisor, body.crew.members) == ("rina", ("budi",))
    assert body.ends_at - body.starts_at == timedelta(hours=12)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"crew": "Regu A"}, "supervisor"),  # an operator leads no shift, and two supervisors may
        ({"crew": "Regu A", "supervisor": "rina", "members": "hantu"}, "members"),
        ({"crew": "Regu A", "supervisor": "rina", "hours": "49"}, "hours"),
        ({"supervisor": "rina"}, "crew"),
    ],
)
def test_start_form_names_the_field_at_fault(changes: dict[str, str], field: str):
    with pytest.raises(ShiftFieldFault) as fault:
        start("budi", **changes)
    assert fault.value.field == field


def test_due_time_of_a_promise_is_read_by_the_clock_of_the_console():
    crew, ends_at = Crew(name="Regu A", supervisor="rina"), NOW + timedelta(hours=12)
    shift = DutyShift(id="1", crew=crew, starts_at=NOW, ends_at=ends_at, started_by="rina", started_at=NOW)
    values = {"what": "kirim terpal", "to": "Wali nagari", "due": "16.30"}
    body = msgspec.json.decode(read_promise(shift, values, NOW).body)
    assert datetime.fromisoformat(body["due_at"]) == datetime(2026, 12, 2, 9, 30, tzinfo=UTC)
