"""Entries of tasks: roles and offices, decisions, folds, receipts and concurrent changes."""

from datetime import timedelta
from itertools import permutations

import msgspec
import pytest
from support.judged_journal import FIRST, MORNING, Author, JudgedJournal

from tabuah.operations.entries import Decision, Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.decisions import world_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import WORKERS, Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.subject_state import read_state, state_text
from tabuah.operations.tasks import drafts
from tabuah.operations.tasks import entry_bodies as bodies
from tabuah.operations.tasks.subject import TASK
from tabuah.operations.tasks.task import OwnerKind, Task, TaskKind, TaskOwner, TaskStatus

KEY = "00000000-0000-7000-8000-000000000701"
SUBJECT = f"task/{KEY}"
PUPR = TaskOwner(kind=OwnerKind.OPD, name="Dinas PUPR")
UNIT = TaskOwner(kind=OwnerKind.UNIT, name="TRC-01", opd="BPBD")


class Room:
    """An operator of the control room, and field offices of two OPDs."""

    def __init__(self, version: int | None = None) -> None:
        self.journal = JudgedJournal() if version is None else JudgedJournal(decide_version=version)
        self.ani = self.journal.author("ani", Role.OPERATOR)
        self.budi = self.journal.author("budi", Role.FIELD, opd="Dinas PUPR")
        self.cici = self.journal.author("cici", Role.FIELD, opd="PMI")
        self.journal.report(self.ani)

    @property
    def incident(self) -> Incident:
        value = self.journal.states[f"incident/{FIRST}"].value
        assert isinstance(value, Incident)
        return value

    @property
    def task(self) -> Task:
        value = self.journal.states[SUBJECT].value
        assert isinstance(value, Task)
        return value

    def write(self, draft: Draft, by: Author | None = None) -> str:
        decision: Decision = self.journal.write(by or self.ani, draft)
        return decision.reason or decision.verdict

    def add(self, by: Author | None = None, owner: TaskOwner = PUPR, kind: TaskKind = TaskKind.ACTION) -> str:
        draft = drafts.add_task(KEY, self.incident, what="pasang rambu", owner=owner, kind=kind)
        return self.write(draft, by)


@pytest.fixture
def room() -> Room:
    return Room()


def test_added_task_survives_encoding_and_is_of_the_world_of_its_incident(room: Room):
    assert room.add() == Verdict.ACCEPTED
    assert (room.task.what, room.task.owner, room.task.status) == ("pasang rambu", PUPR, TaskStatus.OPEN)
    assert (room.task.incident, room.task.added_by) == (FIRST, "ani")
    assert read_state(state_text(room.journal.states[SUBJECT])) == room.journal.states[SUBJECT]
    world = world_of(room.task)
    assert world is not None
    assert not world.exercise
    assert room.add() == "already_exists"


@pytest.mark.parametrize("role", list(Role))
def test_role_that_works_on_incidents_writes_tasks(role: Role):
    assert {may_write(role, kind.name) for kind in TASK.kinds} == {role in WORKERS}


def test_older_rules_reject_tasks():
    room = Room(PROVENANCE_VERSION - 1)
    assert room.add() == "unknown_kind"


def test_field_office_works_on_its_own_tasks_only(room: Room):
    assert room.add(room.cici) == "task_of_others"
    assert room.add(room.budi) == Verdict.ACCEPTED
    assert room.write(drafts.finish_task(room.task), room.cici) == "task_of_others"
    assert room.write(drafts.change_task(room.task, what="pasang dua rambu"), room.budi) == Verdict.ACCEPTED
    assert room.write(drafts.finish_task(room.task), room.budi) == Verdict.ACCEPTED


def test_field_office_keeps_a_task_that_it_added_and_gave_away(room: Room):
    room.add(room.budi)
    assert room.write(drafts.change_task(room.task, owner=UNIT), room.budi) == Verdict.ACCEPTED
    assert room.write(drafts.cancel_task(room.task, reason="salah"), room.budi) == Verdict.ACCEPTED


def test_disposition_is_received_by_its_opd_or_by_name(room: Room):
    room.add(kind=TaskKind.DISPOSITION)
    task = room.task
    assert task.awaits_receipt
    assert room.write(drafts.receive_task(task), room.ani) == "receipt_without_name"
    assert room.write(drafts.receive_task(task), room.cici) == "task_of_others"
    assert room.write(drafts.receive_task(task), room.budi) == Verdict.ACCEPTED
    assert room.task.receipt is not None
    assert (room.task.receipt.by, room.task.status) == ("budi", TaskStatus.RECEIVED)
    assert room.write(drafts.receive_task(task, name="Rina"), room.ani) == Verdict.ACCEPTED
    assert room.task.receipt.by == "budi"  # the first receipt counts
    assert room.write(drafts.withdraw_receipt(room.task), room.ani) == Verdict.ACCEPTED
    assert room.task.receipt is None
    assert room.write(drafts.receive_task(task, name="Rina"), room.ani) == Verdict.ACCEPTED


