"""Response times between the steps of incidents, their percentiles and the arrival limit."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.window_values import NOW, incident

from tabuah.operations.codes import Hazard, Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.response_times import (
    Interval,
    SpanProblem,
    interval_figures,
    interval_span,
    measure_arrival_limit,
    percentile_90,
)

REPORTED = NOW - timedelta(hours=5)


def worked(key: str = "a", status: Status = Status.CLOSED, **minutes: float) -> Incident:
    """Return an incident that reached each step so many minutes after the report."""
    times = {Status(name): REPORTED + timedelta(minutes=after) for name, after in minutes.items()}
    return incident(
        id=key,
        hazard=Hazard.FIRE,
        status=status,
        reported_at=REPORTED,
        status_times={Status.REPORTED: REPORTED, **times},
    )


def test_intervals_are_the_times_between_steps() -> None:
    done = worked(verified=2, assigned=5, en_route=7, on_scene=14, contained=60, closed=90)
    spans = {interval: interval_span(done, interval, NOW) for interval in Interval}
    assert spans == {
        Interval.VERIFICATION: 120,
        Interval.DISPATCH: 180,
        Interval.ARRIVAL: 540,
        Interval.CONTAINMENT: 46 * 60,
        Interval.CLOSURE: 1_800,
        Interval.RESPONSE: 840,
        Interval.DURATION: 5_400,
    }


def test_skipped_step_is_missing() -> None:
    assert interval_span(worked(on_scene=14), Interval.VERIFICATION, NOW) is SpanProblem.MISSING


def test_step_that_was_taken_back_is_missing() -> None:
    reopened = worked(status=Status.ON_SCENE, on_scene=14, contained=60, closed=90)
    assert interval_span(reopened, Interval.DURATION, NOW) is SpanProblem.MISSING
    assert interval_span(reopened, Interval.RESPONSE, NOW) == 840


@pytest.mark.parametrize("minutes", [-1, 301])
def test_time_before_the_report_or_in_the_future_is_impossible(minutes: float) -> None:
    assert interval_span(worked(verified=minutes), Interval.VERIFICATION, NOW) is SpanProblem.IMPOSSIBLE


HOSTILE = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    st.dictionaries(st.sampled_from(list(Status)), HOSTILE),
    HOSTILE,
    st.sampled_from(list(Status)),
    st.sampled_from(list(Interval)),
)
def test_interval_is_never_negative_or_longer_than_until_now(
    times: dict[Status, datetime], reported_at: datetime, status: Status, interval: Interval
) -> None:
    span = interval_span(incident(status=status, status_times=times, reported_at=reported_at), interval, NOW)
    assert isinstance(span, SpanProblem) or 0 <= span <= (NOW - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()


def test_fewer_than_five_give_no_percentile() -> None:
    found = interval_figures(Interval.RESPONSE, [(str(number), 60.0 * number) for number in range(4)])
    assert (found.n, found.median_s, found.p90_s, found.longest_s) == (4, None, None, 180)


def test_percentiles_are_those_of_excel() -> None:
    spans = [(str(number), float(number)) for number in (15, 20, 35, 40, 50)]
    found = interval_figures(Interval.RESPONSE, [*spans, ("x", SpanProblem.IMPOSSIBLE), ("y", SpanProblem.MISSING)])
    assert (found.median_s, found.p90_s) == (35, 46)  # PERCENTILE.INC({15;20;35;40;50};0,9)
    assert found.measured == ("50", "40", "35", "20", "15")
    assert (found.impossible, found.missing) == (("x",), ("y",))


@given(st.lists(st.floats(0, 1e9), min_size=5, max_size=60))
def test_percentile_lies_between_the_values_and_above_nine_tenths(values: list[float]) -> None:
    p90 = percentile_90(values)
    assert p90 is not None
    assert min(values) <= p90 * (1 + 1e-9)
    assert p90 <= max(values) * (1 + 1e-9)
    assert sum(value <= p90 * (1 + 1e-9) for value in values) >= 0.9 * (len(values) - 1)


@given(st.lists(st.one_of(st.floats(0, 1e9), st.sampled_from(list(SpanProblem))), max_size=40))
def test_every_incident_is_in_exactly_one_list(spans: list[float | SpanProblem]) -> None:
    found = interval_figures(Interval.CLOSURE, [(str(number), span) for number, span in enumerate(spans)])
    assert sorted((*found.measured, *found.missing, *found.impossible)) == sorted(map(str, range(len(spans))))


@pytest.mark.parametrize(
    ("case", "result"),
    [
        (worked(on_scene=15), "met"),
        (worked(on_scene=15.1), "missed"),
        (worked(status=Status.EN_ROUTE, en_route=3), "missed"),  # five hours ago
        (worked(on_scene=-5), "unknown"),
        (worked(on_scene=400), "unknown"),
        (worked(), "unknown"),  # closed without an arrival
        (incident(hazard=Hazard.FIRE, reported_at=NOW - timedelta(minutes=4)), "running"),
        (incident(hazard=Hazard.FIRE, reported_at=NOW + timedelta(minutes=4)), "unknown"),
    ],
)
def test_arrival_limit_of_the_profile(case: Incident, result: str) -> None:
    found = measure_arrival_limit([case], NOW)
    assert getattr(found, result) == (case.id,)
    assert found.share is None


def test_hazard_without_limit_is_not_judged() -> None:
    found = measure_arrival_limit([incident(hazard=Hazard.DROUGHT)], NOW)
    assert not (found.met)
    assert not (found.missed)
    assert not (found.running)
    assert not (found.unknown)


def test_share_needs_five_results() -> None:
    many = [worked(str(minute), on_scene=minute) for minute in (5, 10, 14, 20, 30)]
    assert measure_arrival_limit(many, NOW).share == 0.6
