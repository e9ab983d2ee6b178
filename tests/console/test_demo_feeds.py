"""The feeds of the demonstration are made up, served on this machine, and an exercise in all they lead to."""

from datetime import UTC, datetime
from pathlib import Path

from readings_room import Clock

from tabuah.console.demo.made_up_feeds import made_up_feeds
from tabuah.server.administration import write_first_rules
from tabuah.server.feeds.service import FeedsService
from tabuah.server.feeds.sources import described_feeds
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.protocol import FeedState


def test_what_is_made_up_is_read_without_a_doubt_and_is_an_exercise(tmp_path: Path):
    directory = tmp_path / "server"
    with made_up_feeds(directory), ServerJournal.open(directory, clock=Clock(datetime.now(UTC))) as journal:
        write_first_rules(journal)
        service = FeedsService(journal, described_feeds(directory), asking=True)
        service.load()
        service.ask_due()
        service.settle()
        feeds = service.health().feeds
        service.stop()
        told = [s.value for kind in ("earthquake", "warning", "alarm") for s in journal.states_of_kind(kind).values()]
    assert [(feed.state, feed.set_aside, feed.exercise) for feed in feeds] == [(FeedState.WORKING, 0, True)] * 2
    assert len(told) == 4  # an earthquake, a warning, and an alarm of each
    assert all(value.exercise for value in told)
