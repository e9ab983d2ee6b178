"""Drafts of entries from feed items: nothing for known items, a revision for changed ones."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from itertools import chain, count

import msgspec

from tabuah.operations.bulletins.drafts import issue_warning, report_earthquake, withdraw_warning
from tabuah.operations.bulletins.earthquake import KnownEarthquake, find_same_earthquake
from tabuah.operations.bulletins.entry_bodies import EarthquakeReported, WarningIssued, WarningWithdrawn, Withdrawal
from tabuah.operations.bulletins.feed_conversion import earthquake_account, warning_message
from tabuah.operations.bulletins.warning import KnownWarning, warning_key
from tabuah.operations.entries import Draft
from tabuah.operations.feeds.cap_alert import CapAlert, CapMessageType
from tabuah.operations.feeds.earthquakes import Earthquake

_CAUSES = {CapMessageType.UPDATE: Withdrawal.UPDATED, CapMessageType.CANCEL: Withdrawal.CANCELLED}


class FeedDrafts(msgspec.Struct, frozen=True, kw_only=True):
    """Drafts, and how many items were new or revised."""

    drafts: tuple[Draft, ...] = ()
    new: int = 0
    revised: int = 0


def draft_earthquakes(
    quakes: Iterable[Earthquake], known: Iterable[KnownEarthquake], *, feed: str, exercise: bool
) -> FeedDrafts:
    """Draft entries for earthquakes, oldest first, comparing each feed's report with its own earlier report."""
    accounts = [earthquake_account(quake, feed=feed) for quake in sorted(quakes, key=lambda q: q.at)]
    of_this_kind = {quake.id: quake for quake in known if quake.exercise == exercise}
    taken = set(of_this_kind)
    drafts: list[Draft] = []
    revised = 0
    for account, same in zip(accounts, _match_known(accounts, tuple(of_this_kind.values())), strict=True):
        if same is not None and same.account_of(feed) == account:
            continue
        revised += same is not None
        key = same.id if same else _free_key(account, taken, exercise=exercise)
        taken.add(key)
        drafts.append(report_earthquake(key, account, exercise=exercise))
    return FeedDrafts(drafts=tuple(drafts), new=len(drafts) - revised, revised=revised)


def _match_known(
    accounts: Sequence[EarthquakeReported], known: Sequence[KnownEarthquake]
) -> list[KnownEarthquake | None]:
    """Match each report with a known earthquake, each at most once.

    Exact times match first, then nearness: otherwise the second of two shocks within a minute would
    count as a correction of the first, and alternate with it at every poll.
    """
    by_moment: dict[datetime, list[KnownEarthquake]] = {}
    for quake in known:
        for at in {account.at for account in quake.accounts}:
            by_moment.setdefault(at, []).append(quake)
    found = [find_same_earthquake(by_moment.get(account.at, ()), account) for account in accounts]
    claimed = {quake.id for quake in found if quake is not None}
    for index, account in enumerate(accounts):
        if found[index] is None:
            found[index] = same = find_same_earthquake((quake for quake in known if quake.id not in claimed), account)
            claimed |= {same.id} if same else set()
    return found


def draft_warning(alert: CapAlert, known: Mapping[str, KnownWarning], *, exercise: bool) -> FeedDrafts:
    """Draft a CAP message, the withdrawals it causes, and its own withdrawal if a later message came before it."""
    message = warning_message(alert)
    key, is_drill = warning_key(message.identifier), exercise or alert.is_exercise
    if key in known or message.message not in (CapMessageType.ALERT, *_CAUSES):
        return FeedDrafts()
    drafts = [issue_warning(message, exercise=is_drill)]
    drafts += _withdrawals(message, known, exercise=is_drill)
    later = next(
        (w for w in known.values() if message.identifier in w.issued.references and w.exercise == is_drill), None
    )
    if later is not None:
        drafts.append(_withdrawal(key, later.issued, exercise=is_drill))
    return FeedDrafts(drafts=tuple(drafts), new=1)


def _withdrawals(message: WarningIssued, known: Mapping[str, KnownWarning], *, exercise: bool) -> list[Draft]:
    """A drill never withdraws a real warning."""
    if message.message not in _CAUSES:
        return []
    before = (known.get(warning_key(identifier)) for identifier in dict.fromkeys(message.references))
    return [
        _withdrawal(warning.id, message, exercise=exercise)
        for warning in before
        if warning is not None and warning.withdrawn_at is None and warning.exercise == exercise
    ]


def _withdrawal(key: str, by: WarningIssued, *, exercise: bool) -> Draft:
    cause = _CAUSES.get(by.message, Withdrawal.UPDATED)
    body = WarningWithdrawn(by=by.identifier, cause=cause, withdrawn_at=by.sent)
    return withdraw_warning(key, body, exercise=exercise)


def _free_key(account: EarthquakeReported, taken: AbstractSet[str], *, exercise: bool) -> str:
    """Name the event by its time in seconds; another event in the same second gets a number."""
    key = f"{'drill-' if exercise else ''}bmkg-{account.at:%Y%m%d%H%M%S}"
    return next(k for k in chain((key,), (f"{key}-{n}" for n in count(2))) if k not in taken)
