"""Personal values that travel beside entries: kept only where an entry of the same request commits to them."""

import logging
from collections.abc import Sequence
from typing import Final

from tabuah.operations.entries import PersonalValue
from tabuah.operations.personal import commits_to
from tabuah.storage.journal.chain import ChainedEntry

log = logging.getLogger(__name__)

MAX_VALUE_LENGTH: Final = 20_000


def personal_of(
    chain: Sequence[ChainedEntry], values: Sequence[PersonalValue], seqs: Sequence[int]
) -> list[tuple[int, PersonalValue]]:
    """The values that fit a commitment, each once; others are dropped and told in the log.

    Args:
        chain: the entries of the request.
        values: what came beside them.
        seqs: for each entry, the record with which consoles shall get its values.
    """
    if not values:
        return []
    entries = {c.entry.id: (seq, c.entry) for c, seq in zip(chain, seqs, strict=True)}
    kept: dict[tuple[str, str], tuple[int, PersonalValue]] = {}
    for value in values:
        seq, entry = entries.get(value.entry, (0, None))
        if entry is not None and len(value.value) <= MAX_VALUE_LENGTH and commits_to(entry, value):
            kept[value.entry, value.field] = (seq, value)
        else:
            log.warning("a personal value for entry %s fits no commitment there and was not kept", value.entry)
    return list(kept.values())
