"""A thread that works on a queue of the server until it is stopped."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from tabuah.server.database.queue_file import QueueFile
from tabuah.server.errors import ServerError

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 5.0
SAME_ERROR_EVERY_S: Final = 600.0  # a disk that is full for a day needs no 17,000 lines of the log

QueueT = TypeVar("QueueT", bound=QueueFile)


class QueueThread(Generic[QueueT]):
    """Opens the queue and works on it. After an error, which is logged, it does so again."""

    def __init__(
        self,
        name: str,
        open_queue: Callable[[], QueueT],
        work: Callable[[QueueT], object],
        *,
        about: str,
        abort: Callable[[], object] = lambda: None,
        close: Callable[[], object] = lambda: None,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        """Prepare the thread.

        Args:
            name: of the thread.
            open_queue: opens the queue in the thread.
            work: works on the queue, and returns once `is_stopping()`.
            about: what it works on, for the log.
            abort: ends a transfer that runs; called from the thread that stops this one.
            close: closes the connections; called in the thread at its end.
            look_every_s: the longest wait, and the pause after an error.
        """
        self._open_queue, self._work, self._about = open_queue, work, about
        self._abort, self._close, self._look_every_s = abort, close, look_every_s
        self._stopping, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._unsaved: Callable[[QueueT], object] | None = None
        self._logged, self._logged_s = "", 0.0

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def request_stop(self) -> None:
        """Ask the thread to end, without waiting for it; an unfinished transfer is repeated after the next start."""
        self._stopping.set()
        self._wake.set()
        self._abort()

    def join(self) -> None:
        """Wait for the end of the thread, which was asked to stop."""
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def is_running(self) -> bool:
        """Whether the thread runs; callable from any thread."""
        return self._thread.is_alive()

    def wake(self) -> None:
        """End the present `wait`; callable from any thread."""
        self._wake.set()

    # For the work

    def is_stopping(self) -> bool:
        """Whether the work has to end."""
        return self._stopping.is_set()

    def begin_look(self) -> None:
        """Note that the work looks for something to do: a call of `wake` from here on ends the next waiting."""
        self._wake.clear()

    def wait(self) -> bool:
        """Wait until there may be something to do, for five seconds at most; return whether `wake` was called."""
        return self._wake.wait(self._look_every_s)

    def pause(self, seconds: float) -> None:
        """Wait for a time, or until the thread has to end."""
        self._stopping.wait(seconds)

    def save(self, queue: QueueT, result: Callable[[QueueT], object]) -> None:
        """Save the result of an attempt to send; while that fails, as with a full disk, nothing else is sent.

        Without this, a message that was accepted would be sent again every five seconds.

        Raises:
            ServerError: the queue cannot be written.
        """
        try:
            result(queue)
        except ServerError:
            self._unsaved = result
            raise

    def _run(self) -> None:
        try:
            while not self.is_stopping():
                try:
                    self._run_once()
                except ServerError as error:
                    self._log(error)
                except Exception:
                    log.exception("%s wait because of a bug", self._about)
                self.pause(self._look_every_s)
        finally:
            self._close()

    def _log(self, error: ServerError) -> None:
        """Log an error; the same one again only after ten minutes."""
        text, now_s = str(error), time.monotonic()
        if text != self._logged or now_s - self._logged_s >= SAME_ERROR_EVERY_S:
            self._logged, self._logged_s = text, now_s
            log.warning("%s wait: %s", self._about, text)

    def _run_once(self) -> None:
        with self._open_queue() as queue:
            unsaved, self._unsaved = self._unsaved, None
            if unsaved is not None:
                self.save(queue, unsaved)
            self._work(queue)


def stop_threads(threads: "list[QueueThread[QueueT]]") -> None:
    """Stop threads; each ends its transfer while the others do."""
    for each in threads:
        each.request_stop()
    for each in threads:
        each.join()
