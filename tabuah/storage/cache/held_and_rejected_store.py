"""The part of the store for held and rejected entries, and the user's decisions on them."""

from tabuah.operations.alarms.clear_rights import is_same_raiser
from tabuah.operations.errors import NotPossible
from tabuah.resources.localisation import _
from tabuah.storage.cache import held_and_rejected
from tabuah.storage.cache.cache_session import CacheSession
from tabuah.storage.cache.entry_writer import save_drafts
from tabuah.storage.cache.errors import UnknownKey
from tabuah.storage.cache.pending_work import BlockedEntry, HeldReport, ReissueResult, Rejection
from tabuah.storage.journal.chain import ChainedEntry
from tabuah.text.sync.verdict_reasons import describe_not_possible


class HeldAndRejectedStore:
    """Base class of `ConsoleStore`, whose cache session it uses."""

    _session: CacheSession

    def held(self) -> list[BlockedEntry]:
        """Return entries of all devices that wait for a supervisor or a dependency, the oldest first."""
        return held_and_rejected.held_entries(self._session)

    def may_clear(self, alarm_subject: str) -> bool:
        """Return whether the rules let this device clear an alarm, as far as its raiser is known here."""
        raiser, devices = self._session.lookups.alarm_raiser(alarm_subject), self._session.authority().devices
        return not raiser or is_same_raiser(raiser, self._session.meta.device, devices)

    def held_reports(self) -> list[HeldReport]:
        """Return incidents of all devices whose report is held."""
        return held_and_rejected.held_reports(self._session)

    def rejected(self) -> list[BlockedEntry]:
        """Return own entries that the server rejected; without reissued and dismissed ones."""
        return held_and_rejected.rejected_entries(self._session)

    def rejections(self, *, dismissed: bool = False) -> list[Rejection]:
        """Return rejected and refused entries with their dependents; or the dismissed ones."""
        return held_and_rejected.rejections(self._session, dismissed=dismissed)

    def rejection(self, entry: str) -> Rejection:
        """Return one item by its entry; a dependent entry is returned alone.

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

    def reissue(self, entry: str, words: str | None = None) -> ChainedEntry:
        """Reissue a rejected or refused entry based on the current state, optionally with other words.

        Raises:
            UnknownKey: there is no such entry in the tray.
            NotPossible: the rules still forbid it, or it cannot have these words; it stays in the tray.
        """
        for set_aside in (*self.rejected(), *held_and_rejected.refused_entries(self._session)):
            if set_aside.entry.id == entry:
                with self._session.writing():
                    draft = held_and_rejected.draft_of_rejected(self._session, set_aside.entry, words)
                return save_drafts(self._session, (draft,))[0]
        raise UnknownKey(_("There is no rejected entry {key}.").format(key=entry))

    def reissue_all(self, entry: str, words: str | None = None) -> ReissueResult:
        """Reissue a rejected entry with all its dependents; forbidden ones stay in the tray.

        Raises:
            UnknownKey: there is no such entry in the tray.
            NotPossible: the entry itself is still forbidden; nothing was saved.
        """
        tray = self.rejection(entry)
        issued, left = [self.reissue(tray.root.entry.id, words).entry], []
        for resting in tray.entries[1:]:
            try:
                issued.append(self.reissue(resting.entry.id).entry)
            except NotPossible as refusal:
                left.append(describe_not_possible(refusal))
        return ReissueResult(tuple(issued), tuple(left))

    def dismiss(self, entry: str) -> None:
        """Dismiss a rejected entry with all its dependents; it stays in the journal and can be restored.

        Raises:
            UnknownKey: there is no such entry in the tray.
        """
        tray = self.rejection(entry)
        with self._session.writing():
            self._session.journal.dismiss((aside.entry.id for aside in tray.entries), self._session.now())
            self._session.meta.next_version()

    def restore_dismissed(self, entry: str) -> None:
        """Put a dismissed entry back into the tray.

        Raises:
            UnknownKey: it was not dismissed.
        """
        tray = next((tray for tray in self.rejections(dismissed=True) if tray.root.entry.id == entry), None)
        if tray is None:
            raise UnknownKey(_("There is no dismissed entry {key}.").format(key=entry))
        with self._session.writing():
            self._session.journal.restore_dismissed(aside.entry.id for aside in tray.entries)
            self._session.meta.next_version()
