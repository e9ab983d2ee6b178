"""Entries that the server writes itself, as a device like any other: users, devices, grants, alarms, rules."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from tabuah.operations.entries import SERVER_ACTOR, Draft, PersonalValue, Verdict, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.entry_bodies import DeviceEnrolled, DeviceRevoked
from tabuah.operations.policy.policy import NEWEST_VERSION, POLICY_KEY, PolicyChanged
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.admission.persistence import save_entries, save_personal
from tabuah.server.admission.personal_values import committed_values
from tabuah.server.admission.verdicts import Admitted, admit_and_resolve_deferred
from tabuah.server.errors import DraftRefused
from tabuah.storage.journal.chain import ChainedEntry, append_draft
from tabuah.storage.journal.sealed_box import published_sealing_key
from tabuah.storage.journal.server_keys import later_key
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import Record

_REPLACED: Final = "replaced by a new key"
_SAVE_HASHES: Final = """INSERT INTO passwords VALUES (?, ?)
    ON CONFLICT (user_name) DO UPDATE SET hash = excluded.hash"""


class AppendServerEntries(msgspec.Struct, frozen=True):
    """Server drafts queued for the writer; all of them are written, or none.

    `passwords` are Argon2id hashes by user, saved in the same transaction.

    Raises, when called with the batch:
        DraftRefused: a draft was not accepted.
    """

    key: DeviceKey
    drafts: Sequence[Draft]
    actor: str = SERVER_ACTOR
    passwords: Mapping[str, str] = msgspec.field(default_factory=dict)

    def __call__(self, batch: AdmissionBatch) -> tuple[Record, ...]:
        """Chain, sign, judge and save the drafts."""
        own: list[Admitted] = []
        admitted: list[Admitted] = []
        for draft in self.drafts:
            head = batch.chain_head(self.key.device_id)
            chained = append_draft(draft, key=self.key, head=head, actor=self.actor, grant="", now=batch.now)
            answered = admit_and_resolve_deferred(batch, chained, self.key)
            record = answered[0][1]
            if record.verdict is not Verdict.ACCEPTED:
                raise DraftRefused(draft.kind, draft.subject, record.reason)
            own.append(answered[0])
            admitted += answered
        chain, records = [chained for chained, _record in own], [record for _chained, record in own]
        if chain:
            save_entries(batch.connection, admitted)
            save_personal(
                batch.connection,
                committed_values(chain, _values_of_drafts(self.drafts, chain), [record.seq for record in records]),
            )
        if self.passwords:
            batch.connection.exec_driver_sql(_SAVE_HASHES, list(self.passwords.items()))
        return tuple(records)


def _values_of_drafts(drafts: Sequence[Draft], chain: Sequence[ChainedEntry]) -> list[PersonalValue]:
    pairs = zip(drafts, chain, strict=True)
    return [msgspec.structs.replace(value, entry=c.entry.id) for draft, c in pairs for value in draft.personal]


class BeginJournal(msgspec.Struct, frozen=True):
    """The first entry of a journal: the server enrols itself. Does nothing in an existing journal."""

    key: DeviceKey

    def __call__(self, batch: AdmissionBatch) -> tuple[Record, ...]:
        """Write the entry."""
        if batch.head.seq > 0:
            return ()
        return AppendServerEntries(self.key, (_enrolment_of(self.key),))(batch)


def _enrolment_of(key: DeviceKey, *, follows: str = "") -> Draft:
    body = DeviceEnrolled(
        public_key=key.public_key.hex(),
        tag=key.tag,
        name=SERVER_ACTOR,
        is_server=True,
        sealing_key=published_sealing_key(key),
        follows=follows,
    )
    return Draft(subject=subject_of("device", key.device_id), kind="device.enrolled", body=encode_body(body))


class ReplaceServerKey(msgspec.Struct, frozen=True):
    """Changes the key of the server: the present key certifies the new one, and is then revoked.

    `root` is the key from which the new one is derived, unless `new` is given.
    """

    root: DeviceKey
    present: DeviceKey
    new: DeviceKey | None = None

    def __call__(self, batch: AdmissionBatch) -> DeviceKey:
        """Write both entries; return the new key."""
        follows = batch.head.hash
        new = self.new or later_key(self.root, follows)
        AppendServerEntries(self.present, (_enrolment_of(new, follows=follows),))(batch)
        body = encode_body(DeviceRevoked(by=SERVER_ACTOR, reason=_REPLACED))
        subject = subject_of("device", self.present.device_id)
        AppendServerEntries(new, (Draft(subject=subject, kind="device.revoked", body=body),))(batch)
        return new


class BringPolicyUpToDate(msgspec.Struct, frozen=True):
    """From here on, entries are decided by the rules of this program. Does nothing if they are in force already."""

    key: DeviceKey

    def __call__(self, batch: AdmissionBatch) -> tuple[Record, ...]:
        """Write the entry."""
        if batch.authority.policy.decide_version >= NEWEST_VERSION:
            return ()
        body = encode_body(PolicyChanged(decide_version=NEWEST_VERSION))
        draft = Draft(subject=subject_of("policy", POLICY_KEY), kind="policy.changed", body=body)
        return AppendServerEntries(self.key, (draft,))(batch)
