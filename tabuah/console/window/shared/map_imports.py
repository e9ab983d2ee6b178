"""Map imports, each in a process of its own. They continue when the window is replaced."""

import logging
import sys
import time
from collections import deque
from collections.abc import Sequence
from enum import Enum, auto
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTemporaryDir, Signal

from tabuah.console.map.import_messages import (
    BaseMapImported,
    ImportOutcome,
    ImportProgressMessage,
    LayerChoiceNeeded,
    LayerImported,
    decode_message,
)
from tabuah.gis.import_progress import ImportProgress
from tabuah.resources.localisation import current_language

WORKER_MODULE: Final = "tabuah.console.map.import_worker"
_END_WITHIN_MS: Final = 5_000
_KEPT_BYTES: Final = 20_000  # of the output of a process before it failed

log = logging.getLogger(__name__)


class ImportPhase(Enum):
    """The progress of one file."""

    RUNNING = auto()
    ANSWERED = auto()  # `answer` holds the result
    FAILED = auto()  # the process ended without an answer


class ImportJob(msgspec.Struct, frozen=True, kw_only=True):
    """The import of one file; `began_at_s` is a reading of the monotonic clock."""

    file: Path
    layer: str | None = None
    phase: ImportPhase = ImportPhase.RUNNING
    progress: ImportProgress | None = None
    answer: ImportOutcome | None = None
    began_at_s: float = 0.0

    @property
    def is_over(self) -> bool:
        """Return whether the import has ended and needs no answer."""
        return self.phase is not ImportPhase.RUNNING and not isinstance(self.answer, LayerChoiceNeeded)

    @property
    def has_changed_maps(self) -> bool:
        """Return whether something was imported."""
        return isinstance(self.answer, LayerImported | BaseMapImported)


class MapImports(QObject):
    """Runs imports one after the other. A process that is ended leaves the maps unchanged.

    Signals:
        changed: the current job or the length of the queue has changed.
        came_in: the maps have changed.
        cancelled: the file whose import a person cancelled.
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
        """The current job, or the last one until a person dismisses it."""
        return self._job

    @property
    def waiting(self) -> int:
        """The number of files in the queue."""
        return len(self._waiting)

    def begin(self, files: Sequence[Path]) -> None:
        """Queue files. A finished job is replaced; one that runs or asks for a layer goes first."""
        self._waiting.extend(files)
        if self._job is None or self._job.is_over:
            self.start_next()
        else:
            self.changed.emit()

    def start_next(self) -> None:
        """Dismiss the finished job and start the next file, if any."""
        if self._process is not None:
            return
        if self._waiting:
            self._start(ImportJob(file=self._waiting.popleft()))
        else:
            self._job = None
            self.changed.emit()

    def choose(self, layer: str) -> None:
        """Import one layer of a file that has several."""
        if self._job is not None and self._process is None:
            self._start(ImportJob(file=self._job.file, layer=layer))

    def retry(self) -> None:
        """Retry the file whose process failed."""
        if self._job is not None and self._process is None:
            self._start(ImportJob(file=self._job.file, layer=self._job.layer))

    def cancel(self) -> None:
        """Cancel the running import; the queue continues."""
        job = self._job
        if job is None or job.answer is not None or self._process is None:
            return
        self._end_process()
        self._job = None
        self.cancelled.emit(job.file)
        self.start_next()

    def close(self) -> None:
        """Cancel everything, when the console closes."""
        self._waiting.clear()
        self._end_process()
        self._job = None

    def _start(self, job: ImportJob) -> None:
        self._job = replace(job, began_at_s=time.monotonic())
        self._said.clear()
        self._scratch = QTemporaryDir()
        process = self._process = QProcess(self)
        process.setProcessEnvironment(_environment(self._scratch.path()))
        process.readyReadStandardOutput.connect(self._on_ready_read)
        process.readyReadStandardError.connect(self._on_said)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        layer = [job.layer] if job.layer is not None else []
        arguments = [str(self._directory), str(job.file), current_language(), *layer]
        process.start(sys.executable, ["-m", WORKER_MODULE, *arguments])
        self.changed.emit()

    def _on_ready_read(self) -> None:
        """Read the messages of the process; emit `changed` once for the newest."""
        process, before = self._process, self._job
        if process is None or before is None:
            return
        job = before
        while process.canReadLine():
            message = decode_message(bytes(process.readLine().data()))
            if isinstance(message, ImportProgressMessage):
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
        if error is QProcess.ProcessError.FailedToStart:  # otherwise it never finishes
            self._on_finished()

    def _on_finished(self) -> None:
        self._on_ready_read()
        self._on_said()
        job, process = self._job, self._process
        if job is None or process is None:
            return
        if job.answer is None:
            text = self._said.decode("utf-8", errors="replace").strip()
            log.error("the import of %s ended with code %s: %s", job.file, process.exitCode(), text)
        self._release()
        self._job = replace(job, phase=ImportPhase.FAILED if job.answer is None else ImportPhase.ANSWERED)
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
        self._scratch = None  # removes everything that the process had unpacked


def _environment(scratch: str) -> QProcessEnvironment:
    environment = QProcessEnvironment.systemEnvironment()
    for name in ("TMPDIR", "TEMP", "TMP"):
        environment.insert(name, scratch)
    return environment
