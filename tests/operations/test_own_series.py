"""What a console raises by itself of a series that it alone has: one alarm an episode, by the rules of everybody."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st
from readings_room import gauge

from tabuah.operations.alarms.alarm import Alarm, fold_alarm
from tabuah.operations.alarms.own_series import judge_own_series
from tabuah.operations.bodies import decode_body
from tabuah.operations.entries import Draft, Entry, subject_key
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.rules.defaults import default_rules

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
STATION = gauge()
IDS = count()


def judge(
    values: Sequence[float], alarms: Iterable[Alarm] = (), works: Iterable[MaintenanceWindow] = ()
) -> tuple[Draft, ...]:
    """What half-hourly values of the gauge lead to."""
    history = [(NOW + timedelta(minutes=30 * n), value) for n, value in enumerate(values)]
    return judge_own_series(
        STATION, "stage_m", history, rules=default_rules(), alarms=alarms, works=works, new_id=lambda: f"a{next(IDS)}"
    )


def work(*, begin_min: int, end_min: int, station: str = STATION.code) -> MaintenanceWindow:
    """Somebody works on a station between two minutes after the first value."""
    return MaintenanceWindow(
        id="w", stations=(station,), since=NOW + timedelta(minutes=begin_min), until=NOW + timedelta(minutes=end_min),
        reason="papan duga dibersihkan", planned_by="budi", planned_at=NOW, exercise=False,
    )  # fmt: skip


def folded(drafts: Iterable[Draft], before: dict[str, Alarm] | None = None) -> dict[str, Alarm]:
    """The alarms after the drafts have become entries."""
    alarms = dict(before or {})
    for draft in drafts:
        entry = Entry(
            id="e", device="d", n=1, prev="", actor="budi", grant="", subject=draft.subject, kind=draft.kind,
            body=draft.body, at=NOW, exercise=draft.exercise,
        )  # fmt: skip
        key = subject_key(draft.subject)
        alarm = fold_alarm(alarms.get(key), entry, decode_body(entry))
        assert alarm is not None
        alarms[key] = alarm
    return alarms


def test_a_value_over_the_thresholds_raises_each_level_once():
    alarms = folded(judge([1.0, 3.0])).values()
    assert {alarm.rule for alarm in alarms} == {"tma-siaga-2", "tma-siaga-3"}
    assert all(alarm.is_active and alarm.onset_at == NOW + timedelta(minutes=30) for alarm in alarms)


def test_an_episode_that_has_its_alarm_gets_no_other():
    known = folded(judge([1.0, 3.0]))
    assert judge([1.0, 3.0, 3.1], known.values()) == ()


def test_a_value_that_is_back_ends_the_alarm_that_is_known():
    known = folded(judge([1.0, 3.0]))
    ended = folded(judge([1.0, 3.0, 1.0], known.values()), known)
    assert [alarm.cleared_at for alarm in ended.values()] == [NOW + timedelta(hours=1)] * 2


def test_what_is_over_and_had_no_alarm_is_no_news():
    assert judge([1.0, 3.0, 1.0]) == ()
    assert judge([1.0, 1.1, 1.2]) == ()
    assert judge([]) == ()


def test_what_is_read_while_somebody_works_on_the_station_raises_nothing():
    assert judge([1.0, 3.0], works=[work(begin_min=20, end_min=60)]) == ()
    assert judge([1.0, 3.0], works=[work(begin_min=20, end_min=60, station="OTHER")])


def test_what_is_read_while_somebody_works_on_the_station_ends_nothing():
    known = folded(judge([1.0, 3.0]))
    assert judge([1.0, 3.0, 0.0], known.values(), [work(begin_min=50, end_min=90)]) == ()


def test_work_does_not_raise_what_was_read_before_it_and_nobody_was_told_of():
    assert judge([1.0, 3.0, 3.0], works=[work(begin_min=50, end_min=90)]) == ()


def test_after_the_work_a_high_value_raises_from_when_it_was_read():
    alarms = folded(judge([1.0, 4.0, 3.0], works=[work(begin_min=20, end_min=50)])).values()
    assert {alarm.rule for alarm in alarms} == {"tma-siaga-2", "tma-siaga-3"}
    assert all(alarm.onset_at == NOW + timedelta(hours=1) for alarm in alarms)


@given(st.lists(st.floats(0, 5), max_size=12))
def test_however_values_come_a_rule_has_at_most_one_open_alarm_and_none_when_the_river_is_down(values: list[float]):
    alarms: dict[str, Alarm] = {}
    for n in range(1, len(values) + 1):
        alarms = folded(judge(values[:n], alarms.values()), alarms)
        open_rules = [alarm.rule for alarm in alarms.values() if alarm.is_active]
        assert len(open_rules) == len(set(open_rules))
        if values[n - 1] < 1.5:
            assert not open_rules
