"""The part of a store that is about its trays: what is held or was rejected, and what a person does with it."""

from tabuah.operations.errors import NotPossible
from tabuah.resources.catalogue import _
from tabuah.storage.cache import trays
from tabuah.storage.cache.desk import Desk
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.findings import HeldReport, Reissued, Rejection, SetAsideEntry
from tabuah.storage.cache.saving import save_drafts
from tabuah.storage.journal.chain import ChainedEntry


class TrayStore:
    """Works on the desk of the store that it is a part of."""

    _desk: Desk

    def held(self) -> list[SetAsideEntry]:
        """Entries that wait for a supervisor, or for what they rest on, of all devices, the oldest first."""
        return trays.held_entries(self._desk)

    def held_reports(self) -> list[HeldReport]:
        """Incidents that exist for nobody while their report is held, of all devices."""
        return trays.held_reports(self._desk)

    def rejected(self) -> list[SetAsideEntry]:
        """This console's own entries that the server rejected; neither issued again nor set aside."""
        return trays.rejected_entries(self._desk)

    def rejections(self, *, dismissed: bool = False) -> list[Rejection]:
        """What was rejected or refused by a supervisor, each with what rests on it; or what was set aside of it."""
        return trays.rejections(self._desk, dismissed=dismissed)

    def rejection(self, entry: str) -> Rejection:
        """One item of the tray by the entry it is about; one that rests on another stands for itself.

        Raises:
            UnknownKey: there is no such entry in the tray.
        """
        for tray in self.rejections():
            if tray.root.entry.id == entry:
                return tray
            for aside in tray.entries[1:]:
                if aside.entry.id == entry:
                    return Rejection(aside)
        raise UnknownKey(_("There is no rejected entry {key}.").format(key=entry))

    def issue_again(self, entry: str, words: str | None = None) -> ChainedEntry:
        """Issue a rejected or refused entry again, in view of what stands now, with other words where some are given.

        Raises:
            UnknownKey: there is no such entry in the tray.
            NotPossible: the rules forbid it still, or the words do not fit; it stays in the tray.
        """
        for set_aside in (*self.rejected(), *trays.refused_entries(self._desk)):
            if set_aside.entry.id == entry:
                with self._desk.writing():
                    draft = trays.draft_of_rejected(self._desk, set_aside.entry, words)
                return save_drafts(self._desk, (draft,))[0]
        raise UnknownKey(_("There is no rejected entry {key}.").format(key=entry))

    def issue_all_again(self, entry: str, words: str | None = None) -> Reissued:
        """Issue a rejected entry again with all that rests on it; what the rules forbid still stays in the tray.

        Raises:
            UnknownKey: there is no such entry in the tray.
            NotPossible: the entry itself cannot be; nothing was saved.
        """
        tray = self.rejection(entry)
        issued, left = [self.issue_again(tray.root.entry.id, words).entry], []
        for resting in tray.entries[1:]:
            try:
                issued.append(self.issue_again(resting.entry.id).entry)
            except NotPossible as refusal:
                left.append(str(refusal))
        return Reissued(tuple(issued), tuple(left))

    def dismiss(self, entry: str) -> None:
        """Set a rejected entry aside with all that rests on it; it stays in the journal, and can be taken back.

        Raises:
            UnknownKey: there is no such entry in the tray.
        """
        tray = self.rejection(entry)
        with self._desk.writing():
            self._desk.journal.dismiss((aside.entry.id for aside in tray.entries), self._desk.now())
            self._desk.meta.next_version()

    def restore_dismissed(self, entry: str) -> None:
        """Put what was set aside back into the tray.

        Raises:
            UnknownKey: it was not set aside.
        """
        tray = next((tray for tray in self.rejections(dismissed=True) if tray.root.entry.id == entry), None)
        if tray is None:
            raise UnknownKey(_("Nothing that was set aside is called {key}.").format(key=entry))
        with self._desk.writing():
            self._desk.journal.restore_dismissed(aside.entry.id for aside in tray.entries)
            self._desk.meta.next_version()
