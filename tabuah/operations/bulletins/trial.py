"""What a rule would have raised for what agencies told in the past: told word by word, as it came."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

import msgspec

from tabuah.operations.alarms.bodies import AlarmRaised
from tabuah.operations.bodies import decode_body
from tabuah.operations.bulletins.alarming import alarm_of, is_same_alarm, over_at
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.folding import Bulletin, fold_bulletin, subject_of_bulletin
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.entries import Entry
from tabuah.operations.errors import MalformedBody
from tabuah.operations.feeds.nearness import Region


class Judge(Protocol):
    """Says which alarm a bulletin is, by some rules at a moment."""

    def __call__(self, bulletin: Bulletin, rules: Iterable[BulletinRule], /, *, now: datetime) -> AlarmRaised | None:
        """The alarm; None where it is none."""


class Word(msgspec.Struct, frozen=True):
    """What was known of a bulletin from a moment on."""

    at: datetime
    bulletin: Bulletin


class Telling(msgspec.Struct, frozen=True):
    """All that was said of one bulletin, oldest first; not `whole` where only the newest word is known here."""

    words: tuple[Word, ...]
    whole: bool = True


class BulletinEpisode(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm that the rule would have raised; `worse` is the rule in force that speaks in its place."""

    alarm: AlarmRaised
    bulletin: Bulletin  # as it was known then
    raised_at: datetime
    cleared_at: datetime | None = None
    worse: str = ""


class BulletinTrial(msgspec.Struct, frozen=True, kw_only=True):
    """What a trial came to: over how many bulletins, and of how many only the newest word is known here."""

    rule: str
    region: Region  # against which it was judged
    episodes: tuple[BulletinEpisode, ...]  # in the order of when they would have been raised
    bulletins: int
    newest_only: int = 0


def telling_of(bulletin: Bulletin, entries: Iterable[Entry]) -> Telling:
    """What was said of a bulletin, word by word.

    Args:
        bulletin: as it is known now.
        entries: those of it that took effect, in the server's order; some may not be here.
    """
    words: list[Word] = []
    known: Bulletin | None = None
    for entry in entries:
        known = _after(known, entry)
        if known is not None:  # what was written offline comes after what the server had heard before
            words.append(Word(max(entry.at, words[-1].at) if words else entry.at, known))
    if known == bulletin:
        return Telling(tuple(words))
    return Telling((Word(_first_told_at(bulletin), bulletin),), whole=False)


def last_told_at(bulletin: Bulletin) -> datetime:
    """When the newest word of a bulletin came."""
    return bulletin.current.told_at if isinstance(bulletin, Volcano) else bulletin.told_at


def _first_told_at(bulletin: Bulletin) -> datetime:
    return bulletin.first_told_at if isinstance(bulletin, KnownEarthquake) else last_told_at(bulletin)


def _after(known: Bulletin | None, entry: Entry) -> Bulletin | None:
    try:
        return fold_bulletin(known, entry, decode_body(entry))
    except MalformedBody:  # of a newer version
        return known


def try_bulletin_rule(
    rule: BulletinRule,
    told: Iterable[Telling],
    *,
    others: Iterable[BulletinRule],
    region: Region,
    own_places: Sequence[str],
    since: datetime,
    until: datetime,
) -> BulletinTrial:
    """Play what was told to a rule.

    Args:
        rule: whether in force or not.
        told: what was said of each bulletin.
        others: rules that are in force beside it.
        region: the regency.
        own_places: names under which a felt report may mean it.
        since: from when on what it raises is told (UTC).
        until: the last moment (UTC).
    """
    judge = partial(alarm_of, region=region, own_places=own_places)
    tried = msgspec.structs.replace(rule, active=True)
    worse = [other for other in others if other.id != rule.id and other.severity.rank < rule.severity.rank]
    episodes: list[BulletinEpisode] = []
    bulletins = newest_only = 0
    for telling in told:
        heard = [word for word in telling.words if word.at <= until]
        if any(word.at >= since for word in heard):
            bulletins += 1
            newest_only += not telling.whole
            raised = (episode for episode in _episodes(tried, heard, judge, until) if episode.raised_at >= since)
            episodes += [_with_worse(episode, tried, worse, judge) for episode in raised]
    episodes.sort(key=lambda e: (e.raised_at, subject_of_bulletin(e.bulletin)))
    return BulletinTrial(
        rule=rule.id, region=region, episodes=tuple(episodes), bulletins=bulletins, newest_only=newest_only
    )


def _with_worse(
    episode: BulletinEpisode, rule: BulletinRule, worse: Sequence[BulletinRule], judge: Judge
) -> BulletinEpisode:
    """The episode with the rule that speaks in place of the tried one, if there is one."""
    spoken = judge(episode.bulletin, (rule, *worse), now=episode.raised_at)
    return msgspec.structs.replace(episode, worse=spoken.rule if spoken and spoken.rule != rule.id else "")


def _episodes(rule: BulletinRule, words: Iterable[Word], judge: Judge, until: datetime) -> Iterator[BulletinEpisode]:
    """The alarms about one bulletin, as the server would have settled them at each word."""
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
        ends_at = over_at(word.bulletin)
    if up is not None:
        yield msgspec.structs.replace(up, cleared_at=ends_at if ends_at is not None and ends_at <= until else None)


def _over_at(
    up: BulletinEpisode | None, alarm: AlarmRaised | None, ends_at: datetime | None, now: datetime
) -> datetime | None:
    """Since when the alarm that is up is over at a new word; None where it goes on."""
    if ends_at is not None and ends_at <= now:
        return ends_at
    return None if up is not None and alarm is not None and is_same_alarm(up.alarm, alarm) else now
