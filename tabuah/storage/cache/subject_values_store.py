"""The part of the store that returns the values of a subject: stations, units, alarms, bulletins."""

from collections.abc import Iterable
from typing import TypeVar

from tabuah.operations.aid.aid_line import AidLine
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.escalation_policy import DEFAULT_POLICY, POLICY_KEY, EscalationPolicy
from tabuah.operations.bulletins.bulletin import KnownEarthquake, KnownWarning, Volcano
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.calls.call import Call
from tabuah.operations.contacts.contact import Contact
from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.entries import subject_of
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.messages.message import Message
from tabuah.operations.notices.acknowledgement import NoticeAcknowledgement
from tabuah.operations.parent_events.event_incidents import EventIncidents
from tabuah.operations.parent_events.parent_event import ParentEvent
from tabuah.operations.roster.week_roster import WeekRoster
from tabuah.operations.rules.rule import Rule
from tabuah.operations.shelters.shelter import Shelter
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.operations.stations.station import Station
from tabuah.operations.tasks.task import Task
from tabuah.operations.units.unit import Unit
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.event_incidents import read_event_incidents

ValueT = TypeVar("ValueT")


class SubjectValuesStore:
    """Base class of `ConsoleStore`, whose cache session it uses; pending work is included."""

    _session: CacheSession

    @property
    def rules_version(self) -> int:
        """The version of the decision rules by which new entries are predicted."""
        return self._session.authority_for_new_entry().decide_version

    def values_of(self, kind: str, shape: type[ValueT]) -> list[ValueT]:
        """Return the values of all subjects of a kind."""
        return [value for value in self._session.subjects.values_of_kind(kind) if isinstance(value, shape)]

    def stations(self) -> list[Station]:
        """Return all stations by code."""
        return sorted(self.values_of("station", Station), key=lambda station: station.code)

    def rules(self) -> list[Rule]:
        """Return all rules by id."""
        return sorted(self.values_of("rule", Rule), key=lambda rule: rule.id)

    def bulletin_rules(self) -> list[BulletinRule]:
        """Return all rules on earthquakes, warnings and volcanoes by id."""
        return sorted(self.values_of("bulletin_rule", BulletinRule), key=lambda rule: rule.id)

    def units(self) -> list[Unit]:
        """Return all units by OPD and call sign, including retired ones."""
        return sorted(self.values_of("unit", Unit), key=lambda unit: (unit.opd.casefold(), unit.id))

    def contacts(self) -> list[Contact]:
        """Return all contacts by name, including retired ones."""
        return sorted(self.values_of("contact", Contact), key=lambda contact: (contact.name.casefold(), contact.id))

    def notices(self) -> list[NoticeAcknowledgement]:
        """Return the notices that a contact has confirmed, the earliest first."""
        found = self.values_of("notice", NoticeAcknowledgement)
        return sorted(found, key=lambda each: (each.acknowledged_at, each.id))

    def calls(self) -> list[Call]:
        """Return the call log, the newest call first."""
        return sorted(self.values_of("call", Call), key=lambda call: (call.received_at, call.id), reverse=True)

    def messages(self) -> list[Message]:
        """Return the messages that came in, the newest first."""
        found = self.values_of("message", Message)
        return sorted(found, key=lambda each: (each.received_at, each.id), reverse=True)

    def tasks(self) -> list[Task]:
        """Return the tasks of all incidents, the oldest first."""
        return sorted(self.values_of("task", Task), key=lambda task: (task.added_at, task.id))

    def shelters(self) -> list[Shelter]:
        """Return all shelters by name, closed ones included."""
        return sorted(self.values_of("shelter", Shelter), key=lambda each: (each.name.casefold(), each.id))

    def disruptions(self) -> list[Disruption]:
        """Return all disruptions, the latest beginning first, those that have ended included."""
        found = self.values_of("disruption", Disruption)
        return sorted(found, key=lambda each: (-each.began_at.timestamp(), each.id))

    def parent_events(self, *, with_deleted: bool = False) -> list[ParentEvent]:
        """Return the parent events, open ones first, then the latest beginning."""
        every = self.values_of("parent_event", ParentEvent)
        found = [event for event in every if with_deleted or not event.deleted]
        return sorted(found, key=lambda event: (not event.is_open, -event.began_at.timestamp(), event.id))

    def event_incidents(self, events: Iterable[str]) -> dict[str, EventIncidents]:
        """Return the incidents of parent events by the id of the event; those without incidents are left out."""
        return read_event_incidents(self._session, events)

    def aid_lines(self) -> list[AidLine]:
        """Return the lines of the aid ledger, the newest first, cancelled ones included."""
        lines = self.values_of("aid", AidLine)
        return sorted(lines, key=lambda line: (line.current.at, line.id), reverse=True)

    def exercises(self) -> list[Exercise]:
        """Return all exercises, the one started last first."""
        return sorted(
            self.values_of("exercise", Exercise),
            key=lambda exercise: (exercise.started_at, exercise.id),
            reverse=True,
        )

    def maintenance(self) -> list[MaintenanceWindow]:
        """Return all maintenance windows, the latest start first."""
        return sorted(
            self.values_of("maintenance", MaintenanceWindow),
            key=lambda window: (window.since, window.id),
            reverse=True,
        )

    def escalation_policy(self) -> EscalationPolicy:
        """Return the policy for alarms that stay unacknowledged."""
        written = self._session.subjects.read(subject_of("escalation", POLICY_KEY)).state.value
        return written if isinstance(written, EscalationPolicy) else DEFAULT_POLICY

    def alarms(self) -> list[Alarm]:
        """Return all alarms: active first, then worst first, then newest first."""
        return sorted(
            self.values_of("alarm", Alarm),
            key=lambda a: (not a.is_active, a.severity.rank, -a.onset_at.timestamp(), a.id),
        )

    def earthquakes(self) -> list[KnownEarthquake]:
        """Return all reported earthquakes, the newest first."""
        return sorted(
            self.values_of("earthquake", KnownEarthquake), key=lambda quake: (quake.latest.at, quake.id), reverse=True
        )

    def warnings(self) -> list[KnownWarning]:
        """Return all weather warnings, the newest first."""
        return sorted(
            self.values_of("warning", KnownWarning),
            key=lambda warning: (warning.issued.sent, warning.id),
            reverse=True,
        )

    def volcanoes(self) -> list[Volcano]:
        """Return all volcanoes with a stated level, by number."""
        return sorted(self.values_of("volcano", Volcano), key=lambda volcano: volcano.id)

    def rosters(self) -> dict[str, WeekRoster]:
        """Return the rosters by week, such as 2026-W49."""
        found = sorted(self.values_of("roster", WeekRoster), key=lambda roster: roster.week)
        return {roster.week: roster for roster in found}

    def shifts(self) -> list[DutyShift]:
        """Return all shifts, the latest start first."""
        return sorted(self.values_of("shift", DutyShift), key=lambda shift: (shift.starts_at, shift.id), reverse=True)
