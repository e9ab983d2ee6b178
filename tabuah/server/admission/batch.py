"""The uncommitted decisions of one transaction, layered over the committed journal."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from sqlalchemy import Connection

from tabuah.operations.people.authority import Authority
from tabuah.operations.people.records import Device, User
from tabuah.operations.subject_state import SubjectState
from tabuah.server.admission.journal_cache import CommittedHead, JournalCache
from tabuah.server.database.queries import incident_with_number
from tabuah.storage.journal.chain import ChainHead
from tabuah.storage.journal.wire import Record


class AdmissionBatch:
    """The writer's view inside a transaction.

    A group of requests is one transaction with one batch. Each request works on its own layer over that
    batch, which is merged when the request succeeds and dropped when it fails.
    """

    def __init__(
        self, connection: Connection, journal_cache: JournalCache, now: datetime, base: "AdmissionBatch | None" = None
    ) -> None:
        self.connection = connection
        self.journal_cache = journal_cache
        self.now = now
        self.head: CommittedHead = base.head if base else journal_cache.head
        self.authority: Authority = base.authority if base else journal_cache.authority
        self.chain_heads: dict[str, ChainHead] = {}
        self.states: dict[str, SubjectState] = {}
        self.numbers: dict[str, str] = {}  # incident number → subject, given in this batch
        self.attached: set[tuple[str, str]] = set()  # (SHA-256 of a named attachment, subject)
        self.records: list[Record] = []
        self._base = base

    def new_layer(self) -> "AdmissionBatch":
        """Return a layer for one request."""
        return AdmissionBatch(self.connection, self.journal_cache, self.now, base=self)

    def merge(self, layer: Self) -> None:
        """Merge the decisions of a request."""
        self.head = layer.head
        self.authority = layer.authority
        self.chain_heads.update(layer.chain_heads)
        self.states.update(layer.states)
        self.numbers.update(layer.numbers)
        self.attached |= layer.attached
        self.records += layer.records

    def chain_head(self, device: str) -> ChainHead:
        """Return the head of a device's chain."""
        head = self.chain_heads.get(device)
        if head is not None:
            return head
        return self._base.chain_head(device) if self._base else self.journal_cache.chain_head(self.connection, device)

    def number_owner(self, number: str) -> str:
        """Return the subject of the incident with this number; empty without one."""
        owner = self.numbers.get(number)
        if owner is not None:
            return owner
        return self._base.number_owner(number) if self._base else incident_with_number(self.connection, number)

    def load_states(self, subjects: Iterable[str]) -> None:
        """Load the states of these subjects in advance."""
        self.journal_cache.load_states(self.connection, subjects)

    def state_of(self, subject: str) -> SubjectState:
        """Return the state of a subject."""
        state = self.states.get(subject)
        if state is not None:
            return state
        return self._base.state_of(subject) if self._base else self.journal_cache.state_of(self.connection, subject)

    def update_authority(self, record: User | Device) -> None:
        """Update users or devices in a copy: other threads keep reading the committed authority."""
        known = self.authority
        self.authority = Authority(dict(known.users), dict(known.devices), dict(known.grants))
        self.authority.update(record)
