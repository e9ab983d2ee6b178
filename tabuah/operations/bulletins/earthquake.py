"""An earthquake as the fold of what several feeds say of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.gis.geodesy import distance_m
from tabuah.operations.bulletins.bodies import EarthquakeReported, FeltAt
from tabuah.operations.entries import Entry, subject_key

SAME_EVENT: Final = timedelta(seconds=90)
SAME_EVENT_M: Final = 100_000.0


class KnownEarthquake(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="earthquake"):
    """`accounts` holds what each feed says now, the newest word last; `revisions` counts words that changed."""

    id: str
    accounts: tuple[EarthquakeReported, ...]
    first_told_at: datetime
    told_at: datetime
    revisions: int = 0
    exercise: bool = False

    @property
    def latest(self) -> EarthquakeReported:
        """The newest word about its time, place and size."""
        return self.accounts[-1]

    @property
    def felt(self) -> tuple[FeltAt, ...]:
        """Where it was felt, by the newest account that says so: the list of strong ones never does."""
        return next((account.felt for account in reversed(self.accounts) if account.felt), ())

    @property
    def potential(self) -> str:
        """What is said of a tsunami, by the newest account that says anything."""
        told = (account.potential for account in reversed(self.accounts) if "tsunami" in account.potential.lower())
        return next(told, "")

    def account_of(self, feed: str) -> EarthquakeReported | None:
        """What a feed said last."""
        return next((account for account in self.accounts if account.feed == feed), None)


def fold_earthquake(known: KnownEarthquake | None, entry: Entry, body: EarthquakeReported) -> KnownEarthquake:
    """The earthquake after an accepted entry: the feed's word takes the place of what it said before."""
    if known is None:
        return KnownEarthquake(
            id=subject_key(entry.subject),
            accounts=(body,),
            first_told_at=entry.at,
            told_at=entry.at,
            exercise=entry.exercise,
        )
    others = tuple(account for account in known.accounts if account.feed != body.feed)
    revised = len(others) < len(known.accounts)
    return msgspec.structs.replace(
        known, accounts=(*others, body), told_at=entry.at, revisions=known.revisions + int(revised)
    )


def same_event(known: Iterable[KnownEarthquake], account: EarthquakeReported) -> KnownEarthquake | None:
    """The earthquake that an account speaks of: a corrected time or place is no second earthquake."""
    for quake in known:
        latest = quake.latest
        if abs(latest.at - account.at) > SAME_EVENT:
            continue
        if distance_m(latest.lon_deg, latest.lat_deg, account.lon_deg, account.lat_deg) <= SAME_EVENT_M:
            return quake
    return None
