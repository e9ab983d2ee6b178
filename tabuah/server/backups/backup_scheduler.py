"""The backup scheduler: a thread that starts a backup process when one is due, and watches the age of the newest."""

import contextlib
import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from tabuah.server.backups.backup_alarm import active_backup_alarm, update_backup_alarm
from tabuah.server.backups.backup_folder import BackupFolder
from tabuah.server.backups.backup_worker import BackupJob, BackupOutcome
from tabuah.server.backups.schedule import BackupConfiguration, is_due
from tabuah.server.errors import ServerError
from tabuah.server.journal import ServerJournal
from tabuah.storage.backup.errors import BackupError
from tabuah.storage.journal.protocol import BackupHealth

log = logging.getLogger(__name__)

WORKER: Final = "tabuah.server.backups.backup_worker"
LOOK_EVERY_S: Final = 60.0
LONGEST_S: Final = 24 * 3600.0

RunJob = Callable[[BackupJob], BackupOutcome]


class BackupScheduler:
    """Call `start` before use and `stop` before the journal is closed. Without a folder it does nothing.

    Args of the constructor:
        journal: receives the alarm, and has the clock.
        configuration: the schedule.
        database: as in the options of the server.
        run_job: makes a backup; by default in a process.
    """

    def __init__(
        self,
        journal: ServerJournal,
        configuration: BackupConfiguration,
        *,
        database: str = "",
        run_job: RunJob | None = None,
    ) -> None:
        self._journal, self._configuration, self._database = journal, configuration, database
        self._directory: Path = journal.directory.path
        self._run_job = run_job or self._run_process
        self._expected_since = journal.clock()  # when there was no backup yet
        self._newest_at: datetime | None = None
        self._failed_at: datetime | None = None
        self._reason = ""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tabuah-backups", daemon=True)

    @property
    def is_scheduled(self) -> bool:
        """Whether backups are configured."""
        return bool(self._configuration.directory)

    @property
    def is_running(self) -> bool:
        """Whether the thread runs, or has nothing to do; callable from any thread."""
        return not self.is_scheduled or self._thread.is_alive()

    def start(self) -> None:
        """Start the thread, if backups are configured."""
        if self.is_scheduled:
            self._thread.start()

    def stop(self) -> None:
        """Stop at once; an unfinished backup is deleted before the next one."""
        self._stopping.set()
        with self._lock:
            if self._process is not None:
                self._process.kill()
        if self._thread.ident is not None:
            self._thread.join()

    def health(self) -> BackupHealth | None:
        """Return the state of the backups; None where none are configured. Callable from any thread."""
        if not self.is_scheduled:
            return None
        now = self._journal.clock()
        age_s = max(0, int((now - self._newest_at).total_seconds())) if self._newest_at is not None else None
        return BackupHealth(age_s=age_s, is_old=self._is_old(now), failed=bool(self._reason))

    def look(self) -> None:
        """Make a backup if one is due, and update the alarm; the thread calls it."""
        active = active_backup_alarm(self._journal)
        if active is not None:  # of before a restart, which makes no backup younger
            self._expected_since = min(self._expected_since, active.onset_at)
        if self._read_newest() and is_due(
            self._newest_at, self._failed_at, self._configuration, self._journal.clock()
        ):
            self._back_up()
        if self._stopping.is_set():
            return
        update_backup_alarm(
            self._journal,
            is_old=self._is_old(self._journal.clock()),
            since=self._newest_at or self._expected_since,
            alarm_after_h=self._configuration.alarm_after_h,
            reason=self._reason,
        )

    def _is_old(self, now: datetime) -> bool:
        return now - (self._newest_at or self._expected_since) >= self._configuration.alarm_after

    def _read_newest(self) -> bool:
        """Return whether the folder can be read; one that comes back, as after a mount, is used at once."""
        try:
            folder = BackupFolder(self._directory, self._configuration)
            self._newest_at = folder.newest_at(self._journal.clock())
        except (BackupError, ServerError) as error:
            self._note_failure(str(error))
            return False
        return True

    def _back_up(self) -> None:
        job = BackupJob(directory=str(self._directory), database=self._database, configuration=self._configuration)
        outcome = self._run_job(job)
        if self._stopping.is_set():
            return  # it was killed, which is no failure
        if outcome.made is None:
            self._note_failure(outcome.error)
            self._failed_at = self._journal.clock()
            return
        self._newest_at, self._failed_at, self._reason = outcome.made.copied_at, None, ""
        self._journal.security_log.record("backup_made")
        log.info("a backup was made: %s", outcome.made.path)

    def _note_failure(self, reason: str) -> None:
        """Note why there is no backup, and log it once."""
        if reason != self._reason:
            log.error("no backup was made: %s", reason)
        self._reason = reason

    def _run_process(self, job: BackupJob) -> BackupOutcome:
        with self._lock:
            if self._stopping.is_set():
                return BackupOutcome()
            process = subprocess.Popen([sys.executable, "-m", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
            self._process = process
        with process:
            try:
                output, _errors = process.communicate(msgspec.json.encode(job), timeout=LONGEST_S)
            except subprocess.TimeoutExpired:
                process.kill()
                output = b""
            finally:
                with self._lock:
                    self._process = None
        with contextlib.suppress(msgspec.DecodeError):
            return msgspec.json.decode(output, type=BackupOutcome)
        return BackupOutcome(error=f"the backup process ended with code {process.poll()}")

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except Exception:
                log.exception("the backup scheduler failed and will try again")
            self._stopping.wait(LOOK_EVERY_S)
