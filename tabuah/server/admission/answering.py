"""Ending waits: when what an entry rests on has come, the server says in the same transaction what becomes of it."""

import logging
from collections.abc import Iterator

from tabuah.operations.entries import SERVER_ACTOR, Draft, Verdict
from tabuah.operations.holding import end_of_wait
from tabuah.server.admission.judging import admit
from tabuah.server.admission.sheet import Sheet
from tabuah.storage.journal.chain import ChainedEntry, append
from tabuah.storage.journal.signing import DeviceKey
from tabuah.storage.journal.wire import Record

log = logging.getLogger(__name__)

Admitted = tuple[ChainedEntry, Record]


def admit_and_answer(sheet: Sheet, chained: ChainedEntry, key: DeviceKey) -> list[Admitted]:
    """Admit an entry, and after it the server's own word on each that waited for it, directly or through others."""
    return [(chained, admit(sheet, chained)), *_answers(sheet, chained.entry.subject, key)]


def _answers(sheet: Sheet, subject: str, key: DeviceKey) -> Iterator[Admitted]:
    while (draft := _end_of_wait(sheet, subject)) is not None:
        head = sheet.chain_head(key.device_id)
        answer = append(draft, key=key, head=head, actor=SERVER_ACTOR, grant="", now=sheet.now)
        record = admit(sheet, answer)
        yield answer, record
        if record.verdict is not Verdict.ACCEPTED:
            return  # it could not be judged, which the log tells; asked again it would be no better


def _end_of_wait(sheet: Sheet, subject: str) -> Draft | None:
    try:
        return end_of_wait(sheet.state_of(subject), sheet.authority)
    except Exception:
        # A bug in a rule must not block the device for whose entry this is asked; what waits, waits on.
        log.exception("what waits on %s could not be judged", subject)
        return None
