"""Entries that the server writes itself, as a device like any other: users, devices, grants, alarms, rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from tabuah.operations.authority.bodies import DeviceEnrolled
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import SERVER_ACTOR, Draft, PersonalValue, Verdict, subject_of
from tabuah.server.admission.answering import Admitted, admit_and_answer
from tabuah.server.admission.beside import personal_of
from tabuah.server.admission.saving import save_entries, save_personal
from tabuah.server.admission.sheet import Sheet
from tabuah.server.errors import DraftRefused
from tabuah.storage.journal.chain import ChainedEntry, append
from tabuah.storage.journal.sealing import published_sealing_key
from tabuah.storage.journal.signing import DeviceKey
from tabuah.storage.journal.wire import Record

_SAVE_HASHES: Final = """INSERT INTO passwords VALUES (?, ?)
    ON CONFLICT (user_name) DO UPDATE SET hash = excluded.hash"""


@dataclass(frozen=True, slots=True)
class AppendOwn:
    """Drafts of the server's own waiting for the writer; all are written or none.

    `passwords` are Argon2id hashes by user, saved in the same transaction.

    Raises, when it is called with the sheet to work on:
        DraftRefused: one of them is against the rules.
    """

    key: DeviceKey
    drafts: Sequence[Draft]
    actor: str = SERVER_ACTOR
    passwords: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, sheet: Sheet) -> tuple[Record, ...]:
        """Chain, sign, judge and save them."""
        own: list[Admitted] = []
        admitted: list[Admitted] = []
        for draft in self.drafts:
            head = sheet.chain_head(self.key.device_id)
            chained = append(draft, key=self.key, head=head, actor=self.actor, grant="", now=sheet.now)
            answered = admit_and_answer(sheet, chained, self.key)
            record = answered[0][1]
            if record.verdict is not Verdict.ACCEPTED:
                raise DraftRefused(draft.kind, draft.subject, record.reason)
            own.append(answered[0])
            admitted += answered
        chain, records = [chained for chained, _record in own], [record for _chained, record in own]
        if chain:
            save_entries(sheet.connection, admitted)
            save_personal(
                sheet.connection, personal_of(chain, _beside(self.drafts, chain), [record.seq for record in records])
            )
        if self.passwords:
            sheet.connection.exec_driver_sql(_SAVE_HASHES, list(self.passwords.items()))
        return tuple(records)


def _beside(drafts: Sequence[Draft], chain: Sequence[ChainedEntry]) -> list[PersonalValue]:
    pairs = zip(drafts, chain, strict=True)
    return [msgspec.structs.replace(value, entry=c.entry.id) for draft, c in pairs for value in draft.personal]


@dataclass(frozen=True, slots=True)
class BeginJournal:
    """The first entry of a journal: the server enrols itself. Does nothing where the journal has begun."""

    key: DeviceKey

    def __call__(self, sheet: Sheet) -> tuple[Record, ...]:
        """Write it."""
        if sheet.head.seq > 0:
            return ()
        body = DeviceEnrolled(
            public_key=self.key.public_key.hex(),
            tag=self.key.tag,
            name=SERVER_ACTOR,
            is_server=True,
            sealing_key=published_sealing_key(self.key),
        )
        draft = Draft(
            subject=subject_of("device", self.key.device_id), kind="device.enrolled", body=encode_body(body)
        )
        return AppendOwn(self.key, (draft,))(sheet)
