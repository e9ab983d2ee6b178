"""Decision about entries of the server without writing them, as a dry run needs it."""

import contextlib
from collections.abc import Sequence

from tabuah.operations.entries import Draft
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.admission.server_entries import AppendServerEntries
from tabuah.server.journal import ServerJournal


class _AllAccepted(Exception):
    """The drafts were accepted."""


def check_drafts(journal: ServerJournal, drafts: Sequence[Draft], *, actor: str) -> None:
    """Decide drafts like `ServerJournal.append_drafts`, and write nothing.

    Raises:
        DraftRefused: a draft would not be accepted.
    """

    def check(batch: AdmissionBatch) -> None:
        AppendServerEntries(journal.keys.newest(batch.authority), tuple(drafts), actor)(batch)
        raise _AllAccepted

    with contextlib.suppress(_AllAccepted):
        journal.submit(check).result()
