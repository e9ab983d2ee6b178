"""The declaration of a subject: its state, its entry kinds, its decision and its fold.

Each subject is declared in `operations/<subject>/subject.py` and listed in `subjects`, which derives all tables.
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

import msgspec

from tabuah.operations.entries import Decision, Entry, Verdict, subject_key, subject_kind
from tabuah.operations.errors import MalformedBody
from tabuah.operations.lookups import NO_LOOKUPS, Lookups
from tabuah.operations.people.authority import Device, User
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import FIRST_VERSION

ValueT = TypeVar("ValueT", bound=msgspec.Struct)

UUID_KEY: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class DecisionContext(msgspec.Struct, frozen=True, kw_only=True):
    """The input of a decision other than the state and the entry, at the place of the entry in the journal.

    Attributes:
        role: the role of the author.
        opd: the office of the author; empty if unknown.
        device_tag: the tag of the public key of the writing device.
        decide_version: the version of the rules in force (`policy`).
        lookups: lookups beyond the subject.
        devices: the devices by id.
        users: the users by name.
    """

    role: Role
    opd: str = ""
    device_tag: str = ""
    decide_version: int = FIRST_VERSION
    lookups: Lookups = NO_LOOKUPS
    devices: Mapping[str, Device] = msgspec.field(default_factory=dict)
    users: Mapping[str, User] = msgspec.field(default_factory=dict)


class EntryKind(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One kind of entry.

    Attributes:
        name: `<subject>.<event>`. It is stored in the journal and never changes.
        body: the type of its body.
        writers: the roles that may write it.
        exercise_writers: further roles that may write it in an exercise.
        named_exercise_writers: further roles that may write it in a named exercise, from `PROVENANCE_VERSION` on.
        creates: whether it creates its subject. If people may write it, other entries on the subject wait for it.
        may_be_needed: whether a later entry may depend on one of this kind, by its base or its conflict.
        any_subject: whether it may be written on every subject, because it is about another entry.
        reference: the field of the body that names an earlier entry of the same subject; empty if there is none.
        refers_to: returns the id of that entry, where no field of the body is the id alone.
        number: returns the number that a body gives to its subject; two subjects never have the same number.
    """

    name: str
    body: type[msgspec.Struct]
    writers: frozenset[Role]
    exercise_writers: frozenset[Role] = frozenset()
    named_exercise_writers: frozenset[Role] = frozenset()
    creates: bool = False
    may_be_needed: bool = False
    any_subject: bool = False
    reference: str = ""
    refers_to: Callable[[Any], str] | None = None
    number: Callable[[Any], str] | None = None

    @cached_property
    def _decoder(self) -> msgspec.json.Decoder[msgspec.Struct]:
        return msgspec.json.Decoder(self.body)

    def decode(self, body: msgspec.Raw) -> msgspec.Struct:
        """Decode a body of this kind.

        Raises:
            MalformedBody: it does not have the type.
        """
        try:
            return self._decoder.decode(body)
        except msgspec.DecodeError as error:
            raise MalformedBody(f"{self.name}: {error}") from error

    def fits(self, subject: str) -> bool:
        """Return whether entries of this kind may be about a subject."""
        return self.any_subject or subject_kind(subject) == self.name.partition(".")[0]

    def referred_entry(self, body: msgspec.Raw) -> str:
        """Return the id of the entry that a body refers to; empty if it refers to none, or is malformed."""
        if self.refers_to is None and not self.reference:
            return ""
        try:
            decoded = self.decode(body)
        except MalformedBody:
            return ""
        return self.refers_to(decoded) if self.refers_to is not None else str(getattr(decoded, self.reference))

    def may_be_written_by(self, role: Role, *, exercise: bool = False, named: bool = False) -> bool:
        """Return whether a role may write it; `named` in a named exercise, if the version of the rules knows them."""
        if role in self.writers or (exercise and role in self.exercise_writers):
            return True
        return named and role in self.named_exercise_writers


def needs_no_other_entry(_entry: Entry, _body: msgspec.Struct, _reason: str) -> str:
    return ""


def has_always_arrived(_value: Any, _needed: str, _body: msgspec.Struct) -> bool:
    return True


class SubjectType(msgspec.Struct, Generic[ValueT], frozen=True, kw_only=True, dict=True):
    """One type of subject; `decide` and `fold` are pure.

    Attributes:
        name: the part of a subject before the slash; its entry kinds begin with it.
        state: the type of its state.
        kinds: its entry kinds.
        decide: returns the decision on an entry whose author may write the kind, from the state before.
        fold: returns the state after an entry with the verdict accepted or conflict.
        key: the form of the keys of new subjects; None if `decide` compares the key with the body.
        needed_entry: returns the id of the entry that must arrive before an entry makes sense, from the reason of
            its rejection; empty if there is none. An entry on a subject that does not exist is handled without it.
        has_arrived: returns whether a needed entry has already been decided.
    """

    name: str
    state: type[ValueT]
    kinds: tuple[EntryKind, ...]
    decide: Callable[[ValueT | None, Entry, msgspec.Struct, DecisionContext], Decision]
    fold: Callable[[ValueT | None, Entry, msgspec.Struct, Verdict], ValueT | None]
    key: re.Pattern[str] | None = None
    needed_entry: Callable[[Entry, msgspec.Struct, str], str] = needs_no_other_entry
    has_arrived: Callable[[ValueT | None, str, msgspec.Struct], bool] = has_always_arrived

    @cached_property
    def awaited_kind(self) -> str:
        """Return the kind that creates the subject, for which its other entries wait; empty if there is none.

        Nothing waits for entries that only the server writes: they are never late.
        """
        created = (kind for kind in self.kinds if kind.creates and kind.writers != {Role.SERVER})
        return next((kind.name for kind in created), "")

    def has_valid_key(self, subject: str) -> bool:
        return self.key is None or self.key.fullmatch(subject_key(subject)) is not None

    def own_value(self, value: msgspec.Struct | None) -> ValueT | None:
        """Return a value if it is a state of this subject, else None."""
        return value if isinstance(value, self.state) else None
