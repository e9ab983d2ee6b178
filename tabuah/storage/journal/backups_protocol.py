"""Records of the HTTP interface for the backups of the server."""

from datetime import datetime
from enum import StrEnum

import msgspec


class BackupAct(StrEnum):
    """A job that an administrator can ask for."""

    MAKE = "make"
    VERIFY = "verify"  # the newest backup: every file is read and compared with its hash


class BackupSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A backup in the folder.

    `problem` says why it cannot be used, and is empty otherwise. `size_bytes` counts attachments that it shares with
    earlier backups. `verified_at` is the last verification since the server started, without a problem.
    """

    copied_at: datetime | None
    seq: int = 0
    attachments: int = 0
    size_bytes: int = 0
    sealed: bool = False
    problem: str = ""
    verified_at: datetime | None = None


class BackupsReply(msgspec.Struct, frozen=True, kw_only=True):
    """The backups of the server, the newest first, and the schedule.

    `scheduled` is false where `server.toml` names no folder. `running` and `requested` are jobs. `failed_at` and
    `failure` are the last failure since the server started; a later success clears them.
    """

    scheduled: bool
    folder: str = ""
    every_h: int = 0
    alarm_after_h: int = 0
    is_old: bool = False
    next_at: datetime | None = None
    running: BackupAct | None = None
    requested: tuple[BackupAct, ...] = ()
    failed_at: datetime | None = None
    failure: str = ""
    backups: tuple[BackupSummary, ...] = ()


class BackupRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Ask for a job; it runs in a process of its own, and the reply does not wait for it."""

    act: BackupAct
