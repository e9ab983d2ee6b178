"""Flood protection: one message a group, summaries beyond the limit, quiet hours, and nothing lost."""

from datetime import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.notice_servers import later

from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.flood_limits import Mention, NoticePlan, is_quiet, plan_notices, retry_delay_s
from tabuah.operations.notices.settings import NoticeLimits, QuietHours

LIMITS = NoticeLimits()
EACH_ITS_GROUP = {f"a{number}": number for number in range(400)}
NIGHT = QuietHours(begins="22:00", until="05:00")


def mention(number: int, severity: AlarmSeverity = AlarmSeverity.HIGH, **fields: Any) -> Mention:
    known: dict[str, Any] = {"occasion": "alarm", "channels": ("surel",), "queued_at": later(0)}
    return Mention(contact="c", subject=f"a{number}", severity=severity, **(known | fields))


def plan(waiting: list[Mention], sent: list[Mention] | None = None, **fields: Any) -> NoticePlan:
    known: dict[str, Any] = {"used": 0, "quiet": None, "now": later(1), "groups": EACH_ITS_GROUP} | fields
    return plan_notices(waiting, sent or [], known.pop("groups"), LIMITS, **known)


def subjects_of(found: NoticePlan) -> list[list[str]]:
    return [[each.subject for part in notice.parts for each in part] for notice in found.notices]


def test_alarms_of_one_group_are_one_message_led_by_the_worst():
    found = plan([mention(1), mention(2, AlarmSeverity.CRITICAL)], groups={"a1": 7, "a2": 7})
    assert subjects_of(found) == [["a2", "a1"]]
    assert not found.notices[0].is_summary


def test_later_alarm_of_a_group_is_covered_unless_it_is_worse():
    sent = [mention(1, notice="n")]
    groups = {"a1": 7, "a2": 7}
    assert plan([mention(2)], sent, groups=groups).covered == (mention(2, notice="n"),)
    worse = plan([mention(2, AlarmSeverity.CRITICAL)], sent, groups=groups)
    assert (subjects_of(worse), worse.covered) == ([["a2"]], ())


def test_escalation_is_never_covered():
    found = plan([mention(1, occasion="escalation/1")], [mention(1, notice="n")])
    assert subjects_of(found) == [["a1"]]


def test_flood_gets_nine_messages_then_a_summary_of_all_others():
    waiting = [mention(number) for number in range(300)]
    first = plan(waiting)
    assert [len(each) for each in subjects_of(first)] == [1] * 9
    known = {alarm for each in subjects_of(first) for alarm in each}
    rest = [each for each in waiting if each.subject not in known]
    assert subjects_of(plan(rest, used=9, now=later(59))) == []
    (summary,) = plan(rest, used=9, now=later(60)).notices
    assert {each.subject for part in summary.parts for each in part} == {each.subject for each in rest}
    assert plan(rest, used=10, now=later(600)).notices == ()


def test_messages_through_two_channels_count_twice():
    both = ("surel", "sms")
    found = plan([mention(number, channels=both) for number in range(9)])
    assert sum(len(notice.channels) for notice in found.notices) == 8


def test_worst_groups_are_sent_first():
    waiting = [*(mention(number) for number in range(12)), mention(12, AlarmSeverity.CRITICAL)]
    assert subjects_of(plan(waiting))[0] == ["a12"]


def test_quiet_hours_hold_back_what_is_not_urgent():
    waiting = [mention(1), mention(2, AlarmSeverity.CRITICAL)]
    assert subjects_of(plan(waiting, quiet=NIGHT)) == [["a2"]]
    assert plan(waiting, quiet=NIGHT).covered == ()


@pytest.mark.parametrize(("at", "quiet"), [("21:59", False), ("22:00", True), ("04:59", True), ("05:00", False)])
def test_quiet_hours_may_include_midnight(at: str, quiet: bool):
    assert is_quiet(NIGHT, time.fromisoformat(at)) is quiet
    day = QuietHours(begins="12:00", until="13:00")
    assert [is_quiet(day, time(hour)) for hour in (11, 12, 13)] == [False, True, False]


def test_retries_come_later_and_later_up_to_a_quarter_of_an_hour():
    assert [retry_delay_s(n) for n in (1, 2, 3, 7, 50)] == [15, 30, 60, 900, 900]


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.sampled_from(AlarmSeverity), st.booleans(), st.integers(0, 600)), max_size=60
    )
)
def test_any_flood_stays_in_the_limit_and_mentions_every_alarm(arrivals: list[tuple[int, AlarmSeverity, bool, int]]):
    """Plan once a second while alarms arrive: at most ten messages in ten minutes, and in the end none waits."""
    due = [
        (at, mention(number, severity, channels=("surel", "sms") if two else ("surel",), queued_at=later(at)))
        for number, (group, severity, two, at) in enumerate(arrivals)
    ]
    groups = {f"a{number}": group for number, (group, *_rest) in enumerate(arrivals)}
    waiting: list[Mention] = []
    sent: list[Mention] = []
    messages: list[int] = []
    for second in range(0, 2_400, 20):
        waiting += [each for at, each in due if second - 20 < at <= second]
        used = sum(second - at < 600 for at in messages)
        found = plan(waiting, sent, groups=groups, used=used, now=later(second))
        messages += [second for notice in found.notices for _channel in notice.channels]
        sent += found.covered
        for number, notice in enumerate(found.notices):
            sent += [msgspec.structs.replace(m, notice=f"{second}-{number}") for part in notice.parts for m in part]
        known = {each.subject for each in sent}
        waiting = [each for each in waiting if each.subject not in known]
        assert sum(second - at < 600 for at in messages) <= 10
    assert waiting == []
