"""A journal with a planner of notices that a test runs step by step."""

from dataclasses import dataclass, field
from typing import Any

from support.contact_samples import contact_id, sample_contact
from support.readings_fixture import Clock

from tabuah.operations.alarms.drafts import raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.notices.settings import NoticeSettings, read_notice_settings
from tabuah.server.journal import ServerJournal
from tabuah.server.notices.notice_planner import NoticePlanner
from tabuah.server.notices.notice_queue import Delivery, NoticeQueue
from tabuah.storage.journal.identifiers import new_uuid

SETTINGS = """
exercise_contacts = ["{test}"]
[[channel]]
name = "surel"
kind = "smtp"
host = "smtp.example.org"
sender = "tabuah@example.org"
personal = {personal}
[[recipient]]
name = "semua"
channels = ["surel"]
functions = ["camat", "head"]
"""
HEAD = sample_contact(2, name="Kalaksa", function="head", kecamatan=(), emails=("kalaksa@example.org",))
CAMAT = sample_contact(1, kecamatan=(), emails=("camat@example.org",))


def settings_of(*, personal: bool = False, more: str = "") -> NoticeSettings:
    return read_notice_settings(SETTINGS.format(test=contact_id(2), personal=str(personal).lower()) + more)


@dataclass
class PlannerSession:
    """A journal with a planner that the test runs."""

    journal: ServerJournal
    clock: Clock
    settings: NoticeSettings = field(default_factory=settings_of)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.queue = NoticeQueue(self.journal.directory.path)
        self.planner = NoticePlanner(self.journal, self.settings, self.queue)
        self.planner.load()

    def raise_one(self, number: int = 1, *, exercise: bool = False, **fields: Any) -> str:
        alarm_id = new_uuid(self.clock.now)
        known = {"rule": "r", "station": f"SLK-PGA-{number}", "parameter": "pm25_ugm3", "title": f"Stasiun {number}"}
        body = AlarmRaised(
            **(
                {"severity": AlarmSeverity.CRITICAL, "onset_at": self.clock.now, "cause": f"air/{number}"}
                | known
                | fields
            )
        )
        self.journal.append_drafts([raise_alarm(alarm_id, body, exercise=exercise)])
        return alarm_id

    def restart_with(self, settings: NoticeSettings) -> None:
        """Restart with other settings."""
        self.queue.close()
        self.settings = settings
        self.restart()

    def run(self) -> list[Delivery]:
        """Plan, and return the messages, the oldest first."""
        self.planner.take_entries()
        self.planner.take_limits()
        self.planner.plan()
        return self.queue.deliveries()[::-1]