def test_only_a_disposition_has_a_receipt(room: Room):
    room.add()
    with pytest.raises(NotPossible, match="no_disposition"):
        drafts.receive_task(room.task)
    draft = Draft(subject=SUBJECT, kind="task.received", body=encode_body(bodies.TaskReceived(name="Rina")))
    assert room.write(draft) == "no_disposition"
    with pytest.raises(NotPossible, match="disposition_without_opd"):
        drafts.add_task(KEY, room.incident, what="x", owner=UNIT, kind=TaskKind.DISPOSITION)


def test_disposition_to_a_unit_is_rejected(room: Room):
    added = msgspec.structs.asdict(bodies.TaskAdded(incident=FIRST, what="x", owner=UNIT))
    body = msgspec.Raw(msgspec.json.encode({**added, "kind": "disposition", "due_at": None, "receipt_due_at": None}))
    assert room.write(Draft(subject=SUBJECT, kind="task.added", body=body)) != Verdict.ACCEPTED
    room.add(kind=TaskKind.DISPOSITION)
    changed = Draft(subject=SUBJECT, kind="task.changed", body=encode_body(bodies.TaskChanged(owner=UNIT)))
    assert room.write(changed) == "disposition_without_opd"


def test_due_time_is_set_removed_and_restored(room: Room):
    room.add()
    due = MORNING + timedelta(hours=2)
    room.write(drafts.change_task(room.task, due_at=due))
    before = room.task
    assert before.is_overdue(due + timedelta(seconds=1))
    assert not before.is_overdue(due)
    room.write(drafts.change_task(room.task, due_at=None, what="pasang tiga rambu"))
    assert room.task.due_at is None
    assert not room.task.is_overdue(due + timedelta(days=9))
    room.write(drafts.restore_task(before, room.task))
    assert (room.task.due_at, room.task.what) == (due, "pasang rambu")
    with pytest.raises(NotPossible, match="nothing_changed"):
        drafts.restore_task(room.task, room.task)


def test_concurrent_changes_of_different_fields_are_both_kept(room: Room):
    room.add()
    seen = room.task
    room.write(drafts.change_task(seen, owner=UNIT))
    room.write(drafts.change_task(seen, detail="dua sisi"), room.budi)
    assert (room.task.owner, room.task.detail) == (UNIT, "dua sisi")


@pytest.mark.parametrize("order", list(permutations(("done", "cancel"))))
def test_work_that_was_done_counts_in_any_order(room: Room, order: tuple[str, ...]):
    room.add()
    seen = room.task
    made = {"done": drafts.finish_task(seen, note="sudah"), "cancel": drafts.cancel_task(seen, reason="tidak perlu")}
    for name in order:
        room.write(made[name])
    assert (room.task.status, room.task.end_note) == (TaskStatus.DONE, "sudah")


def test_second_end_keeps_the_first_one(room: Room):
    room.add()
    seen = room.task
    room.write(drafts.finish_task(seen, note="pertama"), room.budi)
    assert room.write(drafts.finish_task(seen, note="kedua")) == Verdict.ACCEPTED
    assert (room.task.end_note, room.task.ended_by) == ("pertama", "budi")
    with pytest.raises(NotPossible, match="task_has_ended"):
        drafts.cancel_task(room.task, reason="x")


def test_end_from_before_a_reopening_does_not_end_it_again(room: Room):
    room.add()
    seen = room.task
    room.write(drafts.finish_task(seen))
    room.write(drafts.reopen_task(room.task, reason="belum selesai"))
    late = msgspec.structs.replace(drafts.finish_task(seen), occurred_at=seen.added_at)
    assert room.write(late, room.budi) == Verdict.ACCEPTED
    assert room.task.is_open
    assert room.write(drafts.finish_task(room.task)) == Verdict.ACCEPTED
    assert not room.task.is_open


def test_open_task_is_not_reopened(room: Room):
    room.add()
    with pytest.raises(NotPossible, match="task_is_open"):
        drafts.reopen_task(room.task, reason="x")
    body = encode_body(bodies.TaskReopened(reason="x"))
    assert room.write(Draft(subject=SUBJECT, kind="task.reopened", body=body)) == "task_is_open"


@pytest.mark.parametrize(("what", "reason"), [(" ", "task_text_missing"), ("x" * 201, "task_text_length")])
def test_text_of_a_task_is_checked(room: Room, what: str, reason: str):
    with pytest.raises(NotPossible, match=reason):
        drafts.add_task(KEY, room.incident, what=what, owner=PUPR)
