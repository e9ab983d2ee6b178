"""The trial run of a rule: period, progress, and the alarms it would have raised."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QProgressBar

from tabuah.resources.localisation import _, ngettext
from tabuah.widgets.controls.buttons import KeyButton
from tabuah.widgets.controls.labels import Text, name_widget
from tabuah.widgets.controls.layout import ThemedFrame, column, row
from tabuah.widgets.controls.segmented_control import SegmentedControl
from tabuah.widgets.rules.values import TrialResult
from tabuah.widgets.theme.appearance import Appearance, TextStyle

DAYS: Final = (1, 7, 30)
_LIST_PX: Final = 132


class TrialPanel(ThemedFrame):
    """Starts a trial run and shows its result.

    Signals:
        requested: number of days of past readings to run the rule on.
        cancelled: the user stops the trial run.
        place_requested: subject of an episode to show on the map.
    """

    requested = Signal(int)
    cancelled = Signal()
    place_requested = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("panel")
        self.setObjectName("trial_box")
        self._appearance = appearance
        self._spans: tuple[int, ...] = DAYS
        self._days = SegmentedControl(appearance, _spans(DAYS), name="trial_days", label=_("Period of past readings"))
        self._days.show_current(str(DAYS[-1]))
        self._try = KeyButton(
            appearance, _("Test on past readings"), key="Ctrl T", icon="history", name="trial_start"
        )
        self._try.setShortcut("Ctrl+T")
        self._try.clicked.connect(self._on_try_clicked)
        self._cancel = KeyButton(appearance, _("Cancel"), name="trial_cancel")
        self._cancel.clicked.connect(self.cancelled)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        name_widget(self._bar, "trial_progress", _("Progress of the trial run"))
        self._summary = Text(appearance, style=TextStyle.STRONG, wrap=True)
        self._summary.setObjectName("trial_summary")
        self._source = Text(appearance, style=TextStyle.SMALL, tone="muted", wrap=True)
        self._list = QListWidget()
        name_widget(self._list, "trial_episodes", _("Alarms it would have raised"))
        self._list.setProperty("framed", True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFixedHeight(appearance.px(_LIST_PX))
        self._list.itemActivated.connect(self._on_activated)
        self._lay_out()
        self.clear("")

    @property
    def days(self) -> int:
        """Number of days that is selected."""
        return int(self._days.current)

    def show_spans(self, days: tuple[int, ...]) -> None:
        """Offer these periods in days; select the longest one if they have changed."""
        if days != self._spans:
            self._spans = days
            self._days.show_choices(_spans(days))
            self._days.show_current(str(days[-1]))

    def clear(self, reason: str) -> None:
        """Reset to the state before a trial run; `reason` says why none is possible, empty if one is."""
        self._show_busy(busy=False)
        self._try.show_reason(reason)
        self._summary.setText(_("Test the rule on past readings before it is put into force."))
        self._summary.show_tone("muted")
        self._source.hide()
        self._list.hide()

    def show_progress(self, done: int, of: int, message: str = "") -> None:
        """Show the progress: the number of series read, or `message` instead."""
        self._show_busy(busy=True)
        self._list.hide()
        self._source.hide()
        self._bar.setRange(0, max(of, 1))
        self._bar.setValue(done)
        reading = _("Reading {done} of {of} series …") if done < of else _("Testing the rule on the readings …")
        self._summary.setText(message or reading.format(done=done + 1, of=of))
        self._summary.show_tone("muted")

    def show_failure(self, message: str) -> None:
        """Show why there is no result."""
        self.clear("")
        self._summary.setText(message)

    def show_result(self, result: TrialResult) -> None:
        """Show the alarms that the rule would have raised, newest first."""
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

    def _on_try_clicked(self) -> None:
        self.requested.emit(int(self._days.current))

    def _on_activated(self, item: QListWidgetItem) -> None:
        self.place_requested.emit(str(item.data(Qt.ItemDataRole.UserRole)))


def _spans(days: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((str(n), ngettext("{n} day", "{n} days", n).format(n=n)) for n in days)
