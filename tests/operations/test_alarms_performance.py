"""The figures of the alarms are right on small cases that can be counted by hand."""

from datetime import datetime, timedelta

import pytest
from sensors import START, alarm, minutes

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.flooding import floods_in, peak_in
from tabuah.operations.alarms.performance import Performance, performance_of
from tabuah.operations.alarms.performance_telling import figures_of
from tabuah.operations.levels import AlarmSeverity

DAY = timedelta(days=1)
CRITICAL, HIGH, ATTENTION = AlarmSeverity.CRITICAL, AlarmSeverity.HIGH, AlarmSeverity.ATTENTION


def raised(minute: float, **fields: object) -> Alarm:
    known = {
        "id": f"{fields.get('station', 'S')}-{minute}",
        "raised_at": minutes(minute),
        "onset_at": minutes(minute),
    }
    return alarm(**(known | fields))


def of_a_day(*alarms: Alarm, operators: int = 1) -> Performance:
    return performance_of(alarms, since=START, until=START + DAY, operators=operators)


def kept(found: Performance) -> dict[str, bool | None]:
    return {figure.code: figure.is_kept for figure in figures_of(found)}


def test_the_rate_is_for_one_operator_in_ten_minutes():
    alarms = [raised(minute) for minute in range(0, 1440, 5)]
    assert of_a_day(*alarms).rate == 2.0
    assert of_a_day(*alarms, operators=2).rate == 1.0


def test_the_peak_is_found_wherever_its_ten_minutes_begin():
    times = [minutes(m) for m in (2, 8, 9, 11, 12.5, 13, 40)]
    assert peak_in(times) == (5, minutes(8))
    assert peak_in([]) == (0, None)


def test_eleven_in_ten_minutes_are_a_flood_and_ten_are_none():
    ten = [minutes(m * 0.9) for m in range(10)]
    assert floods_in(ten, until=START + DAY) == ()
    (flood,) = floods_in([*ten, minutes(9.5)], until=START + DAY)
    assert (flood.since, flood.count) == (START, 11)
    assert START + timedelta(minutes=10) <= flood.until <= START + timedelta(minutes=20)


def test_a_flood_lasts_until_ten_minutes_brought_fewer_than_five():
    times = sorted([minutes(m * 0.5) for m in range(20)] + [minutes(m) for m in range(10, 60, 2)])
    (flood,) = floods_in(times, until=START + DAY)
    assert minutes(58) <= flood.until <= minutes(68)
    assert flood.count == len(times)


def test_two_floods_are_two_and_one_that_goes_on_ends_with_the_span():
    burst = [minutes(m * 0.1) for m in range(30)]
    later = [at + timedelta(hours=5) for at in burst]
    assert len(floods_in([*burst, *later], until=START + DAY)) == 2
    (cut,) = floods_in(burst, until=minutes(4))
    assert cut.until == minutes(4)


def test_the_share_of_time_in_floods_is_told():
    found = of_a_day(*(raised(m * 0.1) for m in range(30)))
    assert len(found.floods) == 1
    assert 10 / 1440 <= found.flood_share <= 20 / 1440
    assert (kept(found)["floods"], kept(found)["peak"]) == (False, False)


def test_what_was_up_for_more_than_a_day_at_the_end_is_standing_though_it_came_before():
    old = raised(-60, station="old")
    ended = raised(-60, station="ended", cleared_at=minutes(100))
    ended_later = raised(-60, station="ended-later", cleared_at=minutes(3000))
    found = of_a_day(old, ended, ended_later, raised(10, station="new"))
    assert set(found.standing) == {old.id, ended_later.id}
    assert found.raised == 1


@pytest.mark.parametrize(("episodes", "chatters"), [(3, False), (4, True)])
def test_a_point_that_comes_again_and_again_within_an_hour_chatters(episodes: int, chatters: bool):
    alarms = [raised(m * 15, station="X") for m in range(episodes)]
    alarms += [raised(m * 120, station="Y") for m in range(8)]
    found = of_a_day(*alarms)
    assert [point.station for point in found.chattering] == (["X"] if chatters else [])
    assert not chatters or found.chattering[0].count == episodes


def test_the_busiest_points_come_first_and_their_share_is_told():
    alarms = [raised(m, station="busy") for m in range(0, 600, 60)]
    alarms += [raised(m + n * 0.5, station=f"S-{n:02d}") for n, m in enumerate(range(0, 1200, 60))]
    found = of_a_day(*alarms)
    assert (found.top[0].station, found.top[0].count, len(found.top)) == ("busy", 10, 10)
    assert found.top_share == pytest.approx(19 / 30)


def test_answers_are_counted_in_the_middle_and_for_nine_of_ten():
    answered = [
        raised(0, station=f"S-{n}", acknowledged_at=START + timedelta(seconds=60 * n), acknowledged_by="ani")
        for n in range(1, 12)
    ]
    found = of_a_day(*answered, raised(0, station="none"))
    assert (found.answered, found.answer_median_s, found.answer_p90_s) == (11, 360.0, 600.0)
    early = raised(0, acknowledged_at=minutes(-5), acknowledged_by="ani")
    assert of_a_day(early).answer_median_s == 0.0
    assert of_a_day(raised(0)).answer_median_s is None


def test_shares_of_severities_are_judged_only_where_there_are_enough():
    few = of_a_day(raised(0), raised(1, severity=HIGH))
    assert (few.share_of(CRITICAL), kept(few)["share_critical"]) == (0.5, None)
    many = [raised(m * 30, severity=ATTENTION, station=f"A{m}") for m in range(17)]
    many += [raised(m * 30, severity=HIGH, station=f"H{m}") for m in range(2)]
    good = of_a_day(*many, raised(3))
    assert [kept(good)[f"share_{s}"] for s in ("critical", "high", "attention")] == [True, True, True]
    assert kept(of_a_day(*(raised(m) for m in range(0, 900, 30))))["share_critical"] is False


def test_an_exercise_is_never_counted():
    found = of_a_day(*(raised(m * 0.1, exercise=True) for m in range(50)))
    assert (found.raised, found.peak, found.floods, found.top) == (0, 0, (), ())
    assert found.rate == 0.0


def test_a_span_without_alarms_keeps_everything():
    assert False not in kept(of_a_day()).values()


def test_every_ten_minutes_has_its_count_for_the_chart():
    found = performance_of([raised(0), raised(9.9), raised(10), raised(25)], since=START, until=minutes(25.5))
    assert found.by_slot == (2, 1, 1)


def test_a_span_of_no_time_and_alarms_after_it_do_no_harm():
    found = performance_of([raised(0)], since=START, until=START)
    assert (found.raised, found.rate, found.flood_share) == (0, 0.0, 0.0)


def test_a_long_span_is_counted_in_one_pass():
    times: list[datetime] = [START + timedelta(seconds=7 * n) for n in range(20_000)]
    (flood,) = floods_in(times, until=times[-1])
    assert flood.count >= 19_990
