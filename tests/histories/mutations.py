"""Bugs that can be switched on: what the histories must find."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace as with_fields
from typing import Any

import msgspec
import pytest
from histories.server_under_test import ServerUnderTest

from tabuah.operations import deciding
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.incidents import deciding as incident_deciding
from tabuah.operations.incidents import folding as incident_folding
from tabuah.operations.incidents import writing
from tabuah.server.admission import answering, judging, pushing, writer
from tabuah.server.admission.memory import JournalHead
from tabuah.server.admission.sheet import Sheet
from tabuah.storage.cache import applying, desk, journal_table, saving
from tabuah.storage.journal.chain import ChainedEntry
from tabuah.storage.journal.wire import PushReply, Record, decode_entry

Mutation = Callable[[pytest.MonkeyPatch], None]


def no_dedupe(patch: pytest.MonkeyPatch) -> None:
    """A push that comes twice is admitted twice."""
    open_server = ServerUnderTest.open

    def open_without_indexes(server: ServerUnderTest) -> None:
        open_server(server)
        for name in ("entries_by_id", "entries_by_device"):
            statement = f"DROP INDEX IF EXISTS {name}"
            server.journal.submit(lambda sheet, s=statement: sheet.connection.exec_driver_sql(s)).result()

    def admit(self: pushing.AdmitPush, sheet: Sheet) -> PushReply:
        chain = pushing._authentic_chain(self.request, pushing._device_of(self.request, sheet.authority))
        return PushReply(results=tuple(pushing._admit_fresh(sheet, chain, self.key)), head=sheet.head.seq)

    patch.setattr(ServerUnderTest, "open", open_without_indexes)
    patch.setattr(pushing.AdmitPush, "__call__", admit)


def fork_unnoticed(patch: pytest.MonkeyPatch) -> None:
    """An entry under a number that is used is answered as if it were the one that stands there."""

    def known_result(chained: ChainedEntry, row: Any) -> Any:
        return real(with_fields(chained, text=row.text.encode()), row)

    real = pushing._known_result
    patch.setattr(pushing, "_known_result", known_result)


def page_applied_again(patch: pytest.MonkeyPatch) -> None:
    """A page that was taken already is taken once more."""
    patch.setattr(applying, "_follow", lambda _head, records: [(r, decode_entry(r.text)) for r in records])
    patch.setattr(applying, "_check_chains", lambda _desk, _fresh: None)


def acknowledged_before_commit(patch: pytest.MonkeyPatch) -> None:
    """Senders are told before it is on disk."""

    def save_sheet(sheet: Sheet) -> None:
        real(sheet)
        for waiting in told:
            waiting.tell()
        told.clear()

    def do(self: writer.Writer, sheet: Sheet, waiting: Any) -> None:
        real_do(self, sheet, waiting)
        told.append(waiting)

    told: list[Any] = []
    real, real_do = writer.save_sheet, writer.Writer._do
    patch.setattr(writer, "save_sheet", save_sheet)
    patch.setattr(writer.Writer, "_do", do)


def sequence_instead_of_head_row(patch: pytest.MonkeyPatch) -> None:
    """A number once given is used up, also when its transaction is rolled back."""

    def admit(sheet: Sheet, chained: ChainedEntry) -> Record:
        key = str(sheet.connection.engine.url)
        last[key] = max(last.get(key, 0), sheet.head.seq) + 1
        sheet.head = JournalHead(last[key] - 1, sheet.head.hash)
        return real(sheet, chained)

    last: dict[str, int] = {}
    real = judging.admit
    patch.setattr(answering, "admit", admit)


def _folding_wrongly(wrong: Verdict) -> Mutation:
    def mutate(patch: pytest.MonkeyPatch) -> None:
        def fold(state: Any, entry: Entry, verdict: Verdict, **more: str) -> Any:
            return real(state, entry, Verdict.ACCEPTED if verdict is wrong else verdict, **more)

        real = applying.fold
        patch.setattr(applying, "fold", fold)

    return mutate


def base_not_carried(patch: pytest.MonkeyPatch) -> None:
    """Entries do not say what their author had seen."""
    real = saving.append
    patch.setattr(saving, "append", lambda draft, **more: real(msgspec.structs.replace(draft, base={}), **more))


def outbox_not_replayed(patch: pytest.MonkeyPatch) -> None:
    """After a pull own pending work is not shown."""
    patch.setattr(applying, "replay", lambda confirmed, _pending, _authority: confirmed)


def outbox_emptied_on_acknowledgement(patch: pytest.MonkeyPatch) -> None:
    """What the server has is no longer kept as pending, although it has not been pulled."""
    patch.setattr(journal_table.JournalTable, "mark_pushed", journal_table.JournalTable.settle)


def settled_twice(patch: pytest.MonkeyPatch) -> None:
    """The second of two racing settlements is applied, too."""

    def settle(incident: Any, entry: Entry, body: Any) -> Any:
        conflicts = tuple(
            msgspec.structs.replace(c, settled=None) if c.id == body.conflict else c for c in incident.conflicts
        )
        return real(msgspec.structs.replace(incident, conflicts=conflicts), entry, body)

    real = incident_folding._settle
    patch.setattr(incident_folding, "_settle", settle)


def overwrites_in_silence(patch: pytest.MonkeyPatch) -> None:
    """The last writer wins on guarded fields."""
    for module in (incident_deciding, incident_folding, writing):
        patch.setattr(module, "is_stale", lambda *_arguments: False)


def quarrels_with_itself(patch: pytest.MonkeyPatch) -> None:
    """A device that writes from an old view is in conflict with its own later writing."""

    def is_stale(incident: Any, entry: Entry, name: str, value: object) -> bool:
        writings = incident.writings.get(name)
        return bool(writings) and writings[-1].entry != entry.base.get(name, "")

    for module in (incident_deciding, incident_folding, writing):
        patch.setattr(module, "is_stale", is_stale)


def one_gesture_under_two_keys(patch: pytest.MonkeyPatch) -> None:
    """Work that a copy without its key signs anew counts beside the original."""
    patch.setattr(deciding, "is_there_already", lambda *_arguments: False)


def personal_values_dropped(patch: pytest.MonkeyPatch) -> None:
    """The server does not keep what travels beside entries."""
    patch.setattr(pushing, "personal_of", lambda *_arguments: [])


def rejected_for_coming_first(patch: pytest.MonkeyPatch) -> None:
    """An answer that comes before what it answers is rejected."""
    patch.setattr(deciding, "wait_or_refuse", lambda _state, _entry, _body, refusal: refusal)


def waits_for_ever(patch: pytest.MonkeyPatch) -> None:
    """The server does not notice that what an entry waits for has come."""
    patch.setattr(answering, "end_of_wait", lambda *_arguments: None)


def half_saved(patch: pytest.MonkeyPatch) -> None:
    """A console writes statement by statement instead of all or nothing."""

    @contextlib.contextmanager
    def transaction(*_arguments: Any) -> Iterator[None]:
        yield

    patch.setattr(desk, "transaction", transaction)


MUTATIONS: dict[str, Mutation] = {
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
    "a device in conflict with itself": quarrels_with_itself,
    "one gesture under two keys": one_gesture_under_two_keys,
    "personal values dropped": personal_values_dropped,
    "half saved": half_saved,
    "rejected for coming first": rejected_for_coming_first,
    "waits for ever": waits_for_ever,
}
