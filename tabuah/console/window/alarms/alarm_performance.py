"""Performance figures of the alarms, measured on a worker, and their view.

The figures of ten thousand alarms take about 0.1 s, which is too long for the GUI thread.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

import msgspec

from tabuah.console.window.shared.window_context import WindowContext
from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.performance import AlarmPerformance, PointCount, measure_performance
from tabuah.operations.alarms.verification import (
    GaugesByKecamatan,
    VerificationInput,
    VerificationResult,
    rain_gauges,
    verify_all,
)
from tabuah.operations.exercises.scope import REAL_WORLD, ExerciseScope, plain_code
from tabuah.operations.rules.any_rule import AnyRule
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import format_moment
from tabuah.text.alarms.alarm_status import describe_alarm_count
from tabuah.text.alarms.performance import (
    MOST_IN_TEN_MINUTES,
    PerformanceFigure,
    chattering_label,
    describe_counted_alarms,
    performance_figures,
)
from tabuah.text.alarms.verification import all_verification_figures
from tabuah.text.exercises.exercise_text import scope_label
from tabuah.widgets.alarms.values import AlarmLine, AlarmRates, PerformanceRow, PerformanceView
from tabuah.widgets.values import Level


class MeasuredPerformance(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a period, the alarms they cover in the order of raising, and the mark of their exercise."""

    performance: AlarmPerformance
    verified: VerificationResult
    alarms: tuple[Alarm, ...]
    mark: str = ""


PerformanceQuery = Callable[[], MeasuredPerformance]


class PerformanceMeasurement:
    """Measures the alarm performance of a period.

    Lives on the GUI thread. One measurement runs at a time; of the requests made meanwhile, only the
    newest is kept.
    """

    def __init__(self, context: WindowContext) -> None:
        self._context = context
        self._rain_places = RainGaugesByKecamatan()
        self._is_measuring = False
        self._next: tuple[PerformanceQuery, Callable[[MeasuredPerformance], None]] | None = None

    def question(self, span: timedelta) -> PerformanceQuery:
        """Return a query over the last `span` for any thread; it captures the current snapshot."""
        state = self._context.state
        known, until, scope = self._known(), state.now(), state.scope
        since, mark = until - span, scope_label(scope, state.everything.exercises)

        def measure() -> MeasuredPerformance:
            performance = measure_performance(known.alarms, since=since, until=until, scope=scope)
            counted = (a for a in scope.select(known.alarms) if since <= a.raised_at < until)
            return MeasuredPerformance(
                performance=performance,
                verified=verify_all(known, since=since, until=until),
                alarms=tuple(sorted(counted, key=lambda alarm: alarm.raised_at)),
                mark=mark,
            )

        return measure

    def measure(self, span: timedelta, on_done: Callable[[MeasuredPerformance], None]) -> None:
        """Measure now, or as soon as the running measurement is finished."""
        self._next = self.question(span), on_done
        if not self._is_measuring:
            self._measure_next()

    def _measure_next(self) -> None:
        if self._next is None:
            return
        (question, on_done), self._next = self._next, None
        self._is_measuring = True

        def done(measured: MeasuredPerformance) -> None:
            self._is_measuring = False
            on_done(measured)
            self._measure_next()

        def failed(error: Exception) -> None:
            self._is_measuring = False
            self._context.notifier.error(error)
            self._measure_next()

        self._context.work.run(lambda _context: question(), on_done=done, on_error=failed)

    def _known(self) -> VerificationInput:
        snapshot, scope = self._context.state.snapshot, self._context.state.scope
        return VerificationInput(
            alarms=snapshot.alarms.values(),
            incidents=snapshot.incidents.values(),
            warnings=snapshot.warnings.values(),
            maintenance=snapshot.maintenance.values(),
            stations=snapshot.stations.values(),
            rules=snapshot.rules,
            gauges=self._rain_places.gauges(snapshot.stations, self._context.places.gazetteer, scope),
            scope=scope,
        )


class RainGaugesByKecamatan:
    """The rain gauges of each kecamatan, recomputed only when stations or map change."""

    def __init__(self) -> None:
        self._of: tuple[Mapping[str, Station], Gazetteer] | None = None
        self._gauges: GaugesByKecamatan = {}

    def gauges(
        self, stations: Mapping[str, Station], gazetteer: Gazetteer | None, scope: ExerciseScope = REAL_WORLD
    ) -> GaugesByKecamatan:
        """Return the gauges of these stations by kecamatan; none until the map is loaded."""
        if gazetteer is None:
            return {}
        if self._of is None or self._of[0] is not stations or self._of[1] is not gazetteer:
            self._of, self._gauges = (stations, gazetteer), rain_gauges(stations.values(), gazetteer, scope)
        return self._gauges


def performance_view(
    found: AlarmPerformance,
    checked: VerificationResult,
    *,
    stations: Mapping[str, Station],
    rules: Mapping[str, AnyRule],
    mark: str = "",
) -> PerformanceView:
    """Return the performance figures of a period for display."""
    since, until = format_moment(found.since), format_moment(found.until)
    chattering = {(point.rule, point.station, point.parameter) for point in found.chattering}
    return PerformanceView(
        heading=describe_counted_alarms(found.raised, mark),
        figures=tuple(_line(figure) for figure in (*performance_figures(found), *all_verification_figures(checked))),
        rates=AlarmRates(counts=found.by_slot, since=since, until=until, limit=MOST_IN_TEN_MINUTES, peak=found.peak),
        points=tuple(_point(point, stations, rules, chattering) for point in found.top if point.count > 1),
    )


def _line(figure: PerformanceFigure) -> PerformanceRow:
    return PerformanceRow(
        label=figure.label,
        value=figure.value,
        recommended=figure.recommended,
        is_kept=figure.is_kept,
        is_heading=figure.is_heading,
        note=figure.note,
    )


def _point(
    point: PointCount,
    stations: Mapping[str, Station],
    rules: Mapping[str, AnyRule],
    chattering: set[tuple[str, str, str]],
) -> AlarmLine:
    station, rule = stations.get(point.station), rules.get(point.rule)
    chatters = (point.rule, point.station, point.parameter) in chattering
    return AlarmLine(
        id=f"{point.rule} {point.station} {point.parameter}",
        level=Level.ATTENTION if chatters else Level.INFORMATION,
        text=station.name if station else plain_code(point.station) or point.parameter,
        about=" · ".join(
            part for part in (rule.name if rule else point.rule, chattering_label() if chatters else "") if part
        ),
        at=describe_alarm_count(point.count),
    )
