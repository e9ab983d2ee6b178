"""Personal values of pushed entries: kept only where an entry of the same request commits to them."""

import logging
from collections.abc import Sequence
from typing import Final

from tabuah.operations.entries import PersonalValue
from tabuah.operations.personal_values import holds_commitment
from tabuah.storage.journal.chain import ChainedEntry

log = logging.getLogger(__name__)

MAX_VALUE_LENGTH: Final = 20_000


def committed_values(
    chain: Sequence[ChainedEntry], values: Sequence[PersonalValue], seqs: Sequence[int]
) -> list[tuple[int, PersonalValue]]:
    """Return the values that fit a commitment, each once. The others are dropped and logged.

    Args:
        chain: entries of the request.
        values: personal values sent with them.
        seqs: for each entry, the seq of the record that delivers its values to consoles.
    """
    if not values:
        return []
    entries = {c.entry.id: (seq, c.entry) for c, seq in zip(chain, seqs, strict=True)}
    kept: dict[tuple[str, str], tuple[int, PersonalValue]] = {}
    for value in values:
        seq, entry = entries.get(value.entry, (0, None))
        if entry is not None and len(value.value) <= MAX_VALUE_LENGTH and holds_commitment(entry, value):
            kept[value.entry, value.field] = (seq, value)
        else:
            log.warning("a personal value for entry %s fits no commitment there and was not kept", value.entry)
    return list(kept.values())
