"""Values of the directory: rows, the card of one contact, and the contacts of an incident."""

from dataclasses import dataclass, field
from enum import StrEnum

from tabuah.widgets.values import FactItem, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberItem:
    """One number and its channel."""

    channel: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactItem:
    """A row of the list; also a contact of an incident, where `at` says why it is one."""

    id: str
    text: str  # name
    about: str  # function, organisation and places
    level: Level = Level.INFORMATION
    at: str = ""
    author: str = ""
    names: tuple[str, ...] = ()
    numbers: tuple[NumberItem, ...] = ()

    @property
    def spoken(self) -> str:
        """Accessible text of the row."""
        numbers = (f"{each.channel} {each.number}" for each in self.numbers)
        return ", ".join(part for part in (self.text, self.about, self.at, *numbers) if part)


class ContactAct(StrEnum):
    """What a person asks for in the directory."""

    COPY = "copy"
    NOTE_CALL = "note_call"
    ADD = "add"
    EDIT = "edit"
    RETIRE = "retire"
    RESTORE = "restore"
    IMPORT = "import"
    EXPORT = "export"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCard:
    """One contact with everything that this user may read; `reasons` says why acts are not available."""

    id: str
    name: str
    facts: tuple[FactItem, ...] = ()
    numbers: tuple[NumberItem, ...] = ()
    notice: str = ""
    is_retired: bool = False
    reasons: dict[ContactAct, str] = field(default_factory=dict)
