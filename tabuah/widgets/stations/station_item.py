"""One station as the list of all shows it, and what that list can be narrowed to: ready to be shown, frozen."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from tabuah.widgets.charts.series import Series
from tabuah.widgets.values import Level

ALL, RAISED, OVERDUE, LOW_BATTERY = "all", "raised", "overdue", "low_battery"
STATES: Final = (ALL, RAISED, OVERDUE, LOW_BATTERY)


@dataclass(frozen=True, slots=True, kw_only=True)
class StationItem:
    """A row; the owner gives them worst first. `states` are those of STATES under which it is found."""

    id: str
    level: Level
    word: str  # what the level is called, such as "Siaga 2", "Tinggi" or "terlambat"
    name: str
    about: str  # code, kind, river and nagari
    value: str  # newest value of its main parameter with the unit
    age: str  # of that value, such as "data 3 mnt lalu"
    overdue: bool = False  # the value does not speak for the present
    battery: str = ""  # empty where it is not measured
    battery_low: bool = False
    kind: str = ""  # code
    exercise: str = ""  # the word for its badge
    works: str = ""  # the word for its badge while somebody works on it
    states: frozenset[str] = frozenset((ALL,))

    @property
    def spoken(self) -> str:
        """What a screen reader says of it, and what stands in its tooltip."""
        parts = (self.name, self.works, self.word, self.value, self.age, self.battery, self.about, self.exercise)
        return ", ".join(part for part in parts if part)

    def has(self, words: Iterable[str]) -> bool:
        """Whether all words, in small letters, stand in its name, code, kind, river or nagari."""
        text = f"{self.name} {self.about}".casefold()
        return all(word in text for word in words)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StationDay:
    """The last day of a station's main parameter; `span_s` in Unix seconds."""

    series: Series = field(default_factory=Series)
    span_s: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of the list is wanted: a state, a kind (empty for all), and words that were typed."""

    state: str = ALL
    kind: str = ""
    words: str = ""

    def narrow(self, items: Iterable[StationItem]) -> list[StationItem]:
        """The items that are wanted, in the order in which they are given."""
        words = self.words.casefold().split()
        return [item for item in self.of_kind(items) if self.state in item.states and item.has(words)]

    def of_kind(self, items: Iterable[StationItem]) -> list[StationItem]:
        """The items of the wanted kind, whatever their state and name."""
        return [item for item in items if self.kind in ("", item.kind)]
