"""Announcements: drafts that were decided together with readings and must still come into the journal, once each.

They are written in the transaction of the readings that led to them, so that no crash between the two stores loses
an alarm or raises it twice: each carries the id that the alarm will have.
"""

import sqlite3
from collections.abc import Iterable
from typing import Final

import msgspec

from tabuah.operations.entries import Draft

_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Draft)


def add_announcements(connection: sqlite3.Connection, drafts: Iterable[Draft]) -> None:
    """Put drafts at the end of those that wait."""
    rows = [(draft.subject, draft.kind, _ENCODER.encode(draft)) for draft in drafts]
    if rows:
        connection.executemany("INSERT INTO announcements (subject, kind, draft) VALUES (?, ?, ?)", rows)


def announcements(connection: sqlite3.Connection) -> list[tuple[int, Draft]]:
    """Those that wait, with their ids, in order."""
    return [
        (number, _DECODER.decode(text))
        for number, text in connection.execute("SELECT id, draft FROM announcements ORDER BY id")
    ]


def drop_announcements(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """They are in the journal."""
    connection.executemany("DELETE FROM announcements WHERE id = ?", [(number,) for number in ids])
