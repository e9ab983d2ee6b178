"""Named views of the map: kept under a name, gone to by a key, forgotten with an undo."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow

from tabuah.console.window.bookmarks import MOST, Bookmark, keep_bookmarks, read_bookmarks
from tabuah.console.window.confirm_card import Question
from tabuah.console.window.workplace import Workplace
from tabuah.resources.catalogue import _
from tabuah.storage.cache.errors import CacheError
from tabuah.widgets.map.map_view import MapView
from tabuah.widgets.map.tools.bookmark_menu import BookmarkMenu, NamedView
from tabuah.widgets.palette.palette_item import PaletteItem

BOOKMARK = "bookmark"  # kind of the palette's items
_WIDE_M = 60.0  # metres a pixel beyond which a view shows more than a nagari


class Bookmarking(QObject):
    """Alt and a digit goes to a view, Ctrl+D keeps the one of now, the button on the map lists them."""

    def __init__(self, place: Workplace, view: MapView, window: QMainWindow) -> None:
        super().__init__(view)
        self._at, self._view = place, view
        self._bookmarks = read_bookmarks(place.directory)
        self._menu = BookmarkMenu(view)
        self._menu.view_chosen.connect(self.go_to)
        self._menu.keep_requested.connect(self.begin_keeping)
        self._menu.forget_requested.connect(self.forget)
        view.buttons.bookmarks_requested.connect(self._menu.open_at)
        for number in range(MOST):
            shortcut = QShortcut(QKeySequence(_key(number)), window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setProperty("bookmark", number)
            shortcut.activated.connect(self._on_key)
        self._show()

    @property
    def bookmarks(self) -> tuple[Bookmark, ...]:
        """What is kept, in the order of the keys."""
        return self._bookmarks

    def items(self) -> tuple[PaletteItem, ...]:
        """The views as the palette finds them."""
        return tuple(
            PaletteItem(
                id=str(number), kind=BOOKMARK, title=each.name, detail=_("Named view"), icon="bookmark",
                key=_key(number).replace("+", " "),
            )
            for number, each in enumerate(self._bookmarks)
        )  # fmt: skip

    def go_to(self, number: int) -> None:
        """Show a view that was kept."""
        if number >= len(self._bookmarks):
            told = _("No view is kept under {key} yet. Ctrl+D keeps the one you see.")
            self._at.teller.inform(told.format(key=_key(number)))
            return
        view = self._bookmarks[number]
        self._at.canvas.show_view(view.lon_deg, view.lat_deg, view.metres_per_px)
        self._at.canvas.setFocus()

    def begin_keeping(self) -> None:
        """Ask for a name for the view of now."""
        if len(self._bookmarks) >= MOST:
            self._at.teller.refuse(_("{n} views are kept already; forget one first.").format(n=MOST))
            return
        question = Question(
            title=_("Keep this view"),
            text=_("{key} will bring you back here.").format(key=_key(len(self._bookmarks))),
            confirm=_("Keep"),
            field=_("Name"),
            value=self._proposed_name(),
            required=_("Give the view a name."),
        )
        self._at.confirm.ask(question, self._keep)

    def forget(self, number: int) -> None:
        """Forget a view; it can be had back."""
        before, gone = self._bookmarks, self._bookmarks[number]
        if self._take((*before[:number], *before[number + 1 :])):
            told = _("The view {name} is forgotten.").format(name=gone.name)
            self._at.teller.done(told, undo=lambda: self._restore(before))

    def _keep(self, name: str) -> None:
        canvas = self._at.canvas
        lon_deg, lat_deg = canvas.view.centre_deg
        kept = Bookmark(name=name, lon_deg=lon_deg, lat_deg=lat_deg, metres_per_px=canvas.view.metres_per_px)
        if self._take((*self._bookmarks, kept)):
            told = _("{key} goes to {name} from now on.")
            self._at.teller.done(told.format(key=_key(len(self._bookmarks) - 1), name=name))

    def _restore(self, before: tuple[Bookmark, ...]) -> None:
        self._take(before)

    def _take(self, bookmarks: tuple[Bookmark, ...]) -> bool:
        try:
            keep_bookmarks(self._at.directory, bookmarks)
        except CacheError as error:
            self._at.teller.error(error)
            return False
        self._bookmarks = bookmarks
        self._show()
        return True

    def _show(self) -> None:
        self._menu.show_views([NamedView(each.name, _key(number)) for number, each in enumerate(self._bookmarks)])

    def _proposed_name(self) -> str:
        """The nagari in the middle of a close view; a wide one has no such name."""
        canvas = self._at.canvas
        if canvas.is_fitted:
            return _("Whole regency")
        place = self._at.places.place_at(*canvas.view.centre_deg)
        return place.kecamatan if canvas.view.metres_per_px > _WIDE_M else place.nagari

    def _on_key(self) -> None:
        self.go_to(int(self.sender().property("bookmark")))


def _key(number: int) -> str:
    return f"Alt+{number + 1}"
