"""Benchmark of outgoing notices: from an alarm to mails that a mail server has accepted, in a storm of 300 alarms.

Run with `python benchmarks/bench_notices.py`; it takes a minute and a half, because a summary collects for a minute.
A real server in this process sends through a real mail server to 200 contacts. Each of the 20 independent alarms
comes between the others, and must be in a mail to every contact.
"""

import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from goals import ResultLine, save_results, show_results

from tabuah.operations.alarms.drafts import raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.contacts.contact import Contact
from tabuah.operations.contacts.drafts import register_contact
from tabuah.operations.entries import Draft
from tabuah.operations.levels import AlarmSeverity
from tabuah.server.listen_address import ListenAddress
from tabuah.server.service import ServerService, ServerSettings
from tabuah.storage.journal.identifiers import new_uuid

CONTACTS: Final = 200
ALARMS: Final = 300
INDEPENDENT: Final = 20
FIRST_S: Final = 3.0
MOST: Final = 10
PORT: Final = 8427
SETTINGS: Final = f"""
[[channel]]
name = "surel"
kind = "smtp"
host = "127.0.0.1"
port = {PORT}
security = "none"
sender = "tabuah@example.org"
[[recipient]]
name = "semua"
channels = ["surel"]
functions = ["camat"]
"""


class Mailbox:
    """Keeps recipient, text and time of each mail."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str, float]] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.mails.append((envelope.rcpt_tos[0], content.decode("utf-8", "replace"), time.monotonic()))
        return "250 OK"


def contact_of(number: int) -> Draft:
    fields = {"name": f"Camat {number}", "function": "camat", "emails": (f"camat{number}@example.org",)}
    return register_contact(Contact(id=new_uuid(datetime.now(UTC)), **fields))  # type: ignore[arg-type]


def alarm_of(number: int) -> Draft:
    """Return an alarm of the storm, or an independent one of its own station."""
    now = datetime.now(UTC)
    is_alone = number % (ALARMS // INDEPENDENT) == 0
    body = AlarmRaised(
        rule="r",
        station=f"PM-{number}" if is_alone else f"HJN-{number}",
        parameter="pm25_ugm3" if is_alone else "rain_mm",
        cause=f"air/PM-{number}" if is_alone else f"rain/HJN-{number}",
        title=f"Mandiri-{number:03d}" if is_alone else f"Hujan-{number:03d}",
        severity=AlarmSeverity.HIGH,
        onset_at=now,
        lon_deg=None if is_alone else 100.6 + (number % 10) / 500,
        lat_deg=None if is_alone else -0.9 + (number // 10) / 1000,
    )
    return raise_alarm(new_uuid(now), body, exercise=False)


def measure(directory: Path) -> list[ResultLine]:
    """Play the storm and return the results."""
    (directory / "notices.toml").write_text(SETTINGS)
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=PORT)
    controller.start()
    service = ServerService(ServerSettings(directory=directory, address=ListenAddress(port=0)))
    thread = threading.Thread(target=service.run)
    thread.start()
    try:
        service.journal.append_drafts([contact_of(number) for number in range(CONTACTS)])
        begun = time.monotonic()
        for start in range(0, ALARMS, 10):
            service.journal.append_drafts([alarm_of(number) for number in range(start, start + 10)])
            time.sleep(0.2)
        time.sleep(80)
    finally:
        service.stop()
        thread.join()
        controller.stop()
    return results(mailbox, begun)


def results(mailbox: Mailbox, begun: float) -> list[ResultLine]:
    """Compare the mails with the goals."""
    firsts: dict[str, float] = {}
    texts: Counter[str] = Counter()
    joined: dict[str, str] = {}
    for address, text, at in mailbox.mails:
        firsts.setdefault(address, at - begun)
        texts[address] += 1
        joined[address] = joined.get(address, "") + text
    first = min(firsts.values(), default=float("inf"))
    most = max(texts.values(), default=0)
    names = [f"Mandiri-{number:03d}" for number in range(0, ALARMS, ALARMS // INDEPENDENT)]
    missing = sum(name not in text for text in joined.values() for name in names)
    reached = len(firsts) == CONTACTS and not missing
    last = max(firsts.values(), default=float("inf"))
    return [
        ResultLine("first notice accepted", f"{FIRST_S:.0f} s", f"{first:.1f} s", first <= FIRST_S),
        ResultLine("first notice of the last contact", "–", f"{last:.1f} s", True),
        ResultLine("messages to a person", f"{MOST}", str(most), 0 < most <= MOST),
        ResultLine("independent alarms missing", "0", f"{missing}, {len(firsts)} contacts", reached),
    ]


def main() -> None:
    """Measure, print and save."""
    with tempfile.TemporaryDirectory() as folder:
        lines = measure(Path(folder))
    show_results(lines)
    save_results("notices", lines)


if __name__ == "__main__":
    main()
