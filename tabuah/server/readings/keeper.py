"""The keeper of readings: checks, stores, judges and announces. All of it happens on one thread."""

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.forecast.model import GaugeModel
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.watches import WatchKey
from tabuah.operations.stations.posted import PostedReading
from tabuah.operations.stations.quality import Doubt
from tabuah.operations.stations.readings import Quality, Reading
from tabuah.operations.stations.station import Station
from tabuah.operations.stations.typing_in import TypedReading
from tabuah.operations.units.unit import Unit
from tabuah.server.errors import ServerError
from tabuah.server.forecasts.forecaster import Forecaster
from tabuah.server.journal import ServerJournal
from tabuah.server.readings.announcing import announce_waiting
from tabuah.server.readings.publishing import Coalescer, ReadingsPublisher
from tabuah.server.readings.recalling import recall
from tabuah.server.readings.registry import Registry
from tabuah.server.readings.rounds import OpenAlarm, Round, Watchbook
from tabuah.server.readings.settling import Past
from tabuah.server.readings.silence import LINK_RULE, Listening
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.journal.protocol import ReadingsReply, SetAside
from tabuah.storage.readings.aside import AsideReading
from tabuah.storage.readings.store import ReadingsStore

log = logging.getLogger(__name__)

CHUNK: Final = 5_000
_MAINTENANCE: Final = int(Quality.MAINTENANCE)
_TYPED_IN: Final = int(Quality.TYPED_IN)  # a plain number is quicker to test for


class Batch(msgspec.Struct, frozen=True):
    """What one sender posted."""

    source: str
    posted: Sequence[PostedReading]


