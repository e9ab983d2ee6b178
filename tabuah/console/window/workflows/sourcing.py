"""The panel of sources, and stating the level of a volcano that somebody has read at PVMBG."""

from typing import Final

from PySide6.QtCore import QObject, QTimer

from tabuah.console.moments import read_moment
from tabuah.console.window.explaining import explain
from tabuah.console.window.panels import LowerPanel, Page
from tabuah.console.window.presenting.forms import SOURCE, TIME
from tabuah.console.window.presenting.level_fields import LEVEL, NOTE, level_fields
from tabuah.console.window.presenting.source_items import KnownSources
from tabuah.console.window.showing.bulletins import BulletinShowing
from tabuah.console.window.source_fetching import fetch_sources
from tabuah.console.window.workplace import Workplace
from tabuah.operations.bulletins.gestures import level_volcano
from tabuah.operations.bulletins.mapping import volcano_statement
from tabuah.operations.bulletins.volcano import TALANG
from tabuah.operations.errors import NotPossible
from tabuah.operations.levels import VolcanoLevel
from tabuah.resources.catalogue import _
from tabuah.storage.sync.errors import SyncError
from tabuah.widgets.forms.edit_form import EditForm
from tabuah.widgets.sources.source_item import SOURCES, VOLCANOES
from tabuah.widgets.sources.sources_panel import SourcesPanel

_ASK_EVERY_MS: Final = 20_000
_CLOSE_M: Final = 120.0  # metres a pixel when an earthquake is looked at
USUAL_SOURCE: Final = "PVMBG, MAGMA Indonesia"


class Sourcing(QObject):
    """Asks the server how its sources fare while they are looked at; what it told is kept when the line is gone."""

    def __init__(self, place: Workplace, panel: SourcesPanel, lower: LowerPanel, form: EditForm) -> None:
        super().__init__(panel)
        self._at, self._panel, self._lower, self._form = place, panel, lower, form
        self.showing: BulletinShowing | None = None
        self._asking = False
        self._ask_again = QTimer(self)
        self._ask_again.setInterval(_ASK_EVERY_MS)
        self._ask_again.timeout.connect(self._ask)
        panel.closed.connect(self._on_closed)
        panel.locate_requested.connect(self._on_locate_requested)
        panel.level_requested.connect(self.begin_level)
        form.submitted.connect(self._on_level_submitted)
        form.cancelled.connect(self._leave_form)
        lower.page_changed.connect(self._on_page_changed)

    def follow(self, showing: BulletinShowing) -> None:
        """Let the panel be filled by what follows the room."""
        self.showing = showing
        showing.is_listed = lambda: self._lower.shows_sources

    def close(self) -> None:
        """Ask nothing any more."""
        self._ask_again.stop()

    def begin(self, tab: str = "", *, look_at: str = "") -> None:
        """Open the panel, at one thing of the tab where one is meant."""
        self._lower.show_sources()
        self._panel.show_tab(tab or self._panel.tab or SOURCES)
        if self.showing is not None:
            self.showing.show_list()
        if look_at:
            self._panel.choose(look_at)
        self._panel.setFocus()
        self._ask()
        self._ask_again.start()

    def begin_level(self, volcano_id: str = "") -> None:
        """Open the form for the level of a volcano, Gunung Talang unless another is meant."""
        known = self._at.room.snapshot.volcanoes.get(volcano_id or TALANG)
        fields = level_fields(known, source=USUAL_SOURCE)
        name = known.name if known else "Gunung Talang"
        title = _("Level of {volcano}").format(volcano=name)
        self._form.show_fields(volcano_id or TALANG, title, fields, save=_("State the level"))
        self._at.side.show_page(Page.LEVEL)
        self._form.focus_first()

    def _ask(self) -> None:
        if self._asking:
            return
        self._asking = True
        self._at.network.run(fetch_sources, on_done=self._on_asked, on_error=self._on_not_asked)

    def _on_asked(self, found: KnownSources) -> None:
        self._asking = False
        if self.showing is not None:
            self.showing.take_sources(found)

    def _on_not_asked(self, error: Exception) -> None:
        """What is known stays, and is said to be old."""
        self._asking = False
        if not isinstance(error, SyncError):
            self._at.teller.error(error)
        if self.showing is not None:
            before, told = self.showing.sources, explain(error)
            problem = " ".join(part for part in (told.text, told.next_step) if part)
            kept = KnownSources(
                feeds=before.feeds, gateways=before.gateways, asked_at=before.asked_at, problem=problem
            )
            self.showing.take_sources(kept)

    def _on_page_changed(self) -> None:
        if not self._lower.shows_sources:
            self._ask_again.stop()

    def _on_closed(self) -> None:
        self._lower.show_chart()
        self._at.canvas.setFocus()

    def _on_locate_requested(self, lon_deg: float, lat_deg: float) -> None:
        self._at.canvas.centre_on(lon_deg, lat_deg, _CLOSE_M)
        self._at.canvas.setFocus()

    def _on_level_submitted(self, volcano_id: str, changes: dict[str, str]) -> None:
        basemap, now = self._at.canvas.content.basemap, self._at.room.now()
        if basemap is None:
            return
        if LEVEL not in changes:
            self._form.show_error(LEVEL, _("Choose the level that PVMBG states."))
            return
        try:
            stated_at = read_moment(changes[TIME], now=now) if changes.get(TIME) else now
        except ValueError as error:
            self._form.show_error(TIME, str(error))
            return
        try:
            body = volcano_statement(
                basemap,
                volcano_id,
                VolcanoLevel(changes[LEVEL]),
                source=changes.get(SOURCE, USUAL_SOURCE),
                stated_at=stated_at,
                note=changes.get(NOTE, ""),
            )
            draft = level_volcano(volcano_id, body, now=now)
        except NotPossible as refusal:
            self._form.show_error(SOURCE if refusal.reason == "no_source" else TIME, str(refusal))
            return
        told = _("{volcano}: level {level} is noted.").format(volcano=body.name, level=body.level.value)
        self._at.save_draft(draft, on_saved=lambda _saved: self._at.teller.done(told))
        self._leave_form()

    def _leave_form(self) -> None:
        self._at.side.show_page(Page.DETAILS)
        if self._lower.shows_sources:
            self._panel.show_tab(VOLCANOES)
            self._panel.setFocus()
        else:
            self._at.canvas.setFocus()
