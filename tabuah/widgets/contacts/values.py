"""Values of the directory: rows, the card of one contact, and the contacts of an incident."""

from enum import StrEnum

import msgspec

from tabuah.widgets.values import FactItem, Level


class NumberItem(msgspec.Struct, frozen=True, kw_only=True):
    """One number and its channel."""

    channel: str
    number: str


class ContactItem(msgspec.Struct, frozen=True, kw_only=True):
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


class ContactCard(msgspec.Struct, frozen=True, kw_only=True):
    """One contact with everything that this user may read; `reasons` says why acts are not available."""

    id: str
    name: str
    facts: tuple[FactItem, ...] = ()
    numbers: tuple[NumberItem, ...] = ()
    notice: str = ""
    is_retired: bool = False
    reasons: dict[ContactAct, str] = msgspec.field(default_factory=dict)
