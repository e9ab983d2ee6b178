"""Own work that comes back in a bundle: known, or lost here since, as after a restored backup."""

import contextlib

from tabuah.operations.attaching import attached_by
from tabuah.operations.bodies import read_body
from tabuah.operations.entries import subject_kind
from tabuah.operations.errors import MalformedBody
from tabuah.operations.incidents.bodies import IncidentReported
from tabuah.storage.cache.desk import Desk
from tabuah.storage.journal.chain import ChainedEntry


def recover_own(desk: Desk, chained: ChainedEntry) -> str:
    """Take an entry of this device's own that was found to be authentic; what came of it.

    Returns:
        `known` where it is here, `forked` where another is, `recovered` where it was lost and continues the chain,
        and `ahead` where entries before it are missing.
    """
    head, entry = desk.meta.chain_head, chained.entry
    if entry.n <= head.n:
        return "forked" if desk.journal.holds_another(entry.id, entry.device, entry.n) else "known"
    if entry.n > head.n + 1:
        return "ahead"
    if entry.prev != head.hash:
        return "forked"
    desk.journal.add_own(chained, ())
    desk.meta.chain_head = chained.head
    desk.meta.note_given_away(entry.n)
    _note_contents(desk, chained)
    return "recovered"


def _note_contents(desk: Desk, chained: ChainedEntry) -> None:
    """The number that it gave is not given again, and the photo that it attached must go to the server."""
    attached = attached_by(chained.entry)
    if attached is not None:
        desk.blobs.want_upload(attached, about=subject_kind(chained.entry.subject))
    if chained.entry.kind == "incident.reported":
        with contextlib.suppress(MalformedBody):
            desk.meta.note_number(read_body(chained.entry, IncidentReported).number)
