"""The readings processor: checks, stores and evaluates readings, and journals alarms, all on one thread."""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.exercises.scope import exercise_of_code
from tabuah.operations.forecast.gauge_model import GaugeModel
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.authorship import DEFAULT_AGE_LIMITS, AgeLimits, ReadingAuthor
from tabuah.operations.readings.reading import Doubt, Quality, Reading
from tabuah.operations.rules.engine import INITIAL_STATE
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.watches import SilenceWatch, WatchKey
from tabuah.operations.stations.station import Station
from tabuah.operations.units.unit import Unit
from tabuah.server.errors import ServerError
from tabuah.server.forecast.forecaster import Forecaster
from tabuah.server.journal import ServerJournal
from tabuah.server.readings.alarm_outbox import journal_pending_alarms
from tabuah.server.readings.author_check import AuthorCheck, Registrants
from tabuah.server.readings.coalescer import ReadingsCoalescer, ReadingsPublisher
from tabuah.server.readings.posted_batch import CheckedBatch, PostedBatch, manual_readings_in
from tabuah.server.readings.registry import ReadingsRegistry
from tabuah.server.readings.rule_evaluation import (
    ReadingHistory,
    RuleEvaluation,
    WatchStates,
    open_alarm_of,
    recover_watches,
)
from tabuah.server.readings.silence_monitor import LINK_RULE, SilenceMonitor
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.journal.protocol import QuarantineNotice, ReadingsReply
from tabuah.storage.readings.quarantine import FIRST_PLACE, QuarantinedReading, QuarantinePlace
from tabuah.storage.readings.store import ReadingsStore

log = logging.getLogger(__name__)

CHUNK: Final = 5_000
_MAINTENANCE: Final = int(Quality.MAINTENANCE)


class _CuredReading(NamedTuple):
    """A reading that leaves the quarantine, with its id there and its sender."""

    id: int
    reading: Reading
    account: str


