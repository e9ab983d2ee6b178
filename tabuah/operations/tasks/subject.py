"""The declaration of tasks."""

from typing import Final

from tabuah.operations.people.roles import WORKERS
from tabuah.operations.subject_type import UUID_KEY, EntryKind, SubjectType
from tabuah.operations.tasks import entry_bodies as bodies
from tabuah.operations.tasks.decisions import decide_task
from tabuah.operations.tasks.fold import fold_task
from tabuah.operations.tasks.task import Task

TASK: Final = SubjectType(
    name="task",
    state=Task,
    kinds=(
        EntryKind(name="task.added", body=bodies.TaskAdded, writers=WORKERS, creates=True),
        EntryKind(name="task.changed", body=bodies.TaskChanged, writers=WORKERS),
        EntryKind(name="task.received", body=bodies.TaskReceived, writers=WORKERS),
        EntryKind(name="task.receipt_withdrawn", body=bodies.TaskReceiptWithdrawn, writers=WORKERS),
        EntryKind(name="task.done", body=bodies.TaskDone, writers=WORKERS),
        EntryKind(name="task.cancelled", body=bodies.TaskCancelled, writers=WORKERS),
        EntryKind(name="task.reopened", body=bodies.TaskReopened, writers=WORKERS),
    ),
    decide=decide_task,
    fold=fold_task,
    key=UUID_KEY,
)
