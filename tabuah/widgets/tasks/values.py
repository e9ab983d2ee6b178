"""Display values of tasks: rows, the card of one task, and the tasks of an incident."""

from enum import StrEnum

import msgspec

from tabuah.widgets.values import FactItem, Level


class TaskItem(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the list; also a task in the details of its incident."""

    id: str
    text: str  # what to do
    about: str  # owner and incident
    level: Level = Level.INFORMATION
    at: str = ""  # time left, or how it ended
    author: str = ""  # kind, and marks such as "not yet synced"
    names: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """Accessible text of the row."""
        return ", ".join(part for part in (self.text, self.about, self.at, self.author) if part)


class TaskAct(StrEnum):
    """What a person asks for in the list of tasks."""

    ADD = "add"
    EXPORT = "export"
    DONE = "done"
    RECEIVE = "receive"
    CHANGE = "change"
    CANCEL = "cancel"  # of an ended task: reopen
    INCIDENT = "incident"


class TaskCard(msgspec.Struct, frozen=True, kw_only=True):
    """One task; `reasons` says why acts are not available."""

    id: str
    title: str
    state: str
    level: Level
    facts: tuple[FactItem, ...] = ()
    is_open: bool = True
    is_received: bool = False
    has_receipt: bool = False  # it is a disposition
    reasons: dict[TaskAct, str] = msgspec.field(default_factory=dict)
