"""The station page: parameters and state at the left, the chart at the right, actions below."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractSlider, QBoxLayout, QDialog, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.controls.drop_target import DropTarget
from tabuah.widgets.controls.exercise_chip import ExerciseChip
from tabuah.widgets.controls.facts_grid import FactsGrid
from tabuah.widgets.controls.flow_layout import FlowLayout
from tabuah.widgets.controls.labels import ElidedText, Text
from tabuah.widgets.controls.layout import ThemedFrame, clear_layout, column, divider, row, scroll_area
from tabuah.widgets.stations.series_card import SeriesCard
from tabuah.widgets.stations.span_chart import SPANS, SpanChart
from tabuah.widgets.stations.station_files_panel import StationFilesPanel, local_files
from tabuah.widgets.stations.values import FactSection, StationNotice, StationView
from tabuah.widgets.theme.appearance import Appearance, TextStyle


class FactSections(QWidget):
    """Sections of facts; reuses its widgets, because ages change every second and rebuilding would flicker."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("station_sections")
        self._appearance = appearance
        self._blocks: list[_SectionBlock] = []
        self._lines = column(self, spacing_px=16)

    def show_sections(self, sections: tuple[FactSection, ...]) -> None:
        while len(self._blocks) < len(sections):
            block = _SectionBlock(self._appearance, self)
            self._lines.addWidget(block)
            self._blocks.append(block)
        for index, block in enumerate(self._blocks):
            block.setVisible(index < len(sections))
            if index < len(sections):
                block.show_section(sections[index])


