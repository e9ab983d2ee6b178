"""The data sources panel, and manual entry of a volcano's level published by PVMBG."""

from typing import Final

from PySide6.QtCore import QObject, QTimer

from tabuah.console.window.bulletins.bulletin_updates import BulletinUpdates
from tabuah.console.window.bulletins.source_items import SourcesReport
from tabuah.console.window.bulletins.volcano_level_fields import LEVEL_FIELD, NOTE_FIELD, level_fields
from tabuah.console.window.shared.error_toasts import error_message
from tabuah.console.window.shared.form_fields import SOURCE_FIELD, TIME_FIELD
from tabuah.console.window.shared.panels import LowerPanel, SidePage
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.bulletins.bulletin import TALANG
from tabuah.operations.bulletins.drafts import level_volcano
from tabuah.operations.bulletins.map_volcanoes import volcano_statement
from tabuah.operations.errors import NotPossible
from tabuah.operations.levels import VolcanoLevel
from tabuah.resources.localisation import _
from tabuah.resources.moment_parser import parse_moment
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import FeedsReply, GatewaysReply
from tabuah.storage.sync.errors import SyncError
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.bulletins.data_sources_panel import DataSourcesPanel
from tabuah.widgets.bulletins.source_item import SOURCES, VOLCANOES
from tabuah.widgets.controls.edit_form import EditForm


def fetch_sources(store: ConsoleStore) -> SourcesReport:
    """Fetch the state of feeds and gateways.

    Raises:
        SyncError: the server does not answer or refuses.
    """
    from tabuah.storage.sync.session import ConsoleSession  # noqa: PLC0415 - loads the HTTP client

    session = ConsoleSession(store)
    with session.client as client:
        feeds = client.call("GET", "/v1/feeds", FeedsReply)
        gateways = client.call("GET", "/v1/gateways", GatewaysReply)
    return SourcesReport(feeds=feeds, gateways=gateways, asked_at=store.now())


_ASK_EVERY_MS: Final = 20_000
_CLOSE_M: Final = 120.0  # metres a pixel when an earthquake is located
USUAL_SOURCE: Final = "PVMBG, MAGMA Indonesia"


class DataSourceActions(QObject):
    """Requests the state of the server's sources while the panel is open; the last report is kept offline."""

    def __init__(
        self,
        context: WindowContext,
        panel: DataSourcesPanel,
        lower: LowerPanel,
        form: EditForm,
        updates: BulletinUpdates,
    ) -> None:
        super().__init__(panel)
        self._context, self._panel, self._lower, self._form = context, panel, lower, form
        self._updates = updates
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

    def close(self) -> None:
        """Stop all requests."""
        self._ask_again.stop()

    def begin(self, tab: str = "", *, look_at: str = "") -> None:
        """Open the panel at a tab, and select one item if given."""
        self._lower.show_sources()
        self._panel.show_tab(tab or self._panel.tab or SOURCES)
        self._updates.show_list()
        if look_at:
            self._panel.choose(look_at)
        self._panel.setFocus()
        self._ask()
        self._ask_again.start()

    def begin_level(self, volcano_id: str = "") -> None:
        """Open the form for the level of a volcano, by default Gunung Talang."""
        known = self._context.state.snapshot.volcanoes.get(volcano_id or TALANG)
        fields = level_fields(known, source=USUAL_SOURCE)
        name = known.name if known else "Gunung Talang"
        title = _("Level of {volcano}").format(volcano=name)
        self._form.show_fields(volcano_id or TALANG, title, fields, save=_("Enter the level"))
        self._context.side.show_page(SidePage.LEVEL)
        self._form.focus_first()

    def _ask(self) -> None:
        if self._asking:
            return
        self._asking = True
        self._context.network.run(fetch_sources, on_done=self._on_asked, on_error=self._on_not_asked)

    def _on_asked(self, found: SourcesReport) -> None:
        self._asking = False
        self._updates.show_sources(found)

    def _on_not_asked(self, error: Exception) -> None:
        """Keep the last report and mark it as old."""
        self._asking = False
        if not isinstance(error, SyncError):
            self._context.notifier.error(error)
        before, message = self._updates.sources, error_message(error)
        problem = " ".join(part for part in (message.text, message.next_step) if part)
        kept = SourcesReport(feeds=before.feeds, gateways=before.gateways, asked_at=before.asked_at, problem=problem)
        self._updates.show_sources(kept)

    def _on_page_changed(self) -> None:
        if not self._lower.shows_sources:
            self._ask_again.stop()

    def _on_closed(self) -> None:
        self._lower.show_chart()
        self._context.canvas.setFocus()

    def _on_locate_requested(self, lon_deg: float, lat_deg: float) -> None:
        self._context.canvas.centre_on(lon_deg, lat_deg, _CLOSE_M)
        self._context.canvas.setFocus()

    def _on_level_submitted(self, volcano_id: str, changes: dict[str, str]) -> None:
        base_map, now = self._context.canvas.content.base_map, self._context.state.now()
        if base_map is None:
            return
        if LEVEL_FIELD not in changes:
            self._form.show_error(LEVEL_FIELD, _("Choose the level stated by PVMBG."))
            return
        try:
            stated_at = parse_moment(changes[TIME_FIELD], now=now) if changes.get(TIME_FIELD) else now
        except ValueError as error:
            self._form.show_error(TIME_FIELD, str(error))
            return
        try:
            body = volcano_statement(
                base_map,
                volcano_id,
                VolcanoLevel(changes[LEVEL_FIELD]),
                source=changes.get(SOURCE_FIELD, USUAL_SOURCE),
                stated_at=stated_at,
                note=changes.get(NOTE_FIELD, ""),
            )
            scope = self._context.state.scope
            draft = level_volcano(
                volcano_id, body, now=now, exercise=scope.is_exercise, exercise_id=scope.exercise_id or ""
            )
        except NotPossible as refusal:
            self._form.show_error(
                SOURCE_FIELD if refusal.reason == "no_source" else TIME_FIELD, describe_not_possible(refusal)
            )
            return
        message = _("{volcano}: level {level} recorded.").format(volcano=body.name, level=body.level.value)
        self._context.save_draft(draft, on_saved=lambda _saved: self._context.notifier.done(message))
        self._leave_form()

    def _leave_form(self) -> None:
        self._context.side.show_page(SidePage.DETAILS)
        if self._lower.shows_sources:
            self._panel.show_tab(VOLCANOES)
            self._panel.setFocus()
        else:
            self._context.canvas.setFocus()
