"""Alerts of feeds as messages: chosen by severity and area, once, in the world of the feed, with later ones."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.cap_documents import cap_document, cap_info, reference

from tabuah.operations.feeds.alert_choice import AlertChoice
from tabuah.operations.feeds.cap_alert import CapSeverity, CapUrgency
from tabuah.operations.feeds.cap_parser import parse_cap
from tabuah.operations.feeds.sources import (
    FeedContent,
    FeedSource,
    InvalidFeedSources,
    read_sources,
)
from tabuah.operations.messages.alert import AlertEnd
from tabuah.operations.messages.message import Message
from tabuah.server.journal import ServerJournal
from tabuah.server.messages.feed_alerts import FeedAlerts, account_of

NOW = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
LATER = "2026-12-02T09:30:00+07:00"
SEVERE = AlertChoice(severities=(CapSeverity.SEVERE, CapSeverity.EXTREME))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[ServerJournal]:
    with ServerJournal.open(tmp_path / "server", clock=lambda: NOW) as journal:
        yield journal


def source(choice: AlertChoice | None = SEVERE, *, exercise: bool = False) -> FeedSource:
    url = "https://example.org/rss"
    return FeedSource(name="bmkg", content=FeedContent.WARNINGS, url=url, messages=choice, exercise=exercise)


def offer(alerts: FeedAlerts, document: bytes, feed: FeedSource | None = None, *, is_near: bool = True) -> None:
    alerts.offer(feed or source(), parse_cap(document), is_near=is_near)


def recorded(journal: ServerJournal) -> list[Message]:
    values = (state.value for state in journal.states_of_kind("message").values())
    return sorted((each for each in values if isinstance(each, Message)), key=lambda each: each.sent_at)


def test_chosen_alert_is_recorded_once_also_after_a_restart(journal: ServerJournal):
    for alerts in (FeedAlerts(journal), FeedAlerts(journal)):
        offer(alerts, cap_document())
        offer(alerts, cap_document())
    (message,) = recorded(journal)
    assert (message.account, message.exercise, message.waits_at(NOW)) == (account_of(source()), False, True)
    assert message.position is not None


@pytest.mark.parametrize(
    ("document", "is_near"),
    [
        (cap_document(), False),
        (cap_document(infos=cap_info(severity="Minor")), True),
        (cap_document(status="Test"), True),
        (cap_document(message="Ack", infos=""), True),
        (cap_document("C", message="Cancel", references=reference("A9"), infos=""), True),
    ],
    ids=["elsewhere", "minor", "test", "receipt", "cancellation_of_an_unknown_one"],
)
def test_other_alerts_are_not_recorded(journal: ServerJournal, document: bytes, is_near: bool):
    offer(FeedAlerts(journal), document, is_near=is_near)
    assert recorded(journal) == []


def test_feed_without_a_choice_records_nothing(journal: ServerJournal):
    offer(FeedAlerts(journal), cap_document(), source(None))
    assert recorded(journal) == []


@pytest.mark.parametrize("restarted", [False, True])
def test_cancellation_and_weaker_update_of_a_recorded_alert_are_recorded(journal: ServerJournal, restarted: bool):
    alerts = FeedAlerts(journal)
    offer(alerts, cap_document())
    alerts = FeedAlerts(journal) if restarted else alerts
    weaker = cap_info(severity="Minor")
    update = cap_document("A2", message="Update", sent=LATER, references=reference("A1"), infos=weaker)
    offer(alerts, update, is_near=False)
    first, second = recorded(journal)
    assert first.alert_closure is not None
    assert (first.alert_closure.end, first.alert_closure.by) == (AlertEnd.UPDATED, second.id)


def test_alerts_of_an_exercise_feed_are_of_the_exercise(journal: ServerJournal):
    feed, alerts = source(exercise=True), FeedAlerts(journal)
    offer(alerts, cap_document(), feed)
    offer(alerts, cap_document("A3", message="Cancel", sent=LATER, references=reference("A1"), infos=""), feed)
    first, second = recorded(journal)
    assert (first.exercise, second.exercise) == (True, True)
    assert first.alert_closure is not None


def test_choice_matches_each_list():
    choice = AlertChoice(severities=(CapSeverity.SEVERE,), urgencies=(CapUrgency.IMMEDIATE,))
    unknown = parse_cap(cap_document()).infos[0].certainty
    assert choice.is_met(CapSeverity.SEVERE, CapUrgency.IMMEDIATE, unknown)
    assert not choice.is_met(CapSeverity.SEVERE, CapUrgency.FUTURE, unknown)
    assert not choice.is_met(CapSeverity.MINOR, CapUrgency.IMMEDIATE, unknown)
    assert AlertChoice().is_met(CapSeverity.MINOR, CapUrgency.PAST, unknown)


def test_choice_is_read_from_the_file_and_needs_warnings():
    feed = '[[feed]]\nname = "a"\ncontent = "{}"\nurl = "https://example.org/x"\n'
    text = f'{feed}messages = {{{{ severities = ["Severe"] }}}}\n'
    (found,) = read_sources(text.format("warnings")).feed
    assert found.messages == AlertChoice(severities=(CapSeverity.SEVERE,))
    with pytest.raises(InvalidFeedSources, match="messages"):
        read_sources(text.format("earthquakes"))
    with pytest.raises(InvalidFeedSources, match="severities"):
        read_sources(text.format("warnings").replace("Severe", "Bad"))
