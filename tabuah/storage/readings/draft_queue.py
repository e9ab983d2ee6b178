"""The queue of drafts that were decided together with readings and must still enter the journal.

A draft is written in the same transaction as the readings that led to it and carries the id of its
alarm. So no crash between the two stores loses an alarm or raises it twice.
"""

import sqlite3
from collections.abc import Iterable
from typing import Final

import msgspec

from tabuah.operations.entries import Draft

_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Draft)


def queue_drafts(connection: sqlite3.Connection, drafts: Iterable[Draft]) -> None:
    """Append drafts to the queue."""
    rows = [(draft.subject, draft.kind, _ENCODER.encode(draft)) for draft in drafts]
    if rows:
        connection.executemany("INSERT INTO announcements (subject, kind, draft) VALUES (?, ?, ?)", rows)


def queued_drafts(connection: sqlite3.Connection) -> list[tuple[int, Draft]]:
    """Return the queued drafts with their ids, in order."""
    return [
        (number, _DECODER.decode(text))
        for number, text in connection.execute("SELECT id, draft FROM announcements ORDER BY id")
    ]


def drop_queued_drafts(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Remove drafts that are in the journal."""
    connection.executemany("DELETE FROM announcements WHERE id = ?", [(number,) for number in ids])
