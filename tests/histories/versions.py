"""Two versions of Tabuah in one process: the newer one has an additional kind of entry."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from tabuah.operations.people.roles import WORKERS
from tabuah.operations.subject_type import EntryKind
from tabuah.operations.subjects import ENTRY_KINDS

NEWER_KIND = "incident.surveyed"


class IncidentSurveyed(msgspec.Struct, frozen=True, kw_only=True):
    """Sample entry of a future version."""

    text: str


@contextmanager
def running(*, newer: bool) -> Iterator[None]:
    """Run the block as the newer version, or as this one."""
    was_newer = NEWER_KIND in ENTRY_KINDS
    _become(newer=newer)
    try:
        yield
    finally:
        _become(newer=was_newer)


def _become(*, newer: bool) -> None:
    if newer:
        ENTRY_KINDS[NEWER_KIND] = EntryKind(name=NEWER_KIND, body=IncidentSurveyed, writers=WORKERS)
    else:
        ENTRY_KINDS.pop(NEWER_KIND, None)
