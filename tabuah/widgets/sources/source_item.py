"""One thing that came from elsewhere, or one source, ready to be shown."""

from dataclasses import dataclass
from typing import Final

from tabuah.widgets.values import Level

EARTHQUAKES: Final = "earthquakes"
WARNINGS: Final = "warnings"
VOLCANOES: Final = "volcanoes"
SOURCES: Final = "sources"
TABS: Final = (EARTHQUAKES, WARNINGS, VOLCANOES, SOURCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceItem:
    """A row with all that is known behind it; `word` says its level, degrees are WGS 84 where it has a place."""

    id: str
    level: Level
    text: str
    word: str
    about: str = ""
    at: str = ""
    author: str = ""  # the source, which is always named
    facts: tuple[tuple[str, str], ...] = ()
    lon_deg: float | None = None
    lat_deg: float | None = None

    @property
    def spoken(self) -> str:
        """What a screen reader says of it."""
        return ", ".join(part for part in (self.word, self.text, self.about, self.at, self.author) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesContent:
    """All tabs; `lead` stands above the list of a tab, `empty` in its place: a title and a hint."""

    items: dict[str, tuple[SourceItem, ...]]
    lead: dict[str, str]
    empty: dict[str, tuple[str, str]]
    tabs: tuple[tuple[str, str], ...]  # code and words
    level_reason: str = ""  # why this user cannot state a volcano's level
