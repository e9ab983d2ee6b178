"""Display values and filter of the station list."""

from collections.abc import Iterable
from typing import Final

import msgspec

from tabuah.widgets.charts.series import Series
from tabuah.widgets.values import Level

ALL, RAISED, OVERDUE, LOW_BATTERY = "all", "raised", "overdue", "low_battery"
STATES: Final = (ALL, RAISED, OVERDUE, LOW_BATTERY)


class StationItem(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the list; the owner sorts them worst first. `states` are the filters that include it."""

    id: str
    level: Level
    word: str  # name of the level, such as "Siaga 2", "Tinggi" or "terlambat"
    name: str
    about: str  # code, kind, river and nagari
    value: str  # newest value of its main parameter with the unit
    age: str  # of that value, such as "data 3 mnt lalu"
    overdue: bool = False  # the value is too old to describe the present
    battery: str = ""  # empty where it is not measured
    battery_low: bool = False
    kind: str = ""  # code
    exercise: str = ""  # text of its chip
    works: str = ""  # text of its chip during maintenance or after retirement
    retired: bool = False
    states: frozenset[str] = frozenset((ALL,))

    @property
    def spoken(self) -> str:
        """Accessible text and tooltip of the row."""
        parts = (self.name, self.works, self.word, self.value, self.age, self.battery, self.about, self.exercise)
        return ", ".join(part for part in parts if part)

    def has(self, words: Iterable[str]) -> bool:
        """Return whether all casefolded words occur in name, code, kind, river or nagari."""
        text = f"{self.name} {self.about}".casefold()
        return all(word in text for word in words)


class SparklineData(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The last day of a station's main parameter; `span_s` in Unix seconds."""

    series: Series = msgspec.field(default_factory=Series)
    span_s: tuple[float, float]


class StationFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Filter of the station list: state, kind (empty for all) and search words."""

    state: str = ALL
    kind: str = ""
    words: str = ""

    def narrow(self, items: Iterable[StationItem]) -> list[StationItem]:
        """Return the matching items in the given order."""
        words = self.words.casefold().split()
        return [item for item in self.of_kind(items) if self.state in item.states and item.has(words)]

    def of_kind(self, items: Iterable[StationItem]) -> list[StationItem]:
        """Return the items of the selected kind."""
        return [item for item in items if self.kind in ("", item.kind)]
