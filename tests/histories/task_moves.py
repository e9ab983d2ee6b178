"""Moves of tasks: several people add, change, receive and end the same few tasks, perhaps offline."""

from datetime import timedelta

from histories.base_machine import CONSOLES, CRASHES, PICKS, HistoryMachine
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.tasks import drafts
from tabuah.operations.tasks.task import OwnerKind, Task, TaskKind, TaskOwner

KEY = "00000000-0000-7000-8000-0000000007{pick:02d}"
ACTS = ("what", "owner", "due", "receive", "withdraw", "done", "cancel", "reopen")
CHANGES = st.lists(st.tuples(st.sampled_from(ACTS), PICKS), max_size=3)
OWNERS = (
    TaskOwner(kind=OwnerKind.OPD, name="BPBD"),
    TaskOwner(kind=OwnerKind.OPD, name="Dinas PUPR"),
    TaskOwner(kind=OwnerKind.UNIT, name="TRC-01", opd="BPBD"),
)


class TaskMoves(HistoryMachine):
    """Moves of tasks."""

    @rule(number=CONSOLES, changes=CHANGES, crash=CRASHES, exchanges=st.booleans())
    def work_on_tasks(self, number: int, changes: list[tuple[str, int]], crash: int, exchanges: bool) -> None:
        console = self.console(number)
        for what, pick in changes:
            draft = draft_of(console, what, pick)
            if draft is not None:
                self.save(console, draft, None, crash)
        if exchanges:
            self.exchange(console)


def draft_of(console: Console, what: str, pick: int) -> Draft | None:
    """Return a change of one of two tasks, or its addition to an incident; None where nothing would change."""
    key = KEY.format(pick=pick % 2)
    task = next((each for each in console.store.tasks() if each.id == key), None)
    if task is None:
        return _addition(console, key, pick)
    try:
        return _change_of(console, task, what, pick)
    except NotPossible:
        return None


def _addition(console: Console, key: str, pick: int) -> Draft | None:
    incidents = sorted(console.store.incidents(), key=lambda incident: incident.id)
    if not incidents:
        return None
    kind = TaskKind.DISPOSITION if pick % 3 else TaskKind.ACTION
    due_at = console.store.now() + timedelta(minutes=pick) if pick % 2 else None
    return drafts.add_task(
        key, incidents[pick % len(incidents)], what=f"tugas {pick}", owner=OWNERS[pick % 2], kind=kind, due_at=due_at
    )


def _change_of(console: Console, task: Task, what: str, pick: int) -> Draft:
    match what:
        case "what":
            return drafts.change_task(task, what=f"tugas {pick}")
        case "owner":
            return drafts.change_task(task, owner=OWNERS[pick % len(OWNERS)])
        case "due":
            return drafts.change_task(task, due_at=console.store.now() + timedelta(hours=pick))
        case "receive":
            return drafts.receive_task(task, name=f"petugas {pick}")
        case "withdraw":
            return drafts.withdraw_receipt(task)
        case "done":
            return drafts.finish_task(task, note=f"selesai {pick}")
        case "cancel":
            return drafts.cancel_task(task, reason=f"batal {pick}")
    return drafts.reopen_task(task, reason=f"lagi {pick}")
