"""Messages are worked on in the order in which they came, and become late and overdue."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tabuah.operations.messages import answer_templates, waiting_list
from tabuah.operations.messages.message import Closing, ClosingReason, Message, MessageChannel
from tabuah.operations.messages.waiting_list import WaitingTime, sort_for_work, waiting_age, waiting_time
from tabuah.resources.regency import shipped_regency
from tabuah.resources.regency_profile import AnswerTemplate, MessageTimes

NOW = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)


def message(key: str, minutes_ago: float, **fields: object) -> Message:
    at = NOW - timedelta(minutes=minutes_ago)
    return Message(
        id=key,
        channel=MessageChannel.WHATSAPP,
        account="wa",
        received_entry=f"entry-{key}",
        sent_at=at,
        received_at=at,
        changed_at=at,
        **fields,
    )


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, WaitingTime.SHORT),
        (4.99, WaitingTime.SHORT),
        (5, WaitingTime.LATE),
        (14.99, WaitingTime.LATE),
        (15, WaitingTime.OVERDUE),
        (600, WaitingTime.OVERDUE),
    ],
)
def test_message_becomes_late_then_overdue(minutes: float, expected: WaitingTime):
    assert waiting_time(message("a", minutes), NOW) is expected


def test_message_of_a_server_whose_clock_is_ahead_waits_for_no_time():
    assert waiting_age(message("a", -3), NOW) == timedelta()


def test_oldest_waiting_message_comes_first_and_newest_of_the_others_after_them():
    closed = Closing(reason=ClosingReason.PRANK, at=NOW, by="ani")
    messages = [
        message("closed-early", 50, closed=closed),
        message("waits-short", 1),
        message("linked", 5, incidents=("i1",)),
        message("waits-long", 40),
        message("automatic", 60, automatic=True),
    ]
    ordered = [each.id for each in sort_for_work(messages, NOW)]
    assert ordered == ["waits-long", "waits-short", "linked", "closed-early", "automatic"]


def test_limits_of_the_wait_are_those_of_the_profile(monkeypatch: pytest.MonkeyPatch):
    times = MessageTimes(late_min=2, overdue_min=3)
    profile = msgspec.structs.replace(shipped_regency(), message_times=times)
    monkeypatch.setattr(waiting_list, "current_regency", lambda: profile)
    assert [waiting_time(message("a", age), NOW) for age in (1, 2, 3)] == list(WaitingTime)


def test_sentences_are_those_of_the_profile_in_both_languages(monkeypatch: pytest.MonkeyPatch):
    shipped = answer_templates.answer_templates()
    assert all(each.id and each.en for each in shipped)
    assert len({each.code for each in shipped}) == len(shipped)
    own = AnswerTemplate(code="siap", id="Siap.")
    profile = msgspec.structs.replace(shipped_regency(), message_answers=(own,))
    monkeypatch.setattr(answer_templates, "current_regency", lambda: profile)
    assert answer_templates.find_template("siap") is own
    assert (own.text("en"), answer_templates.find_template("received")) == ("Siap.", None)
