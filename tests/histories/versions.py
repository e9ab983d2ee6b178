"""Two versions of Tabuah in one process: the newer one knows one more kind of entry."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from tabuah.operations import bodies
from tabuah.operations.authority import roles

NEWER_KIND = "incident.surveyed"


class IncidentSurveyed(msgspec.Struct, frozen=True, kw_only=True):
    """What a version of tomorrow might carry."""

    text: str


@contextmanager
def running(*, newer: bool) -> Iterator[None]:
    """What runs inside is of the newer version, or of this one."""
    was_newer = NEWER_KIND in bodies.BODIES
    _become(newer=newer)
    try:
        yield
    finally:
        _become(newer=was_newer)


def _become(*, newer: bool) -> None:
    if newer:
        bodies.BODIES[NEWER_KIND] = IncidentSurveyed
        bodies._DECODERS[NEWER_KIND] = msgspec.json.Decoder(IncidentSurveyed)
        roles.MAY_WRITE[NEWER_KIND] = roles.MAY_WRITE["incident.noted"]
    else:
        for table in (bodies.BODIES, bodies._DECODERS, roles.MAY_WRITE):
            table.pop(NEWER_KIND, None)
