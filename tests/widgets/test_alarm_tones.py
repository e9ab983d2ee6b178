"""The tones of alarms are sound files that a player takes, and are told apart by their rhythm."""

import io
import wave
from itertools import pairwise

import pytest

from tabuah.widgets.sound.player import SoundPlayer
from tabuah.widgets.sound.tones import PULSES, RATE_HZ, Tone, length_s, wave_file


@pytest.mark.parametrize("tone", list(Tone))
def test_a_tone_is_a_wav_file_of_its_length_that_is_never_cut_off(tone: Tone) -> None:
    with wave.open(io.BytesIO(wave_file(tone))) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, RATE_HZ)
        frames = sound.readframes(sound.getnframes())
        assert sound.getnframes() / RATE_HZ == pytest.approx(length_s(tone), abs=0.01)
    samples = memoryview(frames).cast("h")
    assert 15_000 < max(samples) < 32_767
    assert abs(samples[0]) < 500
    assert max(abs(b - a) for a, b in pairwise(samples)) < 10_000  # no click


def test_the_more_urgent_the_more_pulses() -> None:
    assert [len(PULSES[tone]) for tone in Tone] == sorted({len(PULSES[tone]) for tone in Tone})
    assert all(500 <= hz <= 1_000 for pulses in PULSES.values() for hz, _duration_s, _pause_s in pulses)
    assert all(length_s(tone) < 2 for tone in Tone)


def test_where_nobody_sits_nothing_is_played(qapp: object) -> None:
    player = SoundPlayer()
    assert player.is_deaf
    player.play(Tone.URGENT)
    assert player._process is None
    player.close()
