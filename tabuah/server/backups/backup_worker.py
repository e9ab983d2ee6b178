"""The process that makes a scheduled backup, so that the hashes of a large journal take no time of the server.

`python -m tabuah.server.backups.backup_worker`
reads a `BackupJob` from its standard input and writes a `BackupOutcome` as one JSON line.
"""

import sys
from pathlib import Path
from typing import Final

import msgspec

from tabuah.server.backups.backup_folder import BackupFolder, ListedBackup
from tabuah.server.backups.schedule import BackupConfiguration
from tabuah.server.errors import ServerError
from tabuah.storage.backup.errors import BackupError
from tabuah.storage.worker_process import lower_priority, reserve_stdout

_NICENESS: Final = 10


class BackupJob(msgspec.Struct, frozen=True, kw_only=True):
    """The job of the process: make a backup, or with `verify` read every file of the newest one."""

    directory: str
    database: str
    configuration: BackupConfiguration
    verify: bool = False


class BackupOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """The backup that was made or verified, or why there is none."""

    made: ListedBackup | None = None
    error: str = ""


def run_job(job: BackupJob) -> BackupOutcome:
    """Make or verify a backup; expected errors become an outcome, a bug is raised."""
    try:
        folder = BackupFolder(Path(job.directory), job.configuration, database=job.database)
        return BackupOutcome(made=folder.verify_newest() if job.verify else folder.make())
    except (BackupError, ServerError) as error:
        return BackupOutcome(error=str(error))


def main() -> int:
    """Run one job."""
    lower_priority(_NICENESS)
    pipe = reserve_stdout()
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=BackupJob)
    with pipe:
        pipe.write(msgspec.json.encode(run_job(job)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
