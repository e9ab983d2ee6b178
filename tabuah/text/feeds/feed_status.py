"""Text about feeds and gateways: health, age, problem, counts and facts."""

from collections.abc import Iterable
from datetime import datetime

from tabuah.operations.feeds.feed_health import FeedHealth, FeedState
from tabuah.resources.localisation import _, format_age, format_moment, ngettext
from tabuah.text.alarms.evidence import describe_frozen_feed
from tabuah.text.facts import Fact, Facts, known_facts

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


def list_feed_facts(feed: FeedHealth, now: datetime) -> Facts:
    """Return the facts of a feed without empty values; of the quarantined items the newest five."""
    quarantined = "\n".join(f"{format_moment(item.at)}: {item.reason}" for item in feed.asides[:5])
    facts = (
        (_("Problem"), describe_feed_problem(feed)),
        (_("Last"), describe_feed_age(feed, now)),
        (_("Came"), describe_feed_counts(feed)),
        (_("Forecast"), "\n".join(feed.said)),
        (_("Put aside"), quarantined),
        (_("Next try"), format_moment(feed.next_try_at) if feed.next_try_at else ""),
        (_("Address"), feed.url),
    )
    return known_facts(facts)


def describe_gateways(broker: str) -> str:
    return _("MQTT gateways · {broker}").format(broker=broker)


def describe_broker_state(*, connected: bool, error: str) -> str:
    if not connected:
        return _("lost")
    return _("some data is missing") if error else _("works")


def describe_connection_start(since: datetime | None) -> str:
    """Describe the time of the last connection; empty without one."""
    return _("since {moment}").format(moment=format_moment(since)) if since else ""


def list_gateway_facts(error: str, gateways: Iterable[Fact]) -> Facts:
    """Return the problem of the broker, if any, then the gateways."""
    return known_facts(((_("Problem"), error),)) + tuple(gateways)
