"""Unanswered alarms are heard by level until somebody answers; muting is for minutes and for what is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tabuah.console.window.sounding import MUTED_FOR, Sounding, tone_of
from tabuah.widgets.sound.tones import Tone
from tabuah.widgets.values import AlarmBanner, AlarmItem, Level

CRITICAL = AlarmItem(id="a", level=Level.CRITICAL, word="Kritis", title="TMA Batang Lembang")
HIGH = AlarmItem(id="b", level=Level.HIGH, word="Tinggi", title="Hujan")
ATTENTION = AlarmItem(id="c", level=Level.ATTENTION, word="Perhatian", title="Tanpa data")


class Recorder:
    """A player that only remembers."""

    def __init__(self) -> None:
        self.heard: list[Tone] = []

    def play(self, tone: Tone) -> None:
        self.heard.append(tone)

    def close(self) -> None:
        """Nothing to do."""


class Ear:
    """A window with its sounding, and a clock that the tests turn."""

    def __init__(self, qtbot: QtBot) -> None:
        self.now = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
        self.player = Recorder()
        window = QWidget()
        qtbot.addWidget(window)
        self.sounding = Sounding(window, self.player, now=lambda: self.now)

    def show(self, *alarms: AlarmItem) -> list[Tone]:
        self.sounding.show(AlarmBanner(alarms=alarms))
        return self.taken()

    def go(self, seconds: float) -> list[Tone]:
        for _ in range(int(seconds)):
            self.now += timedelta(seconds=1)
            self.sounding.look()
        return self.taken()

    def taken(self) -> list[Tone]:
        heard, self.player.heard = self.player.heard, []
        return heard


@pytest.fixture
def ear(qtbot: QtBot):
    ear = Ear(qtbot)
    yield ear
    ear.sounding.close()


def test_each_level_has_its_tone_and_nobody_answering_the_loudest() -> None:
    tones = [tone_of(alarm) for alarm in (ATTENTION, HIGH, CRITICAL, replace(HIGH, step=1))]
    assert tones == [Tone.NOTICE, Tone.HIGH, Tone.CRITICAL, Tone.URGENT]


def test_a_critical_alarm_is_heard_again_until_it_is_answered(ear: Ear) -> None:
    assert ear.show(CRITICAL) == [Tone.CRITICAL]
    assert ear.go(60) == [Tone.CRITICAL] * 5
    assert ear.show(replace(CRITICAL, acknowledged=True)) == []
    assert ear.go(60) == []


def test_a_notice_is_heard_once_and_a_hundred_alarms_at_once_are_one_sound(ear: Ear) -> None:
    assert ear.show(ATTENTION) == [Tone.NOTICE]
    assert ear.go(120) == []
    many = [replace(CRITICAL, id=f"m{n}") for n in range(100)]
    assert ear.show(ATTENTION, *many) == [Tone.CRITICAL]


def test_an_escalation_is_heard_at_once_and_oftener(ear: Ear) -> None:
    ear.show(CRITICAL)
    assert ear.show(replace(CRITICAL, step=1)) == [Tone.URGENT]
    assert len(ear.go(60)) == 10


def test_muting_holds_for_minutes_and_never_for_what_comes_or_escalates_after_it(ear: Ear) -> None:
    ear.show(CRITICAL)
    assert ear.sounding.mute()
    assert ear.go(60) == []
    assert ear.show(CRITICAL, HIGH) == [Tone.HIGH]
    assert ear.show(replace(CRITICAL, step=1), HIGH) == [Tone.URGENT]
    ear.sounding.mute()
    ear.taken()
    ear.sounding.mute()
    assert ear.go(MUTED_FOR.total_seconds() - 1) == []
    assert ear.go(2) == [Tone.URGENT]


def test_muting_again_ends_it(ear: Ear) -> None:
    ear.show(CRITICAL)
    ear.sounding.mute()
    ear.go(30)
    assert not ear.sounding.mute()
    assert ear.taken() == [Tone.CRITICAL]


def test_the_clock_stands_still_while_nothing_waits(ear: Ear) -> None:
    ear.show(CRITICAL)
    assert ear.sounding._clock.isActive()
    ear.show()
    assert not ear.sounding._clock.isActive()
