"""Incident performance of a period: counts, groups, comparison and workload."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.window_values import NOW, incident

from tabuah.operations.aid.aid_figures import AidLedger
from tabuah.operations.aid.aid_line import AidKind, AidLine, AidPlace, AidValues, AidVersion
from tabuah.operations.codes import Channel, Hazard, Status
from tabuah.operations.exercises.scope import exercise_scope
from tabuah.operations.incidents.entry_bodies import Figures
from tabuah.operations.incidents.incident import Incident, Observation
from tabuah.operations.incidents.performance import (
    Dimension,
    IncidentPerformance,
    PerformanceRequest,
    dimensions_of,
    measure_incidents,
)
from tabuah.operations.incidents.periods import own_period
from tabuah.operations.incidents.response_times import Interval
from tabuah.operations.units.missions import Mission

WEEK = own_period(NOW - timedelta(days=7), NOW, now=NOW)


def reported(key: str, hours_ago: float = 5, **changes: object) -> Incident:
    at = NOW - timedelta(hours=hours_ago)
    return incident(**{"id": key, "reported_at": at, "occurred_at": at, "updated_at": at, **changes})


def measured(*incidents: Incident, **changes: object) -> IncidentPerformance:
    return measure_incidents(incidents, PerformanceRequest(period=WEEK, **changes), as_of=NOW)  # type: ignore[arg-type]


def test_false_reports_and_merged_ones_are_listed_apart() -> None:
    found = measured(
        reported("a"), reported("b", status=Status.FALSE_REPORT), reported("c", status=Status.MERGED), reported("d")
    )
    assert (found.ids, found.false_reports, found.merged) == (("a", "d"), ("b",), ("c",))
    assert {group.code: group.n for group in found.groups[Dimension.STATUS]} == {
        "reported": 2,
        "false_report": 1,
        "merged": 1,
    }
    assert found.open == ("a", "d")


def test_period_without_incidents_has_no_percentiles() -> None:
    found = measured()
    assert found.n == 0
    assert all((each.n, each.median_s, each.p90_s) == (0, None, None) for each in found.intervals)
    assert found.arrival.share is None
    assert found.impact == ()


def test_incidents_count_in_the_period_of_their_report() -> None:
    found = measured(reported("now", 1), reported("before", 24 * 8), reported("older", 24 * 15))
    assert (found.ids, found.before.ids) == (("now",), ("before",))


def test_report_from_the_future_belongs_to_no_period() -> None:
    found = measured(reported("a"), reported("z", -3))
    assert (found.ids, found.future) == (("a",), ("z",))


def test_real_world_and_exercise_are_measured_apart() -> None:
    drill = reported("drill", exercise=True, exercise_ref="galodo")
    assert measured(reported("a"), drill).ids == ("a",)
    assert measured(reported("a"), drill, scope=exercise_scope("galodo")).ids == ("drill",)


def test_groups_use_local_time_and_count_an_incident_for_each_opd() -> None:
    evening = NOW.replace(day=20, hour=18)  # 01.00 WIB on Saturday, 21 November
    found = measured(reported("a", reported_at=evening, assignment=("BPBD", "Damkar"), channel=Channel.RADIO))
    codes = {dimension: [group.code for group in groups if group.n] for dimension, groups in found.groups.items()}
    assert [group.code for group in found.groups[Dimension.HOUR]] == [str(hour) for hour in range(24)]
    assert codes[Dimension.HOUR] == ["1"]
    assert codes[Dimension.WEEKDAY] == ["6"]
    assert codes[Dimension.DAY] == ["2026-11-21"]
    assert codes[Dimension.OPD] == ["BPBD", "Damkar"]
    assert codes[Dimension.CHANNEL] == ["radio"]
    assert codes[Dimension.NAGARI] == ["Koto Baru"]


def test_unknown_values_are_the_last_group() -> None:
    found = measured(reported("a", place=None), reported("b", place=None), reported("c"))
    assert [group.code for group in found.groups[Dimension.NAGARI]] == ["Koto Baru", ""]
    assert [group.code for group in found.groups[Dimension.OPD]] == [""]


def test_long_period_is_grouped_by_month() -> None:
    year = own_period(NOW - timedelta(days=365), NOW, now=NOW)
    assert Dimension.DAY not in dimensions_of(year)
    assert Dimension.MONTH not in dimensions_of(WEEK)


def test_response_times_are_given_for_each_group() -> None:
    fires = [
        reported(
            f"f{minutes}",
            hazard=Hazard.FIRE,
            status=Status.ON_SCENE,
            status_times={Status.ON_SCENE: NOW - timedelta(hours=5) + timedelta(minutes=minutes)},
        )
        for minutes in (5, 10, 15, 20, 30)
    ]
    found = measured(*fires, reported("flood"))
    (fire, flood) = found.groups[Dimension.HAZARD]
    response = {each.interval: each for each in fire.intervals}[Interval.RESPONSE]
    assert (fire.code, response.n, response.median_s, response.p90_s) == ("fire", 5, 900, 1_560)
    assert {each.interval: each for each in flood.intervals}[Interval.RESPONSE].missing == ("flood",)
    assert (len(found.arrival.met), len(found.arrival.missed)) == (3, 2)


def test_possible_duplicates_are_open_incidents_that_are_alike() -> None:
    found = measured(reported("a"), reported("b"), reported("c", status=Status.CLOSED))
    assert found.possible_duplicates == ("a", "b")


def test_impact_sums_known_statements_only() -> None:
    def stated(source: str, **figures: int) -> Observation:
        return Observation(entry=source, at=NOW, actor="ani", source=source, figures=Figures(**figures))

    found = measured(reported("a", observations=(stated("e", deaths=2),)), reported("b"))
    (impact,) = found.impact
    assert (impact.code, impact.total, impact.ids) == ("deaths", 2, ("a",))


def test_workload_counts_reports_steps_and_hours() -> None:
    at = NOW - timedelta(hours=5)
    worked = reported(
        "a",
        status=Status.ASSIGNED,
        reporter="ani",
        status_times={Status.VERIFIED: at, Status.ASSIGNED: NOW + timedelta(days=2)},
        status_actors={Status.REPORTED: "ani", Status.VERIFIED: "budi", Status.ASSIGNED: "budi"},
    )
    found = measured(worked)
    budi, ani = found.people
    assert (budi.user, budi.steps, budi.moved, budi.reported) == ("budi", 2, ("a",), ())
    assert (ani.user, ani.steps, ani.reported) == ("ani", 0, ("a",))
    assert [(each.hour, each.actions) for each in found.hours if each.actions] == [(9, 2)]  # the future is left out


def test_workload_of_a_unit_has_no_negative_times() -> None:
    def mission(incident_id: str, start_h: float, end_h: float | None) -> Mission:
        ended_at = None if end_h is None else NOW + timedelta(hours=end_h)
        return Mission(
            unit="TRC-1", incident=incident_id, started_at=NOW + timedelta(hours=start_h), ended_at=ended_at
        )

    missions = [mission("a", -4, -3), mission("b", -1, None), mission("c", -2, -3), mission("d", 1, None)]
    incidents = [reported(key) for key in "abcd"]
    found = measure_incidents(incidents, PerformanceRequest(period=WEEK), as_of=NOW, missions=missions)
    (unit,) = found.units
    assert (unit.ids, unit.impossible, unit.busy_s) == (("a", "b", "c", "d"), ("c", "d"), 7_200)


def test_measurement_can_be_cancelled_between_its_steps() -> None:
    def cancel() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        measure_incidents([], PerformanceRequest(period=WEEK), as_of=NOW, on_step=cancel)


HOSTILE = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
STATUSES = st.sampled_from(list(Status))


@settings(max_examples=60)
@given(st.lists(st.tuples(HOSTILE | st.just(NOW - timedelta(hours=2)), STATUSES, st.dictionaries(STATUSES, HOSTILE))))
def test_every_incident_is_counted_once_and_no_time_is_negative(
    rows: list[tuple[datetime, Status, dict[Status, datetime]]],
) -> None:
    incidents = [
        reported(str(number), reported_at=at, status=status, status_times=times)
        for number, (at, status, times) in enumerate(rows)
    ]
    found = measured(*incidents)
    within = {each.id for each in incidents if WEEK.has(each.reported_at)}
    apart = (*found.ids, *found.false_reports, *found.merged)
    assert len(apart) == len(set(apart))
    assert set(apart) == within
    for groups in (found.groups[Dimension.HAZARD], found.groups[Dimension.NAGARI], found.groups[Dimension.HOUR]):
        assert sum(group.n for group in groups) == found.n
    for each in found.intervals:
        assert each.longest_s is None or each.longest_s >= 0
        assert len(each.measured) + len(each.missing) + len(each.impossible) == found.n


def test_aid_of_merged_incidents_counts_for_the_other_one() -> None:
    values = AidValues(
        kind=AidKind.NEEDED, item="Tikar", unit="lembar", quantity_milli=5_000, place=AidPlace(incident="b")
    )
    version = AidVersion(entry="e", by="ani", at=NOW, written_at=NOW, values=values)
    ledger = AidLedger(lines=(AidLine(id="l", versions=(version,)),))
    incidents = [reported("a"), reported("b", status=Status.MERGED, merge_target="a")]
    request = PerformanceRequest(period=WEEK)
    [found] = measure_incidents(incidents, request, as_of=NOW, ledger=ledger).aid
    assert (found.item, found.short) == ("Tikar", ("a",))
    alone = [reported("b", status=Status.FALSE_REPORT)]
    assert measure_incidents(alone, request, as_of=NOW, ledger=ledger).aid == ()
