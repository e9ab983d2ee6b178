"""The incident panel: details, figures, attachments, timeline and actions of one incident."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from tabuah.resources.localisation import _
from tabuah.widgets.attachments.attachment_strip import AttachmentStrip
from tabuah.widgets.contacts.incident_contacts_box import IncidentContactsBox
from tabuah.widgets.controls.action_bar import ActionBar, fill_menu
from tabuah.widgets.controls.buttons import ButtonKind, KeyButton
from tabuah.widgets.controls.chips import LevelChip
from tabuah.widgets.controls.exercise_chip import ExerciseChip
from tabuah.widgets.controls.facts_grid import FactsGrid
from tabuah.widgets.controls.labels import ElidedText, EmptyState, Text
from tabuah.widgets.controls.layout import DockPanel, ThemedFrame, clear_layout, column, row, scroll_area
from tabuah.widgets.controls.note_box import NoteBox
from tabuah.widgets.incidents.incident_history import IncidentTimeline, StepProgress
from tabuah.widgets.incidents.values import FigureTile, IncidentDetails
from tabuah.widgets.parent_events.related_incidents_box import RelatedIncidentsBox
from tabuah.widgets.tasks.incident_tasks_box import IncidentTasksBox
from tabuah.widgets.theme.appearance import Appearance, TextStyle
from tabuah.widgets.values import Level

_COMPACT_BELOW_PX = 640  # height of the panel; lower in a window of 1366×768 or 1280×720
_BODY_SPACING_PX, _COMPACT_SPACING_PX = 14, 8
_COLUMNS = 4
_TILE_MARGINS_PX = 16  # left and right of the text of a tile
_SPACING_PX = 8


class FigureTiles(QWidget):
    """Tiles with number, label and change: four in a row, or two where the labels would be cut."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("figure_tiles")
        self._appearance = appearance
        self._figures: tuple[FigureTile, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_SPACING_PX)
        self._columns = _COLUMNS
        self._is_compact = False

    def show_compact(self, is_compact: bool) -> None:
        """Show the figures in a line of text, or as tiles."""
        if is_compact != self._is_compact:
            self._is_compact = is_compact
            self._fill()

    def show_figures(self, figures: tuple[FigureTile, ...]) -> None:
        """Show the figures in this order; hidden when there are none."""
        self.setVisible(bool(figures))
        if figures == self._figures:
            return
        self._figures = figures
        self._columns = self._fitting_columns()
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = self._fitting_columns()
        if columns != self._columns:
            self._columns = columns
            self._fill()

    def _fitting_columns(self) -> int:
        metrics = QFontMetricsF(self._appearance.font(TextStyle.SMALL))
        widest = max((metrics.horizontalAdvance(figure.label) for figure in self._figures), default=0.0)
        needed = _COLUMNS * (widest + _TILE_MARGINS_PX + 1) + (_COLUMNS - 1) * _SPACING_PX
        return _COLUMNS if needed <= self.width() else _COLUMNS // 2

    def _fill(self) -> None:
        clear_layout(self._grid)
        if self._is_compact:
            text = " · ".join(map(_describe_figure, self._figures))
            line = Text(self._appearance, text, wrap=True, selectable=True)
            spoken = [_spoken_figure(figure) for figure in self._figures]
            line.setToolTip("\n".join(spoken))
            line.setAccessibleName(". ".join(spoken))
            self._grid.addWidget(line, 0, 0, 1, _COLUMNS)
            return
        for i, figure in enumerate(self._figures):
            self._grid.addWidget(self._tile(figure), i // self._columns, i % self._columns)
        for i in range(_COLUMNS):
            self._grid.setColumnStretch(i, 1 if i < self._columns else 0)

    def _tile(self, figure: FigureTile) -> ThemedFrame:
        tile = ThemedFrame("card")
        layout = column(tile, spacing_px=1)
        layout.setContentsMargins(10, 7, 6, 8)
        numbers = row(spacing_px=6)
        numbers.addWidget(Text(self._appearance, figure.value, style=TextStyle.FIGURE))
        if figure.change:
            numbers.addWidget(Text(self._appearance, figure.change, style=TextStyle.CAPTION, tone=Level.ATTENTION))
        numbers.addStretch(1)
        if figure.differs:
            mark = Text(self._appearance, "≠", style=TextStyle.STRONG, tone=Level.ATTENTION)
            mark.setAccessibleName(_("sources differ"))
            numbers.addWidget(mark)
        layout.addLayout(numbers)
        layout.addWidget(ElidedText(self._appearance, figure.label, style=TextStyle.SMALL, tone="muted"))
        tile.setToolTip(figure.source)
        tile.setAccessibleName(_spoken_figure(figure))
        return tile


def _spoken_figure(figure: FigureTile) -> str:
    differs = _("sources differ") if figure.differs else ""
    return " ".join(f"{figure.label}: {figure.value} {figure.change} {figure.source} {differs}".split())


_HELD_SHOWN = 4  # the tray lists all of them


def _describe_figure(figure: FigureTile) -> str:
    parts = (figure.value, figure.label, f"({figure.change})" if figure.change else "", "≠" if figure.differs else "")
    return " ".join(part for part in parts if part)


class IncidentPanel(DockPanel):
    """Shows one incident, or a hint when none is selected.

    Signals:
        action_requested: code of the action, such as "note", "edit", "photo".
        move_requested: code of the new status of the incident.
        report_requested: code of the report type to export.
        conflict_requested: the user opens the conflict resolver.
        held_requested: the user opens the tray of held changes.
        attachment_requested: id of the attachment to open.
        note_submitted: text of a note.
        tasks_requested: the user opens the tasks of the incident.
        event_requested: the user opens the parent event of the incident.
        related_requested: id of another incident of the same parent event.
        contacts_requested: the user opens the contacts of the incident.
        number_copied: id of the contact whose number is copied.
        call_noted: id of the contact that was called.
    """

    action_requested = Signal(str)
    move_requested = Signal(str)
    report_requested = Signal(str)
    conflict_requested = Signal()
    held_requested = Signal()
    attachment_requested = Signal(str)
    note_submitted = Signal(str)
    tasks_requested = Signal()
    event_requested = Signal()
    related_requested = Signal(str)
    contacts_requested = Signal()
    number_copied = Signal(str)
    call_noted = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, width_px=320)
        self.setObjectName("incident_panel")
        self._appearance = appearance
        self._details: IncidentDetails | None = None
        self._make_parts()
        self._empty = EmptyState(appearance, icon="incident", name="details_empty")
        self._log_in = KeyButton(appearance, _("Log in"), kind=ButtonKind.PRIMARY, name="start_log_in")
        self._log_in.clicked.connect(self._on_log_in_clicked)
        self._empty.add_action(self._log_in)
        self.show_start("", "")
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._page())
        self._is_compact = False
        column(self).addWidget(self._stack)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: in a low window the parts above the timeline are short, so that it is visible without scrolling."""
        super().resizeEvent(event)
        is_compact = self.height() < self._appearance.px(_COMPACT_BELOW_PX)
        if is_compact == self._is_compact:
            return
        self._is_compact = is_compact
        self._body.setSpacing(_COMPACT_SPACING_PX if is_compact else _BODY_SPACING_PX)
        self._figures.show_compact(is_compact)
        above, below = (self._timeline, self._attachments) if is_compact else (self._attachments, self._timeline)
        self._body.removeWidget(above)
        self._body.insertWidget(self._body.indexOf(below), above)
        if self._details is not None:
            self._show_conflicts(self._details.conflicts)
            self._show_held(self._details.held)

    @property
    def note_box(self) -> NoteBox:
        """The note field; the window opens it for the action's key."""
        return self._note

    def show_details(self, details: IncidentDetails | None) -> None:
        """Show an incident, or the empty state for None."""
        before, self._details = self._details, details
        if details is None:
            self._stack.setCurrentIndex(0)
            return
        same = before is not None and before.id == details.id
        if not same:
            self._note.close_box()
        self._show_head(details)
        self._progress.show_steps(details.steps, details.step)
        self._facts.show_facts(details.facts)
        self._figures.show_figures(details.figures)
        self._tasks.show_tasks(details.tasks)
        self._related.show_related(details.related)
        self._contacts.show_contacts(details.contacts, details.call_reason)
        self._attachments.show_attachments(details.attachments)
        self._timeline.show_items(details.timeline, same_incident=same)
        if before is None or before.conflicts != details.conflicts:
            self._show_conflicts(details.conflicts)
        if before is None or before.held != details.held:
            self._show_held(details.held)
        self._figure_notes.setText("\n".join(details.figure_notes))
        self._figure_notes.setVisible(bool(details.figure_notes))
        self._actions.show_actions(details.actions)
        self._fill_menus(before, details)
        self._stack.setCurrentIndex(1)

    def show_start(self, title: str, steps: str) -> None:
        """Show the steps of a first start while no incident is selected; empty for the usual hint."""
        self._log_in.setVisible(bool(steps))
        hint = _("Choose one on the board or the map, or press N to report a new one.")
        self._empty.show_message(title or _("No incident selected"), steps or hint)

    def open_move_menu(self) -> None:
        """Open the menu of statuses; called for the action's key."""
        self._actions.open_menu("move")

    def open_timeline_filter(self) -> None:
        """Open the filter of the timeline; called for the action's key."""
        if self._details is not None:
            self._timeline.open_filter()
            self._scroll.ensureWidgetVisible(self._timeline, 0, 0)

    def open_report_menu(self) -> None:
        """Open the menu of reports; called for the action's key."""
        self._actions.open_menu("report")

    def _make_parts(self) -> None:
        look = self._appearance
        self._number = Text(look, style=TextStyle.NUMBER, tone="muted", selectable=True)
        self._chip = LevelChip(look, name="details_severity")
        self._marks = ExerciseChip(look, name="details_marks")
        self._unsynced = LevelChip(look, name="details_unsynced", shape=False)
        self._title = Text(look, style=TextStyle.HEADING, wrap=True, selectable=True)
        self._place = Text(look, tone="muted", wrap=True, selectable=True)
        self._editing = Text(look, style=TextStyle.SMALL, tone=Level.INFORMATION, wrap=True)
        self._editing.setObjectName("details_editing")
        self._notice = Text(look, style=TextStyle.SMALL, tone=Level.ATTENTION, wrap=True)
        self._progress = StepProgress(look)
        self._facts = FactsGrid(look, folds=True)
        self._figures = FigureTiles(look)
        self._figure_notes = Text(look, style=TextStyle.SMALL, tone=Level.ATTENTION, wrap=True, selectable=True)
        self._figure_notes.setObjectName("figure_notes")
        self._tasks = IncidentTasksBox(look)
        self._tasks.all_requested.connect(self.tasks_requested)
        self._related = RelatedIncidentsBox(look)
        self._related.event_requested.connect(self.event_requested)
        self._related.incident_requested.connect(self.related_requested)
        self._contacts = IncidentContactsBox(look)
        self._contacts.all_requested.connect(self.contacts_requested)
        self._contacts.number_copied.connect(self.number_copied)
        self._contacts.call_noted.connect(self.call_noted)
        self._attachments = AttachmentStrip(look)
        self._attachments.open_requested.connect(self.attachment_requested)
        self._timeline = IncidentTimeline(look)
        self._note = NoteBox(look)
        self._note.submitted.connect(self.note_submitted)
        self._actions = ActionBar(look)
        self._actions.requested.connect(self._on_action_requested)
        self._moves = QMenu(self)
        self._moves.triggered.connect(self._on_move_chosen)
        self._reports = QMenu(self)
        self._reports.triggered.connect(self._on_report_chosen)
        self._actions.attach_menu("move", self._moves)
        self._actions.attach_menu("report", self._reports)

    def _page(self) -> QWidget:
        page = QWidget()
        body = QWidget()
        self._body = column(body, spacing_px=_BODY_SPACING_PX)
        self._body.setContentsMargins(16, 14, 16, 16)
        self._body.addLayout(self._head())
        self._conflicts = ThemedFrame("warning")
        self._conflicts.setObjectName("conflict_banner")
        self._conflict_layout = column(self._conflicts, spacing_px=6)
        self._conflict_layout.setContentsMargins(12, 10, 12, 10)
        self._held = ThemedFrame("warning")
        self._held.setObjectName("aside_banner")
        self._held_layout = column(self._held, spacing_px=6)
        self._held_layout.setContentsMargins(12, 10, 12, 10)
        figures = column(spacing_px=6)
        figures.addWidget(self._figures)
        figures.addWidget(self._figure_notes)
        for part in (self._conflicts, self._held, self._progress, self._facts):
            self._body.addWidget(part)
        self._body.addLayout(figures)
        self._body.addWidget(self._tasks)
        self._body.addWidget(self._related)
        self._body.addWidget(self._contacts)
        self._body.addWidget(self._attachments)
        self._body.addWidget(self._timeline)
        self._body.addStretch(1)
        layout = column(page, spacing_px=0)
        self._scroll = scroll_area(body, name="details_scroll")
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self._note)
        layout.addWidget(self._actions)
        return page

    def _head(self) -> QVBoxLayout:
        top = row()
        top.addWidget(self._number)
        top.addStretch(1)
        top.addWidget(self._marks)
        top.addWidget(self._chip)
        head = column(spacing_px=6)
        head.addLayout(top)
        head.addWidget(self._unsynced)
        head.addWidget(self._title)
        head.addWidget(self._place)
        head.addWidget(self._editing)
        head.addWidget(self._notice)
        return head

    def _show_head(self, details: IncidentDetails) -> None:
        self._number.setText(details.number)
        self._chip.show_level(details.level, details.severity)
        self._marks.show_mark(details.exercise)
        self._unsynced.show_level(Level.INFORMATION, _("not yet synced") if details.pending else "")
        self._title.setText(details.title)
        place = f"{details.place} ({details.certainty})" if details.certainty else details.place
        self._place.setText(f"{place} · {details.origin}" if details.origin else place)
        self._editing.setText(details.editing)
        self._editing.setVisible(bool(details.editing))
        self._notice.setText(details.notice)
        self._notice.setVisible(bool(details.notice))

    def _show_conflicts(self, conflicts: tuple[str, ...]) -> None:
        self._conflicts.setVisible(bool(conflicts))
        clear_layout(self._conflict_layout)
        if not conflicts:
            return
        title = Text(
            self._appearance, _("Two people changed the same field"), style=TextStyle.STRONG, tone=Level.ATTENTION
        )
        button = KeyButton(self._appearance, _("Settle"), key="K", icon="merge", name="settle_conflict")
        button.describe(_("Compare and settle the conflict"))
        button.clicked.connect(self.conflict_requested)
        self._fill_banner(self._conflict_layout, title, conflicts, button)

    def _show_held(self, held: tuple[str, ...]) -> None:
        self._held.setVisible(bool(held))
        clear_layout(self._held_layout)
        if not held:
            return
        title = Text(self._appearance, _("Held"), style=TextStyle.STRONG, tone=Level.ATTENTION)
        button = KeyButton(self._appearance, _("Open the tray"), key="B", icon="lock", name="open_held")
        button.clicked.connect(self.held_requested)
        self._fill_banner(self._held_layout, title, held[:_HELD_SHOWN], button)

    def _fill_banner(self, layout: QVBoxLayout, title: Text, sentences: tuple[str, ...], button: KeyButton) -> None:
        """Lay out a banner; in a low window it is one row, with the sentences as its tooltip."""
        if self._is_compact:
            title.setToolTip("\n".join(sentences))
            line = row()
            line.addWidget(title, 1)
            line.addWidget(button)
            layout.addLayout(line)
            return
        layout.addWidget(title)
        for sentence in sentences:
            layout.addWidget(Text(self._appearance, sentence, style=TextStyle.SMALL, wrap=True))
        layout.addWidget(button)

    def _fill_menus(self, before: IncidentDetails | None, details: IncidentDetails) -> None:
        if before is None or before.moves != details.moves:
            fill_menu(self._moves, details.moves)
        if before is None or before.reports != details.reports:
            fill_menu(self._reports, details.reports)

    def _on_log_in_clicked(self) -> None:
        self.action_requested.emit("log_in")

    def _on_action_requested(self, code: str) -> None:
        if code == "note":
            self._note.open_box()
        self.action_requested.emit(code)

    def _on_move_chosen(self, action: QAction) -> None:
        self.move_requested.emit(str(action.data()))

    def _on_report_chosen(self, action: QAction) -> None:
        self.report_requested.emit(str(action.data()))
