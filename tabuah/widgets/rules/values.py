"""The display-ready values of rules: already in words, frozen."""

from dataclasses import dataclass

from tabuah.widgets.values import Choice, Fact, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleItem:
    """One rule in the list; the first one of a `group` has the group's name above it."""

    id: str
    level: Level
    name: str
    told: str  # the condition as a sentence
    note: str = ""  # such as "12 stasiun" or "Ditarik"
    active: bool = True
    group: str = ""

    @property
    def spoken(self) -> str:
        """What a screen reader says of it."""
        return ", ".join(part for part in (self.name, self.told, self.note) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """One rule as it is read, and why it cannot be changed, tried or retired; empty reasons where it can."""

    id: str
    level: Level
    word: str  # of the level
    name: str
    told: str
    facts: tuple[Fact, ...] = ()
    history: tuple[str, ...] = ()
    active: bool = True
    edit_reason: str = ""
    retire_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleField:
    """One field of the form: a text, or a choice where it has choices; `wide` takes a line of its own.

    `placeholder` is what an empty field means. Of `many` choices any number is taken, with commas between.
    """

    code: str
    label: str
    value: str
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    placeholder: str = ""
    wide: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSection:
    """Fields that belong together, under a heading; `removable` sections can be taken out of the form."""

    title: str
    fields: tuple[RuleField, ...]
    code: str = ""
    removable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialEpisode:
    """One alarm that a rule would have raised."""

    about: str  # code of its station or subject of a bulletin, to be found on the map
    name: str
    time: str
    detail: str = ""
    more: str = ""  # in a line of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """What a trial came to."""

    summary: str
    source: str = ""  # over which readings, and from where
    episodes: tuple[TrialEpisode, ...] = ()
    more: str = ""
