"""Alarm tones: WAV files that differ in rhythm, and their playback by the system.

After ISO 7731 and IEC 60601-1-8: 500 to 1,000 Hz, the range that older ears hear and small loudspeakers
play well; higher urgency has more pulses and shorter pauses; soft edges, because a click startles.

Playback uses the sound service of the system, a small player program or the bell: Qt Multimedia comes in
a wheel of more than 400 MB that includes a browser.
"""

import io
import math
import shutil
import struct
import sys
import wave
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PySide6.QtCore import QObject, QProcess
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

RATE_HZ: Final = 22_050
_ATTACK_S: Final = 0.02
_LOUDNESS: Final = 0.6  # of full scale


class AlarmTone(StrEnum):
    """Tones from the least to the most urgent."""

    EXERCISE_NOTICE = "exercise-notice"  # of a window in an exercise; every real alarm is more urgent
    EXERCISE_HIGH = "exercise-high"
    EXERCISE_CRITICAL = "exercise-critical"
    EXERCISE_URGENT = "exercise-urgent"
    NOTICE = "notice"
    HIGH = "high"
    CRITICAL = "critical"
    URGENT = "urgent"  # an unacknowledged alarm that was escalated


# Pulses of each tone: frequency (Hz), duration (s) and pause after it (s).
_REAL: Final[dict[AlarmTone, tuple[tuple[float, float, float], ...]]] = {
    AlarmTone.NOTICE: ((587.0, 0.25, 0.0),),
    AlarmTone.HIGH: ((659.0, 0.2, 0.15), (659.0, 0.2, 0.0)),
    AlarmTone.CRITICAL: ((784.0, 0.15, 0.1), (784.0, 0.15, 0.1), (988.0, 0.3, 0.0)),
    AlarmTone.URGENT: ((988.0, 0.12, 0.06), (784.0, 0.12, 0.06)) * 4,
}
# An exercise is announced by two falling pulses and a pause before the tone of the alarm; no alarm falls so.
_ANNOUNCEMENT: Final = ((698.0, 0.1, 0.05), (523.0, 0.15, 0.2))
EXERCISE_TONES: Final = {
    AlarmTone.NOTICE: AlarmTone.EXERCISE_NOTICE,
    AlarmTone.HIGH: AlarmTone.EXERCISE_HIGH,
    AlarmTone.CRITICAL: AlarmTone.EXERCISE_CRITICAL,
    AlarmTone.URGENT: AlarmTone.EXERCISE_URGENT,
}
PULSES: Final = _REAL | {drill: (*_ANNOUNCEMENT, *_REAL[real]) for real, drill in EXERCISE_TONES.items()}


def encode_wav(tone: AlarmTone) -> bytes:
    """Encode a tone as a WAV file: mono, 16 bits."""
    samples = [sample for pulse in PULSES[tone] for sample in _pulse(*pulse)]
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


def _pulse(frequency_hz: float, duration_s: float, pause_s: float) -> list[int]:
    count = round(duration_s * RATE_HZ)
    turn = 2 * math.pi * frequency_hz / RATE_HZ
    sounding = [_envelope(i / RATE_HZ, duration_s) * math.sin(turn * i) for i in range(count)]
    return [round(32_767 * _LOUDNESS * value) for value in sounding] + [0] * round(pause_s * RATE_HZ)


def _envelope(at_s: float, duration_s: float) -> float:
    """Return the envelope of a pulse between 0 and 1: a linear attack and release."""
    return min(1.0, at_s / _ATTACK_S, (duration_s - at_s) / _ATTACK_S)


# Programs that play a WAV file and exit: PipeWire, PulseAudio, ALSA, macOS.
_PROGRAMS: Final = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
_SILENT_PLATFORMS: Final = ("offscreen", "minimal", "vnc")


class SoundPlayer(QObject):
    """Plays one tone at a time; a tone that is requested meanwhile is skipped."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: TemporaryDirectory[str] | None = None
        self._process: QProcess | None = None
        self._program = next((p for p in _PROGRAMS if shutil.which(p[0])), None)

    @property
    def is_silent_platform(self) -> bool:
        """True on a Qt platform without a screen, where a tone would not be heard."""
        return QGuiApplication.platformName() in _SILENT_PLATFORMS

    def play(self, tone: AlarmTone) -> None:
        """Play a tone; fall back to the system bell."""
        if self.is_silent_platform:
            return
        if sys.platform == "win32":
            import winsound  # noqa: PLC0415 - exists there only

            winsound.PlaySound(str(self._file(tone)), winsound.SND_FILENAME | winsound.SND_ASYNC)
        elif self._program is None:
            QApplication.beep()
        elif self._process is None or self._process.state() is QProcess.ProcessState.NotRunning:
            self._start(tone)

    def close(self) -> None:
        """Stop playing and remove the temporary files."""
        if self._process is not None:
            self._process.kill()
            self._process.waitForFinished(500)
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _start(self, tone: AlarmTone) -> None:
        assert self._program is not None
        program, *arguments = self._program
        self._process = QProcess(self)
        self._process.errorOccurred.connect(self._on_error)
        self._process.start(program, [*arguments, str(self._file(tone))])

    def _on_error(self, _error: QProcess.ProcessError) -> None:
        QApplication.beep()

    def _file(self, tone: AlarmTone) -> Path:
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="tabuah-sound-")
        path = Path(self._folder.name) / f"{tone.value}.wav"
        if not path.exists():
            path.write_bytes(encode_wav(tone))
        return path
