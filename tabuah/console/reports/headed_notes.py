"""Notes with a report heading: a note that begins with "Kebutuhan:" appears under needs."""

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.operations.bounds import clamp
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.incidents.entry_bodies import IncidentNoted


class NoteTopic(StrEnum):
    """Headings of the field form that are written as notes, in the order of the form."""

    CAUSE = "cause"
    EFFORTS = "efforts"
    NEEDS = "needs"
    OBSTACLES = "obstacles"
    PLAN = "plan"


_HEADINGS: Final[dict[str, NoteTopic]] = {
    "penyebab": NoteTopic.CAUSE,
    "cause": NoteTopic.CAUSE,
    "upaya": NoteTopic.EFFORTS,
    "upaya penanganan": NoteTopic.EFFORTS,
    "efforts": NoteTopic.EFFORTS,
    "kebutuhan": NoteTopic.NEEDS,
    "kebutuhan mendesak": NoteTopic.NEEDS,
    "needs": NoteTopic.NEEDS,
    "urgent needs": NoteTopic.NEEDS,
    "kendala": NoteTopic.OBSTACLES,
    "obstacles": NoteTopic.OBSTACLES,
    "rencana": NoteTopic.PLAN,
    "rencana tindak lanjut": NoteTopic.PLAN,
    "tindak lanjut": NoteTopic.PLAN,
    "plan": NoteTopic.PLAN,
}
_HEADED_NOTE: Final = re.compile(r"\s*([^\W\d_][\w ]{2,30}?)\s*:\s*(\S.*)", re.DOTALL)


class HeadedNote(msgspec.Struct, frozen=True, kw_only=True):
    """A note with its heading."""

    topic: NoteTopic
    text: str
    at: datetime
    actor: str


def list_headed_notes(entries: Iterable[tuple[Entry, Verdict | None]]) -> tuple[HeadedNote, ...]:
    """Return the notes among `entries` that begin with a heading, in the order of time."""
    found = [remark for entry, _verdict in entries if (remark := _read_headed_note(entry)) is not None]
    return tuple(sorted(found, key=lambda remark: remark.at))


def split_heading(text: str) -> tuple[NoteTopic, str] | None:
    """Return the topic and the rest of a note; None without a known heading."""
    match = _HEADED_NOTE.fullmatch(text)
    topic = _HEADINGS.get(" ".join(match[1].lower().split())) if match else None
    return (topic, match[2].strip()) if match and topic else None


def _read_headed_note(entry: Entry) -> HeadedNote | None:
    if entry.kind != "incident.noted":
        return None
    try:
        body = clamp(decode_body(entry))
    except MalformedBody:
        return None
    headed = split_heading(body.text) if isinstance(body, IncidentNoted) else None
    if headed is None:
        return None
    return HeadedNote(topic=headed[0], text=headed[1], at=entry.happened_at, actor=entry.actor)
