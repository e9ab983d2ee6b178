"""The list of incidents: opens its window, searches on the cache worker, and exports the shown incidents."""

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QMainWindow

from tabuah.console.reports.atomic_write import write_file
from tabuah.console.reports.incident_columns import listed_incidents
from tabuah.console.reports.listed_impact import add_impact
from tabuah.console.reports.report_export import ListFormat, encode_incident_table
from tabuah.console.window.incidents.caller_lookup_actions import CallerLookupActions
from tabuah.console.window.incidents.incident_list_choices import (
    event_choices,
    filter_choices,
    people_choices,
    place_choices,
)
from tabuah.console.window.incidents.incident_list_items import (
    FoundPage,
    UnreadableDate,
    found_text,
    listed_row,
    view_of,
)
from tabuah.console.window.incidents.saved_view_actions import SavedViewActions
from tabuah.console.window.shared.confirm_card import ConfirmCard
from tabuah.console.window.shared.dialog_front import bring_to_front, return_to_window
from tabuah.console.window.shared.file_dialogs import ask_for_path, dated_name, save_dialog
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.incidents.incident_filters import IncidentFilters, IncidentOrder
from tabuah.resources.localisation import _, ngettext
from tabuah.storage.cache.list_layouts import ListLayout
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.exercises.exercise_text import scope_label
from tabuah.widgets.incidents.incident_list_dialog import IncidentListDialog
from tabuah.widgets.incidents.incident_list_model import PAGE_ROWS
from tabuah.widgets.incidents.incident_list_values import ListRequest
from tabuah.widgets.theme.appearance import Appearance
from tabuah.widgets.values import Level

_LIST: Final = "incidents"
_UNNAMED: Final = "-"  # of the view that the list shows
_REPEAT_MS: Final = 500  # of a search while the index is being built
_PARTS: Final = frozenset({StatePart.INCIDENTS, StatePart.WORLD})
_CHOICE_PARTS: Final = frozenset({StatePart.UNITS, StatePart.PERSON, StatePart.WORLD})
_EVENT_PARTS: Final = frozenset({StatePart.PARENT_EVENTS, StatePart.WORLD})

log = logging.getLogger(__name__)


