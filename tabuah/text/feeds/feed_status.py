"""Text about feeds and gateways: health, age, problem and counts."""

from datetime import datetime

from tabuah.operations.feeds.feed_health import FeedHealth, FeedState
from tabuah.resources.localisation import _, format_age, ngettext
from tabuah.text.alarms.evidence import describe_frozen_feed

_STATES = {
    FeedState.WAITING: "not asked yet",
    FeedState.WORKING: "works",
    FeedState.FAILING: "fails",
    FeedState.LOST: "lost",
    FeedState.FROZEN: "frozen",
}


def describe_feed_state(feed: FeedHealth) -> str:
    return _(_STATES[feed.state])


def describe_feed_age(feed: FeedHealth, now: datetime) -> str:
    """Describe when the feed last answered and when it last had new content."""
    worked = _("never worked")
    if feed.last_success_at is not None:
        worked = _("worked {age} ago").format(age=format_age(now - feed.last_success_at))
    if feed.last_change_at is None:
        return worked
    return worked + " · " + _("something new {age} ago").format(age=format_age(now - feed.last_change_at))


def describe_feed_problem(feed: FeedHealth) -> str:
    """Describe the problem of the feed; empty without one."""
    if feed.error:
        return feed.error
    if feed.state is FeedState.FROZEN:
        return describe_frozen_feed(feed.changes_within_h)
    if feed.moved_to:
        return _("it has moved for good: put {url} into feeds.toml").format(url=feed.moved_to)
    return ""


def describe_feed_counts(feed: FeedHealth) -> str:
    """Count new, corrected and skipped items and rejected answers."""
    parts = [
        ngettext("{n} new", "{n} new", feed.new).format(n=feed.new),
        ngettext("{n} corrected", "{n} corrected", feed.revised).format(n=feed.revised) if feed.revised else "",
        ngettext("{n} put aside", "{n} put aside", feed.set_aside).format(n=feed.set_aside) if feed.set_aside else "",
        ngettext("{n} answer refused", "{n} answers refused", feed.refused).format(n=feed.refused)
        if feed.refused
        else "",
    ]
    return " · ".join(part for part in parts if part)


def describe_gateway(last_message_at: datetime | None, readings: int, now: datetime) -> str:
    text = ngettext("{n} reading", "{n} readings", readings).format(n=readings)
    if last_message_at is None:
        return text
    return f"{text} · " + _("last message {age} ago").format(age=format_age(now - last_message_at))