class ReadingsProcessor:
    """Opens the store on the thread that creates it, and is used there only; `latest` may be read from any thread."""

    def __init__(
        self,
        path: Path,
        journal: ServerJournal,
        publisher: ReadingsPublisher,
        *,
        age_limits: AgeLimits = DEFAULT_AGE_LIMITS,
    ) -> None:
        self._journal = journal
        self._age_limits = age_limits
        self._registrants = Registrants(journal)
        self._store = ReadingsStore(path, durable=True)
        self._registry = ReadingsRegistry()
        self._watch_states = WatchStates()
        self._silence_monitor = SilenceMonitor(journal.clock())
        self.forecaster = Forecaster(self._store)
        self.coalescer = ReadingsCoalescer(publisher, time.monotonic)
        self.latest: dict[tuple[str, str], Reading] = {}
        self.stored_total = 0
        self.set_aside_total = 0
        self.quarantined: dict[Doubt, int] = {}
        self._is_quarantine_counted = False

    def close(self) -> None:
        """Publish pending readings and close the store."""
        self.coalescer.publish(at_once=True)
        self._store.close()

    def now(self) -> datetime:
        return self._journal.clock()

    # Start

    def begin(self) -> None:
        """Journal the outbox, then load stations, units, rules, open alarms and recent readings."""
        journal_pending_alarms(self._store, self._journal)
        latest = self._store.latest()
        self.latest = {(reading.station, reading.parameter): reading for reading in latest}
        self._silence_monitor.expect(latest, self._store.sources())
        self.forecaster.begin()
        alarms = (state.value for state in self._journal.states_of_kind("alarm").values())
        for alarm in alarms:
            if isinstance(alarm, Alarm):
                self._know_alarm(alarm)
        states = {**self._journal.states_of_kind("station"), **self._journal.states_of_kind("rule")}
        values = [state.value for state in states.values() if isinstance(state.value, Station | Rule)]
        windows = (state.value for state in self._journal.states_of_kind("maintenance").values())
        self.learn_maintenance([window for window in windows if isinstance(window, MaintenanceWindow)])
        self.learn(values, also=[key for key in self._watch_states.alarms if key[0] != LINK_RULE], beginning=True)

        units = (state.value for state in self._journal.states_of_kind("unit").values())
        self.learn_units([unit for unit in units if isinstance(unit, Unit)])

    def learn_alarms(self, alarms: Sequence[Alarm]) -> None:
        """Take over alarms that others raised or cleared.

        None is raised twice, and the server clears them. A series whose alarm another device cleared while the
        condition holds raises a new one.
        """
        changed = [key_of(alarm) for alarm in alarms if alarm.is_active]
        for alarm in alarms:
            if self._is_still_up(alarm):
                changed += self._forget_cleared(alarm)
            else:
                self._know_alarm(alarm)
        if alarms:
            self.learn([], also=changed)

    def _is_still_up(self, alarm: Alarm) -> bool:
        """Return whether a cleared alarm is the open one of a watch whose condition holds."""
        known = self._watch_states.alarms.get(key_of(alarm))
        state = self._watch_states.states.get(key_of(alarm), INITIAL_STATE)
        return not alarm.is_active and known is not None and known.id == alarm.id and state.is_raised

    def _forget_cleared(self, alarm: Alarm) -> list[WatchKey]:
        """Evaluate a watch from the start; return it if its readings show that the condition holds after the end.

        If the device that cleared the alarm had newer readings than the server, the next reading decides.
        """
        key = key_of(alarm)
        newest_at = self._newest_at(alarm.station, alarm.parameter)
        is_known = newest_at is None or alarm.cleared_at is None or newest_at >= alarm.cleared_at
        if is_known or isinstance(self._registry.watches.get(key), SilenceWatch):
            del self._watch_states.alarms[key]
            again = [key]
        else:
            self._know_alarm(alarm)
            again = []
        self._watch_states.states[key] = INITIAL_STATE
        return again

    def _know_alarm(self, alarm: Alarm) -> None:
        if not alarm.station and alarm.rule != LINK_RULE:
            return  # an alarm of a feed or a bulletin, which belongs to the feeds service
        key = key_of(alarm)
        known = self._watch_states.alarms.get(key)
        if alarm.cleared_at is not None:
            if known is not None and known.id == alarm.id:
                del self._watch_states.alarms[key]
            ended_at = min(alarm.cleared_at, self.now())  # a wrong clock must not silence later episodes
            self._watch_states.ended_at[key] = max(ended_at, self._watch_states.ended_at.get(key, ended_at))
        elif known is None or alarm.onset_at < known.onset_at:
            self._watch_states.alarms[key] = open_alarm_of(alarm)

    def learn(
        self, values: Sequence[Station | Rule], *, also: Iterable[WatchKey] = (), beginning: bool = False
    ) -> None:
        """Use new or changed stations and rules from now on, and take the readings that were quarantined for them."""
        changed = self._registry.learn(values) | set(also)
        evaluation = self._new_evaluation()
        past = ReadingHistory(
            now=self.now(),
            newest_at=self._newest_at,
            between=self._judged_between,
            up_since=self._up_since if beginning else lambda _key: None,
        )
        recover_watches(evaluation, self._registry, changed, past)
        self._save(evaluation)
        for value in values:
            if isinstance(value, Station):
                self._take_quarantined(value.code)
        self.journal_alarms()

    def learn_units(self, units: Sequence[Unit]) -> None:
        """Use new or changed units from now on, and take the positions that were quarantined for them."""
        for code in sorted(self._registry.learn_trackers(units)):
            self._take_quarantined(code)

    def wipe_exercise(self, exercise_id: str) -> None:
        """Delete the readings of an exercise, and forget its stations, units and alarms."""
        self._store.wipe_exercise(exercise_id)
        self.latest = {key: at for key, at in self.latest.items() if exercise_of_code(key[0]) != exercise_id}
        self._watch_states.forget_exercise(exercise_id)
        self.learn([], also=self._registry.forget_exercise(exercise_id))

    def _up_since(self, key: WatchKey) -> datetime | None:
        rule, station, parameter = key
        return self._store.up_since(station, parameter, rule)

    def learn_maintenance(self, windows: Sequence[MaintenanceWindow]) -> None:
        """Use new or changed maintenance windows; readings that came before keep their evaluation."""
        self._registry.maintenance.learn(windows)

    def _judged_between(self, station: str, parameter: str, since: datetime, until: datetime) -> list[Reading]:
        """Return the readings of a series that rules may use, without those measured during maintenance."""
        readings = self._store.between(station, parameter, since, until)
        return [reading for reading in readings if not reading.quality & _MAINTENANCE]

    def _newest_at(self, station: str, parameter: str) -> datetime | None:
        reading = self.latest.get((station, parameter))
        return reading.at if reading else None

    # Readings

    def take(self, batches: Sequence[PostedBatch]) -> list[ReadingsReply]:
        """Store the readings of several senders in one transaction.

        Raises:
            ReadingsError: nothing was saved.
        """
        now = self.now()
        evaluation = self._new_evaluation()
        replies: list[ReadingsReply] = []
        taken: list[Reading] = []
        with self._store.transaction():
            for batch in batches:
                good, reasons, doubts = self._check_posted(batch, now)
                result = self._store.store(
                    good, account=batch.author.account, now=now, reason=batch.author.reason, reasons=reasons
                )
                self._store.note_manual_readings(manual_readings_in(batch, good))
                self._keep_quarantined(batch, doubts, now)
                self._store.remember_sources(self._silence_monitor.record_received(good, batch.source, now))
                replies.append(
                    ReadingsReply(stored=result.stored, unchanged=result.unchanged, set_aside=tuple(doubts))
                )
                taken += good
            evaluation.judge(taken)
            self.forecaster.take(evaluation, self._registry, taken, now)
            self._keep(evaluation)
        self._after_commit(evaluation, taken)
        self.stored_total += sum(reply.stored for reply in replies)
        self.set_aside_total += sum(len(reply.set_aside) for reply in replies)
        return replies

    def _check_posted(self, batch: PostedBatch, now: datetime) -> CheckedBatch:
        checked = CheckedBatch([], [], [])
        author_check = self._author_check(batch.author, now)
        for index, item in enumerate(batch.posted):
            found = item.doubt or Doubt.MALFORMED if item.reading is None else self._registry.check(item.reading, now)
            if isinstance(found, Reading):
                found = author_check.doubt_about(found, item.source) or found
            if isinstance(found, Reading):
                checked.good.append(found)
                checked.reasons.append(item.reason)
            else:
                checked.doubts.append(QuarantineNotice(index=index, reason=found.value))
        return checked

    def _author_check(self, author: ReadingAuthor, received_at: datetime) -> AuthorCheck:
        return AuthorCheck(
            author,
            stations=self._registry.stations,
            trackers=self._registry.trackers,
            is_exercise=self._registry.is_exercise,
            registrant=self._registrants,
            limits=self._age_limits,
            received_at=received_at,
        )

    def _author_of(self, account: str) -> ReadingAuthor:
        """Return the author of quarantined readings, with the role that the account has now."""
        user = self._journal.authority.users.get(account)
        return ReadingAuthor(account=account, role=Role.GATEWAY if user is None else user.role)

    def _keep_quarantined(self, batch: PostedBatch, doubts: Sequence[QuarantineNotice], now: datetime) -> None:
        asides = [
            QuarantinedReading(
                doubt=Doubt(doubt.reason),
                received_at=now,
                source=batch.author.account,
                reading=batch.posted[doubt.index].reading,
                raw=batch.posted[doubt.index].raw,
            )
            for doubt in doubts
        ]
        if asides:
            self._store.quarantine.add(asides)
            self._is_quarantine_counted = False

    def _take_quarantined(self, station: str) -> None:
        """Take the quarantined readings of a station that is now known, oldest first and `CHUNK` at a time.

        Each part is stored and removed in one transaction, so that a crash neither loses nor doubles any.
        """
        after = FIRST_PLACE
        while page := self._store.quarantine.curable(station, after=after, most=CHUNK):
            after, _reading = page[-1]
            cured = list(self._cured(page))
            if cured:
                self._is_quarantine_counted = False
                self._take_cured(cured)

    def _take_cured(self, part: Sequence[_CuredReading]) -> None:
        evaluation = self._new_evaluation()
        readings = [cured.reading for cured in part]
        with self._store.transaction():
            for account in {cured.account for cured in part}:
                self._store.store([c.reading for c in part if c.account == account], account=account, now=self.now())
            self._store.quarantine.drop(cured.id for cured in part)
            evaluation.judge(readings)
            self._keep(evaluation)
        self._after_commit(evaluation, readings)

    def _cured(self, page: Iterable[tuple[QuarantinePlace, QuarantinedReading]]) -> Iterator[_CuredReading]:
        """Yield the quarantined readings that are valid now."""
        now = self.now()
        for place, quarantined in page:
            if quarantined.reading is None:
                continue
            found = self._registry.check(quarantined.reading, now)
            check = self._author_check(self._author_of(quarantined.source), quarantined.received_at)
            if isinstance(found, Reading) and check.doubt_about(found) is None:
                yield _CuredReading(place.id, found, quarantined.source)

    def use_model(self, model: GaugeModel) -> None:
        """Use this forecast model for its gauge from now on."""
        self._store.forecasts.keep_model(model)
        self.forecaster.learn([model])

    # Timer

    def check_silence(self) -> None:
        """Evaluate silence, journal alarms that could not be journalled before, and count the quarantine."""
        evaluation = self._new_evaluation()
        self._silence_monitor.check_silence(evaluation, self._registry, self.now())
        self._save(evaluation)
        self.journal_alarms()
        if not self._is_quarantine_counted:
            self.quarantined = self._store.quarantine.count()
            self._is_quarantine_counted = True

    def roll_up(self) -> None:
        """Roll up the completed hours."""
        self._store.roll_up(self.now())

    def forget_before(self, moment: datetime) -> None:
        """Prune the values from before a moment; their hourly summaries stay."""
        self._store.prune_before(moment)

    def journal_alarms(self) -> None:
        """Journal pending alarms; those that the journal cannot take now stay in the outbox."""
        try:
            journal_pending_alarms(self._store, self._journal)
        except ServerError as error:
            log.warning("alarms wait for the journal: %s", error)

    # Saving

    def _new_evaluation(self) -> RuleEvaluation:
        return RuleEvaluation(self._watch_states, self._registry, lambda: new_uuid(self.now()))

    def _save(self, evaluation: RuleEvaluation) -> None:
        if evaluation.crossings or evaluation.drafts:
            with self._store.transaction():
                self._keep(evaluation)
        evaluation.commit()

    def _keep(self, evaluation: RuleEvaluation) -> None:
        self._store.keep_crossings(evaluation.crossings)
        self._store.queue_drafts(evaluation.drafts)

    def _after_commit(self, evaluation: RuleEvaluation, taken: Sequence[Reading]) -> None:
        """Update the state after a commit."""
        evaluation.commit()
        for reading in taken:
            known = self.latest.get((reading.station, reading.parameter))
            if known is None or reading.at >= known.at:
                self.latest[reading.station, reading.parameter] = reading
        self.coalescer.add(taken)


def key_of(alarm: Alarm) -> WatchKey:
    return alarm.rule, alarm.station, alarm.parameter
