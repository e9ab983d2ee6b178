"""Mutations: bugs that can be switched on, which the histories must find."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from histories.server_under_test import ServerUnderTest
from msgspec.structs import replace as with_fields

from tabuah.operations import decisions, reissued_entries
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.incidents import decisions as incident_deciding
from tabuah.operations.incidents import fold as incident_folding
from tabuah.operations.incidents import guarded_fields, settlements
from tabuah.operations.people.roles import Role
from tabuah.server.admission import push, verdicts, writer
from tabuah.server.admission.journal_cache import AdmissionBatch, CommittedHead
from tabuah.storage.cache import cache_session, entry_writer, journal_table, key_replacement, pulled_pages
from tabuah.storage.journal.chain import ChainedEntry
from tabuah.storage.journal.push import PushReply
from tabuah.storage.journal.wire import Record, decode_entry
from tabuah.storage.sync import handback

Mutation = Callable[[pytest.MonkeyPatch], None]


def no_dedupe(patch: pytest.MonkeyPatch) -> None:
    """Admit a repeated push twice."""
    open_server = ServerUnderTest.open

    def open_without_indexes(server: ServerUnderTest) -> None:
        open_server(server)
        for name in ("entries_by_id", "entries_by_device"):
            statement = f"DROP INDEX IF EXISTS {name}"
            server.journal.submit(lambda batch, s=statement: batch.connection.exec_driver_sql(s)).result()

    def admit(self: push.AdmitPush, batch: AdmissionBatch) -> PushReply:
        chain = push._authentic_chain(self.request, push._device_of(self.request, batch.authority), verified=False)
        return PushReply(results=tuple(push._admit_fresh(batch, chain, self.key)), head=batch.head.seq)

    patch.setattr(ServerUnderTest, "open", open_without_indexes)
    patch.setattr(push.AdmitPush, "__call__", admit)


def fork_unnoticed(patch: pytest.MonkeyPatch) -> None:
    """Accept another entry under a used number as if it were the stored one."""

    def known_result(chained: ChainedEntry, row: Any) -> Any:
        return real(with_fields(chained, text=row.text.encode()), row)

    real = push._known_result
    patch.setattr(push, "_known_result", known_result)


def page_applied_again(patch: pytest.MonkeyPatch) -> None:
    """Apply a pulled page again."""
    patch.setattr(pulled_pages, "_follow", lambda _head, records: [(r, decode_entry(r.text)) for r in records])
    patch.setattr(pulled_pages, "_check_chains", lambda _session, _fresh: None)


def acknowledged_before_commit(patch: pytest.MonkeyPatch) -> None:
    """Acknowledge before the commit."""

    def save_sheet(batch: AdmissionBatch) -> None:
        real(batch)
        for waiting in told:
            waiting.resolve()
        told.clear()

    def do(self: writer.JournalWriter, batch: AdmissionBatch, waiting: Any) -> None:
        real_do(self, batch, waiting)
        told.append(waiting)

    told: list[Any] = []
    real, real_do = writer.save_batch, writer.JournalWriter._do
    patch.setattr(writer, "save_batch", save_sheet)
    patch.setattr(writer.JournalWriter, "_do", do)


def sequence_instead_of_head_row(patch: pytest.MonkeyPatch) -> None:
    """Lose a number when its transaction is rolled back."""

    def admit(batch: AdmissionBatch, chained: ChainedEntry) -> Record:
        key = str(batch.connection.engine.url)
        last[key] = max(last.get(key, 0), batch.head.seq) + 1
        batch.head = CommittedHead(last[key] - 1, batch.head.hash)
        return real(batch, chained)

    last: dict[str, int] = {}
    real = verdicts.admit
    patch.setattr(verdicts, "admit", admit)


def _folding_wrongly(wrong: Verdict) -> Mutation:
    def mutate(patch: pytest.MonkeyPatch) -> None:
        def fold(state: Any, entry: Entry, verdict: Verdict, **more: str) -> Any:
            return real(state, entry, Verdict.ACCEPTED if verdict is wrong else verdict, **more)

        real = pulled_pages.fold
        patch.setattr(pulled_pages, "fold", fold)

    return mutate


def base_not_carried(patch: pytest.MonkeyPatch) -> None:
    """Leave out the base that the author had seen."""
    real = entry_writer.append_draft
    patch.setattr(
        entry_writer, "append_draft", lambda draft, **more: real(msgspec.structs.replace(draft, base={}), **more)
    )


def outbox_not_replayed(patch: pytest.MonkeyPatch) -> None:
    """Do not show pending work after a pull."""
    patch.setattr(pulled_pages, "rebase", lambda confirmed, _pending, _authority: confirmed)


def outbox_emptied_on_acknowledgement(patch: pytest.MonkeyPatch) -> None:
    """Drop acknowledged entries from the outbox before they are pulled."""
    patch.setattr(journal_table.JournalTable, "mark_pushed", journal_table.JournalTable.settle)


def settled_twice(patch: pytest.MonkeyPatch) -> None:
    """Apply the second of two concurrent settlements too."""

    def settle(incident: Any, entry: Entry, body: Any) -> Any:
        conflicts = tuple(
            msgspec.structs.replace(c, settled=None) if c.id == body.conflict else c for c in incident.conflicts
        )
        return real(msgspec.structs.replace(incident, conflicts=conflicts), entry, body)

    real = incident_folding._settle
    patch.setattr(incident_folding, "_settle", settle)


def overwrites_in_silence(patch: pytest.MonkeyPatch) -> None:
    """Let the last writer win on guarded fields."""
    for module in (incident_deciding, guarded_fields):
        patch.setattr(module, "is_stale", lambda *_arguments: False)


def conflicts_with_itself(patch: pytest.MonkeyPatch) -> None:
    """Report a conflict of a device with its own later entry."""

    def is_stale(incident: Any, entry: Entry, name: str, value: object) -> bool:
        writings = incident.writings.get(name)
        return bool(writings) and writings[-1].entry != entry.base.get(name, "")

    for module in (incident_deciding, guarded_fields):
        patch.setattr(module, "is_stale", is_stale)


def one_gesture_under_two_keys(patch: pytest.MonkeyPatch) -> None:
    """Count work signed again by a keyless copy in addition to the original."""
    patch.setattr(decisions, "is_duplicate", lambda *_arguments, **_more: False)


def known_by_place_in_chain(patch: pytest.MonkeyPatch) -> None:
    """Recognise re-issued work by its number in the old chain, which two copies fill with different work."""
    patch.setattr(key_replacement, "name_original", _name_place)
    patch.setattr(decisions, "is_duplicate", _has_arrived_by_place)


def _name_place(draft: Any, entry: Entry, _text: str) -> Any:
    return msgspec.structs.replace(draft, replaces=entry.id, again=entry.again or f"{entry.device}/{entry.n}")


def _has_arrived_by_place(state: Any, authority: Any, entry: Entry, **_more: Any) -> bool:
    return reissued_entries._has_arrived_by_number(state, authority, entry)


def personal_values_dropped(patch: pytest.MonkeyPatch) -> None:
    """Drop personal values on the server."""
    patch.setattr(push, "committed_values", lambda *_arguments: [])


def rejected_for_coming_first(patch: pytest.MonkeyPatch) -> None:
    """Reject an answer that arrives before its subject."""
    patch.setattr(decisions, "defer_or_reject", lambda _state, _entry, _body, refusal: refusal)


def deferred_for_ever(patch: pytest.MonkeyPatch) -> None:
    """Ignore that the dependency of a deferred entry has arrived."""
    patch.setattr(verdicts, "end_deferral", lambda *_arguments: None)


def target_overwritten(patch: pytest.MonkeyPatch) -> None:
    """Let the second of two concurrent merges replace the target of the first."""
    patch.setattr(incident_deciding, "_has_unseen_target", lambda *_arguments: False)


def merges_in_a_circle(patch: pytest.MonkeyPatch) -> None:
    """Do not follow merges to their final target."""
    for module in (incident_deciding, settlements):
        patch.setattr(module, "leads_to", lambda *_arguments: False)


def settled_by_any_role(patch: pytest.MonkeyPatch) -> None:
    """Judge every settlement as one by a supervisor who had no part in the matter."""

    def check_settlement(*arguments: Any, **more: Any) -> str:
        return real(*arguments, **{**more, "role": Role.SUPERVISOR, "actor": ""})

    real = settlements.check_settlement
    patch.setattr(settlements, "check_settlement", check_settlement)


def half_saved(patch: pytest.MonkeyPatch) -> None:
    """Commit statement by statement on a console."""

    @contextlib.contextmanager
    def transaction(*_arguments: Any) -> Iterator[None]:
        yield

    patch.setattr(cache_session, "transaction", transaction)


def records_not_handed_back(patch: pytest.MonkeyPatch) -> None:
    """Leave a server that was put back without the records that it lost."""
    patch.setattr(handback, "_hand_back", lambda *_arguments: None)


MUTATIONS: dict[str, Mutation] = {
    "lost records not handed back": records_not_handed_back,
    "no dedupe on push": no_dedupe,
    "a fork unnoticed": fork_unnoticed,
    "a pulled page applied again": page_applied_again,
    "acknowledged before the commit": acknowledged_before_commit,
    "a sequence instead of the head row": sequence_instead_of_head_row,
    "rejected folded as accepted": _folding_wrongly(Verdict.REJECTED),
    "held folded as accepted": _folding_wrongly(Verdict.HELD),
    "base not carried": base_not_carried,
    "own outbox not replayed": outbox_not_replayed,
    "outbox emptied on acknowledgement": outbox_emptied_on_acknowledgement,
    "a conflict settled twice": settled_twice,
    "guarded fields overwritten in silence": overwrites_in_silence,
    "a device in conflict with itself": conflicts_with_itself,
    "one gesture under two keys": one_gesture_under_two_keys,
    "re-issued work known by its place in a chain": known_by_place_in_chain,
    "personal values dropped": personal_values_dropped,
    "half saved": half_saved,
    "a merge target overwritten": target_overwritten,
    "merges in a circle": merges_in_a_circle,
    "settlements by any role": settled_by_any_role,
    "rejected for coming first": rejected_for_coming_first,
    "waits for ever": deferred_for_ever,
}
