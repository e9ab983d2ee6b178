"""Due clocks: limits of incidents, receipts and tasks that have run out, in order, with owner and world."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from support.judged_journal import JudgedJournal, key_of

from tabuah.operations.codes import Channel, Hazard, Status
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents.clocks import ARRIVAL
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.tasks.due_clocks import DueKind, due_clocks
from tabuah.operations.tasks.task import OwnerKind, Receipt, Task, TaskKind, TaskOwner, TaskStatus

NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
PUPR = TaskOwner(kind=OwnerKind.OPD, name="Dinas PUPR")
MINUTE = timedelta(minutes=1)


def incident_of(number: int = 1, **changes: object) -> Incident:
    room = JudgedJournal()
    incident = room.report(room.author("ani"))
    fields = {"hazard": Hazard.FIRE, "reported_at": NOW - 20 * MINUTE, **changes}
    return msgspec.structs.replace(incident, id=key_of(number), **fields)


def task_of(number: int = 7, **changes: object) -> Task:
    fields: dict[str, object] = {
        "id": key_of(number),
        "incident": key_of(1),
        "kind": TaskKind.ACTION,
        "what": "pasang rambu",
        "owner": PUPR,
        "added_by": "ani",
        "added_at": NOW - 60 * MINUTE,
        "changed_at": NOW - 60 * MINUTE,
        "due_at": NOW - 5 * MINUTE,
    }
    return msgspec.convert({**msgspec.structs.asdict(Task(**fields)), **changes}, Task)


def test_due_clocks_of_incident_and_task_are_in_order_of_their_limits():
    arrival, task = due_clocks([incident_of(assignment=("DMK-01",))], [task_of(due_at=NOW - 4 * MINUTE)], NOW)
    assert (arrival.kind, arrival.code, arrival.due_at) == (DueKind.RESPONSE, ARRIVAL, NOW - 5 * MINUTE)
    assert (arrival.assigned, arrival.hazard, arrival.owner) == (("DMK-01",), Hazard.FIRE, None)
    assert (task.kind, task.owner, task.hazard, task.name) == (DueKind.TASK, PUPR, Hazard.FIRE, "pasang rambu")
    assert (task.incident, task.late_by(NOW)) == (key_of(1), 4 * MINUTE)


def test_due_clock_starts_with_the_moment_after_its_limit():
    incident = incident_of(reported_at=NOW - 15 * MINUTE)
    assert due_clocks([incident], [task_of(due_at=NOW)], NOW) == ()
    due = due_clocks([incident], [task_of(due_at=NOW)], NOW + timedelta(microseconds=1))
    assert [each.kind for each in due] == [DueKind.RESPONSE, DueKind.TASK]
    assert all(each.is_overdue(NOW + MINUTE) and not each.is_overdue(NOW) for each in due)


def test_limits_ahead_are_included_on_request_only():
    task = task_of(due_at=NOW + 9 * MINUTE)
    assert due_clocks([], [task], NOW) == ()
    (due,) = due_clocks([], [task], NOW, ahead=10 * MINUTE)
    assert (due.is_overdue(NOW), due.late_by(NOW), due.hazard) == (False, timedelta(), None)


def test_disposition_has_a_limit_for_its_receipt_and_one_for_its_end():
    disposition = task_of(kind=TaskKind.DISPOSITION, receipt_due_at=NOW - 30 * MINUTE, clock="sp4n_dispute")
    receipt, end = due_clocks([], [disposition], NOW)
    assert [(each.kind, each.code) for each in (receipt, end)] == [
        (DueKind.RECEIPT, ""),
        (DueKind.DISPOSITION, "sp4n_dispute"),
    ]
    assert receipt.key != end.key
    assert receipt.subject == end.subject
    received = msgspec.structs.replace(disposition, receipt=Receipt(by="budi", at=NOW))
    assert [each.kind for each in due_clocks([], [received], NOW)] == [DueKind.DISPOSITION]


def test_call_back_is_a_kind_of_its_own():
    assert [each.kind for each in due_clocks([], [task_of(kind=TaskKind.CALL_BACK)], NOW)] == [DueKind.CALL_BACK]


def test_ended_work_is_never_due():
    done = task_of(outcome=TaskStatus.DONE, ended_at=NOW)
    assert due_clocks([incident_of(status=Status.ON_SCENE), incident_of(2, deleted=True)], [done], NOW) == ()


def test_key_of_a_limit_stays_the_same_when_its_due_time_changes():
    (before,) = due_clocks([], [task_of()], NOW)
    (after,) = due_clocks([], [task_of(due_at=NOW - MINUTE)], NOW)
    assert before.key == after.key
    assert before.due_at != after.due_at


def test_task_of_a_merged_incident_names_the_one_that_goes_on():
    merged = incident_of(1, status=Status.MERGED, merge_target=key_of(2))
    survivor = incident_of(2, hazard=Hazard.FLOOD, channel=Channel.PHONE)
    (due,) = due_clocks([merged, survivor], [task_of()], NOW)
    assert (due.incident, due.hazard, due.task) == (key_of(2), Hazard.FLOOD, key_of(7))


def test_circle_of_merges_ends():
    first = incident_of(1, status=Status.MERGED, merge_target=key_of(2))
    second = incident_of(2, status=Status.MERGED, merge_target=key_of(1))
    assert len(due_clocks([first, second], [task_of()], NOW)) == 1


def test_due_clocks_name_their_world():
    exercise = {"exercise": True, "exercise_ref": key_of(9)}
    due = due_clocks([incident_of(**exercise)], [msgspec.structs.replace(task_of(), **exercise)], NOW)
    assert {each.world for each in due} == {SubjectWorld(True, key_of(9))}


@given(st.lists(st.tuples(st.integers(-500, 500), st.booleans()), max_size=20), st.integers(0, 120))
def test_due_clocks_are_exactly_the_open_limits_before_the_moment(limits: list[tuple[int, bool]], ahead: int):
    tasks = [
        task_of(number, due_at=NOW + minutes * MINUTE, outcome=TaskStatus.DONE if is_done else None)
        for number, (minutes, is_done) in enumerate(limits, start=10)
    ]
    found = due_clocks([], tasks, NOW, ahead=ahead * MINUTE)
    assert {due.task for due in found} == {
        task.id for task, (minutes, is_done) in zip(tasks, limits, strict=True) if minutes < ahead and not is_done
    }
    assert all(first.due_at <= second.due_at for first, second in pairwise(found))
