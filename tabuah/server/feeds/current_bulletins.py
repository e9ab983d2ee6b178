"""The earthquakes, warnings, volcanoes and rules known to the server, and the alarms that follow from them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from tabuah.gis.base_map_file import load_base_map
from tabuah.operations.bulletins.alarms import alarm_ends_at, alarm_for_bulletin, touches_region
from tabuah.operations.bulletins.bulletin import Bulletin, KnownEarthquake, KnownWarning, Volcano, subject_of_bulletin
from tabuah.operations.bulletins.entry_bodies import WarningIssued
from tabuah.operations.bulletins.region import own_places, region_of
from tabuah.operations.bulletins.rules import BulletinRule, active_rules
from tabuah.operations.exercises.scope import SubjectWorld
from tabuah.resources.fault_isolation import isolated
from tabuah.server.feeds.bulletin_alarms import ExpectedAlarm
from tabuah.server.journal import ServerJournal

KINDS: Final = ("bulletin_rule", "earthquake", "warning", "volcano")


class CurrentBulletins:
    """Belongs to one thread; `learn` must be called after every write."""

    def __init__(self, journal: ServerJournal) -> None:
        self._journal = journal
        base_map = load_base_map()
        self._region, self._places = region_of(base_map), own_places(base_map)
        self.earthquakes: dict[str, KnownEarthquake] = {}
        self.warnings: dict[str, KnownWarning] = {}
        self.volcanoes: dict[str, Volcano] = {}
        self.rules: dict[str, BulletinRule] = {}

    def load(self) -> None:
        """Replace everything with the content of the journal."""
        for known in (self.earthquakes, self.warnings, self.volcanoes, self.rules):
            known.clear()
        for kind in KINDS:
            for state in self._journal.states_of_kind(kind).values():
                self._know(state.value)

    def learn(self, subjects: Iterable[str]) -> None:
        """Reload these subjects from the journal."""
        for subject in dict.fromkeys(subjects):
            self._know(self._journal.state_of(subject).value)

    def expected_alarms(self, now: datetime) -> dict[str, ExpectedAlarm]:
        """Return the expected alarm of each subject. Bulletins that have expired are left out."""
        rules = active_rules(self.rules.values())
        bulletins: tuple[Bulletin, ...] = (
            *self.earthquakes.values(),
            *self.warnings.values(),
            *self.volcanoes.values(),
        )
        expected: dict[str, ExpectedAlarm] = {}
        for bulletin in bulletins:
            with isolated("bulletin", subject_of_bulletin(bulletin)):
                ends_at = alarm_ends_at(bulletin)
                if ends_at is None or now < ends_at:
                    alarm = alarm_for_bulletin(bulletin, rules, region=self._region, own_places=self._places, now=now)
                    expected[subject_of_bulletin(bulletin)] = ExpectedAlarm(
                        alarm, SubjectWorld(bulletin.exercise, bulletin.exercise_id)
                    )
        return expected

    def touches_regency(self, issued: WarningIssued) -> bool:
        """Return whether the area of a warning meets the regency, or its text names one of our kecamatan."""
        return touches_region(KnownWarning(id="", issued=issued, told_at=issued.sent), self._region)

    def _know(self, value: object) -> None:
        match value:
            case KnownEarthquake():
                self.earthquakes[value.id] = value
            case KnownWarning():
                self.warnings[value.id] = value
            case Volcano():
                self.volcanoes[value.id] = value
            case BulletinRule():
                self.rules[value.id] = value
