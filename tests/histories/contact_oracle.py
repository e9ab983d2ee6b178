"""Test oracle for contacts: decides by independent simple rules on writers, values in force, and readers.

It reads the records in order. Each field of a contact has the value of the last entry that took effect; personal
numbers are those of the last entry that names some. Erased numbers are nowhere, also not as a copy under another key.
"""

import json
from dataclasses import dataclass, field
from typing import Any

import msgspec
from histories.auditor import Audit
from histories.author_oracle import IN_EFFECT, AuthorOracle, DeviceFacts
from histories.ledger import mark_of
from histories.world import Console, World

from tabuah.operations.contacts.contact import Contact
from tabuah.operations.deferred_entries import DEFERRAL_REASONS
from tabuah.operations.entries import Entry, Verdict
from tabuah.storage.cache.histories import HistoryState
from tabuah.storage.journal.wire import Record

EDITORS = ("admin", "operator", "supervisor")
WRITERS = {
    "contact.registered": EDITORS,
    "contact.edited": EDITORS,
    "contact.retired": ("admin", "supervisor"),
    "contact.restored": ("admin", "supervisor"),
}
NO_READERS = ("viewer", "auditor", "admin", "gateway")
Values = dict[str, dict[str, Any]]
_VALUES_HERE = """SELECT p.entry FROM personal p JOIN journal j ON j.entry = p.entry
    WHERE j.subject LIKE 'contact/%' AND j.verdict = 'accepted'"""

_READ_HERE = """SELECT p.entry, p.field FROM personal p JOIN journal j ON j.entry = p.entry
    WHERE j.verdict = 'accepted' AND NOT p.unsent"""


@dataclass
class ContactOracle(AuthorOracle):
    """The contacts in force, by key, as plain values; `personal` is the entry with their personal numbers."""

    contacts: Values = field(default_factory=dict)

    def _check(self, record: Record, entry: Entry, device: DeviceFacts) -> None:
        if entry.kind not in WRITERS:
            return
        grant = self.grants.get(entry.grant)
        role = grant.role if grant is not None else self.users[device.owner].role
        is_allowed = role in WRITERS[entry.kind]
        if record.verdict in IN_EFFECT or record.reason in DEFERRAL_REASONS:
            assert is_allowed, f"{role} wrote {entry}"
        elif record.reason == "role_forbids":
            assert not is_allowed, f"{role} was refused {entry}"

    def _learn(self, record: Record, entry: Entry, body: dict[str, Any]) -> None:
        super()._learn(record, entry, body)
        if entry.kind == "entry.released":
            released = self.held.pop(body["entry"], None)
            if released is not None:
                self._apply(released, json.loads(bytes(released.body)))
        elif entry.kind in WRITERS:
            self._apply(entry, body)

    def _apply(self, entry: Entry, body: dict[str, Any]) -> None:
        key = entry.subject.removeprefix("contact/")
        present = self.contacts.get(key)
        if entry.kind == "contact.registered" and present is None:
            self.contacts[key] = {**body, "id": key, "personal": entry.id if body.get("personal") else ""}
        elif present is not None and entry.kind == "contact.edited":
            personal = {"personal": entry.id if body["personal"] else ""} if "personal" in body else {}
            present.update({**body, **personal})
        elif present is not None and entry.kind in ("contact.retired", "contact.restored"):
            present["retired"] = entry.kind == "contact.retired"


def check_contacts(world: World, audit: Audit) -> None:
    """Fail on a contact that a wrong role wrote, that is not as it should be, or that a console lists otherwise."""
    oracle = ContactOracle()
    oracle.judge(audit)
    expected = {key: {name: value for name, value in each.items() if value} for key, each in oracle.contacts.items()}
    for console in world.consoles:
        listed = {contact.id: _plain(contact) for contact in console.store.contacts()}
        assert listed == expected, f"{console.name} lists other contacts: {listed}, not {expected}"


def _plain(contact: Contact) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(msgspec.json.encode(contact))
    values |= {"personal": contact.personal_entry, "retired": bool(contact.retired)}
    return {name: value for name, value in values.items() if value and name not in ("type", "personal_entry")}


def check_numbers(world: World, audit: Audit) -> None:
    """Fail on personal numbers that a console lacks, and on erased values that are left anywhere.

    All users may read them in the end. A console with a snapshot has the numbers in force; it fetches the entries
    of numbers that were replaced or removed only with a history that its user requests.
    """
    steps = [(record, entry) for record, entry, *_states in audit.steps if entry.kind in WRITERS]
    accepted = [record for record, _entry in steps if record.verdict is Verdict.ACCEPTED]
    subjects = {entry.id: entry.subject for _record, entry in steps}
    values = world.server.journal.personal_values_of(accepted) if accepted else ()
    served = {value.entry for value in values} & subjects.keys()  # late values of other work come with these records
    for console in world.consoles:
        rows = {entry for (entry,) in console.store._session.connection.execute(_VALUES_HERE)}
        in_force = {contact.personal_entry for contact in console.store.contacts()}
        whole = {s for s in subjects.values() if console.store.histories.state_of(s) is HistoryState.WHOLE}
        needed = {entry for entry in served if entry in in_force or subjects[entry] in whole}
        assert needed <= rows <= served, f"{console.name} has other numbers"


def check_erased(world: World, audit: Audit) -> None:
    """Fail on an erased value at the server or a console, under its entry or a copy of it that was signed again."""
    erased = {
        entry_id
        for record, entry, *_states in audit.steps
        if entry.kind == "erasure.ordered" and record.verdict is Verdict.ACCEPTED
        for entry_id in json.loads(bytes(entry.body))["entries"]
    }
    marks = {mark_of(entry) for _record, entry, *_states in audit.steps if entry.id in erased}
    copies = [(record, entry) for record, entry, *_states in audit.steps if mark_of(entry) in marks]
    left = world.server.journal.personal_values_of([record for record, _entry in copies]) if copies else ()
    assert not left, f"erased values are at the server: {[value.entry for value in left]}"
    for console in world.consoles:
        known = {entry.id for _record, entry in copies if console.store.personal_of(entry.id)}
        assert not known, f"erased values are at {console.name}: {known}"


def check_unreadable(console: Console) -> None:
    """Fail on personal values at a console whose user, as the console knows, may not read them.

    Own work that was not sent, or was not accepted, keeps its values.
    """
    user = console.store.authority().users.get(console.user)
    if user is None or user.role.value not in NO_READERS or console.store.identity is None:
        return
    rows = console.store._session.connection.execute(_READ_HERE).fetchall()
    assert not rows, f"{console.name} is a {user.role}, and reads {rows}"
