"""A sheet: what one transaction has decided so far, over what is committed, until it is saved or thrown away."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from sqlalchemy import Connection

from tabuah.operations.authority.authority import Authority
from tabuah.operations.authority.records import Device, User
from tabuah.operations.subjects import SubjectState
from tabuah.server.admission.memory import JournalHead, Memory
from tabuah.server.database.queries import incident_numbered
from tabuah.storage.journal.chain import ChainHead
from tabuah.storage.journal.wire import Record


class Sheet:
    """The writer's view inside a transaction.

    A group of requests is one transaction with one sheet; each request works on a sheet of its own laid over it,
    which is merged when the request succeeds and dropped when it does not.
    """

    def __init__(self, connection: Connection, memory: Memory, now: datetime, below: "Sheet | None" = None) -> None:
        self.connection = connection
        self.memory = memory
        self.now = now
        self.head: JournalHead = below.head if below else memory.head
        self.authority: Authority = below.authority if below else memory.authority
        self.chain_heads: dict[str, ChainHead] = {}
        self.states: dict[str, SubjectState] = {}
        self.numbers: dict[str, str] = {}  # incident numbers that were given, with their subject
        self.attached: set[tuple[str, str]] = set()  # the SHA-256 of each attachment that was named, with its subject
        self.records: list[Record] = []
        self._below = below

    def over(self) -> "Sheet":
        """A sheet for one request, laid over this one."""
        return Sheet(self.connection, self.memory, self.now, below=self)

    def merge(self, upper: Self) -> None:
        """Take over what a request decided."""
        self.head = upper.head
        self.authority = upper.authority
        self.chain_heads.update(upper.chain_heads)
        self.states.update(upper.states)
        self.numbers.update(upper.numbers)
        self.attached |= upper.attached
        self.records += upper.records

    def chain_head(self, device: str) -> ChainHead:
        """The last entry of a device."""
        head = self.chain_heads.get(device)
        if head is not None:
            return head
        return self._below.chain_head(device) if self._below else self.memory.chain_head(self.connection, device)

    def number_owner(self, number: str) -> str:
        """The subject of the incident that has a number; empty when there is none."""
        owner = self.numbers.get(number)
        if owner is not None:
            return owner
        return self._below.number_owner(number) if self._below else incident_numbered(self.connection, number)

    def recall(self, subjects: Iterable[str]) -> None:
        """Have the states of these subjects at hand."""
        self.memory.recall(self.connection, subjects)

    def state_of(self, subject: str) -> SubjectState:
        """The state of a subject."""
        state = self.states.get(subject)
        if state is not None:
            return state
        return self._below.state_of(subject) if self._below else self.memory.state_of(self.connection, subject)

    def learn(self, record: User | Device) -> None:
        """Change users or devices; readers elsewhere keep the authority that is committed."""
        known = self.authority
        self.authority = Authority(dict(known.users), dict(known.devices), dict(known.grants))
        self.authority.learn(record)
