"""Named map views, stored in `<data>/bookmarks.json`. A lost or damaged file costs only the bookmarks."""

import logging
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow

from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.resources.localisation import _
from tabuah.storage.cache.data_directory import read_private, write_private
from tabuah.storage.cache.errors import CacheError
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.map.tools.bookmark_menu import BookmarkMenu, NamedView
from tabuah.widgets.shell.palette_index import PaletteItem

BOOKMARKS_FILE: Final = "bookmarks.json"
MAX_BOOKMARKS: Final = 9  # one for each key from Alt+1 to Alt+9

log = logging.getLogger(__name__)


class Bookmark(msgspec.Struct, frozen=True, kw_only=True):
    """One map view: name, centre in degrees and scale in metres of EPSG:3857 a pixel."""

    name: str
    lon_deg: float
    lat_deg: float
    metres_per_px: float


def read_bookmarks(directory: Path) -> tuple[Bookmark, ...]:
    """Return the stored bookmarks; none, with a log entry, if the file cannot be read."""
    try:
        return read_private(directory / BOOKMARKS_FILE, tuple[Bookmark, ...])[:MAX_BOOKMARKS]
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.DecodeError) as error:
        log.warning("bookmarks.json was not used: %s", error)
        return ()


def save_bookmarks(directory: Path, bookmarks: tuple[Bookmark, ...]) -> None:
    """Store the bookmarks.

    Raises:
        DiskFull: the disk is full; the previous file is unchanged.
    """
    write_private(directory / BOOKMARKS_FILE, msgspec.json.encode(bookmarks))


BOOKMARK = "bookmark"  # kind of palette item
_WIDE_VIEW_M = 60.0  # metres a pixel; a larger view shows more than one nagari


class BookmarkActions(QObject):
    """Bookmarks by key: Alt and a digit opens one, Ctrl+D adds one, the map button lists them."""

    def __init__(self, context: WindowContext, view: MapView, window: QMainWindow) -> None:
        super().__init__(view)
        self._context, self._view = context, view
        self._bookmarks = read_bookmarks(context.directory)
        self._menu = BookmarkMenu(view)
        self._menu.view_chosen.connect(self.go_to)
        self._menu.keep_requested.connect(self.begin_keeping)
        self._menu.forget_requested.connect(self.forget)
        view.buttons.bookmarks_requested.connect(self._menu.open_at)
        for number in range(MAX_BOOKMARKS):
            shortcut = QShortcut(QKeySequence(_key(number)), window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setProperty("bookmark", number)
            shortcut.activated.connect(self._on_key)
        self._show()

    @property
    def bookmarks(self) -> tuple[Bookmark, ...]:
        """The bookmarks in the order of their keys."""
        return self._bookmarks

    def items(self) -> tuple[PaletteItem, ...]:
        """Return the bookmarks as palette items."""
        return tuple(
            PaletteItem(
                id=str(number), kind=BOOKMARK, title=each.name, detail=_("Named view"), icon="bookmark",
                key=_key(number).replace("+", " "),
            )
            for number, each in enumerate(self._bookmarks)
        )  # fmt: skip

    def go_to(self, number: int) -> None:
        if number >= len(self._bookmarks):
            message = _("No bookmark for {key} yet. Ctrl+D saves the current view.")
            self._context.notifier.inform(message.format(key=_key(number)))
            return
        view = self._bookmarks[number]
        self._context.canvas.show_view(view.lon_deg, view.lat_deg, view.metres_per_px)
        self._context.canvas.setFocus()

    def begin_keeping(self) -> None:
        """Ask for a name and add the current view."""
        if len(self._bookmarks) >= MAX_BOOKMARKS:
            self._context.notifier.refuse(
                _("There are {n} bookmarks already; delete one first.").format(n=MAX_BOOKMARKS)
            )
            return
        question = Question(
            title=_("Bookmark this view"),
            text=_("{key} will open this view.").format(key=_key(len(self._bookmarks))),
            confirm=_("Keep"),
            field=_("Name"),
            value=self._proposed_name(),
            required=_("Enter a name for the view."),
        )
        self._context.confirm.ask(question, self._keep)

    def forget(self, number: int) -> None:
        """Delete a bookmark, with undo."""
        before, gone = self._bookmarks, self._bookmarks[number]
        if self._take((*before[:number], *before[number + 1 :])):
            message = _("The bookmark {name} was deleted.").format(name=gone.name)
            self._context.notifier.done(message, undo=lambda: self._restore(before))

    def _keep(self, name: str) -> None:
        canvas = self._context.canvas
        lon_deg, lat_deg = canvas.view.centre_deg
        kept = Bookmark(name=name, lon_deg=lon_deg, lat_deg=lat_deg, metres_per_px=canvas.view.metres_per_px)
        if self._take((*self._bookmarks, kept)):
            message = _("{key} now opens {name}.")
            self._context.notifier.done(message.format(key=_key(len(self._bookmarks) - 1), name=name))

    def _restore(self, before: tuple[Bookmark, ...]) -> None:
        self._take(before)

    def _take(self, bookmarks: tuple[Bookmark, ...]) -> bool:
        try:
            save_bookmarks(self._context.directory, bookmarks)
        except CacheError as error:
            self._context.notifier.error(error)
            return False
        self._bookmarks = bookmarks
        self._show()
        return True

    def _show(self) -> None:
        self._menu.show_views([NamedView(each.name, _key(number)) for number, each in enumerate(self._bookmarks)])

    def _proposed_name(self) -> str:
        """Return the nagari at the centre of a close view; empty for a wide one."""
        canvas = self._context.canvas
        if canvas.is_fitted:
            return _("Whole regency")
        place = self._context.places.place_at(*canvas.view.centre_deg)
        return place.kecamatan if canvas.view.metres_per_px > _WIDE_VIEW_M else place.nagari

    def _on_key(self) -> None:
        self.go_to(int(self.sender().property("bookmark")))


def _key(number: int) -> str:
    return f"Alt+{number + 1}"
