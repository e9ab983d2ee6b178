"""The facts of a handover as figures and references, and the hash that people confirm."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from tabuah.operations.bounds import LARGEST_COUNT, MOMENT_BOUNDS, IdText, LabelText, bounded

HELP_CODE: Final = "help"  # of a crew that asks for help
LAST_SYNC: Final = "last_sync"  # of the moment when this desk last received data of the server
MAX_ITEMS: Final = 60  # of a group; its count has all

FactMoment = Annotated[datetime, MOMENT_BOUNDS]


class FactKind(StrEnum):
    """The subject of a group of facts, in the order of the handover."""

    OPEN_INCIDENTS = "open_incidents"
    UNANSWERED_ALARMS = "unanswered_alarms"
    WAITING_MESSAGES = "waiting_messages"
    DUE_CLOCKS = "due_clocks"
    OPEN_PROMISES = "open_promises"
    OPEN_TASKS = "open_tasks"
    CREWS = "crews"  # on missions, with their next check-in
    DISRUPTIONS = "disruptions"
    COVERAGE_GAPS = "coverage_gaps"  # kecamatan without a ready unit; left out where coverage is not known
    SHELVED_ALARMS = "shelved_alarms"
    MAINTENANCE = "maintenance"
    SILENT_SENSORS = "silent_sensors"
    FAILED_FEEDS = "failed_feeds"
    UNSYNCED_WORK = "unsynced_work"
    CHANGES = "changes"  # since the last handover


class HandoverItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing of a group.

    Attributes:
        ref: the subject, such as `incident/<uuid>`; empty for a figure without one.
        name: its number, code or name, as it was.
        place: where it is, or to whom a promise was made.
        code: a code of its kind: hazard, severity, feed, or kind of change.
        since: since when.
        due_at: its end or due time.
        is_late: whether that time is over.
        count: how many; for figures without a reference.
    """

    ref: Annotated[str, bounded(max_length=300)] = ""
    name: LabelText = ""
    place: LabelText = ""
    code: IdText = ""
    since: FactMoment | None = None
    due_at: FactMoment | None = None
    is_late: bool = False
    count: Annotated[int, bounded(ge=0, le=LARGEST_COUNT)] = 0


class FactGroup(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The things of one kind: how many there are, and the first of them."""

    kind: IdText
    count: Annotated[int, bounded(ge=0, le=LARGEST_COUNT)] = 0
    items: Annotated[tuple[HandoverItem, ...], bounded(max_length=MAX_ITEMS)] = ()


def find_stale_sync(facts: Sequence[FactGroup]) -> datetime | None:
    """Return when the data were last synchronised if that is too long ago; None if they are recent."""
    items = (item for group in facts if group.kind == FactKind.UNSYNCED_WORK for item in group.items)
    return next((item.since for item in items if item.code == LAST_SYNC and item.is_late), None)


def group_of(kind: FactKind, items: Sequence[HandoverItem]) -> FactGroup:
    """Return a group of all items; only the first are named."""
    return FactGroup(kind=kind, count=len(items), items=tuple(items[:MAX_ITEMS]))


def hash_content(subject: str, as_of: datetime, facts: Sequence[FactGroup], note: str) -> str:
    """Return the SHA-256 (hex) of the content of a handover."""
    return hashlib.sha256(msgspec.json.encode((subject, as_of, tuple(facts), note))).hexdigest()
