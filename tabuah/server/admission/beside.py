"""Personal values that travel beside entries: kept only where an entry of the same request commits to them."""

import logging
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from tabuah.operations.entries import Entry, PersonalValue
from tabuah.operations.personal import fits
from tabuah.storage.journal.chain import ChainedEntry
from tabuah.storage.journal.wire import Record

log = logging.getLogger(__name__)

MAX_VALUE_LENGTH: Final = 20_000


def personal_of(
    chain: Sequence[ChainedEntry], records: Sequence[Record], values: Sequence[PersonalValue]
) -> list[tuple[int, PersonalValue]]:
    """The values that fit a commitment, each once, with its entry's seq; others are dropped and told in the log."""
    if not values:
        return []
    entries = {c.entry.id: (record.seq, c.entry) for c, record in zip(chain, records, strict=True)}
    kept: dict[tuple[str, str], tuple[int, PersonalValue]] = {}
    for value in values:
        seq, entry = entries.get(value.entry, (0, None))
        if entry is not None and len(value.value) <= MAX_VALUE_LENGTH and _is_committed_to(entry, value):
            kept[value.entry, value.field] = (seq, value)
        else:
            log.warning("a personal value for entry %s fits no commitment there and was not kept", value.entry)
    return list(kept.values())


def _is_committed_to(entry: Entry, value: PersonalValue) -> bool:
    try:
        body: dict[str, Any] = msgspec.json.decode(entry.body, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return False
    commitment = body.get(value.field)
    return isinstance(commitment, str) and fits(commitment, value.value, value.salt)
