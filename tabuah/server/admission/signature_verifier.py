"""Verification of the signatures of pushes before the writer: few in a thread, many in a process."""

import logging
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO, Final

import msgspec

from tabuah.server.admission.signature_worker import FITS, LENGTH_BYTES, READY
from tabuah.storage.journal.errors import BadSignature
from tabuah.storage.journal.signatures import verify_signature
from tabuah.storage.journal.wire import SignedEntry

log = logging.getLogger(__name__)

WORKER: Final = "tabuah.server.admission.signature_worker"
# Below it, passing a request to a process costs as much as verifying it.
MIN_ENTRIES: Final = 8
THREADS: Final = 4
RETRY_S: Final = 60.0
_STOP_S: Final = 5.0


class SignatureVerifier:
    """Verifies pushes. The process starts when two large ones overlap, and takes all large ones once it is ready.

    A thread holds the interpreter lock between two signatures, so the writer and it delay each other.
    """

    def __init__(self, *, min_entries: int = MIN_ENTRIES, retry_s: float = RETRY_S) -> None:
        self._min_entries = min_entries
        self._retry_s = retry_s
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="tabuah-signatures")
        self._lock = threading.Lock()
        self._process: VerifierProcess | None = None
        self._next_start_s = 0.0
        self._large_in_threads = 0
        self._closed = False

    def submit(self, public_key: str, entries: Sequence[SignedEntry]) -> "Future[str]":
        """Verify in the background.

        Returns, through the future:
            The key (hex) if all signatures fit it; "" if the writer must verify them and give a reason.
        """
        large, process = len(entries) >= self._min_entries, self._process
        if large and process is not None and process.is_ready:
            return process.submit(public_key, entries)
        with self._lock:
            if self._closed:
                return unverified()
            return self._threads.submit(self._verify_large if large else fitting_key, public_key, entries)

    def close(self) -> None:
        """Answer the submitted requests, and end the process."""
        with self._lock:
            self._closed = True
            process = self._process
        self._threads.shutdown()
        if process is not None:
            process.close()

    def _verify_large(self, public_key: str, entries: Sequence[SignedEntry]) -> str:
        with self._lock:
            self._large_in_threads += 1
            if self._large_in_threads > 1:
                self._start_process()
        try:
            return fitting_key(public_key, entries)
        finally:
            with self._lock:
                self._large_in_threads -= 1

    def _start_process(self) -> None:
        """Start the process unless it runs; one that ended is started again after `retry_s`."""
        now_s = time.monotonic()
        if self._closed or now_s < self._next_start_s or (self._process and not self._process.has_ended):
            return
        if self._process is not None:
            self._process.close()
        self._next_start_s = now_s + self._retry_s
        try:
            self._process = VerifierProcess()
        except OSError:
            log.exception("the process that verifies signatures could not be started: threads verify them")
            self._process = None


class VerifierProcess:
    """A running `signature_worker`. Requests are sent without waiting for the answers to earlier ones."""

    def __init__(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        self.is_ready = False
        self.has_ended = False
        self._lock = threading.Lock()
        self._requests: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._answers: deque[tuple[Future[str], str]] = deque()  # with their keys, in the order of the requests
        self._closing = False
        self._sender = threading.Thread(target=self._send, name="tabuah-signatures-send", daemon=True)
        self._receiver = threading.Thread(target=self._receive, name="tabuah-signatures-receive", daemon=True)
        self._sender.start()
        self._receiver.start()

    def submit(self, public_key: str, entries: Sequence[SignedEntry]) -> "Future[str]":
        """Send a request. The result is "" if the process ends before it answers."""
        answer: Future[str] = Future()
        answer.set_running_or_notify_cancel()  # its sender cannot cancel it any more
        request = msgspec.msgpack.encode((public_key, entries))
        with self._lock:
            if self.has_ended:
                return unverified()
            self._answers.append((answer, public_key))
            self._requests.put(len(request).to_bytes(LENGTH_BYTES, "big") + request)
        return answer

    def close(self) -> None:
        """End the process once it has answered."""
        self._closing = True
        self._requests.put(None)
        try:
            self.process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._sender.join()
        self._receiver.join()
        self.process.wait()

    def _send(self) -> None:
        pipe = _pipe(self.process.stdin)
        try:
            while (request := self._requests.get()) is not None:
                pipe.write(request)
                pipe.flush()
        except OSError:
            log.debug("the process that verifies signatures takes no more requests")
        finally:
            _close(pipe)

    def _receive(self) -> None:
        with _pipe(self.process.stdout) as pipe:
            self.is_ready = pipe.read(1) == READY
            while byte := pipe.read(1):
                answer, public_key = self._answers.popleft()
                answer.set_result(public_key if byte == FITS else "")
        self._end()

    def _end(self) -> None:
        """Leave the unanswered requests to the writer."""
        with self._lock:
            self.is_ready, self.has_ended = False, True
        self._requests.put(None)
        for answer, _public_key in self._answers:
            answer.set_result("")
        if not self._closing:
            log.error("the process that verifies signatures has ended: threads verify them for a minute")


def unverified() -> "Future[str]":
    """Return the result for a push that the writer must verify."""
    answer: Future[str] = Future()
    answer.set_result("")
    return answer


def fitting_key(public_key: str, entries: Sequence[SignedEntry]) -> str:
    """Verify in this thread; return the key, or "" if a signature does not fit."""
    try:
        for entry in entries:
            verify_signature(bytes.fromhex(public_key), entry.text.encode(), bytes.fromhex(entry.signature))
    except (BadSignature, ValueError):
        return ""
    return public_key


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:  # buffered requests cannot be sent any more
        log.debug("the process that verifies signatures has ended before it was closed")


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
