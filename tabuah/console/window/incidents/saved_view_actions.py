"""Saved views in the list of incidents: choose, save, rename, delete with undo, and carry them as a file."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from tabuah.console.incidents.saved_view_files import UnreadableViews, read_view_file, write_view_file
from tabuah.console.reports.errors import ReportError
from tabuah.console.window.incidents.incident_list_items import UnreadableDate, request_of, view_of
from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.file_dialogs import ask_for_path, open_dialog, save_dialog
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.saved_views import (
    SavedViews,
    add_views,
    delete_view,
    rename_view,
    save_view,
)
from tabuah.resources.localisation import _, ngettext
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.incidents.saved_views import unread_views_text
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.incidents.incident_list_dialog import IncidentListDialog
from tabuah.widgets.incidents.saved_view_menu import ViewAct

_FILTER = "JSON (*.json)"


class SavedViewActions(QObject):
    """The saved views of the user, in one open list."""

    def __init__(
        self,
        context: WindowContext,
        dialog: IncidentListDialog,
        *,
        confirm: ConfirmCard,
        searched: Callable[[], None],
    ) -> None:
        """Call `searched` after the list shows the words and filters of another view."""
        super().__init__(dialog)
        self._context, self._dialog, self._confirm, self._notifier = context, dialog, confirm, context.notifier
        self._searched = searched
        self._views: SavedViews = ()
        self._current = ""
        dialog.views.view_chosen.connect(self.choose)
        dialog.views.act_requested.connect(self._on_act_requested)
        self.refresh()

    @property
    def current(self) -> str:
        """Name of the chosen view; empty for none, or if its filters were changed since."""
        view = next((each for each in self._views if each.name == self._current), None)
        if view is None:
            return ""
        return self._current if request_of(view, self._now) == self._dialog.request else ""

    def refresh(self) -> None:
        """Read the views: a command may have changed them, or another user has logged in."""
        self._context.store.run(lambda store: store.incident_views.read(), on_done=self._on_read)

    def choose(self, name: str) -> None:
        """Search as a view does."""
        view = next((each for each in self._views if each.name == name), None)
        if view is None:
            return
        self._current = name
        self._dialog.show_request(request_of(view, self._now))
        if view.columns:
            self._dialog.show_columns(view.columns)
            self._dialog.columns_changed.emit()
        self._show()
        self._searched()

    @property
    def _now(self) -> datetime:
        return self._context.state.now()

    def _on_read(self, views: SavedViews) -> None:
        self._views = views
        if self._current not in {view.name for view in views}:
            self._current = ""
        self._show()

    def _show(self) -> None:
        self._dialog.views.show_views([view.name for view in self._views], self._current)

    def _on_act_requested(self, code: str) -> None:
        match ViewAct(code):
            case ViewAct.SAVE:
                self._ask(_("Save this view"), _("Save"), self._save)
            case ViewAct.RENAME:
                self._ask(_("Rename the view"), _("Rename"), self._rename)
            case ViewAct.DELETE:
                self._delete()
            case ViewAct.IMPORT:
                ask_for_path(open_dialog(self._dialog, _("Import views"), filters=[_FILTER]), self.read_file)
            case ViewAct.EXPORT:
                name = f"{_('views')}.json"
                dialog = save_dialog(self._dialog, _("Export all views"), name=name, filters=[_FILTER])
                ask_for_path(dialog, self.write_file)

    def _ask(self, title: str, confirm: str, then: Callable[[str], None]) -> None:
        question = Question(
            title=title,
            text=_("Words, filters, order and columns are kept under this name, for you, on this computer."),
            confirm=confirm,
            field=_("Name"),
            value=self._current,
            required=_("Enter a name for the view."),
        )
        self._confirm.ask(question, then)

    def _save(self, name: str) -> None:
        try:
            view = view_of(self._dialog.request, self._now, name=name, columns=self._dialog.model.columns)
        except UnreadableDate as error:
            self._notifier.refuse(str(error))
            return
        before = self._views
        self._change(lambda views: save_view(views, view), name=name, before=before, text=_("{name} is saved."))

    def _rename(self, name: str) -> None:
        old, before = self._current, self._views
        self._change(
            lambda views: rename_view(views, old, name), name=name, before=before, text=_("{name} is saved.")
        )

    def _delete(self) -> None:
        old, before = self._current, self._views
        self._change(lambda views: delete_view(views, old), name=old, before=before, text=_("{name} was deleted."))

    def _change(
        self, change: Callable[[SavedViews], SavedViews], *, name: str, before: SavedViews, text: str
    ) -> None:
        def done(views: SavedViews) -> None:
            found = next((view for view in views if view.name.casefold() == " ".join(name.split()).casefold()), None)
            self._current = found.name if found is not None else ""
            self._on_read(views)
            self._notifier.done(text.format(name=name), undo=lambda: self._restore(before))

        self._run(change, done)

    def _restore(self, before: SavedViews) -> None:
        self._run(lambda _views: before, self._on_read)

    def _run(self, change: Callable[[SavedViews], SavedViews], done: Callable[[SavedViews], None]) -> None:
        work = partial(_changed, change=change)
        self._context.store.run(work, on_done=done, on_error=self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, NotPossible):
            self._notifier.refuse(describe_not_possible(error))
        else:
            self._notifier.error(error)

    def read_file(self, file: Path) -> None:
        """Add the views of a file; one with a known name replaces it."""
        try:
            found = read_view_file(file)
        except UnreadableViews as error:
            self._notifier.refuse(str(error))
            return
        before, n = self._views, len(found.views)

        def done(views: SavedViews) -> None:
            self._on_read(views)
            text = ngettext("{n} view is saved.", "{n} views are saved.", n).format(n=n)
            self._notifier.done(text, undo=lambda: self._restore(before))
            if found.bad:
                self._notifier.warn(unread_views_text(found.bad))

        self._run(lambda views: add_views(views, found.views), done)

    def write_file(self, file: Path) -> None:
        """Write all views to a file."""
        try:
            write_view_file(file, self._views)
        except ReportError as error:
            self._notifier.error(error)
            return
        n = len(self._views)
        text = ngettext("{n} view is in {file}.", "{n} views are in {file}.", n)
        self._notifier.saved(text.format(n=n, file=file), file, opens=False)


def _changed(store: ConsoleStore, *, change: Callable[[SavedViews], SavedViews]) -> SavedViews:
    return store.incident_views.change(change)
