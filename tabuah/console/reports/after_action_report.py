"""The after-action report with everything that its documents name."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property

import msgspec

from tabuah.console.reports import report_text
from tabuah.console.reports.incident_report import JournalReference, content_digits
from tabuah.console.reports.office import Office
from tabuah.operations.after_action.after_action import AfterAction, AfterActionScope
from tabuah.operations.after_action.chronology import ChronologyLine
from tabuah.operations.after_action.decision_records import DecisionRecord
from tabuah.operations.after_action.subject_past import SubjectPast
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.entries import SERVER_ACTOR, Entry
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.replay.state_history import DatedEntry
from tabuah.operations.rules.any_rule import AnyRule
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.operations.subject_state import SubjectValue
from tabuah.operations.tasks.task import Task
from tabuah.resources.localisation import _, format_day
from tabuah.resources.time_zone import home_zone
from tabuah.text.after_action.after_action_text import describe_knowledge, describe_past_entry, describe_unknown
from tabuah.text.alarms.titles import alarm_title
from tabuah.text.incidents.timeline import outcome_label


class AfterActionFormat(StrEnum):
    """File formats of an after-action report."""

    PDF = "pdf"
    TXT = "txt"
    XLSX = "xlsx"
    JSON = "json"


class AfterActionReport(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The facts of an after-action report with the names of people, devices, alarms and subjects.

    Attributes:
        name: identifies the incident, event or day in the number of the document.
        about: the incident of each entry that is about one.
        incomplete: the number of subjects with older entries that are not on this console.
    """

    found: AfterAction
    name: str
    title: str
    office: Office
    trace: JournalReference
    author: str
    dated: Mapping[str, tuple[DatedEntry, ...]]
    incidents: Mapping[str, Incident]
    alarms: Mapping[str, Alarm]
    tasks: Mapping[str, Task]
    stations: Mapping[str, Station]
    rules: Mapping[str, AnyRule]
    people: Mapping[str, str]
    devices: Mapping[str, str]
    about: Mapping[str, str]
    world: ExerciseScope
    exercises: Mapping[str, Exercise]
    incomplete: int = 0

    @cached_property
    def number(self) -> str:
        """Return the number of the document, which names the minute of the data and some digits of their hash."""
        as_of: datetime = self.found.as_of
        parts = [self.trace.device, self.trace.hash]
        parts += [f"{line.entry} {line.outcome} {line.known_at}" for line in self.found.lines]
        digits = content_digits(parts)
        return f"{self.name}/KHUSUS/{as_of.astimezone(home_zone()):%Y%m%d-%H%M}-{digits}"

    @cached_property
    def entry_texts(self) -> dict[str, str]:
        """Return each entry of the report in one line."""
        texts: dict[str, str] = {}
        for dated in self.dated.values():
            value = SubjectPast(dated).latest.value
            texts.update((each.entry.id, self._describe(each.entry, value)) for each in dated)
        return texts

    @cached_property
    def alarm_names(self) -> dict[str, str]:
        return {key: self._alarm_name(alarm) for key, alarm in self.alarms.items()}

    @property
    def heading(self) -> str:
        """Return the title of the report, for a day its date."""
        return format_day(self.found.since) if self.found.scope is AfterActionScope.DAY else self.title

    @property
    def is_about_several(self) -> bool:
        """Return whether lines need the number of their incident."""
        return self.found.scope is not AfterActionScope.INCIDENT or len(self.incidents) > 1

    def who(self, actor: str, device: str) -> str:
        """Return person and device: "Rina Wati, Laptop posko"."""
        return self.person(actor) if actor == SERVER_ACTOR else f"{self.person(actor)}, {self.device_name(device)}"

    def person(self, actor: str) -> str:
        return _("Server") if actor == SERVER_ACTOR else report_text.person_name(actor, self.people)

    def device_name(self, device: str) -> str:
        return self.devices.get(device) or device[:8]

    def number_of(self, line: ChronologyLine) -> str:
        """Return the number of the incident that a line is about; empty for none."""
        return self.incident_number(self.about.get(line.entry, ""))

    def incident_number(self, incident_id: str) -> str:
        known = self.incidents.get(incident_id)
        return known.number if known else ""

    def line_text(self, line: ChronologyLine) -> str:
        """Return a line with its outcome where it has had no plain effect."""
        text = self.entry_texts.get(line.entry, line.kind)
        outcome = outcome_label(line.outcome)
        return f"{text} [{outcome}]" if outcome else text

    def known_text(self, decision: DecisionRecord) -> str:
        return describe_knowledge(decision.known, alarm_names=self.alarm_names)

    def unknown_text(self, decision: DecisionRecord) -> str:
        return describe_unknown(decision.known, texts=self.entry_texts)

    def _describe(self, entry: Entry, value: SubjectValue | None) -> str:
        return describe_past_entry(entry, value, alarm_name=self._alarm_name)

    def _alarm_name(self, alarm: Alarm) -> str:
        rule = self.rules.get(alarm.rule)
        return alarm_title(alarm, self.stations.get(alarm.station), rule if isinstance(rule, Rule) else None)
