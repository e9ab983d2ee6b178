"""Alarm sounds, and desktop notifications while the window is out of sight."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final, Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from tabuah.text.alarms.alarm_status import describe_unacknowledged
from tabuah.widgets.alarms.sound_player import EXERCISE_TONES, AlarmTone
from tabuah.widgets.alarms.values import AlarmBanner, AlarmItem
from tabuah.widgets.values import Level

MUTED_FOR: Final = timedelta(minutes=10)
_TONES: Final = {Level.CRITICAL: AlarmTone.CRITICAL, Level.HIGH: AlarmTone.HIGH}
# Repetition of unacknowledged alarms; a notice sounds once.
_AGAIN_S: Final = {AlarmTone.URGENT: 6.0, AlarmTone.CRITICAL: 12.0, AlarmTone.HIGH: 40.0}
_INTERVALS_S: Final = _AGAIN_S | {EXERCISE_TONES[tone]: again_s for tone, again_s in _AGAIN_S.items()}
_LOOK_MS: Final = 1_000
_TOLD_MS: Final = 15_000


class TonePlayer(Protocol):
    """Plays tones."""

    def play(self, tone: AlarmTone) -> None:
        """Play a tone."""

    def close(self) -> None:
        """Stop for good."""


def tone_of(alarm: AlarmItem) -> AlarmTone:
    """Return the tone of an unacknowledged alarm: more urgent the longer it waits, announced in an exercise."""
    tone = AlarmTone.URGENT if alarm.escalation_step else _TONES.get(alarm.level, AlarmTone.NOTICE)
    return EXERCISE_TONES[tone] if alarm.exercise else tone


class AlarmSound(QObject):
    """Sounds unacknowledged alarms until they are acknowledged, and notifies about new ones.

    Muting holds for some minutes and for the alarms of that time; new alarms and escalations sound
    anyway.
    """

    def __init__(self, window: QWidget, player: TonePlayer, *, now: Callable[[], datetime]) -> None:
        super().__init__(window)
        self._window, self._player, self._now = window, player, now
        self._in_strip: tuple[AlarmItem, ...] = ()
        self._help: tuple[AlarmItem, ...] = ()  # requests for help of crews
        self._real: tuple[AlarmItem, ...] = ()  # alarms of the real world that a window in an exercise has
        self._alarms: tuple[AlarmItem, ...] = ()  # all of them, unacknowledged
        self._known: frozenset[tuple[str, int]] = frozenset()
        self._muted: frozenset[tuple[str, int]] = frozenset()
        self._muted_until: datetime | None = None
        self._heard_at: dict[tuple[str, int], datetime] = {}
        self._tray = QSystemTrayIcon(window.windowIcon(), self) if QSystemTrayIcon.isSystemTrayAvailable() else None
        window.windowIconChanged.connect(self._on_icon_changed)
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_MS)
        self._clock.timeout.connect(self.play_due)

    def show(self, banner: AlarmBanner) -> None:
        """Accept the content of the strip."""
        self._in_strip = banner.alarms
        self._accept()

    def show_real(self, alarms: tuple[AlarmItem, ...]) -> None:
        """Accept the alarms of the real world that a window in an exercise has; they sound as ever."""
        if alarms != self._real:
            self._real = alarms
            self._accept()

    def show_help(self, requests: tuple[AlarmItem, ...]) -> None:
        """Accept the requests for help of crews; they sound like critical alarms until they are acknowledged."""
        if requests != self._help:
            self._help = requests
            self._accept()

    def _accept(self) -> None:
        self._alarms = tuple(alarm for alarm in (*self._help, *self._real, *self._in_strip) if not alarm.acknowledged)
        keys = frozenset(map(_key, self._alarms))
        self._tell([alarm for alarm in self._alarms if _key(alarm) not in self._known])
        self._known = keys
        self._heard_at = {key: at for key, at in self._heard_at.items() if key in keys}
        if self._alarms and not self._clock.isActive():
            self._clock.start()
        elif not self._alarms:
            self._clock.stop()
        self.play_due()

    def mute(self) -> bool:
        """Mute the current alarms for some minutes, or unmute.

        Returns:
            Whether the sound is muted now.
        """
        if self.is_muted:
            self._muted_until = None
            self.play_due()
            return False
        self._muted, self._muted_until = frozenset(map(_key, self._alarms)), self._now() + MUTED_FOR
        return True

    def announce(self, title: str, text: str, *, tone: AlarmTone | None = AlarmTone.NOTICE) -> None:
        """Play one tone that is not about an alarm, and show it on the desktop while the window is not active."""
        if tone is not None and not self.is_muted:
            self._player.play(tone)
        if self._window.isActiveWindow():
            return
        QApplication.alert(self._window)
        if self._tray is not None:
            self._tray.show()
            self._tray.showMessage(title, text, self._window.windowIcon(), _TOLD_MS)

    def play_sample(self) -> None:
        """Play the tone of a high alarm once, also while the sound is muted."""
        self._player.play(AlarmTone.HIGH)

    @property
    def is_muted(self) -> bool:
        return self._muted_until is not None and self._now() < self._muted_until

    def play_due(self) -> None:
        """Play the most urgent tone that is due."""
        due = [alarm for alarm in self._alarms if self._is_due(alarm)]
        if not due:
            return
        loudest = max(due, key=lambda alarm: list(AlarmTone).index(tone_of(alarm)))
        self._player.play(tone_of(loudest))
        now = self._now()
        self._heard_at.update((_key(alarm), now) for alarm in due)

    def close(self) -> None:
        """Stop for good."""
        self._clock.stop()
        self._player.close()
        if self._tray is not None:
            self._tray.hide()

    def _on_icon_changed(self, icon: QIcon) -> None:
        if self._tray is not None:
            self._tray.setIcon(icon)

    def _is_due(self, alarm: AlarmItem) -> bool:
        key = _key(alarm)
        if self.is_muted and key in self._muted:
            return False
        heard_at, again_s = self._heard_at.get(key), _INTERVALS_S.get(tone_of(alarm))
        if heard_at is None:
            return True
        return again_s is not None and self._now() - heard_at >= timedelta(seconds=again_s)

    def _tell(self, news: Iterable[AlarmItem]) -> None:
        """Notify about the worst new alarm, if the window is not active."""
        worst = min(news, key=lambda alarm: (-alarm.escalation_step, alarm.level.rank), default=None)
        if worst is None or self._window.isActiveWindow():
            return
        QApplication.alert(self._window)
        if self._tray is not None:
            self._tray.show()
            title = describe_unacknowledged(worst.word)
            text = "\n".join(part for part in (worst.title, worst.escalated) if part)
            self._tray.showMessage(title, text, self._window.windowIcon(), _TOLD_MS)


def _key(alarm: AlarmItem) -> tuple[str, int]:
    """Return a key that changes when an alarm escalates."""
    return alarm.id, alarm.escalation_step
