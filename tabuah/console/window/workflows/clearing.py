"""Clearing what took no effect: supervisors release or refuse; authors send again, put right or set aside."""

from PySide6.QtCore import QObject

from tabuah.console.window.history import blob_path, read_thumbnail
from tabuah.console.window.panels import LowerPanel
from tabuah.console.window.presenting.trays import held_items, rejected_items
from tabuah.console.window.workplace import Workplace
from tabuah.operations.entries import Entry, subject_key, subject_kind
from tabuah.operations.errors import NotPossible
from tabuah.operations.holding import refuse_held, release_held
from tabuah.operations.telling import entry_words
from tabuah.resources.catalogue import _, ngettext
from tabuah.storage.cache.findings import Reissued
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.trays.tray_item import HELD, REJECTED
from tabuah.widgets.trays.tray_panel import TrayPanel


class Clearing(QObject):
    """The trays in the lower panel; what is looked at is shown in the details, too."""

    def __init__(self, place: Workplace, trays: TrayPanel, lower: LowerPanel) -> None:
        super().__init__(trays)
        self._at, self._trays, self._lower = place, trays, lower
        trays.release_requested.connect(self._on_release_requested)
        trays.refuse_requested.connect(self._on_refuse_requested)
        trays.reissue_requested.connect(self._on_reissue_requested)
        trays.dismiss_requested.connect(self._on_dismiss_requested)
        trays.shown.connect(self._on_shown)
        trays.closed.connect(self._on_closed)

    def begin_held(self) -> None:
        """Open the tray of what waits for a supervisor."""
        self._open(HELD)

    def begin_rejected(self) -> None:
        """Open the tray of what was rejected."""
        self._open(REJECTED)

    def refresh(self) -> None:
        """Show what is in the trays now."""
        snapshot, now = self._at.room.snapshot, self._at.room.now()
        self._trays.show_items(held=held_items(snapshot, now), rejected=rejected_items(snapshot, now))

    def _open(self, tray: str) -> None:
        self.refresh()
        self._lower.show_trays()
        self._trays.show_tray(tray)
        self._choose_the_one_looked_at(tray)
        self._trays.setFocus()

    def _choose_the_one_looked_at(self, tray: str) -> None:
        """Begin with what is about the incident in the details, where something is."""
        looked_at = f"incident/{self._at.selection.incident}"
        snapshot = self._at.room.snapshot
        held = [aside.entry for aside in snapshot.held]
        entries = held if tray == HELD else [rejection.root.entry for rejection in snapshot.rejections]
        about_it = next((entry for entry in entries if entry.subject == looked_at), None)
        if about_it is not None:
            self._trays.choose(about_it.id)
        elif self._trays.current is not None:
            self._on_shown(self._trays.current.id)

    def _entry(self, entry_id: str) -> Entry | None:
        snapshot = self._at.room.snapshot
        asides = (*snapshot.held, *(rejection.root for rejection in snapshot.rejections))
        return next((aside.entry for aside in asides if aside.entry.id == entry_id), None)

    def _on_shown(self, entry_id: str) -> None:
        entry = self._entry(entry_id)
        if entry is None or not self._lower.shows_trays:
            return
        if subject_kind(entry.subject) == "incident":
            self._at.selection.choose_incident(subject_key(entry.subject))
        item = self._trays.current
        if item is not None and item.attachment:
            self._show_picture(entry_id, item.attachment)

    def _show_picture(self, entry_id: str, sha256: str) -> None:
        file = blob_path(self._at.directory / "blobs", sha256)
        self._at.work.run(
            lambda _context: read_thumbnail(file) if file.is_file() else None,
            on_done=lambda picture: self._trays.show_picture(entry_id, picture) if picture is not None else None,
        )

    def _on_release_requested(self, entry_id: str) -> None:
        entry = self._entry(entry_id)
        if entry is not None:
            told = _("Released: {text}").format(text=entry_words(entry))
            self._at.save_draft(release_held(entry), on_saved=lambda _saved: self._at.teller.done(told))

    def _on_refuse_requested(self, entry_id: str, reason: str) -> None:
        entry = self._entry(entry_id)
        if entry is None:
            return
        try:
            draft = refuse_held(entry, reason)
        except NotPossible as refusal:
            self._at.teller.error(refusal)
            return
        told = _("Refused: {text}").format(text=entry_words(entry))
        self._at.save_draft(draft, on_saved=lambda _saved: self._at.teller.done(told))

    def _on_reissue_requested(self, entry_id: str, words: str | None) -> None:
        def done(reissued: Reissued) -> None:
            self._changed()
            n = len(reissued.issued)
            told = ngettext("{n} change is on its way again.", "{n} changes are on their way again.", n).format(n=n)
            self._at.teller.done(told)
            for reason in reissued.left:
                self._at.teller.refuse(_("One that rests on it stays in the tray: {reason}").format(reason=reason))

        self._at.store.run(
            lambda store: store.issue_all_again(entry_id, words), on_done=done, on_error=self._at.teller.error
        )

    def _on_dismiss_requested(self, entry_id: str) -> None:
        def work(store: ConsoleStore) -> None:
            store.dismiss(entry_id)

        def done(_nothing: None) -> None:
            self._changed()
            told = _("Set aside on this console; it stays in the journal.")
            self._at.teller.done(told, undo=lambda: self._restore(entry_id))

        self._at.store.run(work, on_done=done, on_error=self._at.teller.error)

    def _restore(self, entry_id: str) -> None:
        def work(store: ConsoleStore) -> None:
            store.restore_dismissed(entry_id)

        self._at.store.run(work, on_done=lambda _nothing: self._changed(), on_error=self._at.teller.error)

    def _changed(self) -> None:
        self._at.room.refresh()
        self._at.sync_soon()

    def _on_closed(self) -> None:
        self._lower.show_chart()
        self._at.canvas.setFocus()
