"""Lookups beyond the subject of an entry, on which its decision may depend."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents.incident import Incident


class RecordedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """The identity of an entry of the journal, and its fate.

    Attributes:
        id, subject, device, n, again, replaces: as in the entry.
        hash: SHA-256 of its text, in hex.
        verdict: the recorded one.
        took_effect: whether it was accepted, is in a conflict, or was held and then released.
    """

    id: str
    subject: str
    device: str
    n: int
    again: str
    replaces: str | None
    hash: str
    verdict: Verdict
    took_effect: bool


def _no_owner(_number: str) -> str:
    return ""


def _no_incident(_incident_id: str) -> Incident | None:
    return None


def _no_entry(_entry_id: str) -> RecordedEntry | None:
    return None


def _no_entries(_subject: str, _again: str) -> Iterable[RecordedEntry]:
    return ()


def _no_world(_subject: str) -> SubjectWorld | None:
    return None


def _no_time(_device: str) -> datetime | None:
    return None


class Lookups(msgspec.Struct, frozen=True, kw_only=True):
    """The lookups of a decision, after all earlier entries.

    Attributes:
        number_owner: returns the subject of the incident that has a number; empty if none.
        incident: returns an incident by its id; None if it is not known.
        entry: returns an entry by its id; None if it is not known.
        reissues: returns the entries on a subject that have this value of `again`.
        alarm_raiser: returns the device that raised the alarm of a subject; empty if it is not known.
        last_received_at: returns when the last entry of a device arrived; None if none is known.
        world: returns the world of a subject, also of one of a wiped exercise; None if the subject is not known or
            belongs to none.
    """

    number_owner: Callable[[str], str] = _no_owner
    incident: Callable[[str], Incident | None] = _no_incident
    entry: Callable[[str], RecordedEntry | None] = _no_entry
    reissues: Callable[[str, str], Iterable[RecordedEntry]] = _no_entries
    alarm_raiser: Callable[[str], str] = _no_owner
    last_received_at: Callable[[str], datetime | None] = _no_time
    world: Callable[[str], SubjectWorld | None] = _no_world


NO_LOOKUPS: Final = Lookups()


def find_raiser(entries: Iterable[tuple[Entry, Verdict | None]]) -> str:
    """Return the device that raised an alarm, from its entries in the order of the journal; empty if none did.

    An entry that was held counts where none was accepted: a supervisor may have released it.
    """
    held = ""
    for entry, verdict in entries:
        if entry.kind == "alarm.raised":
            if verdict in (None, Verdict.ACCEPTED):
                return entry.device
            held = held or (entry.device if verdict is Verdict.HELD else "")
    return held
