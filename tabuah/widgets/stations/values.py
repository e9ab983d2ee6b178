"""What the page of a station shows: ready to be shown, in the language that is spoken."""

from dataclasses import dataclass, field

from tabuah.widgets.charts.series import Series
from tabuah.widgets.values import Fact, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Some days as a strip: `gaps` and `midnights` are parts of its length, 0 to 1; it is empty before `begins`."""

    gaps: tuple[tuple[float, float], ...] = ()
    midnights: tuple[float, ...] = ()
    begins: float = 0.0
    spoken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRow:
    """One parameter: its newest value with the state and age of it, its day as a small line, its week as a strip."""

    code: str
    name: str
    value: str
    level: Level
    word: str
    about: str = ""
    day: Series = field(default_factory=Series)
    day_span_s: tuple[float, float] | None = None  # Unix seconds
    week: Week = Week()
    week_words: str = ""

    @property
    def spoken(self) -> str:
        """What a screen reader says of it."""
        return ". ".join(part for part in (self.name, self.value, self.word, self.about, self.week_words) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Some facts under a heading; `nothing` is said where there are none."""

    title: str
    facts: tuple[Fact, ...] = ()
    nothing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What must be known before anything else, such as that somebody works on the station."""

    level: Level
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StationView:
    """Everything the page says beside its chart; the sections in the order in which they are read."""

    code: str
    name: str
    about: str
    level: Level
    word: str
    exercise: str = ""
    notices: tuple[Notice, ...] = ()
    rows: tuple[SeriesRow, ...] = ()
    sections: tuple[Section, ...] = ()
