"""The events of webhooks: a change for an endpoint, and its JSON. Pure."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec

from tabuah.operations.webhooks.facts import Facts
from tabuah.operations.webhooks.settings import EventFamily

_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


class Change(StrEnum):
    """The change of a subject for an endpoint."""

    ASSIGNED = "assigned"  # it became one of the OPD
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"  # it is no longer one of the OPD
    TEST = "test"


class EventData(msgspec.Struct, frozen=True, kw_only=True):
    """The data of an event.

    Attributes:
        opd: the OPD of the endpoint.
        subject: `incident/…`, `unit/…` or `task/…`.
        seq: number of the last entry about it in the journal; a lower one than the last received is older.
        exercise: true for an exercise, which is no real event.
        exercise_id: the named exercise; empty for none.
        facts: the whole state that the OPD may know; null if it was withdrawn, or in a test.
    """

    opd: str
    subject: str
    seq: int
    exercise: bool
    exercise_id: str
    facts: Any


class WebhookEvent(msgspec.Struct, frozen=True, kw_only=True):
    """The document that is sent, as Standard Webhooks names its parts."""

    type: str
    timestamp: datetime
    data: EventData

    def encoded(self) -> bytes:
        """Return it as JSON."""
        return _ENCODER.encode(self)


def event_type(family: EventFamily, change: Change) -> str:
    """Return the type of an event, such as `incident.assigned`."""
    return f"{family.value}.{change.value}"


def digest_of(facts: Facts) -> str:
    """Return a hash of facts, by which an unchanged subject is known."""
    return hashlib.sha256(_ENCODER.encode(facts)).hexdigest()


def change_between(known: str, facts: Facts | None) -> Change | None:
    """Return the change to send to an endpoint; None if there is none.

    Args:
        known: the hash of the facts that it has received; empty for none.
        facts: the facts that it may know now; None for none.
    """
    if facts is None:
        return Change.WITHDRAWN if known else None
    if not known:
        return Change.ASSIGNED
    return None if digest_of(facts) == known else Change.CHANGED
