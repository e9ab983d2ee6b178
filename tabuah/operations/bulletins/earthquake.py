"""The earthquake: the fold of the reports of several feeds."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.gis.geodesy import distance_m
from tabuah.operations.bulletins.entry_bodies import EarthquakeReported, FeltAt
from tabuah.operations.entries import Entry, Verdict, subject_key

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
        told = (account.potential for account in reversed(self.accounts) if "tsunami" in account.potential.lower())
        return next(told, "")

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
