"""What a feed brought, as the entries that it leads to: nothing for what is known, a revision for what changed."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from itertools import chain, count

import msgspec

from tabuah.operations.bulletins.bodies import EarthquakeReported, WarningIssued, WarningWithdrawn, Withdrawal
from tabuah.operations.bulletins.earthquake import KnownEarthquake, same_event
from tabuah.operations.bulletins.gestures import issue_warning, report_earthquake, withdraw_warning
from tabuah.operations.bulletins.reading import account_of, message_of
from tabuah.operations.bulletins.warning import KnownWarning, warning_key
from tabuah.operations.entries import Draft
from tabuah.operations.feeds.cap_values import CapAlert, CapMessageType
from tabuah.operations.feeds.earthquakes import Earthquake

_CAUSES = {CapMessageType.UPDATE: Withdrawal.UPDATED, CapMessageType.CANCEL: Withdrawal.CANCELLED}


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """The entries, and how many of the items were new or said otherwise than before."""

    drafts: tuple[Draft, ...] = ()
    new: int = 0
    revised: int = 0


def take_earthquakes(
    quakes: Iterable[Earthquake], known: Iterable[KnownEarthquake], *, feed: str, exercise: bool
) -> Taken:
    """Earthquakes, oldest first; each feed's own word is compared with what this feed said before."""
    accounts = [account_of(quake, feed=feed) for quake in sorted(quakes, key=lambda q: q.at)]
    of_this_kind = {quake.id: quake for quake in known if quake.exercise == exercise}
    taken = set(of_this_kind)
    drafts: list[Draft] = []
    revised = 0
    for account, same in zip(accounts, _known_of(accounts, tuple(of_this_kind.values())), strict=True):
        if same is not None and same.account_of(feed) == account:
            continue
        revised += same is not None
        key = same.id if same else _free_key(account, taken, exercise=exercise)
        taken.add(key)
        drafts.append(report_earthquake(key, account, exercise=exercise))
    return Taken(drafts=tuple(drafts), new=len(drafts) - revised, revised=revised)


def _known_of(
    accounts: Sequence[EarthquakeReported], known: Sequence[KnownEarthquake]
) -> list[KnownEarthquake | None]:
    """The earthquake that each account speaks of, each at most once.

    First by the exact moment, then by nearness: the second of two shocks within a minute must not be taken for a
    correction of the first, which would go to and fro at every reading.
    """
    by_moment: dict[datetime, list[KnownEarthquake]] = {}
    for quake in known:
        for at in {account.at for account in quake.accounts}:
            by_moment.setdefault(at, []).append(quake)
    found = [same_event(by_moment.get(account.at, ()), account) for account in accounts]
    claimed = {quake.id for quake in found if quake is not None}
    for index, account in enumerate(accounts):
        if found[index] is None:
            found[index] = same = same_event((quake for quake in known if quake.id not in claimed), account)
            claimed |= {same.id} if same else set()
    return found


def take_warning(alert: CapAlert, known: Mapping[str, KnownWarning], *, exercise: bool) -> Taken:
    """A CAP message with what it takes back, and what had taken it back before it came itself."""
    message = message_of(alert)
    key, is_drill = warning_key(message.identifier), exercise or alert.is_exercise
    if key in known or message.message not in (CapMessageType.ALERT, *_CAUSES):
        return Taken()
    drafts = [issue_warning(message, exercise=is_drill)]
    drafts += _withdrawals(message, known, exercise=is_drill)
    later = next(
        (w for w in known.values() if message.identifier in w.issued.references and w.exercise == is_drill), None
    )
    if later is not None:
        drafts.append(_withdrawal(key, later.issued, exercise=is_drill))
    return Taken(drafts=tuple(drafts), new=1)


def _withdrawals(message: WarningIssued, known: Mapping[str, KnownWarning], *, exercise: bool) -> list[Draft]:
    """A drill takes back nothing that is real."""
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
    """Names the event by its time to the second; another one somewhere in the same second gets a number."""
    key = f"{'drill-' if exercise else ''}bmkg-{account.at:%Y%m%d%H%M%S}"
    return next(k for k in chain((key,), (f"{key}-{n}" for n in count(2))) if k not in taken)
