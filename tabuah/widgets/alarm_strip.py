"""The alarm strip: the worst alarm, loud until somebody answers it; the others one click away."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QAction, QColor, QLinearGradient, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from tabuah.resources.catalogue import _, ngettext
from tabuah.widgets.alarm_words import AlarmWords
from tabuah.widgets.buttons import KeyButton, Kind
from tabuah.widgets.chips import LevelChip
from tabuah.widgets.surfaces import row
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.colours import level_colour, mix
from tabuah.widgets.values import AlarmBanner, AlarmItem, Level

_EDGE_PX = 4
_LOUDER_BY_STEP = 0.08  # how much more of the ground is coloured for each step of the escalation
_WIDE_PX = 1300  # from here on there is room for who was asked and when
_MOST_IN_MENU = 12  # of the others; more than that is read in the window of the alarms
_LOUDEST_STEP = 2  # beyond it the words would lose their contrast


class AlarmStrip(QWidget):
    """Shows one alarm at a time, the worst first; nothing at all when there is none.

    Signals:
        locate_requested: id of the alarm to show on the map.
        acknowledge_requested: id of the alarm the user answers for.
        incident_requested: id of the alarm to make an incident of.
        alarm_shown: id of the alarm that is in the strip now.
        all_requested: all alarms shall be seen.
    """

    locate_requested = Signal(str)
    acknowledge_requested = Signal(str)
    incident_requested = Signal(str)
    alarm_shown = Signal(str)
    all_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._banner = AlarmBanner()
        self._current: AlarmItem | None = None
        self._answering = self._reporting = ""  # why nobody here may answer, or report
        self.setObjectName("alarm_strip")
        self._chip = LevelChip(appearance, name="alarm_level")
        self._exercise = LevelChip(appearance, name="alarm_exercise", shape=False)
        self._escalated = LevelChip(appearance, name="alarm_escalated", shape=False)
        self._words = AlarmWords(appearance)
        self._others = KeyButton(appearance, "", kind=Kind.GHOST, name="alarm_others")
        self._others_menu = QMenu(self)
        self._others.show_menu(self._others_menu)
        self._others_menu.triggered.connect(self._on_other_chosen)
        self._make_buttons(appearance)
        self._lay_out()
        appearance.changed.connect(self.update)
        self.show_alarms(self._banner)

    @property
    def current(self) -> AlarmItem | None:
        """The alarm in the strip."""
        return self._current

    def show_alarms(self, banner: AlarmBanner) -> None:
        """Show the worst alarm, or stay with the one in the strip until it is answered or a worse one comes up."""
        current = self._current
        kept = next((a for a in banner.alarms if current is not None and a.id == current.id), None)
        worse = [a for a in banner.alarms if kept is not None and a.rank < kept.rank]
        worse_came = any(self._is_news(alarm) for alarm in worse)
        self._banner = banner
        stays = kept is not None and not kept.acknowledged and not worse_came
        self._show_alarm(kept if stays else next(iter(banner.alarms), None))

    def show_reasons(self, *, answering: str, reporting: str) -> None:
        """Say why alarms cannot be answered here, or incidents made; empty where they can."""
        self._answering, self._reporting = answering, reporting
        if self._current is not None:
            self._show_buttons(self._current)

    def show_next(self) -> None:
        """Show the alarm after the one in the strip, after the last one the worst."""
        ids = [alarm.id for alarm in self._banner.alarms]
        if self._current is not None and self._current.id in ids:
            self._show_alarm(self._banner.alarms[(ids.index(self._current.id) + 1) % len(ids)])

    def _is_news(self, alarm: AlarmItem) -> bool:
        before = next((a for a in self._banner.alarms if a.id == alarm.id), None)
        return before is None or before.rank > alarm.rank

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt: paint the ground: tinted while unanswered, quiet when answered."""
        if self._current is None:
            return
        palette = self._appearance.palette
        colour = level_colour(palette, self._current.level)
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(palette.panel))
            if not self._current.acknowledged:
                share = 0.26 if palette.name == "dark" else 0.22
                ground = QLinearGradient(0, 0, self.width(), 0)
                louder = min(self._current.step, _LOUDEST_STEP) * _LOUDER_BY_STEP
                ground.setColorAt(0.0, QColor(mix(palette.panel, colour, share + louder)))
                ground.setColorAt(0.75, QColor(mix(palette.panel, colour, 0.05 + louder)))
                painter.fillRect(self.rect(), ground)
            painter.fillRect(QRectF(0, 0, _EDGE_PX, self.height()), QColor(colour))
            painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(palette.line))
        finally:
            painter.end()

    def _make_buttons(self, appearance: Appearance) -> None:
        self._locate = KeyButton(appearance, _("Look"), key="L", name="alarm_locate")
        self._locate.describe(_("Show the alarm on the map"))
        self._acknowledge = KeyButton(appearance, _("Acknowledge"), key="T", name="alarm_acknowledge")
        self._acknowledge.describe(_("Answer the alarm: somebody is on it"))
        self._incident = KeyButton(
            appearance, _("Make an incident"), key="I", kind=Kind.PRIMARY, name="alarm_incident"
        )
        self._incident.describe(_("Make an incident of the alarm"))
        self._locate.clicked.connect(self._on_locate_clicked)
        self._acknowledge.clicked.connect(self._on_acknowledge_clicked)
        self._incident.clicked.connect(self._on_incident_clicked)

    def _lay_out(self) -> None:
        layout = row(self, spacing_px=12)
        layout.setContentsMargins(_EDGE_PX + 16, 9, 16, 10)
        layout.addWidget(self._exercise)
        layout.addWidget(self._chip)
        layout.addWidget(self._escalated)
        layout.addWidget(self._words, 1)
        for button in (self._others, self._locate, self._acknowledge, self._incident):
            layout.addWidget(button)

    def _show_alarm(self, alarm: AlarmItem | None) -> None:
        changed = (alarm.id if alarm else "") != (self._current.id if self._current else "")
        self._current = alarm
        self.setVisible(alarm is not None)
        if alarm is None:
            self.setAccessibleName(_("No alarms"))
            return
        self._chip.show_level(alarm.level, alarm.word.upper())
        self._exercise.show_level(Level.INFORMATION, _("EXERCISE") if alarm.exercise else "")
        self._show_escalated(alarm)
        self._words.show_words(alarm.title, alarm.details)
        said = (alarm.escalated, *alarm.details) if alarm.escalated else alarm.details
        self.setAccessibleName(f"{alarm.word}: {alarm.title}. {', '.join(said)}")
        self._show_buttons(alarm)
        self._fill_others(alarm)
        self.update()
        if changed:
            self.alarm_shown.emit(alarm.id)

    def _show_buttons(self, alarm: AlarmItem) -> None:
        answered = _("Already acknowledged") if alarm.acknowledged else ""
        self._acknowledge.show_reason(self._answering or answered)
        made = _("Already incident {number}").format(number=alarm.incident) if alarm.incident else ""
        self._incident.show_reason(self._reporting or made)

    def _show_escalated(self, alarm: AlarmItem) -> None:
        """Who was asked; where room is short in the fewest words, for the value of the alarm goes before."""
        is_wide = self.width() >= self._appearance.px(_WIDE_PX)
        self._escalated.show_level(alarm.level, alarm.escalated if is_wide else alarm.asked)
        self._escalated.setToolTip(alarm.escalated)
        self._escalated.setAccessibleName(alarm.escalated)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width may have room for more words, or for fewer."""
        super().resizeEvent(event)
        if self._current is not None:
            self._show_escalated(self._current)

    def _fill_others(self, shown: AlarmItem) -> None:
        others = [alarm for alarm in self._banner.alarms if alarm.id != shown.id]
        text = ngettext("{n} other alarm", "{n} other alarms", len(others)).format(n=len(others))
        self._others.setText(text)
        self._others.describe(text)
        self._others.setVisible(bool(others))
        self._others.updateGeometry()
        self._others_menu.clear()
        for alarm in others[:_MOST_IN_MENU]:
            mark = _("Simulation") + " · " if alarm.exercise else ""
            action = QAction(f"{mark}{alarm.word} · {alarm.title}", self._others_menu)
            action.setData(alarm.id)
            self._others_menu.addAction(action)
        self._others_menu.addSeparator()
        self._others_menu.addAction(_("All alarms") + "\tShift+A")

    def _on_other_chosen(self, action: QAction) -> None:
        if action.data() is None:
            self.all_requested.emit()
            return
        chosen = next((alarm for alarm in self._banner.alarms if alarm.id == action.data()), None)
        if chosen is not None:
            self._show_alarm(chosen)

    def _on_locate_clicked(self) -> None:
        if self._current is not None:
            self.locate_requested.emit(self._current.id)

    def _on_acknowledge_clicked(self) -> None:
        if self._current is not None:
            self.acknowledge_requested.emit(self._current.id)

    def _on_incident_clicked(self) -> None:
        if self._current is not None:
            self.incident_requested.emit(self._current.id)