class IncidentListActions(QObject):
    """Opens the list, and follows the state while it is open. One search runs at a time; the newest wins."""

    def __init__(
        self, context: WindowContext, window: QMainWindow, appearance: Appearance, callers: CallerLookupActions
    ) -> None:
        super().__init__(window)
        self._context, self._window, self._appearance = context, window, appearance
        self._callers = callers
        self._views: SavedViewActions | None = None
        self._dialog: IncidentListDialog | None = None
        self._layout: ListLayout | None = None  # None until that of the user is read
        self._searches = self._is_outdated = False
        self._shown: ListRequest = ListRequest()
        self._repeat = QTimer(self)
        self._repeat.setSingleShot(True)
        self._repeat.setInterval(_REPEAT_MS)
        self._repeat.timeout.connect(self._search)
        context.state.changed.connect(self._on_state_changed)

    @property
    def dialog(self) -> IncidentListDialog | None:
        """The dialog, while it is open."""
        return self._dialog

    @property
    def views(self) -> SavedViewActions | None:
        """The saved views, while the dialog is open."""
        return self._views

    def begin(self) -> None:
        """Open the list, or bring it to the front."""
        self._begin(None)

    def begin_for_event(self, event_id: str) -> None:
        """Open the list with the incidents of a parent event, ended and merged ones too."""
        self._begin(ListRequest(parent_event=event_id))

    def write_list(self, file: Path) -> None:
        """Write all shown incidents to a file, in the format of its suffix."""
        endings = [known.value for known in ListFormat]
        ending = file.suffix.lower().lstrip(".")
        if ending not in endings:
            message = _("The file name must end in one of: {endings}").format(endings=", ".join(endings))
            self._context.notifier.refuse(message)
            return
        ids = self._dialog.model.ids if self._dialog is not None else ()

        def done(n: int) -> None:
            text = ngettext("{n} incident is in {file}.", "{n} incidents are in {file}.", n)
            self._context.notifier.saved(text.format(n=n, file=file), file)

        work = partial(_write_table, ids=ids, list_format=ListFormat(ending), file=file)
        self._context.network.run(work, on_done=done, on_error=self._context.notifier.error)

    def close(self) -> None:
        """Close the dialog and stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)
        self._repeat.stop()
        if self._dialog is not None:
            self._dialog.close()

    def _begin(self, request: ListRequest | None) -> None:
        is_new = self._dialog is None
        if self._dialog is None:
            self._dialog = self._open()
        dialog = self._dialog
        if request is not None:
            self._show_events(request.parent_event)
            dialog.show_request(replace(request, order=dialog.request.order))
        if is_new:
            self._read_layout(dialog)
        else:
            self._search()
        bring_to_front(dialog, self._context.notifier)

    def _read_layout(self, dialog: IncidentListDialog) -> None:
        self._layout = None
        self._context.store.run(
            lambda store: store.list_layouts.read(_LIST),
            on_done=partial(self._on_layout_read, dialog),
            on_error=self._on_failed,
        )

    def _on_layout_read(self, dialog: IncidentListDialog, layout: ListLayout) -> None:
        """Show the columns and the order that this user chose last, then search."""
        if dialog is self._dialog:
            self._layout = layout
            dialog.show_columns(layout.columns)
            dialog.filters.show_order(layout.order)
            self._search()

    def _save_layout(self) -> None:
        """Keep columns and order for this user; a failure costs only them."""
        if self._dialog is None or self._layout is None:
            return
        layout = ListLayout(columns=self._dialog.model.columns, order=self._dialog.request.order)
        if layout != self._layout:
            self._layout = layout
            self._context.store.run(
                lambda store: store.list_layouts.write(_LIST, layout),
                on_error=lambda error: log.warning("the columns were not saved: %s", error),
            )

    def _open(self) -> IncidentListDialog:
        state = self._context.state
        choices = filter_choices(state.snapshot, self._context.places.names(), state.scope)
        dialog = IncidentListDialog(self._appearance, choices, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.search_requested.connect(self._search)
        dialog.incident_opened.connect(self._on_incident_opened)
        dialog.export_requested.connect(self._on_export_requested)
        dialog.columns_changed.connect(self._save_layout)
        dialog.callers_requested.connect(self._callers.begin)
        dialog.model.page_wanted.connect(self._on_page_wanted)
        dialog.finished.connect(self._on_finished)
        self._views = SavedViewActions(
            self._context,
            dialog,
            confirm=ConfirmCard(self._appearance, dialog),
            searched=self._search,
        )
        return dialog

    def _search(self) -> None:
        if self._dialog is None:
            return
        if self._searches:
            self._is_outdated = True
            return
        state, request = self._context.state, self._dialog.request
        try:
            view = view_of(request, state.now(), name=_UNNAMED)
        except UnreadableDate as error:
            self._dialog.show_note(str(error), Level.CRITICAL)
            return
        self._save_layout()
        self._searches, self._is_outdated, self._shown = True, False, request
        self._dialog.filters.show_choices(
            "nagari", place_choices(self._context.places.names(), request.kecamatan)["nagari"]
        )
        self._show_events(request.parent_event)
        work = partial(_find, filters=view.filters_at(state.now()), order=view.order, scope=state.scope)
        self._context.store.run(work, on_done=self._on_found, on_error=self._on_failed)

    def _show_events(self, chosen: str) -> None:
        """Show the parent events of the world, with the title of the chosen one."""
        state = self._context.state
        choices = event_choices(state.snapshot.parent_events, state.scope, chosen)
        if self._dialog is not None:
            self._dialog.filters.show_choices("parent_event", choices)

    def _on_found(self, found: FoundPage) -> None:
        self._searches = False
        if self._is_outdated:
            self._search()
        elif self._dialog is not None:
            text = found_text(len(found.ids), is_complete=found.is_complete)
            name = self._views.current if self._views is not None else ""
            text = f"{name} · {text}" if name else text
            self._dialog.show_world(scope_label(self._context.state.scope, self._context.state.snapshot.exercises))
            self._dialog.show_found(found.ids, found.rows, text)
            if not found.is_complete:
                self._repeat.start()

    def _on_failed(self, error: Exception) -> None:
        self._searches = False
        self._context.notifier.error(error)
        if self._is_outdated:
            self._search()

    def _on_page_wanted(self, page: int) -> None:
        if self._dialog is None:
            return
        ids = self._dialog.model.page_ids(page)
        work = partial(_read_page, ids=ids, words=self._shown.words)
        self._context.store.run(
            work, on_done=partial(self._on_page_read, page, ids), on_error=self._context.notifier.error
        )

    def _on_page_read(self, page: int, ids: tuple[str, ...], found: FoundPage) -> None:
        if self._dialog is not None and self._dialog.model.page_ids(page) == ids:
            self._dialog.model.show_page(page, found.rows)

    def _on_incident_opened(self, incident_id: str) -> None:
        """Select the incident in the window, and show it on the map."""
        self._context.show_incident(incident_id)
        return_to_window(self._window)

    def _on_export_requested(self) -> None:
        filters = ["Excel (*.xlsx)", "CSV (*.csv)", "GeoPackage (*.gpkg)", "GeoJSON (*.geojson)"]
        name = dated_name(_("incidents"), at=self._context.state.now(), suffix=".xlsx")
        title = _("Export the list of incidents")
        if self._dialog is not None:
            ask_for_path(save_dialog(self._dialog, title, name=name, filters=filters), self.write_list)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if parts & _CHOICE_PARTS and self._dialog is not None:
            for code, choices in people_choices(self._context.state.snapshot).items():
                self._dialog.filters.show_choices(code, choices)
        if parts & _EVENT_PARTS and self._dialog is not None:
            self._show_events(self._dialog.request.parent_event)
        if StatePart.PERSON in parts and self._dialog is not None and self._views is not None:
            self._views.refresh()
            self._read_layout(self._dialog)
        if parts & _PARTS:
            self._search()

    def _on_finished(self, _result: int) -> None:
        self._dialog = self._views = None


def _find(store: ConsoleStore, *, filters: IncidentFilters, order: IncidentOrder, scope: ExerciseScope) -> FoundPage:
    is_complete = store.search.is_complete
    ids = store.search.find(filters, scope=scope, order=order)
    page = _read_page(store, ids=ids[:PAGE_ROWS], words=filters.words)
    return replace(page, ids=ids, is_complete=is_complete)


def _read_page(store: ConsoleStore, *, ids: Sequence[str], words: str) -> FoundPage:
    incidents = store.search.read(ids)
    excerpts = store.search.excerpts(incidents, words)
    now = store.now()
    return FoundPage(ids=tuple(ids), rows=tuple(listed_row(each, excerpts.get(each.id), now) for each in incidents))


def _write_table(store: ConsoleStore, *, ids: Sequence[str], list_format: ListFormat, file: Path) -> int:
    pending = store.archive.pending()
    items = listed_incidents(
        store.search.read(ids),
        pending=pending.__contains__,
        target_number=lambda each: store.archive.number_of(store.archive.final_target(each.id)),
    )
    write_file(file, encode_incident_table(add_impact(store.directory, items), list_format))
    return len(items)
