"""Judging one entry: `decide`, then `fold`, then its place in the server's chain."""

import logging

from tabuah.operations.attaching import attached_by
from tabuah.operations.authority.authority import Authority
from tabuah.operations.authority.records import Device, User
from tabuah.operations.bodies import read_body
from tabuah.operations.deciding import decide
from tabuah.operations.entries import Decision, Entry, Ruling, Verdict
from tabuah.operations.folding import fold
from tabuah.operations.identifying import NumberOwner, no_numbers
from tabuah.operations.incidents.bodies import IncidentReported
from tabuah.operations.subjects import SubjectState
from tabuah.server.admission.memory import JournalHead
from tabuah.server.admission.sheet import Sheet
from tabuah.storage.journal.chain import ChainedEntry
from tabuah.storage.journal.wire import Record, ruling_hash

log = logging.getLogger(__name__)

NOT_JUDGEABLE = Decision(Verdict.REJECTED, "not_judgeable")


def judge(
    state: SubjectState, authority: Authority, entry: Entry, text: str, *, number_owner: NumberOwner = no_numbers
) -> tuple[Decision, SubjectState]:
    """The decision about an entry and the state it leads to."""
    try:
        decision = decide(state, authority, entry, number_owner=number_owner)
        return decision, fold(state, entry, decision.verdict, text=text, reason=decision.reason)
    except Exception:
        # A bug in a rule must not block the device for ever: the entry is recorded as rejected, and told in the log.
        log.exception("entry %s (%s) could not be judged", entry.id, entry.kind)
        return NOT_JUDGEABLE, state


def admit(sheet: Sheet, chained: ChainedEntry) -> Record:
    """Give an authentic entry its verdict and its seq, and fold it."""
    entry, signed = chained.entry, chained.signed
    before = sheet.state_of(entry.subject)
    decision, after = judge(before, sheet.authority, entry, signed.text, number_owner=sheet.number_owner)
    if decision.verdict is not Verdict.REJECTED:
        _note_names(sheet, entry)
    ruling = Ruling(seq=sheet.head.seq + 1, received_at=sheet.now, verdict=decision.verdict, reason=decision.reason)
    hash_ = ruling_hash(sheet.head.hash, chained.text, ruling)
    sheet.head = JournalHead(ruling.seq, hash_)
    sheet.chain_heads[entry.device] = chained.head
    if after is not before:
        sheet.states[entry.subject] = after
        if isinstance(after.value, User | Device):
            sheet.learn(after.value)
    record = Record(
        seq=ruling.seq,
        text=signed.text,
        signature=signed.signature,
        received_at=sheet.now,
        verdict=decision.verdict,
        reason=decision.reason,
        hash=hash_,
    )
    sheet.records.append(record)
    return record


def _note_names(sheet: Sheet, entry: Entry) -> None:
    """The number that an entry gives, and the attachments that it names."""
    if entry.kind == "incident.reported":
        sheet.numbers[read_body(entry, IncidentReported).number] = entry.subject
    attached = attached_by(entry)
    if attached is not None:
        sheet.attached |= {(sha256, entry.subject) for sha256, _size in attached.files}
