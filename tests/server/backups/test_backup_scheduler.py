"""The backup scheduler: processes, failures, health and the alarm."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tabuah.operations.alarms.alarm import Alarm
from tabuah.server.backups.backup_alarm import active_backup_alarm
from tabuah.server.backups.backup_folder import BackupFolder
from tabuah.server.backups.backup_scheduler import LEAST_PAUSE, BackupScheduler, JobNotStarted
from tabuah.server.backups.backup_worker import BackupJob, BackupOutcome, run_job
from tabuah.server.backups.schedule import RETRY_AFTER, BackupConfiguration
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.backups_protocol import BackupAct
from tabuah.text.alarms.evidence import evidence_lines
from tabuah.text.alarms.titles import alarm_title, elidable_name

RunJob = Callable[[BackupJob], BackupOutcome]


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(tmp_path: Path, clock: Clock):
    (tmp_path / "backups").mkdir()
    with ServerJournal.open(tmp_path / "server", clock=clock, serving=True) as journal:
        yield journal


def scheduler(journal: ServerJournal, run_job: RunJob | None = None, **settings: object) -> BackupScheduler:
    configuration = BackupConfiguration(directory="../backups", **settings)  # type: ignore[arg-type]
    return BackupScheduler(journal, configuration, run_job=run_job)


def folder_of(job: BackupJob) -> BackupFolder:
    return BackupFolder(Path(job.directory), job.configuration)


def alarms(journal: ServerJournal) -> list[Alarm]:
    return [state.value for state in journal.states_of_kind("alarm").values() if isinstance(state.value, Alarm)]


def test_backup_process_makes_a_backup(server: ServerJournal):
    backups = scheduler(server)
    backups.look()
    health = backups.health()
    assert health is not None
    assert (health.age_s is not None, health.is_old, health.failed) == (True, False, False)
    assert len(list((server.directory.path.parent / "backups").iterdir())) == 1
    backups.look()
    assert len(list((server.directory.path.parent / "backups").iterdir())) == 1, "the next is due in a day"
    backups.stop()


def test_backup_alarm_is_raised_once_and_cleared(server: ServerJournal, clock: Clock):
    backups = scheduler(server, lambda _job: BackupOutcome(error="No space left on device"))
    backups.look()
    assert active_backup_alarm(server) is None, "it is a day old at most"
    for _hour in range(60):
        clock.now += timedelta(hours=1)
        backups.look()
    alarm = active_backup_alarm(server)
    assert alarm is not None
    assert len(alarms(server)) == 1
    health = backups.health()
    assert health is not None
    assert (health.age_s, health.is_old, health.failed) == (None, True, True)
    assert "cadangan" in alarm_title(alarm, None)
    assert elidable_name(alarm, None) == alarm_title(alarm, None)
    assert any("No space left" in line for line in evidence_lines(alarm))
    backups = scheduler(server, lambda _job: BackupOutcome(error="No space left on device"))
    backups.look()
    assert active_backup_alarm(server) is not None, "a restart proves nothing"
    clock.now += timedelta(hours=1)
    backups = scheduler(server, lambda job: BackupOutcome(made=folder_of(job).make(clock)))
    backups.look()
    assert active_backup_alarm(server) is None
    assert [alarm.is_active for alarm in alarms(server)] == [False]


def test_failed_backup_is_retried_after_an_hour(server: ServerJournal, clock: Clock):
    tried: list[datetime] = []

    def fail(_job: BackupJob) -> BackupOutcome:
        tried.append(clock.now)
        return BackupOutcome(error="full")

    backups = scheduler(server, fail)
    for _minute in range(130):
        backups.look()
        clock.now += timedelta(minutes=1)
    assert len(tried) == 3
    assert tried[1] - tried[0] == RETRY_AFTER


def test_backup_folder_that_comes_back_is_used_at_once(server: ServerJournal, clock: Clock):
    folder = server.directory.path.parent / "backups"
    folder.rmdir()
    backups = scheduler(server, run_job)
    backups.look()
    health = backups.health()
    assert health is not None
    assert health.failed
    folder.mkdir()
    backups.look()
    health = backups.health()
    assert health is not None
    assert not health.failed
    assert len(list(folder.iterdir())) == 1


def test_unscheduled_backups_have_no_health_and_no_thread(server: ServerJournal):
    backups = BackupScheduler(server, BackupConfiguration())
    backups.start()
    assert backups.is_running
    assert backups.health() is None
    backups.stop()


def test_backup_worker_reports_expected_errors(tmp_path: Path):
    configuration = BackupConfiguration(directory="../backups")
    outcome = run_job(BackupJob(directory=str(tmp_path), database="", configuration=configuration))
    assert outcome.made is None
    assert str(tmp_path) in outcome.error


def test_backup_that_is_asked_for_is_made_before_it_is_due(server: ServerJournal, clock: Clock):
    backups = scheduler(server, lambda job: BackupOutcome(made=folder_of(job).make(clock)))
    backups.look()
    clock.now += LEAST_PAUSE
    backups.request(BackupAct.MAKE, by="rina")
    assert backups.reply().requested == (BackupAct.MAKE,)
    with pytest.raises(JobNotStarted):
        backups.request(BackupAct.MAKE, by="rina")
    backups.look()
    reply = backups.reply()
    assert (len(reply.backups), reply.requested, reply.running) == (2, (), None)
    assert reply.backups[0].copied_at == clock.now.replace(microsecond=0)
    assert reply.next_at == clock.now.replace(microsecond=0) + timedelta(hours=24)
    with pytest.raises(JobNotStarted):
        backups.request(BackupAct.MAKE, by="rina")
    assert len(reply.backups) == 2, "minutes after the last one, another would only end an older one"


def test_newest_backup_is_verified_on_request(server: ServerJournal, clock: Clock):
    backups = scheduler(server, run_job)
    backups.look()
    assert backups.reply().backups[0].verified_at is None
    backups.request(BackupAct.VERIFY, by="rina")
    backups.look()
    (good,) = backups.reply().backups
    assert (good.verified_at, good.problem) == (clock.now, "")
    assert good.size_bytes > 0
    newest = next((server.directory.path.parent / "backups").iterdir())
    with (newest / "journal.db").open("r+b") as file:
        file.write(b"damaged")
    backups.request(BackupAct.VERIFY, by="rina")
    backups.look()
    (damaged,) = backups.reply().backups
    assert damaged.verified_at is None
    assert "journal.db" in damaged.problem
    assert backups.reply().failure == damaged.problem


def test_reply_names_the_failure_and_the_next_attempt(server: ServerJournal, clock: Clock):
    backups = scheduler(server, lambda _job: BackupOutcome(error="No space left on device"))
    backups.look()
    reply = backups.reply()
    assert (reply.failed_at, reply.failure) == (clock.now, "No space left on device")
    assert (reply.next_at, reply.backups) == (clock.now + RETRY_AFTER, ())