class Keeper:
    """Opens the store on the thread that makes it and is used there only; `latest` may be read from any thread."""

    def __init__(self, path: Path, journal: ServerJournal, publisher: ReadingsPublisher) -> None:
        self._journal = journal
        self._store = ReadingsStore(path, durable=True)
        self._registry = Registry()
        self._book = Watchbook()
        self._listening = Listening(journal.clock())
        self.forecaster = Forecaster(self._store)
        self.coalescer = Coalescer(publisher, time.monotonic)
        self.latest: dict[tuple[str, str], Reading] = {}
        self.stored_total = 0
        self.set_aside_total = 0

    def close(self) -> None:
        """Tell what waits and close the store."""
        self.coalescer.tell(at_once=True)
        self._store.close()

    def now(self) -> datetime:
        """The server's clock."""
        return self._journal.clock()

    # Beginning

    def begin(self) -> None:
        """Announce what a crash left, then learn stations, units, rules, open alarms and recent readings."""
        announce_waiting(self._store, self._journal)
        latest = self._store.latest()
        self.latest = {(reading.station, reading.parameter): reading for reading in latest}
        self._listening.expect(latest, self._store.sources())
        self.forecaster.begin()
        alarms = (state.value for state in self._journal.states_of_kind("alarm").values())
        for alarm in alarms:
            if isinstance(alarm, Alarm):
                self._know_alarm(alarm)
        states = {**self._journal.states_of_kind("station"), **self._journal.states_of_kind("rule")}
        values = [state.value for state in states.values() if isinstance(state.value, Station | Rule)]
        windows = (state.value for state in self._journal.states_of_kind("maintenance").values())
        self.learn_works([window for window in windows if isinstance(window, MaintenanceWindow)])
        self.learn(values, also=[key for key in self._book.alarms if key[0] != LINK_RULE], beginning=True)

        units = (state.value for state in self._journal.states_of_kind("unit").values())
        self.learn_units([unit for unit in units if isinstance(unit, Unit)])

    def learn_alarms(self, alarms: Sequence[Alarm]) -> None:
        """Those of consoles that had no line: none is raised twice, and all are ours to end."""
        if alarms:
            for alarm in alarms:
                self._know_alarm(alarm)
            self.learn([], also=[(alarm.rule, alarm.station, alarm.parameter) for alarm in alarms if alarm.is_active])

    def _know_alarm(self, alarm: Alarm) -> None:
        if not alarm.station and alarm.rule != LINK_RULE:
            return  # of a feed or of what it told: the feeds service looks after it
        key = (alarm.rule, alarm.station, alarm.parameter)
        known = self._book.alarms.get(key)
        if alarm.cleared_at is not None:
            if known is not None and known.id == alarm.id:
                del self._book.alarms[key]
            self._book.ended_at[key] = max(alarm.cleared_at, self._book.ended_at.get(key, alarm.cleared_at))
        elif known is None or alarm.onset_at < known.onset_at:
            self._book.alarms[key] = OpenAlarm(alarm.id, alarm.onset_at, alarm.exercise)

    def learn(
        self, values: Sequence[Station | Rule], *, also: Iterable[WatchKey] = (), beginning: bool = False
    ) -> None:
        """Stations and rules, new or anew: judge by them from now on, and take what waited for them."""
        changed = self._registry.learn(values) | set(also)
        changes = self._new_round()
        past = Past(
            now=self.now(),
            newest_at=self._newest_at,
            between=self._judged_between,
            up_since=self._up_since if beginning else lambda _key: None,
        )
        recall(changes, self._registry, changed, past)
        self._save(changes)
        for value in values:
            if isinstance(value, Station):
                self._take_asides(value.code)
        self.announce()

    def learn_units(self, units: Sequence[Unit]) -> None:
        """Units, new or anew: take the positions that their GPS sends, and those that waited for them."""
        for code in sorted(self._registry.learn_trackers(units)):
            self._take_asides(code)

    def _up_since(self, key: WatchKey) -> datetime | None:
        rule, station, parameter = key
        return self._store.up_since(station, parameter, rule)

    def learn_works(self, windows: Sequence[MaintenanceWindow]) -> None:
        """Windows of maintenance, new or anew; what came before they were known stays as it was judged."""
        self._registry.works.learn(windows)

    def _judged_between(self, station: str, parameter: str, since: datetime, until: datetime) -> list[Reading]:
        """The readings of a series that rules may see: not those of a station that was worked on."""
        readings = self._store.between(station, parameter, since, until)
        return [reading for reading in readings if not reading.quality & _MAINTENANCE]

    def _newest_at(self, station: str, parameter: str) -> datetime | None:
        reading = self.latest.get((station, parameter))
        return reading.at if reading else None

    # Taking readings

    def take(self, batches: Sequence[Batch]) -> list[ReadingsReply]:
        """Store what several senders posted in one transaction.

        Raises:
            ReadingsError: nothing of it was saved.
        """
        now = self.now()
        changes = self._new_round()
        replies: list[ReadingsReply] = []
        taken: list[Reading] = []
        with self._store.transaction():
            for batch in batches:
                good, doubts = self._sort_out(batch.posted, now)
                result = self._store.store(good)
                self._store.note_typed(_typed_in(batch, good))
                self._keep_asides(batch, doubts, now)
                self._store.remember_sources(self._listening.hear(good, batch.source, now))
                replies.append(
                    ReadingsReply(stored=result.stored, unchanged=result.unchanged, set_aside=tuple(doubts))
                )
                taken += good
            changes.judge(taken)
            self.forecaster.take(changes, self._registry, taken, now)
            self._keep(changes)
        self._know(changes, taken)
        self.stored_total += sum(reply.stored for reply in replies)
        self.set_aside_total += sum(len(reply.set_aside) for reply in replies)
        return replies

    def _sort_out(self, posted: Sequence[PostedReading], now: datetime) -> tuple[list[Reading], list[SetAside]]:
        good: list[Reading] = []
        doubts: list[SetAside] = []
        for index, item in enumerate(posted):
            found = item.doubt or Doubt.MALFORMED if item.reading is None else self._registry.check(item.reading, now)
            if isinstance(found, Reading):
                good.append(found)
            else:
                doubts.append(SetAside(index=index, reason=found.value))
        return good, doubts

    def _keep_asides(self, batch: Batch, doubts: Sequence[SetAside], now: datetime) -> None:
        asides = [
            AsideReading(
                doubt=Doubt(doubt.reason),
                received_at=now,
                source=batch.source,
                reading=batch.posted[doubt.index].reading,
                raw=batch.posted[doubt.index].raw,
            )
            for doubt in doubts
        ]
        if asides:
            self._store.set_aside(asides)

    def _take_asides(self, station: str) -> None:
        """What came before its station was known."""
        asides = self._store.asides_of(station)
        now = self.now()
        checked = [(number, self._registry.check(a.reading, now)) for number, a in asides if a.reading is not None]
        taken = [(number, reading) for number, reading in checked if isinstance(reading, Reading)]
        for start in range(0, len(taken), CHUNK):
            part = taken[start : start + CHUNK]
            changes = self._new_round()
            readings = [reading for _number, reading in part]
            with self._store.transaction():
                self._store.store(readings)
                self._store.drop_asides(number for number, _reading in part)
                changes.judge(readings)
                self._keep(changes)
            self._know(changes, readings)

    def take_model(self, model: GaugeModel) -> None:
        """Forecast a gauge by this model from now on."""
        self._store.keep_forecast_model(model)
        self.forecaster.learn([model])

    # The clock

    def look(self) -> None:
        """Judge silence, and announce what could not be announced before."""
        changes = self._new_round()
        self._listening.look(changes, self._registry, self.now())
        self._save(changes)
        self.announce()

    def roll_up(self) -> None:
        """Put the hours that are over into one row each."""
        self._store.roll_up(self.now())

    def forget_before(self, moment: datetime) -> None:
        """Let go of the values from before a moment; their hours stay."""
        self._store.forget_before(moment)

    def announce(self) -> None:
        """Bring decisions into the journal; what it cannot take now waits."""
        try:
            announce_waiting(self._store, self._journal)
        except ServerError as error:
            log.warning("alarms wait for the journal: %s", error)

    # Saving

    def _new_round(self) -> Round:
        return Round(self._book, self._registry, lambda: new_uuid(self.now()))

    def _save(self, changes: Round) -> None:
        if changes.crossings or changes.drafts:
            with self._store.transaction():
                self._keep(changes)
        changes.enter()

    def _keep(self, changes: Round) -> None:
        self._store.keep_crossings(changes.crossings)
        self._store.announce(changes.drafts)

    def _know(self, changes: Round, taken: Sequence[Reading]) -> None:
        """It is on disk."""
        changes.enter()
        for reading in taken:
            known = self.latest.get((reading.station, reading.parameter))
            if known is None or reading.at >= known.at:
                self.latest[reading.station, reading.parameter] = reading
        self.coalescer.add(taken)


def _typed_in(batch: Batch, good: Sequence[Reading]) -> list[TypedReading]:
    """Those of a batch that a person typed in, and by what source."""
    typed = [reading for reading in good if reading.quality & _TYPED_IN]
    if not typed:
        return []
    read = ((posted.reading, posted.source) for posted in batch.posted if posted.reading is not None)
    sources = {(reading.station, reading.parameter, reading.at): source for reading, source in read}
    return [TypedReading(each, batch.source, sources[each.station, each.parameter, each.at]) for each in typed]