class _SectionBlock(QWidget):
    """One section."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = Text(appearance, style=TextStyle.STRONG, wrap=True)
        self._nothing = Text(appearance, tone="muted", wrap=True)
        self._facts = FactsGrid(appearance)
        lines = column(self, spacing_px=6)
        for widget in (self._title, self._nothing, self._facts):
            lines.addWidget(widget)

    def show_section(self, section: FactSection) -> None:
        """Show the facts, or the text for none."""
        self._title.setText(section.title)
        self._nothing.setText(section.nothing)
        self._nothing.setVisible(not section.facts)
        self._facts.show_facts(section.facts)


LOCATE, TYPE_IN, MAINTAIN = "locate", "type_reading", "maintain"
EDIT, LIMITS, MOVE, RETIRE = "edit_station", "station_limits", "move_station", "retire_station"
CHANGES: Final = frozenset({EDIT, LIMITS, MOVE, RETIRE})  # of the station itself
_SIZE_PX: Final = (1240, 780)
_LEFT_PX: Final = 430
_LEFT_MAX_PX: Final = 590  # so that larger text leaves room for the chart on a screen of 1366 px
_FRAME_PX: Final = 24  # window frame of the desktop
_DIGITS: Final = dict(zip((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4), SPANS, strict=True))
_PAGES: Final = {
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
}
_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_LETTERS: Final = {
    Qt.Key.Key_L: LOCATE,
    Qt.Key.Key_E: EDIT,
    Qt.Key.Key_T: LIMITS,
    Qt.Key.Key_M: MOVE,
    Qt.Key.Key_R: RETIRE,
}


class StationPageDialog(QDialog):
    """Shows one station; digits select the period, Up and Down the parameter; accepts dropped files.

    Signals:
        parameter_chosen: code of the parameter to draw.
        action_requested: LOCATE, TYPE_IN, MAINTAIN, EDIT, LIMITS, MOVE or RETIRE.
    """

    parameter_chosen = Signal(str)
    action_requested = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("station_dialog")
        self._appearance = appearance
        self._view: StationView | None = None
        self._drawn = ""
        self._name = Text(appearance, style=TextStyle.HEADING, selectable=True)
        self._about = ElidedText(appearance, style=TextStyle.SMALL, tone="muted")
        self._state = LevelChip(appearance, name="station_state")
        self._exercise = ExerciseChip(appearance, name="station_exercise")
        self._notices = column(spacing_px=6)
        self._rows = column(spacing_px=8)
        self._cards: list[SeriesCard] = []
        self._health, self._sections = FactSections(appearance), FactSections(appearance)
        self.files = StationFilesPanel(appearance)
        self.chart = SpanChart(appearance)
        self._buttons = {
            LOCATE: self._button(_("Show on the map"), "L", "station_locate"),
            TYPE_IN: self._button(_("Enter reading"), "W", "station_type_in"),
            MAINTAIN: self._button(_("Maintenance"), "Shift W", "station_maintain"),
            EDIT: self._button(_("Edit"), "E", "station_edit"),
            LIMITS: self._button(_("Thresholds and ranges"), "T", "station_limits"),
            MOVE: self._button(_("Move"), "M", "station_move"),
            RETIRE: self._button(_("Take out of service"), "R", "station_retire"),
        }
        for code, button in self._buttons.items():
            button.setProperty("code", code)
            button.clicked.connect(self._on_button_clicked)
        self._lay_out()
        self._drop = DropTarget(appearance, self)
        self.setAcceptDrops(True)
        room = self.screen().availableSize()
        wanted = QSize(appearance.px(_SIZE_PX[0]), appearance.px(_SIZE_PX[1]))
        self.resize(wanted.boundedTo(room - QSize(_FRAME_PX, 2 * _FRAME_PX)))

    @property
    def drawn(self) -> str:
        """Code of the parameter whose chart is drawn."""
        return self._drawn

    def show_view(self, view: StationView) -> None:
        """Show a station, or an update of the same one."""
        is_other = self._view is None or self._view.code != view.code
        self._view = view
        codes = [each.code for each in view.rows]
        if is_other or self._drawn not in codes:
            self._drawn = codes[0] if codes else ""
        self.setWindowTitle(_("Station {name}").format(name=view.name))
        self._name.setText(view.name)
        self._about.setText(view.about)
        self._state.show_level(view.level, view.word)
        self._exercise.show_mark(view.exercise)
        self._buttons[RETIRE].setText(view.retire or _("Take out of service"))
        self._buttons[RETIRE].describe(self._buttons[RETIRE].text())
        self._buttons[RETIRE].updateGeometry()
        self._show_notices(view.notices)
        self._show_rows()
        self._health.show_sections(view.sections[:1])
        self._sections.show_sections(view.sections[1:])

    def show_reasons(self, reasons: dict[str, str]) -> None:
        """Disable actions with a reason."""
        for code, button in self._buttons.items():
            button.show_reason(reasons.get(code, ""))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits select a period, Up and Down a parameter, Page keys scroll, letters act, Escape closes."""
        key, shifted = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in _DIGITS:
            self.chart.choose_span(_DIGITS[key])
        elif key in _STEPS:
            self._step(_STEPS[key])
        elif key in _LETTERS:
            self._act(_LETTERS[key])
        elif key is Qt.Key.Key_W:
            self._act(MAINTAIN if shifted else TYPE_IN)
        elif key is Qt.Key.Key_F:
            self.chart.request_fetch()
        elif key is Qt.Key.Key_A:
            self.files.request_files()
        elif key in _PAGES:
            self._area.verticalScrollBar().triggerAction(_PAGES[key])
        elif key not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.files.may_add and local_files(event.mimeData()):
            self._drop.show_text(_("Attach to {number}").format(number=self._name.text()))
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._drop.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop.hide()
        event.acceptProposedAction()
        self.files.drop_files(local_files(event.mimeData()))

    def _on_button_clicked(self) -> None:
        self.action_requested.emit(str(self.sender().property("code")))

    def _act(self, code: str) -> None:
        if self._buttons[code].isEnabled():
            self.action_requested.emit(code)

    def _step(self, step: int) -> None:
        codes = [each.code for each in self._view.rows] if self._view else []
        if codes:
            at = codes.index(self._drawn) if self._drawn in codes else 0
            self._on_parameter_chosen(codes[min(max(at + step, 0), len(codes) - 1)])

    def _on_parameter_chosen(self, code: str) -> None:
        if code != self._drawn:
            self._drawn = code
            self._show_rows()
            self.parameter_chosen.emit(code)

    def _show_notices(self, notices: tuple[StationNotice, ...]) -> None:
        clear_layout(self._notices)
        for notice in notices:
            self._notices.addWidget(
                Text(self._appearance, notice.text, style=TextStyle.MEDIUM, tone=notice.level, wrap=True)
            )

    def _show_rows(self) -> None:
        shown = self._view.rows if self._view else ()
        while len(self._cards) > len(shown):
            self._cards.pop().deleteLater()
        while len(self._cards) < len(shown):
            card = SeriesCard(self._appearance)
            card.chosen.connect(self._on_parameter_chosen)
            self._rows.addWidget(card)
            self._cards.append(card)
        for card, each in zip(self._cards, shown, strict=True):
            card.show_row(each, is_drawn=each.code == self._drawn)

    def _button(self, text: str, key: str, name: str) -> KeyButton:
        button = KeyButton(self._appearance, text, key=key, kind=ButtonKind.SECONDARY, name=name)
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _lay_out(self) -> None:
        surface = ThemedFrame("panel")
        lines = column(surface, spacing_px=0)
        lines.addLayout(self._head())
        lines.addWidget(divider())
        halves = row(spacing_px=0)
        halves.addWidget(self._left())
        halves.addWidget(divider(vertical=True))
        halves.addWidget(self.chart, 1)
        lines.addLayout(halves, 1)
        lines.addWidget(divider())
        foot = FlowLayout()
        foot.setContentsMargins(20, 10, 20, 12)
        for button in self._buttons.values():
            foot.addWidget(button)
        lines.addLayout(foot)
        column(self, spacing_px=0).addWidget(surface)

    def _head(self) -> QBoxLayout:
        head, words = row(spacing_px=12), column(spacing_px=2)
        head.setContentsMargins(20, 14, 20, 12)
        first = row(spacing_px=12)
        for widget in (self._name, self._state, self._exercise):
            first.addWidget(widget)
        first.addStretch(1)
        words.addLayout(first)
        words.addWidget(self._about)
        head.addLayout(words, 1)
        return head

    def _left(self) -> QWidget:
        content = QWidget()
        lines = column(content, spacing_px=8)
        lines.setContentsMargins(20, 12, 16, 16)
        lines.addLayout(self._notices)
        lines.addLayout(self._rows)
        lines.addWidget(self._health)
        lines.addSpacing(8)
        lines.addWidget(self.files)
        lines.addSpacing(8)
        lines.addWidget(self._sections)
        lines.addStretch(1)
        self._area = scroll_area(content, name="station_left")
        self._appearance.changed.connect(self._on_appearance_changed)
        self._on_appearance_changed()
        return self._area

    def _on_appearance_changed(self) -> None:
        self._area.setFixedWidth(min(self._appearance.px(_LEFT_PX), _LEFT_MAX_PX))
