"""Display values of the station page and of the files on it."""

import msgspec

from tabuah.widgets.charts.series import Series
from tabuah.widgets.values import AttachmentItem, FactItem, Level


class WeekCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """Data coverage of some days; `gaps`, `midnights` and `begins` are fractions of the length, 0 to 1.

    No data is expected before `begins`.
    """

    gaps: tuple[tuple[float, float], ...] = ()
    midnights: tuple[float, ...] = ()
    begins: float = 0.0
    spoken: str = ""


class SeriesRow(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter: newest value with state and age, sparkline of the day and coverage of the week."""

    code: str
    name: str
    value: str
    level: Level
    word: str
    about: str = ""
    day: Series = msgspec.field(default_factory=Series)
    day_span_s: tuple[float, float] | None = None  # Unix seconds
    week: WeekCoverage = WeekCoverage()
    week_words: str = ""

    @property
    def spoken(self) -> str:
        """Accessible text of the file."""
        return ". ".join(part for part in (self.name, self.value, self.word, self.about, self.week_words) if part)


class FactSection(msgspec.Struct, frozen=True, kw_only=True):
    """Facts under a heading; `nothing` is shown when there are none."""

    title: str
    facts: tuple[FactItem, ...] = ()
    nothing: str = ""


class StationNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice above the page, such as current maintenance."""

    level: Level
    text: str


class StationView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on the station page except the chart; sections in display order; `retire` labels the button."""

    code: str
    name: str
    about: str
    level: Level
    word: str
    exercise: str = ""
    retire: str = ""
    notices: tuple[StationNotice, ...] = ()
    rows: tuple[SeriesRow, ...] = ()
    sections: tuple[FactSection, ...] = ()


class StationFileItem(AttachmentItem, frozen=True, kw_only=True):
    """One file; `kept_reason` says why this user cannot remove it, `is_here` whether it is stored locally."""

    about: str = ""  # such as "Kalibrasi"
    added: str = ""  # such as "ani, 24 Nov 2026 14.30 WIB"
    is_photo: bool = False
    is_here: bool = True
    kept_reason: str = ""

    @property
    def spoken(self) -> str:
        """Accessible text of the parameter."""
        return ". ".join(part for part in (self.name, self.about, self.note, self.added) if part)


class StationFilesContent(msgspec.Struct, frozen=True, kw_only=True):
    """All files of a station, newest first; `removed` has one line for each removed file with the reason.

    `add_reason` says why the user cannot add files.
    """

    files: tuple[StationFileItem, ...] = ()
    removed: tuple[str, ...] = ()
    add_reason: str = ""
