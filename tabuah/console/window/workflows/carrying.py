"""Bundles from the window: all that waits into a file for USB or chat, and such a file taken over."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from tabuah.console.bundle_words import remarks_on, waiting_words, words_of_left_out, words_of_taken, words_of_written
from tabuah.console.window.file_dialogs import open_dialog, save_dialog
from tabuah.console.window.workplace import Workplace
from tabuah.resources.catalogue import _
from tabuah.resources.formats import WIB
from tabuah.storage.cache.bundles.exporting import BundleWritten
from tabuah.storage.cache.bundles.importing import BundleTaken
from tabuah.storage.cache.store import ConsoleStore

ENDING = ".tabuah"


class Carrying(QObject):
    """Written and read beside the window, which goes on meanwhile."""

    def __init__(self, place: Workplace, window: QWidget) -> None:
        super().__init__(window)
        self._at, self._window = place, window

    def ask_for_export(self) -> None:
        """Ask where the bundle goes, and write it there."""
        snapshot, at = self._at.room.snapshot, self._at.room.now().astimezone(WIB)
        name = "-".join(part for part in (_("bundle"), snapshot.actor, f"{at:%Y%m%d-%H%M}") if part) + ENDING
        dialog = save_dialog(self._window, _("Export a bundle for USB or chat"), name=name, filters=_filters())
        dialog.fileSelected.connect(self._on_export_chosen)
        dialog.open()

    def ask_for_import(self) -> None:
        """Ask which bundle to take over."""
        dialog = open_dialog(self._window, _("Import a bundle"), filters=_filters())
        dialog.fileSelected.connect(self._on_import_chosen)
        dialog.open()

    def export(self, file: Path) -> None:
        """Write a bundle."""
        has_server = self._at.room.snapshot.identity is not None

        def done(written: BundleWritten) -> None:
            self._at.teller.done(words_of_written(written, file))
            if written.sealed_for:
                self._at.teller.inform(_("Callers and photos in it are sealed: only the server can read them."))
            if written.left_out:
                self._at.teller.inform(words_of_left_out(written, has_server=has_server))

        self._at.teller.inform(_("The bundle is being written …"))
        self._at.network.run(lambda store: store.carrier.export(file), on_done=done, on_error=self._at.teller.error)

    def take(self, file: Path) -> None:
        """Take a bundle over."""

        def work(store: ConsoleStore) -> tuple[BundleTaken, list[str]]:
            taken = store.carrier.take(file)
            return taken, [*remarks_on(taken), *waiting_words(store)]

        def done(told: tuple[BundleTaken, list[str]]) -> None:
            taken, remarks = told
            self._at.room.refresh()
            self._at.sync_soon()
            self._at.teller.done(words_of_taken(taken))
            for remark in remarks:
                self._at.teller.inform(remark)

        self._at.teller.inform(_("The bundle is being read …"))
        self._at.network.run(work, on_done=done, on_error=self._at.teller.error)

    def _on_export_chosen(self, chosen: str) -> None:
        self.export(Path(chosen))

    def _on_import_chosen(self, chosen: str) -> None:
        self.take(Path(chosen))


def _filters() -> list[str]:
    return [f"{_('Bundles')} (*{ENDING})", f"{_('All files')} (*)"]
