"""What the server knows of earthquakes, warnings and volcanoes, and which alarms follow from it now."""

from collections.abc import Iterable
from datetime import datetime

from tabuah.gis.basemap_file import load_basemap
from tabuah.operations.bulletins.alarming import (
    EARTHQUAKE_IS_NEWS,
    alarm_of_earthquake,
    alarm_of_volcano,
    alarm_of_warning,
)
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.region import own_places, region_of
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.entries import subject_of
from tabuah.operations.feeds.sources import FeedSet
from tabuah.server.feeds.alarms import Wanted
from tabuah.server.journal import ServerJournal


class Knowledge:
    """Belongs to one thread; `learn` after every write keeps it what the journal says."""

    def __init__(self, journal: ServerJournal, rules: FeedSet) -> None:
        self._journal, self._rules = journal, rules
        basemap = load_basemap()
        self._region, self._places = region_of(basemap), own_places(basemap)
        self.earthquakes: dict[str, KnownEarthquake] = {}
        self.warnings: dict[str, KnownWarning] = {}
        self.volcanoes: dict[str, Volcano] = {}

    def load(self) -> None:
        """Know all that was told before."""
        for kind in ("earthquake", "warning", "volcano"):
            for state in self._journal.states_of_kind(kind).values():
                self._know(state.value)

    def learn(self, subjects: Iterable[str]) -> None:
        """Something was told of these."""
        for subject in dict.fromkeys(subjects):
            self._know(self._journal.state_of(subject).value)

    def wanted_alarms(self, now: datetime) -> dict[str, Wanted]:
        """What should be up, by subject."""
        wanted: dict[str, Wanted] = {}
        for quake in self.earthquakes.values():
            if now - quake.latest.at <= EARTHQUAKE_IS_NEWS:
                alarm = alarm_of_earthquake(
                    quake, self._rules.earthquake_alarm, region=self._region, own_places=self._places, now=now
                )
                wanted[subject_of("earthquake", quake.id)] = Wanted(alarm, quake.exercise)
        for warning in self.warnings.values():
            if not warning.is_over(now):
                told = alarm_of_warning(warning, self._rules.warning_alarm, region=self._region, now=now)
                wanted[subject_of("warning", warning.id)] = Wanted(told, warning.exercise)
        for volcano in self.volcanoes.values():
            wanted[subject_of("volcano", volcano.id)] = Wanted(alarm_of_volcano(volcano), volcano.exercise)
        return wanted

    def _know(self, value: object) -> None:
        match value:
            case KnownEarthquake():
                self.earthquakes[value.id] = value
            case KnownWarning():
                self.warnings[value.id] = value
            case Volcano():
                self.volcanoes[value.id] = value
