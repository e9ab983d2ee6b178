"""Bulletins: earthquake, weather warning and volcano level, each the fold of reports of the feeds."""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.gis.geodesy import distance_m
from tabuah.operations.bulletins.entry_bodies import (
    EarthquakeReported,
    FeltAt,
    VolcanoLevelled,
    WarningIssued,
    WarningWithdrawn,
    Withdrawal,
)
from tabuah.operations.entries import Entry, Verdict, subject_key, subject_of
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.feeds.cap_alert import CapMessageType
from tabuah.operations.levels import VolcanoLevel

SAME_EVENT: Final = timedelta(seconds=90)
SAME_EVENT_M: Final = 100_000.0


class KnownEarthquake(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="earthquake"):
    """`accounts` holds the current report of each feed, newest last; `revisions` counts changes."""

    id: str
    accounts: tuple[EarthquakeReported, ...]
    first_told_at: datetime
    told_at: datetime
    revisions: int = 0
    exercise: bool = False
    exercise_id: str = ""

    @property
    def latest(self) -> EarthquakeReported:
        """Return the newest report."""
        return self.accounts[-1]

    @property
    def felt(self) -> tuple[FeltAt, ...]:
        """Return the felt places of the newest report that has any; the list of strong ones has none."""
        return next((account.felt for account in reversed(self.accounts) if account.felt), ())

    @property
    def potential(self) -> str:
        """Return the newest tsunami statement."""
        potentials = (
            account.potential for account in reversed(self.accounts) if "tsunami" in account.potential.lower()
        )
        return next(potentials, "")

    def account_of(self, feed: str) -> EarthquakeReported | None:
        """Return the last report of a feed."""
        return next((account for account in self.accounts if account.feed == feed), None)


def fold_earthquake(
    known: KnownEarthquake | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict
) -> KnownEarthquake | None:
    """Return the earthquake after an accepted entry, which replaces the feed's earlier report."""
    if not isinstance(body, EarthquakeReported):
        return known
    if known is None:
        return KnownEarthquake(
            id=subject_key(entry.subject),
            accounts=(body,),
            first_told_at=entry.at,
            told_at=entry.at,
            exercise=entry.exercise,
            exercise_id=entry.exercise_id,
        )
    others = tuple(account for account in known.accounts if account.feed != body.feed)
    revised = len(others) < len(known.accounts)
    return msgspec.structs.replace(
        known, accounts=(*others, body), told_at=entry.at, revisions=known.revisions + int(revised)
    )


def find_same_earthquake(known: Iterable[KnownEarthquake], account: EarthquakeReported) -> KnownEarthquake | None:
    """Return the earthquake of a report; a corrected time or place is no second earthquake."""
    for quake in known:
        latest = quake.latest
        if abs(latest.at - account.at) > SAME_EVENT:
            continue
        if distance_m(latest.lon_deg, latest.lat_deg, account.lon_deg, account.lat_deg) <= SAME_EVENT_M:
            return quake
    return None


_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,119}")
_WARNS: Final = (CapMessageType.ALERT, CapMessageType.UPDATE)


class KnownWarning(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="warning"):
    """One CAP message.

    A cancellation is stored as a warning too, so that the cancelled one stays cancelled in any order
    of arrival.
    """

    id: str
    issued: WarningIssued
    told_at: datetime
    withdrawn_at: datetime | None = None
    withdrawal: Withdrawal | None = None
    withdrawn_by: str = ""
    exercise: bool = False
    exercise_id: str = ""

    @property
    def effective(self) -> datetime:
        """Return the start of its validity."""
        return self.issued.effective or self.issued.sent

    @property
    def ends_at(self) -> datetime | None:
        """Return when it ends or ended; None without an end."""
        ends = [moment for moment in (self.issued.expires, self.withdrawn_at) if moment is not None]
        return min(ends, default=None)

    def is_over(self, now: datetime) -> bool:
        """Return whether it is no longer valid at `now` (UTC)."""
        ends_at = self.ends_at
        return self.issued.message not in _WARNS or (ends_at is not None and ends_at <= now)

    def is_in_force(self, now: datetime) -> bool:
        """Return whether it is valid at `now` (UTC)."""
        return self.effective <= now and not self.is_over(now)


def warning_key(identifier: str) -> str:
    """Return the subject key: the CAP identifier, or a hash if it has unsafe characters."""
    if _PLAIN.fullmatch(identifier):
        return identifier
    return f"sha256-{hashlib.sha256(identifier.encode()).hexdigest()[:40]}"


def fold_warning(
    known: KnownWarning | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict
) -> KnownWarning | None:
    """Return the warning after an accepted entry."""
    match body:
        case WarningIssued() if known is None:
            return KnownWarning(
                id=warning_key(body.identifier),
                issued=body,
                told_at=entry.at,
                exercise=entry.exercise,
                exercise_id=entry.exercise_id,
            )
        case WarningWithdrawn() if known is not None and known.withdrawn_at is None:
            return msgspec.structs.replace(
                known, withdrawn_at=body.withdrawn_at, withdrawal=body.cause, withdrawn_by=body.by
            )
    return known


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
    exercise_id: str = ""


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

    @property
    def exercise_id(self) -> str:
        """Return the exercise of the newest effective statement."""
        return self.current.exercise_id


def volcanoes_in(volcanoes: Iterable[Volcano], scope: ExerciseScope) -> list[Volcano]:
    """Return the volcanoes that have a statement in scope, with these statements alone."""
    kept = ((volcano, tuple(scope.select(volcano.statements))) for volcano in volcanoes)
    return [msgspec.structs.replace(volcano, statements=found) for volcano, found in kept if found]


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
        exercise_id=entry.exercise_id,
    )
    before = known.statements if known else ()
    return Volcano(
        id=subject_key(entry.subject),
        name=body.name,
        statements=tuple(sorted((*before, statement), key=lambda s: s.stated_at)),
        lon_deg=known.lon_deg if known and body.lon_deg is None else body.lon_deg,
        lat_deg=known.lat_deg if known and body.lat_deg is None else body.lat_deg,
    )


Bulletin = KnownEarthquake | KnownWarning | Volcano


def subject_of_bulletin(bulletin: Bulletin) -> str:
    match bulletin:
        case KnownEarthquake():
            return subject_of("earthquake", bulletin.id)
        case KnownWarning():
            return subject_of("warning", bulletin.id)
        case Volcano():
            return subject_of("volcano", bulletin.id)
