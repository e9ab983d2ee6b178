"""The volcano: the fold of its level statements."""

import re
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.bulletins.entry_bodies import VolcanoLevelled
from tabuah.operations.entries import Entry, Verdict, subject_key
from tabuah.operations.levels import VolcanoLevel

TALANG: Final = "261160"  # Gunung Talang, by its number in Volcanoes of the World
_NUMBER: Final = re.compile(r"[0-9]{6}")


class LevelStatement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One level statement, and who entered it."""

    level: VolcanoLevel
    stated_at: datetime
    source: str
    told_by: str
    told_at: datetime
    note: str = ""
    exercise: bool = False


class Volcano(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="volcano"):
    """`statements` are sorted by when they were made, so a late one never hides a newer one.

    Exercise statements are kept with the real ones but never replace them.
    """

    id: str
    name: str
    statements: tuple[LevelStatement, ...]
    lon_deg: float | None = None
    lat_deg: float | None = None

    @property
    def effective_statements(self) -> tuple[LevelStatement, ...]:
        """Return the real statements; exercise statements only if there is no real one."""
        return tuple(s for s in self.statements if not s.exercise) or self.statements

    @property
    def current(self) -> LevelStatement:
        """Return the newest effective statement."""
        return self.effective_statements[-1]

    @property
    def level(self) -> VolcanoLevel:
        """Return the level of the newest effective statement."""
        return self.current.level

    @property
    def exercise(self) -> bool:
        """Return whether all statements are of exercises."""
        return self.current.exercise


def is_volcano_number(key: str) -> bool:
    """Return whether a key is a number of the catalogue "Volcanoes of the World"."""
    return _NUMBER.fullmatch(key) is not None


def fold_volcano(known: Volcano | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> Volcano | None:
    """Return the volcano after an accepted entry."""
    if not isinstance(body, VolcanoLevelled):
        return known
    statement = LevelStatement(
        level=body.level,
        stated_at=body.stated_at,
        source=body.source,
        told_by=entry.actor,
        told_at=entry.at,
        note=body.note,
        exercise=entry.exercise,
    )
    before = known.statements if known else ()
    return Volcano(
        id=subject_key(entry.subject),
        name=body.name,
        statements=tuple(sorted((*before, statement), key=lambda s: s.stated_at)),
        lon_deg=known.lon_deg if known and body.lon_deg is None else body.lon_deg,
        lat_deg=known.lat_deg if known and body.lat_deg is None else body.lat_deg,
    )
