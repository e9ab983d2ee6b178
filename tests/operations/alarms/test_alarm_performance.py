"""Alarm performance figures, on small cases that can be counted by hand."""

from datetime import datetime, timedelta

import pytest
from support.sensor_samples import START, alarm, minutes

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.performance import AlarmPerformance, find_floods, find_peak, measure_performance
from tabuah.operations.exercises.scope import exercise_scope
from tabuah.operations.levels import AlarmSeverity
from tabuah.text.alarms.performance import performance_figures

DAY = timedelta(days=1)
CRITICAL, HIGH, ATTENTION = AlarmSeverity.CRITICAL, AlarmSeverity.HIGH, AlarmSeverity.ATTENTION


def raised(minute: float, **fields: object) -> Alarm:
    known = {
        "id": f"{fields.get('station', 'S')}-{minute}",
        "raised_at": minutes(minute),
        "onset_at": minutes(minute),
    }
    return alarm(**(known | fields))


def of_a_day(*alarms: Alarm, operators: int = 1) -> AlarmPerformance:
    return measure_performance(alarms, since=START, until=START + DAY, operators=operators)


def kept(found: AlarmPerformance) -> dict[str, bool | None]:
    return {figure.code: figure.is_kept for figure in performance_figures(found)}


def test_rate_is_per_operator_in_ten_minutes():
    alarms = [raised(minute) for minute in range(0, 1440, 5)]
    assert of_a_day(*alarms).rate == 2.0
    assert of_a_day(*alarms, operators=2).rate == 1.0


def test_peak_is_found_at_any_start():
    times = [minutes(m) for m in (2, 8, 9, 11, 12.5, 13, 40)]
    assert find_peak(times) == (5, minutes(8))
    assert find_peak([]) == (0, None)


def test_flood_starts_above_ten_alarms():
    ten = [minutes(m * 0.9) for m in range(10)]
    assert find_floods(ten, until=START + DAY) == ()
    (flood,) = find_floods([*ten, minutes(9.5)], until=START + DAY)
    assert (flood.since, flood.count) == (START, 11)
    assert START + timedelta(minutes=10) <= flood.until <= START + timedelta(minutes=20)


def test_flood_ends_below_five_alarms():
    times = sorted([minutes(m * 0.5) for m in range(20)] + [minutes(m) for m in range(10, 60, 2)])
    (flood,) = find_floods(times, until=START + DAY)
    assert minutes(58) <= flood.until <= minutes(68)
    assert flood.count == len(times)


def test_floods_are_counted_and_cut_at_end():
    burst = [minutes(m * 0.1) for m in range(30)]
    later = [at + timedelta(hours=5) for at in burst]
    assert len(find_floods([*burst, *later], until=START + DAY)) == 2
    (cut,) = find_floods(burst, until=minutes(4))
    assert cut.until == minutes(4)


def test_flood_share_is_computed():
    found = of_a_day(*(raised(m * 0.1) for m in range(30)))
    assert len(found.floods) == 1
    assert 10 / 1440 <= found.flood_share <= 20 / 1440
    assert (kept(found)["floods"], kept(found)["peak"]) == (False, False)


def test_standing_counts_alarms_active_for_a_day():
    old = raised(-60, station="old")
    ended = raised(-60, station="ended", cleared_at=minutes(100))
    ended_later = raised(-60, station="ended-later", cleared_at=minutes(3000))
    found = of_a_day(old, ended, ended_later, raised(10, station="new"))
    assert set(found.standing) == {old.id, ended_later.id}
    assert found.raised == 1


@pytest.mark.parametrize(("episodes", "chatters"), [(3, False), (4, True)])
def test_chattering_finds_points_repeating_within_an_hour(episodes: int, chatters: bool):
    alarms = [raised(m * 15, station="X") for m in range(episodes)]
    alarms += [raised(m * 120, station="Y") for m in range(8)]
    found = of_a_day(*alarms)
    assert [point.station for point in found.chattering] == (["X"] if chatters else [])
    assert not chatters or found.chattering[0].count == episodes


def test_top_points_are_sorted_with_their_share():
    alarms = [raised(m, station="busy") for m in range(0, 600, 60)]
    alarms += [raised(m + n * 0.5, station=f"S-{n:02d}") for n, m in enumerate(range(0, 1200, 60))]
    found = of_a_day(*alarms)
    assert (found.top[0].station, found.top[0].count, len(found.top)) == ("busy", 10, 10)
    assert found.top_share == pytest.approx(19 / 30)


def test_answer_times_give_median_and_p90():
    answered = [
        raised(0, station=f"S-{n}", acknowledged_at=START + timedelta(seconds=60 * n), acknowledged_by="ani")
        for n in range(1, 12)
    ]
    found = of_a_day(*answered, raised(0, station="none"))
    assert (found.answered, found.answer_median_s, found.answer_p90_s) == (11, 360.0, 600.0)
    early = raised(0, acknowledged_at=minutes(-5), acknowledged_by="ani")
    assert of_a_day(early).answer_median_s == 0.0
    assert of_a_day(raised(0)).answer_median_s is None


def test_severity_shares_need_enough_alarms():
    few = of_a_day(raised(0), raised(1, severity=HIGH))
    assert (few.share_of(CRITICAL), kept(few)["share_critical"]) == (0.5, None)
    many = [raised(m * 30, severity=ATTENTION, station=f"A{m}") for m in range(17)]
    many += [raised(m * 30, severity=HIGH, station=f"H{m}") for m in range(2)]
    good = of_a_day(*many, raised(3))
    assert [kept(good)[f"share_{s}"] for s in ("critical", "high", "attention")] == [True, True, True]
    assert kept(of_a_day(*(raised(m) for m in range(0, 900, 30))))["share_critical"] is False


def test_exercise_alarms_are_excluded():
    found = of_a_day(*(raised(m * 0.1, exercise=True) for m in range(50)))
    assert (found.raised, found.peak, found.floods, found.top) == (0, 0, (), ())
    assert found.rate == 0.0


def test_span_without_alarms_meets_recommendations():
    assert False not in kept(of_a_day()).values()


def test_slots_count_alarms_for_the_chart():
    found = measure_performance([raised(0), raised(9.9), raised(10), raised(25)], since=START, until=minutes(25.5))
    assert found.by_slot == (2, 1, 1)


def test_empty_span_and_later_alarms_are_harmless():
    found = measure_performance([raised(0)], since=START, until=START)
    assert (found.raised, found.rate, found.flood_share) == (0, 0.0, 0.0)


def test_long_span_is_counted_in_one_pass():
    times: list[datetime] = [START + timedelta(seconds=7 * n) for n in range(20_000)]
    (flood,) = find_floods(times, until=times[-1])
    assert flood.count >= 19_990


def test_period_without_alarms_is_not_judged():
    figures = [figure for figure in performance_figures(of_a_day()) if figure.recommended]
    assert {(figure.is_kept, figure.value, figure.note) for figure in figures} == {(None, "–", "tanpa data")}
    assert kept(of_a_day(raised(1)))["peak"] is True
    few = {figure.code: figure.note for figure in performance_figures(of_a_day(raised(1)))}
    assert few["top_share"] == "terlalu sedikit alarm"


def test_figures_of_exercise_count_its_own_alarms():
    drill = {"exercise": True, "exercise_ref": "galodo-1"}
    alarms = [raised(0), raised(1, **drill), raised(2, **drill), raised(3, exercise=True)]
    found = measure_performance(alarms, since=START, until=START + DAY, scope=exercise_scope("galodo-1"))
    assert found.raised == 2
