"""The commit of a setup import: its entries in one transaction, then its files; all or nothing."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from tabuah.operations.entries import Draft
from tabuah.resources.localisation import _
from tabuah.server.errors import UnusableDirectory, UnusableSetup
from tabuah.server.journal import ServerJournal
from tabuah.server.regency.journal_profile import append_with_profile
from tabuah.server.regency.setup_files import finish_files, locked_import, prepare_files
from tabuah.server.regency.setup_folder import Setup
from tabuah.storage.process_lock import AlreadyLocked


def commit_setup(
    journal: ServerJournal, folder: Path, setup: Setup, drafts: list[Draft], texts: Mapping[str, str], *, actor: str
) -> None:
    """Write entries and files; a start after a kill in between finishes or discards the files.

    Raises:
        UnusableSetup: another import runs, or the disk is full or read-only; nothing was changed.
        UnusableDirectory: the entries are written, but a file is not; it follows with the next import or start.
        DraftRefused: the rules refuse an entry; nothing was changed.
    """
    with ExitStack() as held:
        try:
            held.enter_context(locked_import(journal))
            prepare_files(journal, texts, drafts)
        except AlreadyLocked as error:
            raise UnusableSetup(folder, [_("another import runs; repeat this one after it")]) from error
        except OSError as error:
            where = ", ".join(texts) or str(journal.directory.path)
            raise UnusableSetup(folder, [f"{where}: {error.strerror or error}"]) from error
        try:
            if setup.profile is not None:
                append_with_profile(journal, setup.profile, drafts, actor=actor)
            elif drafts:
                journal.append_drafts(drafts, actor=actor)
        finally:
            _finish(journal, texts)


def _finish(journal: ServerJournal, texts: Mapping[str, str]) -> None:
    try:
        finish_files(journal)
    except OSError as error:
        text = _(
            "All is imported except {files}, which cannot be written: {reason}. Free space on the disk or correct "
            "the permissions, then run the same command again."
        )
        reason = error.strerror or str(error)
        raise UnusableDirectory(text.format(files=", ".join(texts), reason=reason)) from error
