"""Alarm tones: WAV encoding, rhythm and playback."""

import io
import wave
from itertools import pairwise

import pytest

from tabuah.widgets.alarms.sound_player import EXERCISE_TONES, PULSES, RATE_HZ, AlarmTone, SoundPlayer, encode_wav


def tone_length_s(tone: AlarmTone) -> float:
    return sum(duration_s + pause_s for _hz, duration_s, pause_s in PULSES[tone])


@pytest.mark.parametrize("tone", list(AlarmTone))
def test_tone_is_wav_file_of_its_length(tone: AlarmTone) -> None:
    with wave.open(io.BytesIO(encode_wav(tone))) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, RATE_HZ)
        frames = sound.readframes(sound.getnframes())
        assert sound.getnframes() / RATE_HZ == pytest.approx(tone_length_s(tone), abs=0.01)
    samples = memoryview(frames).cast("h")
    assert 15_000 < max(samples) < 32_767
    assert abs(samples[0]) < 500
    assert max(abs(b - a) for a, b in pairwise(samples)) < 10_000  # no click


@pytest.mark.parametrize("tones", [tuple(EXERCISE_TONES), tuple(EXERCISE_TONES.values())], ids=["real", "exercise"])
def test_urgent_tones_have_more_pulses(tones: tuple[AlarmTone, ...]) -> None:
    assert [len(PULSES[tone]) for tone in tones] == sorted({len(PULSES[tone]) for tone in tones})
    assert all(500 <= hz <= 1_000 for pulses in PULSES.values() for hz, _duration_s, _pause_s in pulses)
    assert all(tone_length_s(tone) < 2 for tone in AlarmTone)


def test_exercise_tones_are_announced_and_least_urgent() -> None:
    assert list(AlarmTone) == [*EXERCISE_TONES.values(), *EXERCISE_TONES]
    for real, drill in EXERCISE_TONES.items():
        assert PULSES[drill][2:] == PULSES[real]


def test_player_is_silent_without_screen(qapp: object) -> None:
    player = SoundPlayer()
    assert player.is_silent_platform
    player.play(AlarmTone.URGENT)
    assert player._process is None
    player.close()
