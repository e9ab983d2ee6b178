"""How a feed fares, in words: what its state is, since when, what came and what did not."""

from datetime import datetime

from tabuah.operations.alarms.link_telling import frozen_words
from tabuah.resources.catalogue import _, ngettext
from tabuah.resources.formats import format_age
from tabuah.storage.journal.protocol import FeedHealth, FeedState

_STATES = {
    FeedState.WAITING: "not asked yet",
    FeedState.WORKING: "works",
    FeedState.FAILING: "fails",
    FeedState.LOST: "lost",
    FeedState.FROZEN: "frozen",
}


def state_word(feed: FeedHealth) -> str:
    """Its state in a word or two."""
    return _(_STATES[feed.state])


def age_line(feed: FeedHealth, now: datetime) -> str:
    """When it worked last and when it had something new last."""
    worked = _("never worked")
    if feed.last_success_at is not None:
        worked = _("worked {age} ago").format(age=format_age(now - feed.last_success_at))
    if feed.last_change_at is None:
        return worked
    return worked + " · " + _("something new {age} ago").format(age=format_age(now - feed.last_change_at))


def problem_line(feed: FeedHealth) -> str:
    """What is wrong; empty where nothing is."""
    if feed.error:
        return feed.error
    if feed.state is FeedState.FROZEN:
        return frozen_words(feed.changes_within_h)
    if feed.moved_to:
        return _("it has moved for good: put {url} into feeds.toml").format(url=feed.moved_to)
    return ""


def counts_line(feed: FeedHealth) -> str:
    """What came, and what was put aside."""
    parts = [
        ngettext("{n} new", "{n} new", feed.new).format(n=feed.new),
        ngettext("{n} corrected", "{n} corrected", feed.revised).format(n=feed.revised) if feed.revised else "",
        ngettext("{n} put aside", "{n} put aside", feed.set_aside).format(n=feed.set_aside) if feed.set_aside else "",
        ngettext("{n} answer refused", "{n} answers refused", feed.refused).format(n=feed.refused)
        if feed.refused
        else "",
    ]
    return " · ".join(part for part in parts if part)
