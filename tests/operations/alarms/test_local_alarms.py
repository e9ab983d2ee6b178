"""Alarms that a console raises for its own series: one per episode, by the same rules."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st
from support.readings_fixture import gauge

from tabuah.operations.alarms.alarm import Alarm, fold_alarm
from tabuah.operations.alarms.local_alarms import judge_local_series
from tabuah.operations.entries import Draft, Entry, Verdict, subject_key
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.rules.default_rules import default_rules

NOW = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
STATION = gauge()
IDS = count()


def judge(
    values: Sequence[float], alarms: Iterable[Alarm] = (), works: Iterable[MaintenanceWindow] = ()
) -> tuple[Draft, ...]:
    """Return the drafts for half-hourly values of the gauge."""
    history = [(NOW + timedelta(minutes=30 * n), value) for n, value in enumerate(values)]
    return judge_local_series(
        STATION, "stage_m", history, rules=default_rules(), alarms=alarms, works=works, new_id=lambda: f"a{next(IDS)}"
    )


def work(*, begin_min: int, end_min: int, station: str = STATION.code) -> MaintenanceWindow:
    """Return maintenance of a station, in minutes after the first value."""
    return MaintenanceWindow(
        id="w", stations=(station,), since=NOW + timedelta(minutes=begin_min), until=NOW + timedelta(minutes=end_min),
        reason="papan duga dibersihkan", planned_by="budi", planned_at=NOW, exercise=False,
    )  # fmt: skip


def folded(drafts: Iterable[Draft], before: dict[str, Alarm] | None = None) -> dict[str, Alarm]:
    """Return the alarms after the drafts' entries."""
    alarms = dict(before or {})
    for draft in drafts:
        entry = Entry(
            id="e", device="d", n=1, prev="", actor="budi", grant="", subject=draft.subject, kind=draft.kind,
            body=draft.body, at=NOW, exercise=draft.exercise,
        )  # fmt: skip
        key = subject_key(draft.subject)
        alarm = fold_alarm(alarms.get(key), entry, decode_body(entry), Verdict.ACCEPTED)
        assert alarm is not None
        alarms[key] = alarm
    return alarms


def test_local_series_raises_each_level_once():
    alarms = folded(judge([1.0, 3.0])).values()
    assert {alarm.rule for alarm in alarms} == {"tma-siaga-2", "tma-siaga-3"}
    assert all(alarm.is_active and alarm.onset_at == NOW + timedelta(minutes=30) for alarm in alarms)


def test_local_series_adopts_existing_alarm():
    known = folded(judge([1.0, 3.0]))
    assert judge([1.0, 3.0, 3.1], known.values()) == ()


def test_local_series_clears_known_alarm():
    known = folded(judge([1.0, 3.0]))
    ended = folded(judge([1.0, 3.0, 1.0], known.values()), known)
    assert [alarm.cleared_at for alarm in ended.values()] == [NOW + timedelta(hours=1)] * 2


def test_local_series_ignores_finished_episodes():
    assert judge([1.0, 3.0, 1.0]) == ()
    assert judge([1.0, 1.1, 1.2]) == ()
    assert judge([]) == ()


def test_local_series_raises_nothing_during_maintenance():
    assert judge([1.0, 3.0], works=[work(begin_min=20, end_min=60)]) == ()
    assert judge([1.0, 3.0], works=[work(begin_min=20, end_min=60, station="OTHER")])


def test_local_series_clears_nothing_during_maintenance():
    known = folded(judge([1.0, 3.0]))
    assert judge([1.0, 3.0, 0.0], known.values(), [work(begin_min=50, end_min=90)]) == ()


def test_local_series_ignores_values_before_maintenance():
    assert judge([1.0, 3.0, 3.0], works=[work(begin_min=50, end_min=90)]) == ()


def test_local_series_raises_after_maintenance():
    alarms = folded(judge([1.0, 4.0, 3.0], works=[work(begin_min=20, end_min=50)])).values()
    assert {alarm.rule for alarm in alarms} == {"tma-siaga-2", "tma-siaga-3"}
    assert all(alarm.onset_at == NOW + timedelta(hours=1) for alarm in alarms)


@given(st.lists(st.floats(0, 5), max_size=12))
def test_local_series_has_at_most_one_alarm(values: list[float]):
    alarms: dict[str, Alarm] = {}
    for n in range(1, len(values) + 1):
        alarms = folded(judge(values[:n], alarms.values()), alarms)
        open_rules = [alarm.rule for alarm in alarms.values() if alarm.is_active]
        assert len(open_rules) == len(set(open_rules))
        if values[n - 1] < 1.5:
            assert not open_rules
