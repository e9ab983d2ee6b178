"""The alarm strip: the worst alarm, highlighted until it is acknowledged, and a menu of the others."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QAction, QColor, QLinearGradient, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from tabuah.resources.localisation import _, ngettext
from tabuah.widgets.alarms.alarm_label import AlarmLabel
from tabuah.widgets.alarms.values import AlarmBanner, AlarmItem
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.controls.exercise_chip import ExerciseChip
from tabuah.widgets.controls.layout import row
from tabuah.widgets.theme.appearance import Appearance, level_colour
from tabuah.widgets.theme.design_tokens import mix

_EDGE_PX = 4
_LOUDER_BY_STEP = 0.08  # additional share of the level's colour in the background for each escalation step
_WIDE_PX = 1300  # from this width on the full escalation text fits
_MOST_IN_MENU = 12  # other alarms in the menu; the alarms window lists all
_LOUDEST_STEP = 2  # a stronger tint would reduce the contrast of the text


class AlarmStrip(QWidget):
    """Shows one alarm at a time, the worst first; hidden when there is none.

    Signals:
        locate_requested: id of the alarm to show on the map.
        acknowledge_requested: id of the alarm to acknowledge.
        incident_requested: id of the alarm to report as an incident.
        alarm_shown: id of the alarm that the strip shows now.
        all_requested: the user asks for the list of all alarms.
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
        self._acknowledge_reason = self._incident_reason = ""  # why this user may not acknowledge or report
        self.setObjectName("alarm_strip")
        self._chip = LevelChip(appearance, name="alarm_level")
        self._exercise = ExerciseChip(appearance, name="alarm_exercise")
        self._escalated = LevelChip(appearance, name="alarm_escalated", shape=False)
        self._words = AlarmLabel(appearance)
        self._others = KeyButton(appearance, "", kind=ButtonKind.GHOST, name="alarm_others")
        self._others_menu = QMenu(self)
        self._others.show_menu(self._others_menu)
        self._others_menu.triggered.connect(self._on_other_chosen)
        self._make_buttons(appearance)
        self._lay_out()
        appearance.changed.connect(self.update)
        self.show_alarms(self._banner)

    @property
    def current(self) -> AlarmItem | None:
        return self._current

    def show_alarms(self, banner: AlarmBanner) -> None:
        """Show the worst alarm; keep the current one until it is acknowledged or a worse one comes in."""
        current = self._current
        kept = next((a for a in banner.alarms if current is not None and a.id == current.id), None)
        worse = [a for a in banner.alarms if kept is not None and a.rank < kept.rank]
        worse_came = any(self._is_new_or_worse(alarm) for alarm in worse)
        self._banner = banner
        stays = kept is not None and not kept.acknowledged and not worse_came
        self._show_alarm(kept if stays else next(iter(banner.alarms), None))

    def show_reasons(self, *, answering: str, reporting: str) -> None:
        """Show why the user cannot acknowledge alarms or report incidents; empty where they can."""
        self._acknowledge_reason, self._incident_reason = answering, reporting
        if self._current is not None:
            self._show_buttons(self._current)

    def show_next(self) -> None:
        """Show the next alarm; after the last one the first."""
        ids = [alarm.id for alarm in self._banner.alarms]
        if self._current is not None and self._current.id in ids:
            self._show_alarm(self._banner.alarms[(ids.index(self._current.id) + 1) % len(ids)])

    def _is_new_or_worse(self, alarm: AlarmItem) -> bool:
        before = next((a for a in self._banner.alarms if a.id == alarm.id), None)
        return before is None or before.rank > alarm.rank

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the background: tinted until the alarm is acknowledged."""
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
                louder = min(self._current.escalation_step, _LOUDEST_STEP) * _LOUDER_BY_STEP
                ground.setColorAt(0.0, QColor(mix(palette.panel, colour, share + louder)))
                ground.setColorAt(0.75, QColor(mix(palette.panel, colour, 0.05 + louder)))
                painter.fillRect(self.rect(), ground)
            painter.fillRect(QRectF(0, 0, _EDGE_PX, self.height()), QColor(colour))
            painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(palette.line))
        finally:
            painter.end()

    def _make_buttons(self, appearance: Appearance) -> None:
        self._locate = KeyButton(appearance, _("Show"), key="L", name="alarm_locate")
        self._locate.describe(_("Show the alarm on the map"))
        self._acknowledge = KeyButton(appearance, _("Acknowledge"), key="T", name="alarm_acknowledge")
        self._acknowledge.describe(_("Acknowledge the alarm: someone is handling it"))
        self._incident = KeyButton(
            appearance, _("Report incident"), key="I", kind=ButtonKind.PRIMARY, name="alarm_incident"
        )
        self._incident.describe(_("Report an incident from the alarm"))
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
        self._exercise.show_mark(alarm.exercise)
        self._show_escalated(alarm)
        self._words.show_text(alarm.title, alarm.details, names=alarm.names)
        spoken = (alarm.escalated, *alarm.details) if alarm.escalated else alarm.details
        words = f"{alarm.word}: {alarm.title}. {', '.join(spoken)}"
        self.setAccessibleName(f"{alarm.exercise}. {words}" if alarm.exercise else words)
        self._show_buttons(alarm)
        self._fill_others(alarm)
        self.update()
        if changed:
            self.alarm_shown.emit(alarm.id)

    def _show_buttons(self, alarm: AlarmItem) -> None:
        answered = _("Already acknowledged") if alarm.acknowledged and not alarm.pending_s else ""
        text = _("Acknowledge")
        if alarm.pending_s:
            text = _("Record now ({n} s)").format(n=alarm.pending_s)
        elif alarm.unacknowledged > 1:
            text = _("Acknowledge {n}").format(n=alarm.unacknowledged)
        if text != self._acknowledge.text():
            self._acknowledge.setText(text)
            self._acknowledge.updateGeometry()
        self._acknowledge.show_reason(self._acknowledge_reason or answered)
        self._incident.show_reason(self._incident_reason or alarm.incident_reason)

    def _show_escalated(self, alarm: AlarmItem) -> None:
        """Show to whom the alarm was escalated; abbreviated in a narrow window, so that its value is not cut."""
        is_wide = self.width() >= self._appearance.px(_WIDE_PX)
        self._escalated.show_level(alarm.level, alarm.escalated if is_wide else alarm.escalated_short)
        self._escalated.setToolTip(alarm.escalated)
        self._escalated.setAccessibleName(alarm.escalated)

    def resizeEvent(self, event: QResizeEvent) -> None:
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
            words = " · ".join(part for part in (alarm.exercise, alarm.word, alarm.title) if part)
            action = QAction(words, self._others_menu)
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
