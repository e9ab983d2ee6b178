"""The part of the journal that notices need: recent alarms, stations, rules, contacts, duty, and work on demand."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from tabuah.gis.base_map_file import load_base_map, shipped_map
from tabuah.gis.errors import GeographyError
from tabuah.gis.gazetteer import Gazetteer
from tabuah.gis.places import Place
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.contacts.contact import Contact, PersonalNumbers
from tabuah.operations.entries import Entry, subject_key, subject_kind, subject_of
from tabuah.operations.exercises.decisions import world_of
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.notices.acknowledgement import NoticeAcknowledgement
from tabuah.operations.people.authority import User
from tabuah.operations.roster.duty import supervisor_on_duty
from tabuah.operations.roster.week_roster import WeekRoster
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.operations.subject_state import SubjectValue
from tabuah.operations.tasks.task import Task
from tabuah.resources.regency import regency_map_file
from tabuah.server.journal import ServerJournal
from tabuah.server.regency.setup_contacts import known_personal
from tabuah.storage.journal.wire import decode_entry

log = logging.getLogger(__name__)
KINDS: Final = ("alarm", "station", "rule", "contact", "roster", "user", "notice")
_MOST_VALUES: Final = 5_000  # of incidents, units and tasks; read again when needed
GROUPED_FOR: Final = timedelta(hours=24)  # an alarm that ended earlier groups no new one


class JournalFacts:
    """A view of the journal that follows changed subjects; belongs to one thread."""

    def __init__(self, journal: ServerJournal, *, follows_limits: bool = False) -> None:
        """Prepare the view.

        Args:
            journal: the journal.
            follows_limits: whether it follows open incidents and tasks, too.
        """
        self._journal = journal
        self._kinds = (*KINDS, "incident", "task") if follows_limits else KINDS
        self.open_incidents: dict[str, Incident] = {}
        self.open_tasks: dict[str, Task] = {}
        self.alarms: dict[str, Alarm] = {}
        self.stations: dict[str, Station] = {}
        self.rules: dict[str, Rule] = {}
        self.contacts: dict[str, Contact] = {}
        self.acknowledged: dict[tuple[str, str], str] = {}  # the notice by contact and subject
        self._values: dict[str, SubjectValue | None] = {}  # of incidents, units and tasks that were asked for
        self._rosters: dict[str, WeekRoster] = {}
        self._users: dict[str, User] = {}

    def load(self) -> None:
        """Read everything from the journal."""
        for kind in self._kinds:
            for subject, state in self._journal.states_of_kind(kind).items():
                self._learn(subject, state.value)

    def learn(self, subjects: Iterable[str]) -> None:
        """Read changed subjects again."""
        changed = set(subjects)
        for subject in changed:
            self._values.pop(subject, None)
        for subject in {each for each in changed if subject_kind(each) in self._kinds}:
            self._learn(subject, self._journal.state_of(subject).value)

    def forget_old_alarms(self, now: datetime) -> None:
        """Forget the alarms that ended long ago."""
        self.alarms = {key: a for key, a in self.alarms.items() if _is_recent(a, now)}

    def alarm_of(self, subject: str) -> Alarm | None:
        """Return a recent alarm by its subject; None for another subject."""
        return self.alarms.get(subject_key(subject)) if subject_kind(subject) == "alarm" else None

    def value_of(self, subject: str) -> SubjectValue | None:
        """Return the state of an incident, a unit or a task; None if the journal does not know it."""
        if subject not in self._values:
            if len(self._values) >= _MOST_VALUES:
                self._values.clear()
            self._values[subject] = self._journal.state_of(subject).value
        return self._values[subject]

    def incident_of(self, key: str) -> Incident | None:
        """Return an incident by its id; None if it is not known."""
        found = self.value_of(subject_of("incident", key)) if key else None
        return found if isinstance(found, Incident) else None

    def world_of(self, subject: str) -> SubjectWorld | None:
        """Return the world of a subject; None if it is not known, as of a wiped exercise or an old alarm."""
        return world_of(self.alarm_of(subject) if subject_kind(subject) == "alarm" else self.value_of(subject))

    def find_entry(self, subject: str, entry_id: str) -> Entry | None:
        """Return an entry of a subject by its id; None if there is none."""
        after = 0
        while records := self._journal.records_of(subject, after):
            for entry in (decode_entry(record.text) for record in records):
                if entry.id == entry_id:
                    return entry
            after = records[-1].seq
        return None

    def supervisor_on_duty(self, now: datetime) -> str:
        """Return the user name of the supervisor on duty; empty if nobody is known."""
        return supervisor_on_duty(self._rosters.values(), self._users, now).person

    def addresses_of(self, contact: Contact, field: str, *, personal: bool) -> tuple[str, ...]:
        """Return the open numbers of a contact of a kind, or else its personal ones; none of an empty kind."""
        if not field:
            return ()
        found: tuple[str, ...] = getattr(contact, field)
        if found or not personal:
            return found
        numbers: PersonalNumbers | None = known_personal(self._journal, contact)
        return tuple(getattr(numbers, field)) if numbers is not None else ()

    def place_of(self, alarm: Alarm) -> tuple[str, str]:
        """Return the codes of kecamatan and nagari of an alarm; empty where they are not known."""
        place = self.locate(alarm)
        return (place.kecamatan_code, place.nagari_code) if place is not None else ("", "")

    def locate(self, alarm: Alarm) -> Place | None:
        """Return the place of an alarm; None without a position or without a usable map."""
        if alarm.lon_deg is None or alarm.lat_deg is None or self._gazetteer is None:
            return None
        try:
            return self._gazetteer.locate(alarm.lon_deg, alarm.lat_deg)
        except GeographyError:
            return None

    @cached_property
    def _gazetteer(self) -> Gazetteer | None:
        try:
            return Gazetteer(load_base_map(regency_map_file() or shipped_map()))
        except GeographyError:  # a notice without the name of its place is better than none
            log.exception("notices: the map cannot be read; places of alarms are not named")
            return None

    def _learn(self, subject: str, value: SubjectValue | None) -> None:
        key = subject_key(subject)
        self._learn_work(subject, value)
        match value:
            case Alarm() if _is_recent(value, self._journal.clock()):
                self.alarms[key] = value
            case Alarm() | None:  # without a state: of a wiped exercise
                self.alarms.pop(key, None)
            case Station():
                self.stations[key] = value
            case Rule():
                self.rules[key] = value
            case Contact():
                self.contacts[key] = value
            case WeekRoster():
                self._rosters[key] = value
            case User():
                self._users[key] = value
            case NoticeAcknowledgement():
                for alarm in value.alarms:
                    self.acknowledged.setdefault((value.contact, subject_of("alarm", alarm)), value.id)

    def _learn_work(self, subject: str, value: SubjectValue | None) -> None:
        """Keep the open incidents and tasks; one without a state belongs to a wiped exercise."""
        key = subject_key(subject)
        match value:
            case Incident() if value.is_open:
                self.open_incidents[key] = value
            case Task() if value.is_open:
                self.open_tasks[key] = value
            case Incident() | Task() | None:
                self.open_incidents.pop(key, None)
                self.open_tasks.pop(key, None)


def _is_recent(alarm: Alarm, now: datetime) -> bool:
    return alarm.cleared_at is None or now - alarm.cleared_at < GROUPED_FOR
