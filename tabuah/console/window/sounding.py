"""What is heard of alarms, and what the desktop says of them while nobody looks at the window."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final, Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.sound.tones import Tone
from tabuah.widgets.values import AlarmBanner, AlarmItem, Level

MUTED_FOR: Final = timedelta(minutes=10)
_TONES: Final = {Level.CRITICAL: Tone.CRITICAL, Level.HIGH: Tone.HIGH}
# How often an unanswered alarm is heard again; a notice is heard once.
_AGAIN_S: Final = {Tone.URGENT: 6.0, Tone.CRITICAL: 12.0, Tone.HIGH: 40.0}
_LOOK_MS: Final = 1_000
_TOLD_MS: Final = 15_000


class Player(Protocol):
    """What makes a tone be heard."""

    def play(self, tone: Tone) -> None:
        """Let it be heard."""

    def close(self) -> None:
        """Be quiet for good."""


def tone_of(alarm: AlarmItem) -> Tone:
    """What an unanswered alarm sounds like: the more urgent the longer nobody has answered."""
    return Tone.URGENT if alarm.step else _TONES.get(alarm.level, Tone.NOTICE)


class Sounding(QObject):
    """Lets unanswered alarms be heard until somebody answers, and tells of new ones while the window is out of sight.

    Muting holds for some minutes and for the alarms that are up by then; what comes or escalates after it is heard.
    """

    def __init__(self, window: QWidget, player: Player, *, now: Callable[[], datetime]) -> None:
        super().__init__(window)
        self._window, self._player, self._now = window, player, now
        self._alarms: tuple[AlarmItem, ...] = ()
        self._known: frozenset[tuple[str, int]] = frozenset()
        self._muted: frozenset[tuple[str, int]] = frozenset()
        self._muted_until: datetime | None = None
        self._heard_at: dict[tuple[str, int], datetime] = {}
        self._tray = QSystemTrayIcon(window.windowIcon(), self) if QSystemTrayIcon.isSystemTrayAvailable() else None
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_MS)
        self._clock.timeout.connect(self.look)

    def show(self, banner: AlarmBanner) -> None:
        """Take over what stands in the strip."""
        self._alarms = tuple(alarm for alarm in banner.alarms if not alarm.acknowledged)
        keys = frozenset(map(_key, self._alarms))
        self._tell([alarm for alarm in self._alarms if _key(alarm) not in self._known])
        self._known = keys
        self._heard_at = {key: at for key, at in self._heard_at.items() if key in keys}
        if self._alarms and not self._clock.isActive():
            self._clock.start()
        elif not self._alarms:
            self._clock.stop()
        self.look()

    def mute(self) -> bool:
        """Be quiet about the alarms of now for some minutes, or no longer.

        Returns:
            Whether it is quiet now.
        """
        if self.is_muted:
            self._muted_until = None
            self.look()
            return False
        self._muted, self._muted_until = frozenset(map(_key, self._alarms)), self._now() + MUTED_FOR
        return True

    @property
    def is_muted(self) -> bool:
        """Whether alarms are kept quiet for the moment."""
        return self._muted_until is not None and self._now() < self._muted_until

    def look(self) -> None:
        """Let be heard what is due: the loudest of them."""
        due = [alarm for alarm in self._alarms if self._is_due(alarm)]
        if not due:
            return
        loudest = max(due, key=lambda alarm: list(Tone).index(tone_of(alarm)))
        self._player.play(tone_of(loudest))
        now = self._now()
        self._heard_at.update((_key(alarm), now) for alarm in due)

    def close(self) -> None:
        """Be quiet for good."""
        self._clock.stop()
        self._player.close()
        if self._tray is not None:
            self._tray.hide()

    def _is_due(self, alarm: AlarmItem) -> bool:
        key = _key(alarm)
        if self.is_muted and key in self._muted:
            return False
        heard_at, again_s = self._heard_at.get(key), _AGAIN_S.get(tone_of(alarm))
        if heard_at is None:
            return True
        return again_s is not None and self._now() - heard_at >= timedelta(seconds=again_s)

    def _tell(self, news: Iterable[AlarmItem]) -> None:
        """The worst news on the desktop, where the window is not what a person looks at."""
        worst = min(news, key=lambda alarm: (-alarm.step, alarm.level.rank), default=None)
        if worst is None or self._window.isActiveWindow():
            return
        QApplication.alert(self._window)
        if self._tray is not None:
            self._tray.show()
            title = _("{level}: needs an answer").format(level=worst.word)
            text = "\n".join(part for part in (worst.title, worst.escalated) if part)
            self._tray.showMessage(title, text, self._window.windowIcon(), _TOLD_MS)


def _key(alarm: AlarmItem) -> tuple[str, int]:
    """An alarm that escalates is news."""
    return alarm.id, alarm.step
