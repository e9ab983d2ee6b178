"""What the window of the alarms shows: ready to be shown, in the language that is spoken."""

from dataclasses import dataclass

from tabuah.widgets.values import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLine:
    """One row of a list, with its level at the edge."""

    id: str
    level: Level
    text: str
    about: str = ""
    at: str = ""
    author: str = ""

    @property
    def spoken(self) -> str:
        """What a screen reader says of it."""
        return ". ".join(part for part in (self.text, self.about, self.at, self.author) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """A group as a row, with the alarms in it, the worst first; `acknowledged` when all of it is answered.

    `incident` is the number of the incident that was made of it, if any.
    """

    line: AlarmLine
    members: tuple[AlarmLine, ...]
    acknowledged: bool = False
    incident: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietLine:
    """What is kept quiet as a row; `alarm` is its id where one is up, which can be heard again when it is shelved."""

    line: AlarmLine
    alarm: str = ""
    is_shelved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """A figure beside what is recommended; `is_kept` is None where nothing is recommended or nothing can be said.

    `note` says of how many a share is. A heading has a label only and stands above what belongs to it.
    """

    label: str
    value: str
    recommended: str = ""
    is_kept: bool | None = None
    is_heading: bool = False
    note: str = ""

    @property
    def spoken(self) -> str:
        """What a screen reader says of it."""
        return f"{self.label}: {self.value}, {self.note}" if self.note else f"{self.label}: {self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Alarms in each ten minutes, from when until when in words, and the most that one person can take in.

    `peak` is the most in any ten minutes, which may begin at any moment.
    """

    counts: tuple[int, ...] = ()
    since: str = ""
    until: str = ""
    limit: int = 10
    peak: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceView:
    """The figures of a span, its rates, and the points from which the most came."""

    heading: str = ""
    figures: tuple[FigureLine, ...] = ()
    rates: Rates = Rates()
    points: tuple[AlarmLine, ...] = ()
