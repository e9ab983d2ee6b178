"""Trial run of a bulletin rule on past bulletins."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

import msgspec

from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.bulletins.alarms import alarm_ends_at, alarm_for_bulletin, is_same_alarm
from tabuah.operations.bulletins.bulletin import Bulletin, KnownEarthquake, Volcano, subject_of_bulletin
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.feeds.proximity import Region
from tabuah.operations.fold import fold_value


class BulletinEvaluator(Protocol):
    """Returns the alarm of a bulletin under some rules at a time."""

    def __call__(self, bulletin: Bulletin, rules: Iterable[BulletinRule], /, *, now: datetime) -> AlarmRaised | None:
        """Return the alarm, or None."""


class BulletinVersion(msgspec.Struct, frozen=True):
    """A bulletin as it was known from a time on."""

    at: datetime
    bulletin: Bulletin


class BulletinHistory(msgspec.Struct, frozen=True):
    """The versions of a bulletin, oldest first; not complete if only the newest is known here."""

    versions: tuple[BulletinVersion, ...]
    is_complete: bool = True


class BulletinEpisode(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm that the rule would have raised; `worse` is the active rule that raises it instead."""

    alarm: AlarmRaised
    bulletin: Bulletin  # as known at that time
    raised_at: datetime
    cleared_at: datetime | None = None
    worse: str = ""


class BulletinTrial(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a trial run.

    `newest_only` counts the bulletins of which only the newest version is known here.
    """

    rule: str
    region: Region  # the regency it was evaluated for
    episodes: tuple[BulletinEpisode, ...]  # by time of raising
    bulletins: int
    newest_only: int = 0


def build_bulletin_history(bulletin: Bulletin, entries: Iterable[Entry]) -> BulletinHistory:
    """Return the history of a bulletin.

    Args:
        bulletin: its current state.
        entries: its effective entries in server order; some may be missing here.
    """
    words: list[BulletinVersion] = []
    known: Bulletin | None = None
    for entry in entries:
        known = _after(known, entry)
        if known is not None:  # an entry written offline counts from when the server received it
            words.append(BulletinVersion(max(entry.at, words[-1].at) if words else entry.at, known))
    if known == bulletin:
        return BulletinHistory(tuple(words))
    return BulletinHistory((BulletinVersion(_first_reported_at(bulletin), bulletin),), is_complete=False)


def last_updated_at(bulletin: Bulletin) -> datetime:
    """Return when the newest version of a bulletin arrived."""
    return bulletin.current.told_at if isinstance(bulletin, Volcano) else bulletin.told_at


def _first_reported_at(bulletin: Bulletin) -> datetime:
    return bulletin.first_told_at if isinstance(bulletin, KnownEarthquake) else last_updated_at(bulletin)


def _after(known: Bulletin | None, entry: Entry) -> Bulletin | None:
    try:
        after = fold_value(known, entry, decode_body(entry), Verdict.ACCEPTED)
    except MalformedBody:  # from a newer version
        return known
    return after if isinstance(after, Bulletin) else known


def try_bulletin_rule(
    rule: BulletinRule,
    histories: Iterable[BulletinHistory],
    *,
    others: Iterable[BulletinRule],
    region: Region,
    own_places: Sequence[str],
    since: datetime,
    until: datetime,
) -> BulletinTrial:
    """Run a rule on past bulletins.

    Args:
        rule: active or not.
        histories: the versions of each bulletin.
        others: the other active rules.
        region: the regency.
        own_places: names of the regency in felt reports.
        since: start of the period (UTC); earlier alarms are left out.
        until: end of the period (UTC).
    """
    judge = partial(alarm_for_bulletin, region=region, own_places=own_places)
    tried = msgspec.structs.replace(rule, active=True)
    worse = [other for other in others if other.id != rule.id and other.severity.rank < rule.severity.rank]
    episodes: list[BulletinEpisode] = []
    bulletins = newest_only = 0
    for telling in histories:
        heard = [word for word in telling.versions if word.at <= until]
        if any(word.at >= since for word in heard):
            bulletins += 1
            newest_only += not telling.is_complete
            raised = (episode for episode in _episodes(tried, heard, judge, until) if episode.raised_at >= since)
            episodes += [_with_worse(episode, tried, worse, judge) for episode in raised]
    episodes.sort(key=lambda e: (e.raised_at, subject_of_bulletin(e.bulletin)))
    return BulletinTrial(
        rule=rule.id, region=region, episodes=tuple(episodes), bulletins=bulletins, newest_only=newest_only
    )


def _with_worse(
    episode: BulletinEpisode, rule: BulletinRule, worse: Sequence[BulletinRule], judge: BulletinEvaluator
) -> BulletinEpisode:
    """Return the episode with the more severe rule that would raise it instead."""
    spoken = judge(episode.bulletin, (rule, *worse), now=episode.raised_at)
    return msgspec.structs.replace(episode, worse=spoken.rule if spoken and spoken.rule != rule.id else "")


def _episodes(
    rule: BulletinRule, words: Iterable[BulletinVersion], judge: BulletinEvaluator, until: datetime
) -> Iterator[BulletinEpisode]:
    """Yield the alarms about one bulletin as the server would have raised and cleared them."""
    up: BulletinEpisode | None = None
    ends_at: datetime | None = None
    for word in words:
        alarm = judge(word.bulletin, (rule,), now=word.at)
        over = _over_at(up, alarm, ends_at, word.at)
        if up is not None and over is not None:
            yield msgspec.structs.replace(up, cleared_at=over)
            up = None
        if up is None and alarm is not None:
            up = BulletinEpisode(alarm=alarm, bulletin=word.bulletin, raised_at=word.at)
        ends_at = alarm_ends_at(word.bulletin)
    if up is not None:
        yield msgspec.structs.replace(up, cleared_at=ends_at if ends_at is not None and ends_at <= until else None)


def _over_at(
    up: BulletinEpisode | None, alarm: AlarmRaised | None, ends_at: datetime | None, now: datetime
) -> datetime | None:
    """Return the time since which the active alarm is over at a new version; None if it continues."""
    if ends_at is not None and ends_at <= now:
        return ends_at
    return None if up is not None and alarm is not None and is_same_alarm(up.alarm, alarm) else now
