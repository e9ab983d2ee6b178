"""The sample feeds of the demonstration are served locally, and everything from them is an exercise."""

from datetime import UTC, datetime
from pathlib import Path

from support.readings_fixture import Clock

from tabuah.console.demo.sample_feeds import serve_sample_feeds
from tabuah.operations.feeds.feed_health import FeedState
from tabuah.server.administration import write_initial_rules
from tabuah.server.feeds.service import FeedsService
from tabuah.server.feeds.sources import load_feed_sources
from tabuah.server.journal import ServerJournal


def test_sample_feeds_are_valid_and_marked_exercise(tmp_path: Path):
    directory = tmp_path / "server"
    with serve_sample_feeds(directory), ServerJournal.open(directory, clock=Clock(datetime.now(UTC))) as journal:
        write_initial_rules(journal)
        service = FeedsService(journal, load_feed_sources(directory), asking=True)
        service.load()
        service.poll_due()
        service.update_alarms()
        feeds = service.health().feeds
        service.stop()
        told = [s.value for kind in ("earthquake", "warning", "alarm") for s in journal.states_of_kind(kind).values()]
    assert [(feed.state, feed.set_aside, feed.exercise) for feed in feeds] == [(FeedState.WORKING, 0, True)] * 2
    assert len(told) == 4  # an earthquake, a warning, and an alarm of each
    assert all(value.exercise for value in told)
