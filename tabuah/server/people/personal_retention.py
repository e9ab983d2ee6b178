"""The retention of personal data: a thread that erases what is older than the settings say, once a day."""

import logging
import threading
from typing import Final

from tabuah.server.errors import ServerError
from tabuah.server.journal import ServerJournal
from tabuah.server.people.personal_data import (
    RETENTION_REASON,
    PersonalConfiguration,
    erase_personal_data,
    expired_personal_data,
)

log = logging.getLogger(__name__)

FIRST_LOOK_S: Final = 60.0
LOOK_EVERY_S: Final = 24 * 3600.0


class PersonalRetention:
    """Call `start` before use and `stop` before the journal is closed. With 0 days everything is kept."""

    def __init__(self, journal: ServerJournal, configuration: PersonalConfiguration) -> None:
        self._journal, self._keep_days = journal, configuration.keep_days
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tabuah-retention", daemon=True)

    @property
    def is_running(self) -> bool:
        """Whether the thread runs, or has nothing to do; callable from any thread."""
        return not self._keep_days or self._thread.is_alive()

    def start(self) -> None:
        """Start the thread, unless everything is kept."""
        if self._keep_days:
            self._thread.start()

    def stop(self) -> None:
        """Stop the thread."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def erase_expired(self) -> int:
        """Erase what is older than it may be; return the number of entries."""
        found = expired_personal_data(self._journal, keep_days=self._keep_days, now=self._journal.clock())
        return erase_personal_data(self._journal, [each.subject for each in found], reason=RETENTION_REASON)

    def _run(self) -> None:
        pause_s = FIRST_LOOK_S
        while not self._stopping.wait(pause_s):
            pause_s = LOOK_EVERY_S
            try:
                erased = self.erase_expired()
            except ServerError as error:
                log.warning("personal data that are kept too long are erased later: %s", error)
                pause_s = FIRST_LOOK_S
            except Exception:
                log.exception("the retention of personal data failed and will try again")
            else:
                if erased:
                    log.info("the personal values of %d entries were erased after their time", erased)
