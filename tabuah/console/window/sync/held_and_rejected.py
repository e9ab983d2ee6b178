"""Actions on held and rejected work.

Supervisors release or refuse held entries; authors send again, correct or dismiss rejected ones.
"""

from PySide6.QtCore import QObject, Signal

from tabuah.console.window.shared.panels import LowerPanel
from tabuah.console.window.shared.thumbnails import blob_path, read_thumbnail
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shared.world_links import scope_of_link, world_links
from tabuah.console.window.sync.tray_items import held_items, rejected_items
from tabuah.operations.entries import Entry, subject_key, subject_kind
from tabuah.operations.errors import NotPossible
from tabuah.operations.held_entries import refuse_held, release_held
from tabuah.resources.localisation import _, ngettext
from tabuah.storage.cache.pending_work import ReissueResult
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.sync.entry_summary import describe_entry
from tabuah.widgets.sync.tray_item import HELD, REJECTED
from tabuah.widgets.sync.tray_panel import TrayPanel


class HeldAndRejectedActions(QObject):
    """The trays in the lower panel. The details show the selected incident of a tray.

    Signals:
        world_requested: an ExerciseScope to show, and a function to call afterwards.
    """

    world_requested = Signal(object, object)

    def __init__(self, context: WindowContext, trays: TrayPanel, lower: LowerPanel) -> None:
        super().__init__(trays)
        self._context, self._trays, self._lower = context, trays, lower
        trays.release_requested.connect(self._on_release_requested)
        trays.refuse_requested.connect(self._on_refuse_requested)
        trays.reissue_requested.connect(self._on_reissue_requested)
        trays.dismiss_requested.connect(self._on_dismiss_requested)
        trays.shown.connect(self._on_shown)
        trays.closed.connect(self._on_closed)
        trays.world_requested.connect(self._on_world_requested)

    def begin_held(self) -> None:
        """Open the tray of held entries."""
        self._open(HELD)

    def begin_rejected(self) -> None:
        """Open the tray of rejected entries."""
        self._open(REJECTED)

    def refresh(self) -> None:
        """Show the current content of the trays."""
        snapshot, now = self._context.state.snapshot, self._context.state.now()
        elsewhere = {
            HELD: world_links(snapshot, lambda work: work.held),
            REJECTED: world_links(snapshot, lambda work: work.rejected),
        }
        self._trays.show_items(
            held=held_items(snapshot, now), rejected=rejected_items(snapshot, now), elsewhere=elsewhere
        )

    def _open(self, tray: str) -> None:
        self.refresh()
        self._lower.show_trays()
        self._trays.show_tray(tray)
        self._choose_the_one_looked_at(tray)
        self._trays.setFocus()

    def _choose_the_one_looked_at(self, tray: str) -> None:
        """Select the first item about the incident in the details, if there is one."""
        looked_at = f"incident/{self._context.selection.incident}"
        snapshot = self._context.state.snapshot
        held = [aside.entry for aside in snapshot.held]
        entries = held if tray == HELD else [rejection.root.entry for rejection in snapshot.rejections]
        about_it = next((entry for entry in entries if entry.subject == looked_at), None)
        if about_it is not None:
            self._trays.choose(about_it.id)
        elif self._trays.current is not None:
            self._on_shown(self._trays.current.id)

    def _entry(self, entry_id: str) -> Entry | None:
        snapshot = self._context.state.snapshot
        asides = (*snapshot.held, *(rejection.root for rejection in snapshot.rejections))
        return next((aside.entry for aside in asides if aside.entry.id == entry_id), None)

    def _on_shown(self, entry_id: str) -> None:
        entry = self._entry(entry_id)
        if entry is None or not self._lower.shows_trays:
            return
        if subject_kind(entry.subject) == "incident":
            self._context.selection.choose_incident(subject_key(entry.subject))
        item = self._trays.current
        if item is not None and item.attachment:
            self._show_picture(entry_id, item.attachment)

    def _show_picture(self, entry_id: str, sha256: str) -> None:
        file = blob_path(self._context.directory / "blobs", sha256)
        self._context.work.run(
            lambda _context: read_thumbnail(file) if file.is_file() else None,
            on_done=lambda picture: self._trays.show_picture(entry_id, picture) if picture is not None else None,
        )

    def _on_release_requested(self, entry_id: str) -> None:
        entry = self._entry(entry_id)
        if entry is not None:
            message = _("Released: {text}").format(text=describe_entry(entry))
            self._context.save_draft(
                release_held(entry), on_saved=lambda _saved: self._context.notifier.done(message)
            )

    def _on_refuse_requested(self, entry_id: str, reason: str) -> None:
        entry = self._entry(entry_id)
        if entry is None:
            return
        try:
            draft = refuse_held(entry, reason)
        except NotPossible as refusal:
            self._context.notifier.error(refusal)
            return
        message = _("Refused: {text}").format(text=describe_entry(entry))
        self._context.save_draft(draft, on_saved=lambda _saved: self._context.notifier.done(message))

    def _on_reissue_requested(self, entry_id: str, words: str | None) -> None:
        def done(reissued: ReissueResult) -> None:
            self._changed()
            n = len(reissued.issued)
            message = ngettext("{n} change is being sent again.", "{n} changes are being sent again.", n).format(n=n)
            self._context.notifier.done(message)
            for reason in reissued.left:
                self._context.notifier.refuse(
                    _("A dependent entry stays in the tray: {reason}").format(reason=reason)
                )

        self._context.store.run(
            lambda store: store.reissue_all(entry_id, words), on_done=done, on_error=self._context.notifier.error
        )

    def _on_dismiss_requested(self, entry_id: str) -> None:
        def work(store: ConsoleStore) -> None:
            store.dismiss(entry_id)

        def done(_nothing: None) -> None:
            self._changed()
            message = _("Dismissed on this console; it stays in the journal.")
            self._context.notifier.done(message, undo=lambda: self._restore(entry_id))

        self._context.store.run(work, on_done=done, on_error=self._context.notifier.error)

    def _restore(self, entry_id: str) -> None:
        def work(store: ConsoleStore) -> None:
            store.restore_dismissed(entry_id)

        self._context.store.run(work, on_done=lambda _nothing: self._changed(), on_error=self._context.notifier.error)

    def _changed(self) -> None:
        self._context.state.refresh()
        self._context.sync_soon()

    def _on_world_requested(self, key: str) -> None:
        """Show the same tray in another world."""
        scope, tray = scope_of_link(self._context.state.snapshot, key), self._trays.tray
        if scope is not None:
            self.world_requested.emit(scope, lambda: self._open(tray))

    def _on_closed(self) -> None:
        self._lower.show_chart()
        self._context.canvas.setFocus()
