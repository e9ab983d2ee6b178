"""Entries from before this computer's clock was first measured: they keep their time, its error is known."""

from collections.abc import Iterable
from typing import Final

import msgspec

from tabuah.operations.entries import Entry, Verdict
from tabuah.storage.cache.desk import Desk

NOTABLE_S: Final = 60.0  # below this nobody would notice
_FACT: Final = "early_clock"
_OFFSET: Final = "clock_offset_s"


class EarlyClock(msgspec.Struct, frozen=True, kw_only=True):
    """The first `until` entries of `device` were written by a clock to which `offset_s` had to be added."""

    device: str
    until: int
    offset_s: float


def was_measured(desk: Desk) -> bool:
    """Whether this computer's clock was ever compared with the server's."""
    return bool(desk.meta.read(_OFFSET))


def note_offset(desk: Desk, offset_s: float) -> None:
    """Keep what must be added to this computer's clock; the first time, also what was written without knowing it."""
    with desk.writing():
        written = desk.meta.chain_head.n
        if not was_measured(desk) and written and abs(offset_s) >= NOTABLE_S:
            early = EarlyClock(device=desk.meta.device, until=written, offset_s=round(offset_s, 3))
            desk.meta.write(_FACT, msgspec.json.encode(early).decode())
        desk.meta.write(_OFFSET, f"{offset_s:.3f}")


def early_clock(desk: Desk) -> EarlyClock | None:
    """What was written by a wrong clock; None where nothing was."""
    text = desk.meta.read(_FACT)
    return msgspec.json.decode(text, type=EarlyClock) if text else None


def misdated(desk: Desk, entries: Iterable[tuple[Entry, Verdict | None]]) -> dict[str, float]:
    """Those of these entries that a wrong clock dated, by id, with what must be added to their time in seconds."""
    early = early_clock(desk)
    if early is None:
        return {}
    return {e.id: early.offset_s for e, _verdict in entries if e.device == early.device and e.n <= early.until}
