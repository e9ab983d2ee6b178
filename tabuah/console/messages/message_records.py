"""Records of incoming messages, and their table in CSV and XLSX files."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from tabuah.console.table_files import TableFormat, write_rows
from tabuah.operations.entries import subject_of
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.import_table import TableColumns, guard_cell
from tabuah.operations.messages.alert import AlertEnd, MessageAlert
from tabuah.operations.messages.answer import AnswerFailure, AnswerObstacle, AnswerState, MessageAnswer
from tabuah.operations.messages.answer_drafts import find_obstacle
from tabuah.operations.messages.message import (
    ClosingReason,
    Message,
    MessageAttachment,
    MessageChannel,
    MessagePosition,
)
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import exercise_id_json, exercise_json
from tabuah.text.messages.message_text import describe_attachments

_OPEN: Final = (
    *("id", "received_at", "sent_at", "channel", "account", "state", "incidents", "events"),
    *("closing", "note", "repeats"),
    *("position", "attachments", "answers", "exercise"),
    *("alert_severity", "alert_urgency", "alert_certainty"),
    *("alert_event", "alert_area", "alert_expires", "alert_end"),
)
COLUMNS: Final = (
    *_OPEN,
    "sender",
    "text",
    "answer_texts",
)  # personal values last, so that a file without them lacks only these


class AnswerRow(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a message; `text` is null where it is sealed or erased."""

    id: str
    by: str
    at: datetime
    state: AnswerState
    channel: str
    failure: AnswerFailure | None
    status: str
    settled_at: datetime | None
    text: str | None


class MessageRow(msgspec.Struct, frozen=True, kw_only=True):
    """A message in `message list --json`; `text` and `sender` are null where there is none, or it is sealed."""

    id: str
    channel: MessageChannel
    account: str
    sent_at: datetime
    received_at: datetime
    changed_at: datetime
    state: str  # "waiting", "linked", "answered", "closed", "ended" or "automatic"
    incidents: tuple[str, ...]  # numbers; an id while the incident is not here
    events: tuple[str, ...]  # titles of parent events; an id while the event is not here
    closing: ClosingReason | None
    closed_by: str | None
    note: str
    repeats: int
    cut: int
    position: MessagePosition | None
    attachments: tuple[MessageAttachment, ...]
    sender: str | None
    text: str | None
    answers: tuple[AnswerRow, ...]
    obstacle: AnswerObstacle | None  # why it cannot be answered
    alert: MessageAlert | None
    alert_end: AlertEnd | None
    alert_ended_by: str | None  # the message of the later alert
    pending: bool
    exercise: str | None
    exercise_id: str | None


def make_message_row(
    store: ConsoleStore,
    found: Message,
    numbers: Mapping[str, str],
    known: Mapping[str, Exercise],
    *,
    now: datetime,
) -> MessageRow:
    """Return the record of a message at `now` (UTC), after which alerts expire."""
    personal = store.personal_of(found.received_entry)
    return MessageRow(
        id=found.id,
        channel=found.channel,
        account=found.account,
        sent_at=found.sent_at,
        received_at=found.received_at,
        changed_at=found.changed_at,
        state=state_of(found, now),
        incidents=tuple(numbers.get(each, each) for each in found.incidents),
        events=tuple(numbers.get(each, each) for each in found.events),
        closing=found.closed.reason if found.closed else None,
        closed_by=found.closed.by if found.closed else None,
        note=found.closed.note if found.closed else "",
        repeats=found.repeats,
        cut=found.cut,
        position=found.position,
        attachments=found.attachments,
        sender=personal.get("sender"),
        text=personal.get("text"),
        answers=tuple(_answer_row(store, answer) for answer in found.answers),
        obstacle=find_obstacle(found, personal) if personal else found.answer_obstacle,
        alert=found.alert,
        alert_end=found.alert_end(now),
        alert_ended_by=found.alert_closure.by if found.alert_closure else None,
        pending=store.is_pending(subject_of("message", found.id)),
        exercise=exercise_json(found, known),
        exercise_id=exercise_id_json(found),
    )


def _answer_row(store: ConsoleStore, answer: MessageAnswer) -> AnswerRow:
    return AnswerRow(
        id=answer.entry,
        by=answer.by,
        at=answer.at,
        state=answer.state,
        channel=answer.channel,
        failure=answer.failure,
        status=answer.status,
        settled_at=answer.settled_at,
        text=store.personal_of(answer.entry).get("text"),
    )


def state_of(found: Message, now: datetime) -> str:
    """Return the code of the state of a message; "ended" is an alert that was over before anybody dealt with it."""
    if found.closed is not None:
        return "closed"
    if found.is_linked:
        return "linked"
    if found.is_answered:
        return "answered"
    if found.alert_end(now) is not None:
        return "ended"
    return "automatic" if found.automatic else "waiting"


def write_message_table(path: Path, rows: Sequence[MessageRow], *, with_personal: bool) -> None:
    """Write messages to a CSV or XLSX file.

    Raises:
        UnreadableTable: the file name has another ending.
    """
    columns = COLUMNS if with_personal else _OPEN
    table = TableFormat(columns=TableColumns(names=columns, required=()), sheet="messages", template="")
    records = [[guard_cell(_cell_text(row, name)) for name in columns] for row in rows]
    write_rows(path, table, [list(columns), *records])


def _cell_text(row: MessageRow, name: str) -> str:
    if name == "answers":
        return "; ".join(f"{each.state} {each.by} {each.at.isoformat()}" for each in row.answers)
    if name == "answer_texts":
        return "\n".join(each.text for each in row.answers if each.text)
    if name.startswith("alert_"):
        return _alert_text(row, name)
    value = getattr(row, name)
    match value:
        case datetime():
            return value.isoformat()
        case MessagePosition():
            return f"{value.lon_deg},{value.lat_deg}"
    if name in ("incidents", "events"):
        return ", ".join(value)
    if name == "attachments":
        return describe_attachments(row.attachments)
    return str(value or "")


def _alert_text(row: MessageRow, name: str) -> str:
    alert = row.alert
    if alert is None:
        return ""
    match name:
        case "alert_end":
            return str(row.alert_end or "")
        case "alert_expires":
            return alert.expires.isoformat() if alert.expires else ""
        case "alert_event":
            return alert.words.event if alert.words else ""
        case "alert_area":
            return alert.words.area if alert.words else ""
    return str(getattr(alert, name.removeprefix("alert_")))
