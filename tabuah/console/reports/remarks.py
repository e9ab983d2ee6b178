"""What notes say under the headings of a report: a note that opens with "Kebutuhan:" is found under needs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tabuah.operations.bodies import decode_body
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.errors import MalformedBody
from tabuah.operations.incidents.bodies import IncidentNoted


class Topic(StrEnum):
    """The headings of the field form that are written as notes, in the order of the form."""

    CAUSE = "cause"
    EFFORTS = "efforts"
    NEEDS = "needs"
    OBSTACLES = "obstacles"
    PLAN = "plan"


_WORDS: Final[dict[str, Topic]] = {
    "penyebab": Topic.CAUSE,
    "cause": Topic.CAUSE,
    "upaya": Topic.EFFORTS,
    "upaya penanganan": Topic.EFFORTS,
    "efforts": Topic.EFFORTS,
    "kebutuhan": Topic.NEEDS,
    "kebutuhan mendesak": Topic.NEEDS,
    "needs": Topic.NEEDS,
    "urgent needs": Topic.NEEDS,
    "kendala": Topic.OBSTACLES,
    "obstacles": Topic.OBSTACLES,
    "rencana": Topic.PLAN,
    "rencana tindak lanjut": Topic.PLAN,
    "tindak lanjut": Topic.PLAN,
    "plan": Topic.PLAN,
}
_HEADED: Final = re.compile(r"\s*([^\W\d_][\w ]{2,30}?)\s*:\s*(\S.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One note under its heading."""

    topic: Topic
    text: str
    at: datetime
    actor: str


def remarks_in(entries: Iterable[tuple[Entry, Verdict | None]]) -> tuple[Remark, ...]:
    """The notes among `entries` that open with a heading, in the order of time."""
    found = [remark for entry, _verdict in entries if (remark := _remark(entry)) is not None]
    return tuple(sorted(found, key=lambda remark: remark.at))


def split_heading(text: str) -> tuple[Topic, str] | None:
    """The topic and the rest of a note; None where it opens with no heading that is known."""
    match = _HEADED.fullmatch(text)
    topic = _WORDS.get(" ".join(match[1].lower().split())) if match else None
    return (topic, match[2].strip()) if match and topic else None


def _remark(entry: Entry) -> Remark | None:
    if entry.kind != "incident.noted":
        return None
    try:
        body = decode_body(entry)
    except MalformedBody:
        return None
    headed = split_heading(body.text) if isinstance(body, IncidentNoted) else None
    if headed is None:
        return None
    return Remark(topic=headed[0], text=headed[1], at=entry.happened_at, actor=entry.actor)
