"""Display values of bulletins and data sources."""

from typing import Final

import msgspec

from tabuah.widgets.values import Level

EARTHQUAKES: Final = "earthquakes"
WARNINGS: Final = "warnings"
VOLCANOES: Final = "volcanoes"
SOURCES: Final = "sources"
TABS: Final = (EARTHQUAKES, WARNINGS, VOLCANOES, SOURCES)


class SourceItem(msgspec.Struct, frozen=True, kw_only=True):
    """One bulletin or source with its facts; `word` names its level, degrees are WGS 84 if it has a place."""

    id: str
    level: Level
    text: str
    word: str
    about: str = ""
    at: str = ""
    author: str = ""  # the source; never omitted in the display
    facts: tuple[tuple[str, str], ...] = ()
    lon_deg: float | None = None
    lat_deg: float | None = None
    names: tuple[str, ...] = ()  # parts of the text that may be cut first

    @property
    def spoken(self) -> str:
        """Accessible text of the item."""
        return ", ".join(part for part in (self.word, self.text, self.about, self.at, self.author) if part)


class SourcesContent(msgspec.Struct, frozen=True, kw_only=True):
    """The content of all tabs; `lead` is above the list of a tab, `empty` replaces it: title and hint."""

    items: dict[str, tuple[SourceItem, ...]]
    lead: dict[str, str]
    empty: dict[str, tuple[str, str]]
    tabs: tuple[tuple[str, str], ...]  # code and words
    level_reason: str = ""  # why this user cannot enter the level of a volcano
