"""What is remembered when this console had to take a new key, so that its user can be told plainly."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from tabuah.storage.cache.desk import Desk


class Cause(StrEnum):
    """Why a console goes on under a new key."""

    FORK = "fork"  # another copy of its data has written in its name: cloned, or put back from a backup
    LOST_KEY = "lost_key"  # the key that belongs to the data is not on this computer


class Renewal(msgspec.Struct, frozen=True, kw_only=True):
    """One change of key: `entries` were issued again, `numbers` are the new incident numbers by the earlier ones."""

    at: datetime
    cause: Cause
    former: str
    device: str
    entries: int
    numbers: dict[str, str]


def note_renewal(desk: "Desk", renewal: Renewal) -> None:
    """Remember it; needs an open transaction."""
    query = "INSERT INTO renewals (at, cause, former, device, entries, numbers) VALUES (?, ?, ?, ?, ?, ?)"
    numbers = msgspec.json.encode(renewal.numbers).decode()
    row = (renewal.at.isoformat(), renewal.cause.value, renewal.former, renewal.device, renewal.entries, numbers)
    desk.connection.execute(query, row)


def last_renewal(desk: "Desk") -> Renewal | None:
    """The newest change of key; None where there was none."""
    query = "SELECT at, cause, former, device, entries, numbers FROM renewals ORDER BY id DESC LIMIT 1"
    row = desk.connection.execute(query).fetchone()
    if row is None:
        return None
    return Renewal(
        at=datetime.fromisoformat(row[0]),
        cause=Cause(row[1]),
        former=row[2],
        device=row[3],
        entries=row[4],
        numbers=msgspec.json.decode(row[5], type=dict[str, str]),
    )
