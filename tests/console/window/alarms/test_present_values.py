"""Present values of sums and changes in the window."""

from datetime import timedelta

from support.window_fixture import GAUGE, OpenWindow

from tabuah.operations.alarms.measured_values import MeasuredQuantity
from tabuah.operations.readings.reading import Reading
from tabuah.operations.rules.watches import Measure

SUM = MeasuredQuantity(station=GAUGE.code, parameter="rain_mm", measure=Measure.SUM, window_s=3600)


def rain(window: OpenWindow, *ago_and_mm: tuple[float, float]) -> None:
    now = window.console.services.state.now()
    window.console.services.readings.add_readings(
        [Reading(GAUGE.code, "rain_mm", now - timedelta(minutes=ago), mm) for ago, mm in ago_and_mm]
    )


def test_present_sum_follows_new_readings(window: OpenWindow) -> None:
    present = window.updates.alarms.present
    assert present.of(SUM) is None
    rain(window, (70, 50.0), *((ago, 5.0) for ago in range(55, 0, -5)))
    window.until(lambda: (found := present.of(SUM)) is not None and found.value == 55.0)
    rain(window, (0, 5.4))
    window.until(lambda: (found := present.of(SUM)) is not None and found.value == 60.4)
    found = present.of(SUM)
    assert found is not None
    assert found.is_whole


def test_present_sum_states_gaps(window: OpenWindow) -> None:
    rain(window, (50, 5.0), (0, 5.0))
    present = window.updates.alarms.present
    window.until(lambda: (found := present.of(SUM)) is not None and not found.is_whole)


def test_unknown_measure_has_no_present_value(window: OpenWindow) -> None:
    rain(window, (0, 5.0))
    unknown = MeasuredQuantity(station=GAUGE.code, parameter="rain_mm", measure=None)
    assert window.updates.alarms.present.of(unknown) is None
