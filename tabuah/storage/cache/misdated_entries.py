"""Entries written before this computer's clock was first compared with the server's.

They keep their time, but its error is known.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from tabuah.operations.entries import Entry, Verdict
from tabuah.storage.cache.cache_session import CacheSession

NOTABLE_S: Final = 60.0  # a smaller error is not noticeable
_FACT: Final = "early_clock"
_OFFSET: Final = "clock_offset_s"


class MisdatedRange(msgspec.Struct, frozen=True, kw_only=True):
    """The clock error of `device`'s first `until` entries: `offset_s` must be added to their time."""

    device: str
    until: int
    offset_s: float


def is_clock_measured(session: CacheSession) -> bool:
    """Return whether this computer's clock was ever compared with the server's."""
    return bool(session.meta.read(_OFFSET))


def record_clock_offset(session: CacheSession, offset_s: float) -> None:
    """Store the clock offset; the first time, also record which entries were written without it."""
    with session.writing():
        written = session.meta.chain_head.n
        if not is_clock_measured(session) and written and abs(offset_s) >= NOTABLE_S:
            early = MisdatedRange(device=session.meta.device, until=written, offset_s=round(offset_s, 3))
            session.meta.write(_FACT, msgspec.json.encode(early).decode())
        session.meta.write(_OFFSET, f"{offset_s:.3f}")


def misdated_range(session: CacheSession) -> MisdatedRange | None:
    """Return the range of misdated entries; None where there are none."""
    text = session.meta.read(_FACT)
    return msgspec.json.decode(text, type=MisdatedRange) if text else None


def find_misdated(session: CacheSession, entries: Iterable[tuple[Entry, Verdict | None]]) -> dict[str, float]:
    """Return the misdated entries among these: id and the seconds to add to their time."""
    early = misdated_range(session)
    if early is None:
        return {}
    return {e.id: early.offset_s for e, _verdict in entries if e.device == early.device and e.n <= early.until}
