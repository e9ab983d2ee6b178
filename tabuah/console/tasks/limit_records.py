"""Records of running time limits, and their table in CSV and XLSX files."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from tabuah.console.incidents.incident_numbers import incident_numbers
from tabuah.console.record_files import RecordColumns, write_record_table
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.roster.duty import OnDuty, supervisor_on_duty
from tabuah.operations.tasks.due_clocks import DueKind
from tabuah.operations.tasks.limit_stages import LimitStage, LimitState, limit_states
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercise_json, exercises_by_id
from tabuah.text.tasks.limit_text import escalation_text, limit_name, limit_owner_text, limit_time_text

_COLUMNS: Final = RecordColumns(
    names=("incident", "kind", "code", "name", "owner", "started_at", "due_at", "stage", "escalated_to", "exercise"),
    sheet="limits",
)


class LimitRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A running limit in `clock list --json`; `task` is empty for one of an incident.

    `incident` is a number, or an id while the incident is not here.
    """

    incident: str
    task: str
    kind: DueKind
    code: str
    name: str
    owner: str
    started_at: datetime
    due_at: datetime
    overdue: bool
    stage: LimitStage
    escalated_to: str
    text: str
    exercise: str | None


def read_limit_records(store: ConsoleStore, scope: ExerciseScope) -> list[LimitRecord]:
    """Return the running limits in scope, the first due first."""
    now, numbers, known = store.now(), incident_numbers(store), exercises_by_id(store.exercises())
    on_duty = supervisor_on_duty(store.rosters().values(), store.authority().users, now)
    states = limit_states(scope.select(store.incidents()), scope.select(store.tasks()), now)
    return [_record(state, numbers, known, on_duty, now) for state in states]


def write_limit_table(path: Path, records: Sequence[LimitRecord]) -> None:
    """Write limits to a CSV or XLSX file.

    Raises:
        OSError: the file cannot be written.
        UnreadableTable: the name of the file ends otherwise.
    """
    write_record_table(path, records, _COLUMNS)


def _record(
    state: LimitState, numbers: dict[str, str], known: dict[str, Exercise], on_duty: OnDuty, now: datetime
) -> LimitRecord:
    due = state.due
    return LimitRecord(
        incident=numbers.get(due.incident, due.incident),
        task=due.task,
        kind=due.kind,
        code=due.code,
        name=limit_name(due),
        owner=limit_owner_text(due),
        started_at=due.started_at,
        due_at=due.due_at,
        overdue=due.is_overdue(now),
        stage=state.stage,
        escalated_to=escalation_text(state, on_duty),
        text=limit_time_text(due, now),
        exercise=exercise_json(due, known),
    )
