"""The backup scheduler: a thread that starts a backup process when one is due, and watches the age of the newest."""

import contextlib
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from tabuah.server.backups.backup_alarm import active_backup_alarm, update_backup_alarm
from tabuah.server.backups.backup_folder import BackupFolder, ListedBackup
from tabuah.server.backups.backup_requests import BackupRequests
from tabuah.server.backups.backup_worker import BackupJob, BackupOutcome
from tabuah.server.backups.schedule import BackupConfiguration, is_due, next_backup_at
from tabuah.server.errors import ServerError
from tabuah.server.journal import ServerJournal
from tabuah.storage.backup.errors import BackupError
from tabuah.storage.journal.backups_protocol import BackupAct, BackupsReply, BackupSummary
from tabuah.storage.journal.protocol import BackupHealth

log = logging.getLogger(__name__)

WORKER: Final = "tabuah.server.backups.backup_worker"
LOOK_EVERY_S: Final = 60.0
LONGEST_S: Final = 24 * 3600.0

LISTED: Final = 30
LEAST_PAUSE: Final = timedelta(minutes=10)  # between backups that people ask for, each of which may end an older one

RunJob = Callable[[BackupJob], BackupOutcome]


class JobNotStarted(Exception):
    """A job was not started: `backup_running` waits or runs, or the newest backup is `backup_recent`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """The result of reading every file of a backup; `problem` is empty for a good one."""

    copied_at: datetime | None
    at: datetime
    problem: str


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
        self._requests = BackupRequests()
        self._verification: Verification | None = None  # the last one
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
        self._requests.end_wait()
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

    def request(self, act: BackupAct, *, by: str) -> None:
        """Ask for a job, which the thread starts at once. Callable from any thread.

        Raises:
            JobNotStarted: such a job runs or waits, or the newest backup is only minutes old.
        """
        newest_at = self._newest_at
        if act is BackupAct.MAKE and newest_at is not None and self._journal.clock() - newest_at < LEAST_PAUSE:
            raise JobNotStarted("backup_recent", "the newest backup is only minutes old")
        if not self._requests.add(act):
            raise JobNotStarted("backup_running", "such a job runs or waits already")
        self._journal.security_log.record("backup_requested", user=by, code=act.value)

    def reply(self) -> BackupsReply:
        """Return the newest backups and the schedule. Callable from any thread."""
        if not self.is_scheduled:
            return BackupsReply(scheduled=False)
        now, configuration, failed_at = self._journal.clock(), self._configuration, self._failed_at
        found, problem = self._list()
        return BackupsReply(
            scheduled=True,
            folder=configuration.directory,
            every_h=configuration.every_h,
            alarm_after_h=configuration.alarm_after_h,
            is_old=self._is_old(now),
            next_at=next_backup_at(self._newest_at, failed_at, configuration, now),
            running=self._requests.running,
            requested=self._requests.waiting,
            failed_at=failed_at,
            failure=problem or self._reason,
            backups=tuple(self._summary(each) for each in found),
        )

    def _list(self) -> tuple[list[ListedBackup], str]:
        """Return the newest backups, or why they cannot be listed."""
        try:
            return BackupFolder(self._directory, self._configuration).newest_backups(LISTED), ""
        except (BackupError, ServerError) as error:
            return [], str(error)

    def _summary(self, each: ListedBackup) -> BackupSummary:
        verification = self._verification
        if verification is not None and verification.copied_at != each.copied_at:
            verification = None
        problem = each.problem or (verification.problem if verification is not None else "")
        return BackupSummary(
            copied_at=each.copied_at,
            seq=each.seq,
            attachments=each.attachments,
            size_bytes=each.size_bytes,
            sealed=each.sealed,
            problem=problem,
            verified_at=verification.at if verification is not None and not problem else None,
        )

    def look(self) -> None:
        """Do what was asked for, make a backup if one is due, and update the alarm; the thread calls it."""
        active = active_backup_alarm(self._journal)
        if active is not None:  # of before a restart, which makes no backup younger
            self._expected_since = min(self._expected_since, active.onset_at)
        self._do_jobs(self._requests.take())
        if self._stopping.is_set():
            return
        update_backup_alarm(
            self._journal,
            is_old=self._is_old(self._journal.clock()),
            since=self._newest_at or self._expected_since,
            alarm_after_h=self._configuration.alarm_after_h,
            reason=self._reason,
        )

    def _do_jobs(self, requested: Sequence[BackupAct]) -> None:
        if not self._read_newest():
            return
        is_asked_for = BackupAct.MAKE in requested
        if is_asked_for or is_due(self._newest_at, self._failed_at, self._configuration, self._journal.clock()):
            with self._requests.run(BackupAct.MAKE):
                self._back_up()
        if BackupAct.VERIFY in requested and not self._stopping.is_set():
            with self._requests.run(BackupAct.VERIFY):
                self._verify()

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
        outcome = self._run_job(self._job())
        if self._stopping.is_set():
            return  # it was killed, which is no failure
        if outcome.made is None:
            self._note_failure(outcome.error)
            self._failed_at = self._journal.clock()
            return
        self._newest_at, self._failed_at, self._reason = outcome.made.copied_at, None, ""
        self._journal.security_log.record("backup_made")
        log.info("a backup was made: %s", outcome.made.path)

    def _verify(self) -> None:
        """Read every file of the newest backup, and note whether it can be used."""
        outcome = self._run_job(msgspec.structs.replace(self._job(), verify=True))
        if self._stopping.is_set():
            return
        made, problem = outcome.made, outcome.error
        if made is not None:
            problem = made.problem
            self._verification = Verification(copied_at=made.copied_at, at=self._journal.clock(), problem=problem)
        if problem:
            self._note_failure(problem)

    def _job(self) -> BackupJob:
        return BackupJob(directory=str(self._directory), database=self._database, configuration=self._configuration)

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
            self._requests.wait(LOOK_EVERY_S)
