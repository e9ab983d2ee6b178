"""The figures of the alarms, measured beside the window: those of ten thousand alarms take a tenth of a second."""

from collections.abc import Callable
from datetime import timedelta

import msgspec

from tabuah.console.window.rain_places import RainPlaces
from tabuah.console.window.workplace import Workplace
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.performance import Performance, performance_of
from tabuah.operations.alarms.verified import Known, Verified, verify_all


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a span, and the alarms that they count, in the order in which they were raised."""

    performance: Performance
    verified: Verified
    alarms: tuple[Alarm, ...]


Question = Callable[[], Measured]


class AlarmFigures:
    """Belongs to the GUI thread. One measurement is under way; of what is asked meanwhile the last counts."""

    def __init__(self, place: Workplace) -> None:
        self._at = place
        self._rain_places = RainPlaces()
        self._is_measuring = False
        self._next: tuple[Question, Callable[[Measured], None]] | None = None

    def question(self, span: timedelta) -> Question:
        """How it was in the last `span`, to be asked on any thread: it looks at what the room knows now."""
        known, until = self._known(), self._at.room.now()
        since = until - span

        def measure() -> Measured:
            performance = performance_of(known.alarms, since=since, until=until)
            counted = (a for a in known.alarms if not a.exercise and since <= a.raised_at < until)
            return Measured(
                performance=performance,
                verified=verify_all(known, since=since, until=until),
                alarms=tuple(sorted(counted, key=lambda alarm: alarm.raised_at)),
            )

        return measure

    def measure(self, span: timedelta, on_done: Callable[[Measured], None]) -> None:
        """Answer the question of now, as soon as the one before is answered."""
        self._next = self.question(span), on_done
        if not self._is_measuring:
            self._measure_next()

    def _measure_next(self) -> None:
        if self._next is None:
            return
        (question, on_done), self._next = self._next, None
        self._is_measuring = True

        def done(measured: Measured) -> None:
            self._is_measuring = False
            on_done(measured)
            self._measure_next()

        def failed(error: Exception) -> None:
            self._is_measuring = False
            self._at.teller.error(error)
            self._measure_next()

        self._at.work.run(lambda _context: question(), on_done=done, on_error=failed)

    def _known(self) -> Known:
        snapshot = self._at.room.snapshot
        return Known(
            alarms=snapshot.alarms.values(),
            incidents=snapshot.incidents.values(),
            warnings=snapshot.warnings.values(),
            maintenance=snapshot.maintenance.values(),
            stations=snapshot.stations.values(),
            rules=snapshot.rules,
            gauges=self._rain_places.gauges(snapshot.stations, self._at.places.gazetteer),
        )
