"""Values of the wall view: large, few, and without personal data."""

import msgspec

from tabuah.widgets.values import Level


class WallLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line: its level, a word or number, and a text."""

    level: Level
    word: str
    text: str
    note: str = ""


class WallSection(msgspec.Struct, frozen=True, kw_only=True):
    """Lines under a heading; `more` says how many are not shown, `empty` what holds without any."""

    title: str
    lines: tuple[WallLine, ...] = ()
    more: str = ""
    empty: str = ""

    @property
    def spoken(self) -> str:
        """Accessible text of the section."""
        lines = [" ".join(part for part in (line.word, line.text, line.note) if part) for line in self.lines]
        return ". ".join(part for part in (self.title, *(lines or [self.empty]), self.more) if part)


class WallContent(msgspec.Struct, frozen=True, kw_only=True):
    """All texts of the wall view.

    Attributes:
        time, day: the clock.
        office: control room and regency; in an exercise `world` names it.
        sync: state of the connection, with its level.
        notice: what is not current, empty if everything is.
        sections: alarms, incidents, overdue time limits, units.
    """

    time: str = ""
    day: str = ""
    office: str = ""
    world: str = ""
    sync: str = ""
    sync_level: Level = Level.NO_DATA
    notice: str = ""
    sections: tuple[WallSection, ...] = ()
