"""The tones of alarms as sound files: told apart by rhythm, so that they are known with the back to the screen.

After ISO 7731 and IEC 60601-1-8: between 500 and 1,000 Hz, where old ears hear well and small loudspeakers are good;
the more urgent, the more pulses and the shorter the pauses; soft edges, for a click startles and tells nothing.
"""

import io
import math
import struct
import wave
from enum import StrEnum
from typing import Final

RATE_HZ: Final = 22_050
_EDGE_S: Final = 0.02
_LOUDNESS: Final = 0.6  # of full scale


class Tone(StrEnum):
    """What is heard, from the quietest to the loudest."""

    NOTICE = "notice"
    HIGH = "high"
    CRITICAL = "critical"
    URGENT = "urgent"  # nobody has answered, and somebody higher was asked


# Pulses of each tone: frequency (Hz), how long (s), and the pause after it (s).
PULSES: Final[dict[Tone, tuple[tuple[float, float, float], ...]]] = {
    Tone.NOTICE: ((587.0, 0.25, 0.0),),
    Tone.HIGH: ((659.0, 0.2, 0.15), (659.0, 0.2, 0.0)),
    Tone.CRITICAL: ((784.0, 0.15, 0.1), (784.0, 0.15, 0.1), (988.0, 0.3, 0.0)),
    Tone.URGENT: ((988.0, 0.12, 0.06), (784.0, 0.12, 0.06)) * 4,
}


def wave_file(tone: Tone) -> bytes:
    """A tone as a WAV file: one channel, 16 bits."""
    samples = [sample for pulse in PULSES[tone] for sample in _pulse(*pulse)]
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


def length_s(tone: Tone) -> float:
    """How long a tone lasts."""
    return sum(duration_s + pause_s for _hz, duration_s, pause_s in PULSES[tone])


def _pulse(frequency_hz: float, duration_s: float, pause_s: float) -> list[int]:
    count = round(duration_s * RATE_HZ)
    turn = 2 * math.pi * frequency_hz / RATE_HZ
    sounding = [_strength(i / RATE_HZ, duration_s) * math.sin(turn * i) for i in range(count)]
    return [round(32_767 * _LOUDNESS * value) for value in sounding] + [0] * round(pause_s * RATE_HZ)


def _strength(at_s: float, duration_s: float) -> float:
    """Up and down over the edges of a pulse, between 0 and 1."""
    return min(1.0, at_s / _EDGE_S, (duration_s - at_s) / _EDGE_S)
