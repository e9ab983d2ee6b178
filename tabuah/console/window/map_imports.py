"""Map files on their way in, each in a process of its own; they outlive the window that they came by."""

import logging
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTemporaryDir, Signal

from tabuah.console.import_messages import Answer, BaseMapCame, LayerCame, LayerWanted, Working, message_of
from tabuah.gis.import_progress import ImportProgress
from tabuah.resources.catalogue import current_language

WORKER: Final = "tabuah.console.import_worker"
_END_WITHIN_MS: Final = 5_000
_KEPT_BYTES: Final = 20_000  # of what a process said before it failed

log = logging.getLogger(__name__)


class Phase(Enum):
    """What has become of a file."""

    RUNNING = auto()
    ANSWERED = auto()  # `answer` says how it went
    FAILED = auto()  # the process ended without an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob:
    """One file on its way; `began_at_s` is a reading of the monotonic clock."""

    file: Path
    layer: str | None = None
    phase: Phase = Phase.RUNNING
    progress: ImportProgress | None = None
    answer: Answer | None = None
    began_at_s: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether it has ended and asks nothing."""
        return self.phase is not Phase.RUNNING and not isinstance(self.answer, LayerWanted)

    @property
    def has_changed_maps(self) -> bool:
        """Whether something came in."""
        return isinstance(self.answer, LayerCame | BaseMapCame)


class MapImports(QObject):
    """Runs imports beside everything else; a process that is ended leaves the maps as they were.

    Signals:
        changed: the job of now, or how many wait, is another.
        came_in: the maps are others than before.
        cancelled: the file whose import was ended by a person.
    """

    changed = Signal()
    came_in = Signal()
    cancelled = Signal(object)

    def __init__(self, directory: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._directory = directory
        self._job: ImportJob | None = None
        self._waiting: deque[Path] = deque()
        self._process: QProcess | None = None
        self._scratch: QTemporaryDir | None = None
        self._said = bytearray()

    @property
    def job(self) -> ImportJob | None:
        """What is under way, or how the last one went until somebody has seen it."""
        return self._job

    @property
    def waiting(self) -> int:
        """How many files come after it."""
        return len(self._waiting)

    def begin(self, files: Sequence[Path]) -> None:
        """Import files; they wait behind one that is at work or asks for a layer, and one that is over gives way."""
        self._waiting.extend(files)
        if self._job is None or self._job.is_over:
            self.go_on()
        else:
            self.changed.emit()

    def go_on(self) -> None:
        """Leave what has ended, and begin with the next file; without one there is nothing to tell any more."""
        if self._process is not None:
            return
        if self._waiting:
            self._start(ImportJob(file=self._waiting.popleft()))
        else:
            self._job = None
            self.changed.emit()

    def choose(self, layer: str) -> None:
        """Import one layer of the file that was found to have several."""
        if self._job is not None and self._process is None:
            self._start(ImportJob(file=self._job.file, layer=layer))

    def again(self) -> None:
        """Try the file once more that the process failed on."""
        if self._job is not None and self._process is None:
            self._start(ImportJob(file=self._job.file, layer=self._job.layer))

    def cancel(self) -> None:
        """End the import that is at work; what waits goes on after it."""
        job = self._job
        if job is None or job.answer is not None or self._process is None:
            return
        self._end_process()
        self._job = None
        self.cancelled.emit(job.file)
        self.go_on()

    def close(self) -> None:
        """End it and forget what waits: the console closes."""
        self._waiting.clear()
        self._end_process()
        self._job = None

    def _start(self, job: ImportJob) -> None:
        self._job = replace(job, began_at_s=time.monotonic())
        self._said.clear()
        self._scratch = QTemporaryDir()
        process = self._process = QProcess(self)
        process.setProcessEnvironment(_environment(self._scratch.path()))
        process.readyReadStandardOutput.connect(self._on_told)
        process.readyReadStandardError.connect(self._on_said)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        layer = [job.layer] if job.layer is not None else []
        arguments = [str(self._directory), str(job.file), current_language(), *layer]
        process.start(sys.executable, ["-m", WORKER, *arguments])
        self.changed.emit()

    def _on_told(self) -> None:
        """Read what the process has told since, and show the newest of it once."""
        process, before = self._process, self._job
        if process is None or before is None:
            return
        job = before
        while process.canReadLine():
            message = message_of(bytes(process.readLine().data()))
            if isinstance(message, Working):
                job = replace(job, progress=message.progress)
            elif message is not None:
                job = replace(job, answer=message)
        self._job = job
        if job is not before and job.answer is None:
            self.changed.emit()

    def _on_said(self) -> None:
        if self._process is not None:
            self._said += self._process.readAllStandardError().data()
            del self._said[:-_KEPT_BYTES]

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:  # then it never finishes, either
            self._on_finished()

    def _on_finished(self) -> None:
        self._on_told()
        self._on_said()
        job, process = self._job, self._process
        if job is None or process is None:
            return
        if job.answer is None:
            told = self._said.decode("utf-8", errors="replace").strip()
            log.error("the import of %s ended with code %s: %s", job.file, process.exitCode(), told)
        self._release()
        self._job = replace(job, phase=Phase.FAILED if job.answer is None else Phase.ANSWERED)
        if self._job.has_changed_maps:
            self.came_in.emit()
        self.changed.emit()

    def _end_process(self) -> None:
        if self._process is not None:
            for signal in (self._process.finished, self._process.errorOccurred):
                signal.disconnect()
            self._process.kill()
            self._process.waitForFinished(_END_WITHIN_MS)
            self._release()

    def _release(self) -> None:
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
        self._scratch = None  # and with it whatever the process had unpacked


def _environment(scratch: str) -> QProcessEnvironment:
    environment = QProcessEnvironment.systemEnvironment()
    for name in ("TMPDIR", "TEMP", "TMP"):
        environment.insert(name, scratch)
    return environment
