"""The details of one incident: what, where, how far, what it did, what happened, and what can be done."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from tabuah.resources.catalogue import _
from tabuah.widgets.action_bar import ActionBar, fill_menu
from tabuah.widgets.buttons import KeyButton
from tabuah.widgets.chips import LevelChip
from tabuah.widgets.details.attachment_strip import AttachmentStrip
from tabuah.widgets.details.facts_grid import FactsGrid
from tabuah.widgets.details.figure_tiles import FigureTiles
from tabuah.widgets.details.step_progress import StepProgress
from tabuah.widgets.details.timeline import Timeline
from tabuah.widgets.empty_state import EmptyState
from tabuah.widgets.note_box import NoteBox
from tabuah.widgets.surfaces import Panel, Surface, clear_layout, column, row, scrolling
from tabuah.widgets.texts import Text
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.theme.fonts import Type
from tabuah.widgets.values import IncidentDetails, Level

_ASIDES_SHOWN = 4  # the tray shows all of them


class IncidentPanel(Panel):
    """Shows one incident or says that none is chosen.

    Signals:
        action_requested: code of the action, such as "note", "edit", "photo".
        move_requested: code of the status the incident shall go to.
        report_requested: code of the kind of report to make.
        conflict_requested: the user wants to settle the conflicts.
        aside_requested: the user wants to see what is held.
        attachment_requested: id of the attachment to open.
        note_submitted: text of a note.
    """

    action_requested = Signal(str)
    move_requested = Signal(str)
    report_requested = Signal(str)
    conflict_requested = Signal()
    aside_requested = Signal()
    attachment_requested = Signal(str)
    note_submitted = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, width_px=320)
        self.setObjectName("incident_panel")
        self._appearance = appearance
        self._details: IncidentDetails | None = None
        self._make_parts()
        self._empty = EmptyState(appearance, icon="incident", name="details_empty")
        self._empty.show_message(
            _("No incident chosen"), _("Choose one on the board or the map, or press N to report a new one.")
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._page())
        column(self).addWidget(self._stack)

    @property
    def note_box(self) -> NoteBox:
        """The field for a note; the window opens it with the key."""
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
        self._attachments.show_attachments(details.attachments)
        self._timeline.show_items(details.timeline, same_incident=same)
        self._show_conflicts(details.conflicts)
        self._show_asides(details.asides)
        self._figure_notes.setText("\n".join(details.figure_notes))
        self._figure_notes.setVisible(bool(details.figure_notes))
        self._actions.show_actions(details.actions)
        self._fill_menus(details)
        self._stack.setCurrentIndex(1)

    def open_move_menu(self) -> None:
        """Open the menu of statuses, for the key."""
        self._actions.open_menu("move")

    def open_report_menu(self) -> None:
        """Open the menu of reports, for the key."""
        self._actions.open_menu("report")

    def _make_parts(self) -> None:
        look = self._appearance
        self._number = Text(look, style=Type.NUMBER, tone="muted", selectable=True)
        self._chip = LevelChip(look, name="details_severity")
        self._marks = LevelChip(look, name="details_marks", shape=False)
        self._unsynced = LevelChip(look, name="details_unsynced", shape=False)
        self._title = Text(look, style=Type.HEADING, wrap=True, selectable=True)
        self._place = Text(look, tone="muted", wrap=True, selectable=True)
        self._notice = Text(look, style=Type.SMALL, tone=Level.ATTENTION, wrap=True)
        self._progress = StepProgress(look)
        self._facts = FactsGrid(look)
        self._figures = FigureTiles(look)
        self._figure_notes = Text(look, style=Type.SMALL, tone=Level.ATTENTION, wrap=True, selectable=True)
        self._figure_notes.setObjectName("figure_notes")
        self._attachments = AttachmentStrip(look)
        self._attachments.open_requested.connect(self.attachment_requested)
        self._timeline = Timeline(look)
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
        self._body = column(body, spacing_px=14)
        self._body.setContentsMargins(16, 14, 16, 16)
        self._body.addLayout(self._head())
        self._conflicts = Surface("warning")
        self._conflicts.setObjectName("conflict_banner")
        self._conflict_layout = column(self._conflicts, spacing_px=6)
        self._conflict_layout.setContentsMargins(12, 10, 12, 10)
        self._asides = Surface("warning")
        self._asides.setObjectName("aside_banner")
        self._aside_layout = column(self._asides, spacing_px=6)
        self._aside_layout.setContentsMargins(12, 10, 12, 10)
        figures = column(spacing_px=6)
        figures.addWidget(self._figures)
        figures.addWidget(self._figure_notes)
        for part in (self._conflicts, self._asides, self._progress, self._facts):
            self._body.addWidget(part)
        self._body.addLayout(figures)
        self._body.addWidget(self._attachments)
        self._body.addWidget(self._timeline)
        self._body.addStretch(1)
        layout = column(page, spacing_px=0)
        layout.addWidget(scrolling(body, name="details_scroll"), 1)
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
        head.addWidget(self._notice)
        return head

    def _show_head(self, details: IncidentDetails) -> None:
        self._number.setText(details.number)
        self._chip.show_level(details.level, details.severity)
        self._marks.show_level(Level.INFORMATION, _("Exercise") if details.exercise else "")
        self._unsynced.show_level(Level.INFORMATION, _("not yet synced") if details.pending else "")
        self._title.setText(details.title)
        place = f"{details.place} ({details.certainty})" if details.certainty else details.place
        self._place.setText(f"{place} · {details.origin}" if details.origin else place)
        self._notice.setText(details.notice)
        self._notice.setVisible(bool(details.notice))

    def _show_conflicts(self, conflicts: tuple[str, ...]) -> None:
        self._conflicts.setVisible(bool(conflicts))
        clear_layout(self._conflict_layout)
        if not conflicts:
            return
        title = Text(
            self._appearance, _("Two people changed the same thing"), style=Type.STRONG, tone=Level.ATTENTION
        )
        self._conflict_layout.addWidget(title)
        for sentence in conflicts:
            self._conflict_layout.addWidget(Text(self._appearance, sentence, style=Type.SMALL, wrap=True))
        button = KeyButton(self._appearance, _("Settle"), key="K", icon="merge", name="settle_conflict")
        button.describe(_("Compare and settle the conflict"))
        button.clicked.connect(self.conflict_requested)
        self._conflict_layout.addWidget(button)

    def _show_asides(self, asides: tuple[str, ...]) -> None:
        self._asides.setVisible(bool(asides))
        clear_layout(self._aside_layout)
        if not asides:
            return
        title = Text(self._appearance, _("Held"), style=Type.STRONG, tone=Level.ATTENTION)
        self._aside_layout.addWidget(title)
        for sentence in asides[:_ASIDES_SHOWN]:
            self._aside_layout.addWidget(Text(self._appearance, sentence, style=Type.SMALL, wrap=True))
        button = KeyButton(self._appearance, _("Open the tray"), key="B", icon="lock", name="open_held")
        button.clicked.connect(self.aside_requested)
        self._aside_layout.addWidget(button)

    def _fill_menus(self, details: IncidentDetails) -> None:
        fill_menu(self._moves, details.moves)
        fill_menu(self._reports, details.reports)

    def _on_action_requested(self, code: str) -> None:
        if code == "note":
            self._note.open_box()
        self.action_requested.emit(code)

    def _on_move_chosen(self, action: QAction) -> None:
        self.move_requested.emit(str(action.data()))

    def _on_report_chosen(self, action: QAction) -> None:
        self.report_requested.emit(str(action.data()))
