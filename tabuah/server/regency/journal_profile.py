"""The profile in the journal: read, changed, and kept beside the journal for all programs of this directory."""

from collections.abc import Callable, Sequence
from pathlib import Path

from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.regency.subject import PROFILE_CHANGED, PROFILE_SUBJECT, ProfileChanged, RegencyState
from tabuah.resources.localisation import _, format_size
from tabuah.resources.regency import KEPT_FILE, read_kept_profile, set_regency, shipped_regency
from tabuah.resources.regency_profile import MAX_FILE_BYTES, InvalidProfile, RegencyProfile
from tabuah.server.errors import ServerError, UnusableDirectory
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.protocol import RegencySummary
from tabuah.storage.journal.wire import Record
from tabuah.storage.regency.kept_profile import encode_profile, has_map, keep_map, keep_profile, profile_sha256
from tabuah.storage.regency.profile_file import ProfileFolder


def journal_profile(journal: ServerJournal) -> RegencyProfile | None:
    """Return the profile in force; None in a journal without one, which has the shipped profile."""
    value = journal.state_of(PROFILE_SUBJECT).value
    return value.profile if isinstance(value, RegencyState) else None


def regency_summary(journal: ServerJournal) -> RegencySummary | None:
    """Return the summary that a log-in carries."""
    profile = journal_profile(journal)
    if profile is None:
        return None
    return RegencySummary(code=profile.kemendagri_code, name=profile.name, sha256=profile_sha256(profile))


def change_profile(journal: ServerJournal, new: ProfileFolder, *, actor: str, reason: str = "") -> bool:
    """Write a profile that differs from the one in force; return whether an entry was written.

    Raises:
        ServerError: the journal is that of another regency, or the profile cannot be written; nothing was changed.
    """
    check_same_regency(journal, new.profile)
    if new.profile == (journal_profile(journal) or shipped_regency()):
        _keep(journal, new)
        return False
    body = ProfileChanged(profile=new.profile, by=actor, reason=reason)
    draft = Draft(subject=PROFILE_SUBJECT, kind=PROFILE_CHANGED, body=encode_body(body))
    append_with_profile(journal, new, [draft], actor=actor)
    return True


def append_with_profile(journal: ServerJournal, new: ProfileFolder, drafts: Sequence[Draft], *, actor: str) -> None:
    """Write entries that make a profile that of the journal: first its map, then the entries, then the kept profile.

    A program that ends in between leaves the former profile with its map, or the new one, which a start keeps.

    Raises:
        ServerError: nothing was changed.
    """
    _check_size(new.profile)
    written = _write_map(journal, new)
    try:
        if drafts:
            journal.append_drafts(drafts, actor=actor)
    except BaseException:
        if written is not None:
            written.unlink(missing_ok=True)
        raise
    _keep(journal, new)


def _check_size(profile: RegencyProfile) -> None:
    """Check that consoles will read a profile.

    Raises:
        ServerError: it is too large.
    """
    size = len(encode_profile(profile))
    if size > MAX_FILE_BYTES:
        message = _(
            "The profile has {size}, at most {most} are allowed. Nothing was changed. Remove old holidays or texts."
        )
        raise ServerError(message.format(size=format_size(size), most=format_size(MAX_FILE_BYTES)))


def _write_map(journal: ServerJournal, new: ProfileFolder) -> Path | None:
    try:
        return keep_map(journal.directory.path, new.profile, new.map_content)
    except OSError as error:
        text = _("The map cannot be written to {directory}: {reason}. Nothing was changed.")
        directory = journal.directory.path
        raise UnusableDirectory(text.format(directory=directory, reason=error.strerror or error)) from error


def _keep(journal: ServerJournal, new: ProfileFolder) -> None:
    folder = journal.directory.path
    set_regency(new.profile, folder)
    if _kept(journal) == new.profile and has_map(folder, new.profile):
        return
    try:
        keep_profile(folder, new.profile, new.map_content)
    except OSError as error:
        text = _(
            "The profile is in the journal, but {file} cannot be written: {reason}. Free space on the disk, then run "
            "the same command again."
        )
        raise UnusableDirectory(text.format(file=folder / KEPT_FILE, reason=error.strerror or error)) from error


def check_same_regency(journal: ServerJournal, profile: RegencyProfile) -> None:
    """Check that a profile is that of the journal's regency, or that the journal is still empty.

    Raises:
        ServerError: the journal is that of another regency.
    """
    present = journal_profile(journal) or shipped_regency()
    if profile.kemendagri_code != present.kemendagri_code and _is_in_use(journal):
        message = _(
            "This server is that of {present}, and its journal stays so. Nothing was changed. Prepare another "
            "directory for {new}: tabuah server init --profile FILE --data DIR"
        )
        raise ServerError(message.format(present=present.name, new=profile.name))


def _is_in_use(journal: ServerJournal) -> bool:
    """Return whether the journal already is that of a regency: it has a profile, users or devices."""
    if journal_profile(journal) is not None or journal.authority.users:
        return True
    return any(not device.is_server for device in journal.authority.devices.values())


def use_journal_profile(journal: ServerJournal) -> Callable[[], None]:
    """Use the profile of the journal, now and after each change; return a function that ends it."""
    _follow(journal)

    def on_records(records: tuple[Record, ...]) -> None:
        if any(PROFILE_CHANGED in record.text for record in records):
            _follow(journal)

    return journal.subscribe(on_records)


def _follow(journal: ServerJournal) -> None:
    """Keep the profile of the journal; one that is not in it is discarded: no console has it."""
    profile = journal_profile(journal)
    folder = journal.directory.path
    if profile is not None:
        set_regency(profile, folder)
    if _kept(journal) != (profile or shipped_regency()):
        keep_profile(folder, profile or shipped_regency())


def _kept(journal: ServerJournal) -> RegencyProfile | None:
    """Return the kept profile; None where it is damaged."""
    try:
        return read_kept_profile(journal.directory.path) or shipped_regency()
    except (InvalidProfile, OSError):
        return None
