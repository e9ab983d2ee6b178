"""Rows and facts of the window of the server's backups."""

from datetime import datetime

from tabuah.resources.localisation import _
from tabuah.storage.journal.backups_protocol import BackupAct, BackupsReply, BackupSummary
from tabuah.text.people import backups as texts
from tabuah.widgets.people.values import PeopleLine
from tabuah.widgets.values import FactItem, Level


def backup_lines(reply: BackupsReply) -> tuple[PeopleLine, ...]:
    """Return the backups, the newest first."""
    return tuple(_line(each, number) for number, each in enumerate(reply.backups))


def backup_facts(reply: BackupsReply, now: datetime) -> tuple[FactItem, ...]:
    """Return the newest backup, the schedule and the last failure."""
    newest = reply.backups[0] if reply.backups else None
    copied_at = newest.copied_at if newest is not None else None
    failure = texts.describe_failure(reply.failed_at, reply.failure)
    return (
        FactItem(
            label=_("Newest backup"),
            value=texts.describe_newest(copied_at, now),
            level=Level.HIGH if reply.is_old or copied_at is None else Level.NORMAL,
        ),
        FactItem(label=_("Next backup"), value=texts.describe_next(reply.next_at, reply.every_h)),
        FactItem(label=_("Last failure"), value=failure, level=Level.HIGH if reply.failure else None),
        FactItem(label=_("Folder on the server"), value=reply.folder),
    )


def running_job(reply: BackupsReply) -> BackupAct | None:
    """Return the job that runs or waits."""
    return reply.running or next(iter(reply.requested), None)


def job_text(reply: BackupsReply) -> str:
    """Return the job that runs or waits in words; empty for none."""
    act = running_job(reply)
    if act is None:
        return ""
    return texts.making_text() if act is BackupAct.MAKE else texts.verifying_text()


def _line(each: BackupSummary, number: int) -> PeopleLine:
    contents = texts.describe_contents(
        entries=each.seq, attachments=each.attachments, size_bytes=each.size_bytes, sealed=each.sealed
    )
    level = Level.NORMAL if each.verified_at is not None else Level.INFORMATION
    return PeopleLine(
        id=str(number),
        text=texts.backup_title(each.copied_at),
        about=each.problem or contents,
        at=texts.verification_text(each.verified_at, problem=each.problem),
        level=Level.HIGH if each.problem else level,
    )
