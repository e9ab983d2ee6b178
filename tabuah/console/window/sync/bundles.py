"""Bundles: export of pending work to a file for USB or chat, and import of such a file."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from tabuah.console.window.shared.file_dialogs import open_dialog, save_dialog
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.sync.bundle_results import BundleExport, BundleImport
from tabuah.resources.localisation import _
from tabuah.resources.time_zone import home_zone
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.sync.bundles import (
    describe_bundle_export,
    describe_bundle_import,
    describe_left_out_data,
    list_blocked_work,
    list_import_remarks,
)

BUNDLE_SUFFIX = ".tabuah"


class BundleActions(QObject):
    """Writes and reads bundles on a worker."""

    def __init__(self, context: WindowContext, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window

    def ask_for_export(self) -> None:
        """Ask for a file and export a bundle to it."""
        snapshot, at = self._context.state.snapshot, self._context.state.now().astimezone(home_zone())
        name = "-".join(part for part in (_("bundle"), snapshot.actor, f"{at:%Y%m%d-%H%M}") if part) + BUNDLE_SUFFIX
        dialog = save_dialog(self._window, _("Export a bundle for USB or chat"), name=name, filters=_filters())
        dialog.fileSelected.connect(self._on_export_chosen)
        dialog.open()

    def ask_for_import(self) -> None:
        """Ask for a bundle to import."""
        dialog = open_dialog(self._window, _("Import a bundle"), filters=_filters())
        dialog.fileSelected.connect(self._on_import_chosen)
        dialog.open()

    def export(self, file: Path) -> None:
        """Export a bundle."""
        has_server = self._context.state.snapshot.identity is not None

        def done(written: BundleExport) -> None:
            self._context.notifier.saved(describe_bundle_export(written, file), file, opens=False)
            if written.sealed_for:
                self._context.notifier.inform(
                    _("Callers and photos in it are sealed: only the server can read them.")
                )
            if written.left_out:
                self._context.notifier.inform(describe_left_out_data(written, has_server=has_server))

        self._context.notifier.inform(_("The bundle is being written …"))
        self._context.network.run(
            lambda store: store.relay.export_bundle(file), on_done=done, on_error=self._context.notifier.error
        )

    def import_bundle(self, file: Path) -> None:

        def work(store: ConsoleStore) -> tuple[BundleImport, list[str]]:
            taken = store.relay.import_bundle(file)
            return taken, [*list_import_remarks(taken), *list_blocked_work(store.relay.blocked())]

        def done(message: tuple[BundleImport, list[str]]) -> None:
            taken, remarks = message
            self._context.state.refresh()
            self._context.sync_soon()
            self._context.notifier.done(describe_bundle_import(taken))
            for remark in remarks:
                self._context.notifier.inform(remark)

        self._context.notifier.inform(_("The bundle is being read …"))
        self._context.network.run(work, on_done=done, on_error=self._context.notifier.error)

    def _on_export_chosen(self, chosen: str) -> None:
        self.export(Path(chosen))

    def _on_import_chosen(self, chosen: str) -> None:
        self.import_bundle(Path(chosen))


def _filters() -> list[str]:
    return [f"{_('Bundles')} (*{BUNDLE_SUFFIX})", f"{_('All files')} (*)"]
