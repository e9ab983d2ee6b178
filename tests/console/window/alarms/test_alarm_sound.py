"""Alarm sounds by level until acknowledgement; muting covers some minutes and known alarms."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tabuah.console.window.alarms.alarm_sound import MUTED_FOR, AlarmSound, tone_of
from tabuah.widgets.alarms.sound_player import AlarmTone
from tabuah.widgets.alarms.values import AlarmBanner, AlarmItem
from tabuah.widgets.values import Level

CRITICAL = AlarmItem(id="a", level=Level.CRITICAL, word="Kritis", title="TMA Batang Lembang")
HIGH = AlarmItem(id="b", level=Level.HIGH, word="Tinggi", title="Hujan")
ATTENTION = AlarmItem(id="c", level=Level.ATTENTION, word="Perhatian", title="Tanpa data")


class Recorder:
    """A player that records the tones."""

    def __init__(self) -> None:
        self.heard: list[AlarmTone] = []

    def play(self, tone: AlarmTone) -> None:
        self.heard.append(tone)

    def close(self) -> None:
        """Do nothing."""


class SoundWindow:
    """A window with its alarm sound and a clock that the tests set."""

    def __init__(self, qtbot: QtBot) -> None:
        self.now = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
        self.player = Recorder()
        window = QWidget()
        qtbot.addWidget(window)
        self.alarm_sound = AlarmSound(window, self.player, now=lambda: self.now)

    def show(self, *alarms: AlarmItem) -> list[AlarmTone]:
        self.alarm_sound.show(AlarmBanner(alarms=alarms))
        return self.taken()

    def go(self, seconds: float) -> list[AlarmTone]:
        for _ in range(int(seconds)):
            self.now += timedelta(seconds=1)
            self.alarm_sound.play_due()
        return self.taken()

    def taken(self) -> list[AlarmTone]:
        heard, self.player.heard = self.player.heard, []
        return heard


@pytest.fixture
def sound_window(qtbot: QtBot):
    sound_window = SoundWindow(qtbot)
    yield sound_window
    sound_window.alarm_sound.close()


def test_tone_matches_level_and_waiting_time() -> None:
    tones = [tone_of(alarm) for alarm in (ATTENTION, HIGH, CRITICAL, replace(HIGH, escalation_step=1))]
    assert tones == [AlarmTone.NOTICE, AlarmTone.HIGH, AlarmTone.CRITICAL, AlarmTone.URGENT]


def test_critical_alarm_sounds_until_acknowledged(sound_window: SoundWindow) -> None:
    assert sound_window.show(CRITICAL) == [AlarmTone.CRITICAL]
    assert sound_window.go(60) == [AlarmTone.CRITICAL] * 5
    assert sound_window.show(replace(CRITICAL, acknowledged=True)) == []
    assert sound_window.go(60) == []


def test_notice_sounds_once_for_many_alarms(sound_window: SoundWindow) -> None:
    assert sound_window.show(ATTENTION) == [AlarmTone.NOTICE]
    assert sound_window.go(120) == []
    many = [replace(CRITICAL, id=f"m{n}") for n in range(100)]
    assert sound_window.show(ATTENTION, *many) == [AlarmTone.CRITICAL]


def test_escalation_sounds_at_once_and_more_often(sound_window: SoundWindow) -> None:
    sound_window.show(CRITICAL)
    assert sound_window.show(replace(CRITICAL, escalation_step=1)) == [AlarmTone.URGENT]
    assert len(sound_window.go(60)) == 10


def test_muting_excludes_new_alarms_and_escalations(sound_window: SoundWindow) -> None:
    sound_window.show(CRITICAL)
    assert sound_window.alarm_sound.mute()
    assert sound_window.go(60) == []
    assert sound_window.show(CRITICAL, HIGH) == [AlarmTone.HIGH]
    assert sound_window.show(replace(CRITICAL, escalation_step=1), HIGH) == [AlarmTone.URGENT]
    sound_window.alarm_sound.mute()
    sound_window.taken()
    sound_window.alarm_sound.mute()
    assert sound_window.go(MUTED_FOR.total_seconds() - 1) == []
    assert sound_window.go(2) == [AlarmTone.URGENT]


def test_muting_again_unmutes(sound_window: SoundWindow) -> None:
    sound_window.show(CRITICAL)
    sound_window.alarm_sound.mute()
    sound_window.go(30)
    assert not sound_window.alarm_sound.mute()
    assert sound_window.taken() == [AlarmTone.CRITICAL]


def test_sound_clock_stops_without_alarms(sound_window: SoundWindow) -> None:
    sound_window.show(CRITICAL)
    assert sound_window.alarm_sound._clock.isActive()
    sound_window.show()
    assert not sound_window.alarm_sound._clock.isActive()
