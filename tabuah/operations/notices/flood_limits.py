"""Flood protection of notices: one message for each alarm group, and summaries beyond a limit. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

import msgspec

from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.settings import NoticeLimits, NoticeOccasion, QuietHours


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """Something of which a contact is notified; contact, subject and occasion identify it.

    Attributes:
        subject: the subject that it is about, such as `alarm/ID`.
        occasion: the key of its event, such as `escalation/2`.
        notice: the message that mentions it; empty while there is none.
        is_late: whether it was too old when it reached the server, so that its message is not sent.
        is_urgent: whether quiet hours do not hold it back; those of alarms go by their severity.
        incident: id of the incident to which the work belongs; empty for an alarm.
        addressee: key of the owner to whom the work was given.
    """

    contact: str
    subject: str
    occasion: str
    severity: AlarmSeverity
    channels: tuple[str, ...]
    queued_at: datetime
    notice: str = ""
    is_late: bool = False
    is_urgent: bool = False
    incident: str = ""
    addressee: str = ""

    @property
    def kind(self) -> str:
        """The occasion without its entry or step."""
        return self.occasion.partition("/")[0]

    @property
    def entry(self) -> str:
        """The id of the entry that was its event; for an escalation its step, for an alarm nothing."""
        return self.occasion.partition("/")[2]

    @property
    def is_alarm(self) -> bool:
        """Whether it is about an alarm or its escalation."""
        return self.kind in (NoticeOccasion.ALARM, NoticeOccasion.ESCALATION)

    @property
    def key(self) -> tuple[str, str]:
        """Identify it among the mentions of its contact."""
        return self.subject, self.occasion


class PlannedNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A message to write now: the mentions of each of its groups, the most severe group first."""

    parts: tuple[tuple[Mention, ...], ...]
    channels: tuple[str, ...]

    @property
    def is_summary(self) -> bool:
        """Whether it is about several groups."""
        return len(self.parts) > 1


class NoticePlan(msgspec.Struct, frozen=True, kw_only=True):
    """The messages to write now, and the mentions that an earlier message of their group covers."""

    notices: tuple[PlannedNotice, ...]
    covered: tuple[Mention, ...]


def plan_notices(
    waiting: Sequence[Mention],
    sent: Sequence[Mention],
    groups: Mapping[str, int],
    limits: NoticeLimits,
    *,
    used: int,
    quiet: QuietHours | None,
    now: datetime,
) -> NoticePlan:
    """Plan the messages of one contact in one world.

    A message covers the later alarms of its group, unless they are more severe. The last message that the limit
    allows is kept for a summary, which names every group that waits.

    Args:
        waiting: the mentions without a message.
        sent: those with one.
        groups: the group of each subject.
        limits: the limit on messages.
        used: messages of the contact in the time of the limit.
        quiet: the quiet hours if it is in them now.
        now: the moment.
    """
    worst = _worst_sent(sent, groups)
    covered = tuple(
        msgspec.structs.replace(mention, notice=found[1])
        for mention in waiting
        if (found := _cover(mention, worst, groups)) is not None
    )
    known = {each.key for each in covered}
    parts = group_mentions([each for each in waiting if each.key not in known], groups)
    ready = [part for part in parts if quiet is None or any(_is_urgent(mention, quiet) for mention in part)]
    return NoticePlan(notices=_within_limit(ready, limits, used, now), covered=covered)


def _is_urgent(mention: Mention, quiet: QuietHours) -> bool:
    return mention.severity in quiet.urgent if mention.is_alarm else mention.is_urgent


def _worst_sent(sent: Sequence[Mention], groups: Mapping[str, int]) -> dict[int, tuple[int, str]]:
    """Return the rank of the most severe alarm that was sent of each group, with its message."""
    worst: dict[int, tuple[int, str]] = {}
    for mention in sent:
        group = groups.get(mention.subject)
        if group is not None and mention.occasion == NoticeOccasion.ALARM:
            worst[group] = min(worst.get(group, (99, "")), (mention.severity.rank, mention.notice))
    return worst


def _cover(
    mention: Mention, worst: Mapping[int, tuple[int, str]], groups: Mapping[str, int]
) -> tuple[int, str] | None:
    found = worst.get(groups.get(mention.subject, -1))
    is_covered = mention.occasion == NoticeOccasion.ALARM and found is not None and found[0] <= mention.severity.rank
    return found if is_covered else None


def group_mentions(mentions: Sequence[Mention], groups: Mapping[str, int]) -> list[tuple[Mention, ...]]:
    """Return the mentions by group, the most severe group and mention first.

    Escalations are parts of their own. The work on an incident is one part for each occasion.
    """
    parts: dict[object, list[Mention]] = {}
    for mention in sorted(mentions, key=_urgency):
        if mention.is_alarm:
            key: tuple[object, str] = groups.get(mention.subject, mention.subject), mention.occasion
        else:
            key = mention.incident or mention.subject, mention.kind
        parts.setdefault(key, []).append(mention)
    return [tuple(part) for part in parts.values()]


def _urgency(mention: Mention) -> tuple[int, datetime, str, str]:
    return mention.severity.rank, mention.queued_at, mention.subject, mention.occasion


def _within_limit(
    parts: Sequence[tuple[Mention, ...]], limits: NoticeLimits, used: int, now: datetime
) -> tuple[PlannedNotice, ...]:
    left = limits.messages - used
    kept = len(channels_of(parts))  # messages of the summary
    found: list[PlannedNotice] = []
    rest: list[tuple[Mention, ...]] = []
    for part in parts:
        cost = len(channels_of([part]))
        if rest or cost > left - kept:
            rest.append(part)
            continue
        left -= cost
        found.append(PlannedNotice(parts=(part,), channels=channels_of([part])))
    if rest and len(channels_of(rest)) <= left and _has_waited(rest, limits, now):
        found.append(PlannedNotice(parts=tuple(rest), channels=channels_of(rest)))
    return tuple(found)


def _has_waited(parts: Sequence[tuple[Mention, ...]], limits: NoticeLimits, now: datetime) -> bool:
    since = min(mention.queued_at for part in parts for mention in part)
    return now - since >= timedelta(seconds=limits.summary_after_s)


def channels_of(parts: Sequence[tuple[Mention, ...]]) -> tuple[str, ...]:
    """Return the names of the channels of mentions, each once."""
    return tuple(dict.fromkeys(name for part in parts for mention in part for name in mention.channels))


def is_quiet(hours: QuietHours, at: time) -> bool:
    """Return whether a local time of day is in the quiet hours, which may include midnight."""
    begins, until = time.fromisoformat(hours.begins), time.fromisoformat(hours.until)
    return begins <= at < until if begins <= until else at >= begins or at < until


def retry_delay_s(attempts: int) -> float:
    """Return the pause after a failed attempt: 15 seconds, doubled each time, a quarter of an hour at most."""
    return min(15.0 * 2.0 ** min(max(attempts, 1) - 1, 10), 900.0)
