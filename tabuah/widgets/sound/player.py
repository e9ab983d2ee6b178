"""Plays a tone by what the system has: its own sound service, a small program, or at the least its bell.

Qt's own player is in a wheel of more than 400 MB with a browser in it; a tone is not worth that.
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PySide6.QtCore import QObject, QProcess
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from tabuah.widgets.sound.tones import Tone, wave_file

# Programs that play a WAV file and end: PipeWire's, PulseAudio's, ALSA's, and that of macOS.
_PROGRAMS: Final = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
_DEAF: Final = ("offscreen", "minimal", "vnc")


class SoundPlayer(QObject):
    """One tone at a time; while one is heard another one is not begun."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: TemporaryDirectory[str] | None = None
        self._process: QProcess | None = None
        self._program = next((p for p in _PROGRAMS if shutil.which(p[0])), None)

    @property
    def is_deaf(self) -> bool:
        """Whether nobody could hear it: there is no screen in front of which anybody sits."""
        return QGuiApplication.platformName() in _DEAF

    def play(self, tone: Tone) -> None:
        """Let a tone be heard; what the system lacks is made up for by its bell."""
        if self.is_deaf:
            return
        if sys.platform == "win32":
            import winsound  # noqa: PLC0415 - exists there only

            winsound.PlaySound(str(self._file(tone)), winsound.SND_FILENAME | winsound.SND_ASYNC)
        elif self._program is None:
            QApplication.beep()
        elif self._process is None or self._process.state() is QProcess.ProcessState.NotRunning:
            self._start(tone)

    def close(self) -> None:
        """Be quiet, and leave nothing behind."""
        if self._process is not None:
            self._process.kill()
            self._process.waitForFinished(500)
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _start(self, tone: Tone) -> None:
        assert self._program is not None
        program, *arguments = self._program
        self._process = QProcess(self)
        self._process.errorOccurred.connect(self._on_error)
        self._process.start(program, [*arguments, str(self._file(tone))])

    def _on_error(self, _error: QProcess.ProcessError) -> None:
        QApplication.beep()

    def _file(self, tone: Tone) -> Path:
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="tabuah-sound-")
        path = Path(self._folder.name) / f"{tone.value}.wav"
        if not path.exists():
            path.write_bytes(wave_file(tone))
        return path
