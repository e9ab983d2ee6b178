"""The trial of a rule: over how many days, how far it is, and what the rule would have raised, where and when."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QProgressBar

from tabuah.resources.catalogue import _, ngettext
from tabuah.widgets.buttons import KeyButton
from tabuah.widgets.rules.values import TrialResult
from tabuah.widgets.segments import Segments
from tabuah.widgets.surfaces import Surface, column, row
from tabuah.widgets.texts import Text, name_widget
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type

DAYS: Final = (1, 7, 30)
_LIST_PX: Final = 132


class TrialBox(Surface):
    """Asks for a trial and shows what it came to.

    Signals:
        requested: the past shall be played; the number of days.
        cancelled: it shall not go on.
        place_requested: what an episode is about, which shall be shown on the map.
    """

    requested = Signal(int)
    cancelled = Signal()
    place_requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("trial_box")
        self._appearance = appearance
        self._spans: tuple[int, ...] = DAYS
        self._days = Segments(appearance, _spans(DAYS), name="trial_days", label=_("How much of the past"))
        self._days.show_current(str(DAYS[-1]))
        self._try = KeyButton(appearance, _("Try on the past"), key="Ctrl T", icon="history", name="trial_start")
        self._try.setShortcut("Ctrl+T")
        self._try.clicked.connect(lambda: self.requested.emit(int(self._days.current)))
        self._cancel = KeyButton(appearance, _("Cancel"), name="trial_cancel")
        self._cancel.clicked.connect(self.cancelled)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        name_widget(self._bar, "trial_progress", _("How far the trial is"))
        self._summary = Text(appearance, style=Type.STRONG, wrap=True)
        self._summary.setObjectName("trial_summary")
        self._source = Text(appearance, style=Type.SMALL, tone="muted", wrap=True)
        self._list = QListWidget()
        name_widget(self._list, "trial_episodes", _("What it would have raised"))
        self._list.setProperty("framed", True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFixedHeight(appearance.px(_LIST_PX))
        self._list.itemActivated.connect(self._on_activated)
        self._lay_out()
        self.clear("")

    @property
    def days(self) -> int:
        """How many days are chosen."""
        return int(self._days.current)

    def show_spans(self, days: tuple[int, ...]) -> None:
        """Offer these lengths of the past, the longest one chosen where they are others than before."""
        if days != self._spans:
            self._spans = days
            self._days.show_choices(_spans(days))
            self._days.show_current(str(days[-1]))

    def clear(self, reason: str) -> None:
        """Nothing was tried yet; `reason` says why nothing can be, if so."""
        self._show_busy(busy=False)
        self._try.show_reason(reason)
        self._summary.setText(_("What would it have done? Try it before it is in force."))
        self._summary.show_tone("muted")
        self._source.hide()
        self._list.hide()

    def show_progress(self, done: int, of: int, told: str = "") -> None:
        """How far it is: how many of the series are read, unless something else is `told`."""
        self._show_busy(busy=True)
        self._list.hide()
        self._source.hide()
        self._bar.setRange(0, max(of, 1))
        self._bar.setValue(done)
        reading = _("Reading {done} of {of} series …") if done < of else _("Playing the readings to the rule …")
        self._summary.setText(told or reading.format(done=done + 1, of=of))
        self._summary.show_tone("muted")

    def show_failure(self, told: str) -> None:
        """Say why there is no result."""
        self.clear("")
        self._summary.setText(told)

    def show_result(self, result: TrialResult) -> None:
        """Show what the rule would have raised, the newest first."""
        self._show_busy(busy=False)
        self._summary.setText(result.summary)
        self._summary.show_tone("text")
        self._source.setText(" ".join(part for part in (result.source, result.more) if part))
        self._source.setVisible(bool(self._source.text()))
        self._list.clear()
        for episode in result.episodes:
            words = "  ·  ".join(part for part in (episode.time, episode.name, episode.detail) if part)
            words = "\n".join(part for part in (words, episode.more) if part)
            item = QListWidgetItem(words, self._list)
            item.setData(Qt.ItemDataRole.UserRole, episode.about)
            item.setToolTip(words)
        self._list.setVisible(bool(result.episodes))

    def _show_busy(self, *, busy: bool) -> None:
        self._bar.setVisible(busy)
        self._cancel.setVisible(busy)
        self._try.setVisible(not busy)
        self._days.setEnabled(not busy)

    def _lay_out(self) -> None:
        head = row(spacing_px=12)
        head.addWidget(self._days)
        head.addWidget(self._try)
        head.addWidget(self._cancel)
        head.addWidget(self._bar, 1)
        head.addStretch(0)
        lines = column(self, spacing_px=6)
        lines.setContentsMargins(0, 10, 0, 0)
        lines.addLayout(head)
        lines.addWidget(self._summary)
        lines.addWidget(self._source)
        lines.addWidget(self._list)

    def _on_activated(self, item: QListWidgetItem) -> None:
        self.place_requested.emit(str(item.data(Qt.ItemDataRole.UserRole)))


def _spans(days: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((str(n), ngettext("{n} day", "{n} days", n).format(n=n)) for n in days)
