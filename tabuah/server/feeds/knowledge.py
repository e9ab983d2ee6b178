"""What the server knows of earthquakes, warnings, volcanoes and their rules, and which alarms follow from it now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from tabuah.gis.basemap_file import load_basemap
from tabuah.operations.bulletins.alarming import alarm_of, over_at
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.folding import Bulletin, subject_of_bulletin
from tabuah.operations.bulletins.region import own_places, region_of
from tabuah.operations.bulletins.rules import BulletinRule, in_force
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.server.feeds.alarms import Wanted
from tabuah.server.journal import ServerJournal

KINDS: Final = ("bulletin_rule", "earthquake", "warning", "volcano")


class Knowledge:
    """Belongs to one thread; `learn` after every write keeps it what the journal says."""

    def __init__(self, journal: ServerJournal) -> None:
        self._journal = journal
        basemap = load_basemap()
        self._region, self._places = region_of(basemap), own_places(basemap)
        self.earthquakes: dict[str, KnownEarthquake] = {}
        self.warnings: dict[str, KnownWarning] = {}
        self.volcanoes: dict[str, Volcano] = {}
        self.rules: dict[str, BulletinRule] = {}

    def load(self) -> None:
        """Know all that was told before."""
        for kind in KINDS:
            for state in self._journal.states_of_kind(kind).values():
                self._know(state.value)

    def learn(self, subjects: Iterable[str]) -> None:
        """Something was told of these."""
        for subject in dict.fromkeys(subjects):
            self._know(self._journal.state_of(subject).value)

    def wanted_alarms(self, now: datetime) -> dict[str, Wanted]:
        """What should be up, by subject; what is over by itself is not asked about again."""
        rules = in_force(self.rules.values())
        told: tuple[Bulletin, ...] = (
            *self.earthquakes.values(),
            *self.warnings.values(),
            *self.volcanoes.values(),
        )
        wanted: dict[str, Wanted] = {}
        for bulletin in told:
            ends_at = over_at(bulletin)
            if ends_at is None or now < ends_at:
                alarm = alarm_of(bulletin, rules, region=self._region, own_places=self._places, now=now)
                wanted[subject_of_bulletin(bulletin)] = Wanted(alarm, bulletin.exercise)
        return wanted

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
