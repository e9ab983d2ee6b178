"""A volcano as the fold of the levels that people read of it."""

import re
from datetime import datetime
from typing import Final

import msgspec

from tabuah.operations.bulletins.bodies import VolcanoLevelled
from tabuah.operations.entries import Entry, subject_key
from tabuah.operations.levels import VolcanoLevel

TALANG: Final = "261160"  # Gunung Talang, by its number in Volcanoes of the World
_NUMBER: Final = re.compile(r"[0-9]{6}")


class LevelStatement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One statement, and who entered it."""

    level: VolcanoLevel
    stated_at: datetime
    source: str
    told_by: str
    told_at: datetime
    note: str = ""
    exercise: bool = False


class Volcano(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="volcano"):
    """`statements` are in the order of when they were made, so one that comes late never hides a newer one.

    Those of drills stand beside the real ones and never speak for them.
    """

    id: str
    name: str
    statements: tuple[LevelStatement, ...]
    lon_deg: float | None = None
    lat_deg: float | None = None

    @property
    def counting(self) -> tuple[LevelStatement, ...]:
        """The real statements; those of drills only where there is no real one."""
        return tuple(s for s in self.statements if not s.exercise) or self.statements

    @property
    def current(self) -> LevelStatement:
        """The newest statement that counts."""
        return self.counting[-1]

    @property
    def level(self) -> VolcanoLevel:
        """The level by the newest statement."""
        return self.current.level

    @property
    def exercise(self) -> bool:
        """Whether nothing but drills speaks of it."""
        return self.current.exercise


def is_volcano_number(key: str) -> bool:
    """Whether a key is a number of the catalogue "Volcanoes of the World"."""
    return _NUMBER.fullmatch(key) is not None


def fold_volcano(known: Volcano | None, entry: Entry, body: VolcanoLevelled) -> Volcano:
    """The volcano after an accepted entry."""
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
