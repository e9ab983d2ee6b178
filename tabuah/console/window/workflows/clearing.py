"""Clearing what took no effect, one by one: a supervisor releases what is held; what was refused is sent again."""

from tabuah.console.window.confirm_card import Question
from tabuah.console.window.workplace import Workplace
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft
from tabuah.operations.incidents.bodies import EntryReleased
from tabuah.operations.incidents.timeline import tell
from tabuah.operations.reasons import reason_words
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment
from tabuah.storage.cache.findings import SetAsideEntry
from tabuah.storage.cache.store import ConsoleStore


class Clearing:
    """Shows the oldest one with its author and its reason; Escape leaves it for later."""

    def __init__(self, place: Workplace) -> None:
        self._at = place

    def begin_releasing(self) -> None:
        """Show the oldest held change."""
        self._at.store.run(lambda store: _first(store.held()), on_done=self._ask_to_release)

    def begin_reissuing(self) -> None:
        """Show the oldest refused change."""
        self._at.store.run(lambda store: _first(store.rejected()), on_done=self._ask_to_reissue)

    def _ask_to_release(self, aside: SetAsideEntry | None) -> None:
        if aside is None:
            return
        entry = aside.entry
        draft = Draft(
            subject=entry.subject,
            kind="entry.released",
            body=encode_body(EntryReleased(entry=entry.id)),
            exercise=entry.exercise,
        )
        told = _("Released; it takes effect once the server has it.")
        self._at.confirm.ask(
            Question(title=_("Let this change take effect?"), text=_words(aside), confirm=_("Release")),
            lambda _text: self._at.save_draft(draft, on_saved=lambda _saved: self._at.teller.done(told)),
        )

    def _ask_to_reissue(self, aside: SetAsideEntry | None) -> None:
        if aside is None:
            return
        self._at.confirm.ask(
            Question(title=_("Send this change again?"), text=_words(aside), confirm=_("Send again")),
            lambda _text: self._reissue(aside.entry.id),
        )

    def _reissue(self, entry_id: str) -> None:
        def work(store: ConsoleStore) -> None:
            store.issue_again(entry_id)

        def done(_nothing: None) -> None:
            self._at.room.refresh()
            self._at.sync_soon()
            self._at.teller.done(_("It is on its way again, in view of what stands now."))

        self._at.store.run(work, on_done=done, on_error=self._at.teller.error)


def _first(asides: list[SetAsideEntry]) -> SetAsideEntry | None:
    return asides[0] if asides else None


def _words(aside: SetAsideEntry) -> str:
    entry = aside.entry
    return "\n".join((tell(entry), f"{entry.actor} · {format_moment(entry.happened_at)}", reason_words(aside.reason)))
