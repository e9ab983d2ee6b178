"""Two versions of Tabuah in one process: the newer one has an additional kind of entry."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from tabuah.operations import entry_kinds
from tabuah.operations.people import roles

NEWER_KIND = "incident.surveyed"


class IncidentSurveyed(msgspec.Struct, frozen=True, kw_only=True):
    """Sample entry of a future version."""

    text: str


@contextmanager
def running(*, newer: bool) -> Iterator[None]:
    """Run the block as the newer version, or as this one."""
    was_newer = NEWER_KIND in entry_kinds.BODIES
    _become(newer=newer)
    try:
        yield
    finally:
        _become(newer=was_newer)


def _become(*, newer: bool) -> None:
    if newer:
        entry_kinds.BODIES[NEWER_KIND] = IncidentSurveyed
        entry_kinds._DECODERS[NEWER_KIND] = msgspec.json.Decoder(IncidentSurveyed)
        roles.MAY_WRITE[NEWER_KIND] = roles.MAY_WRITE["incident.noted"]
    else:
        for table in (entry_kinds.BODIES, entry_kinds._DECODERS, roles.MAY_WRITE):
            table.pop(NEWER_KIND, None)
