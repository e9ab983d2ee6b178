"""Display values of rules."""

import msgspec

from tabuah.widgets.values import FactItem, Level


class RuleItem(msgspec.Struct, frozen=True, kw_only=True):
    """One rule in the list; the first rule of a `group` gets the group name as heading."""

    id: str
    level: Level
    name: str
    sentence: str  # the condition as a sentence
    note: str = ""  # such as "12 stasiun" or "Ditarik"
    active: bool = True
    group: str = ""

    @property
    def spoken(self) -> str:
        """Accessible text of the rule."""
        return ", ".join(part for part in (self.name, self.sentence, self.note) if part)


class RuleView(msgspec.Struct, frozen=True, kw_only=True):
    """One rule, and why it cannot be edited or retired; empty reasons where it can."""

    id: str
    level: Level
    word: str  # of the level
    name: str
    sentence: str
    facts: tuple[FactItem, ...] = ()
    history: tuple[str, ...] = ()
    active: bool = True
    edit_reason: str = ""
    retire_reason: str = ""


class TrialEpisode(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm that a rule would have raised."""

    about: str  # code of the station or subject of the bulletin, to locate it on the map
    name: str
    time: str
    detail: str = ""
    more: str = ""  # on a line of its own


class TrialResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a trial run."""

    summary: str
    source: str = ""  # the readings used and where they come from
    episodes: tuple[TrialEpisode, ...] = ()
    more: str = ""
