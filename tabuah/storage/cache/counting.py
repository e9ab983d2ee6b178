"""What waits on a console, in numbers."""

from typing import Final

from tabuah.storage.cache import trays
from tabuah.storage.cache.desk import Desk
from tabuah.storage.cache.findings import Counts

_COUNTS: Final = """SELECT (SELECT coalesce(sum(conflicts), 0) FROM subjects WHERE conflicts > 0),
                           (SELECT coalesce(sum(held), 0) FROM subjects WHERE held > 0)"""


def counts_of(desk: Desk) -> Counts:
    """Count what waits for the server, for a decision, or for this console's user."""
    pending, since = desk.journal.waiting_since()
    conflicts, held = desk.connection.execute(_COUNTS).fetchone()
    return Counts(
        pending=pending,
        since=since,
        conflicts=conflicts,
        held=held,
        rejected=trays.count_rejections(desk),
        pending_bytes=desk.journal.waiting_bytes() if pending else 0,
    )
