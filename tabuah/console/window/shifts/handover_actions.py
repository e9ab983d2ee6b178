"""The handover that two people prepare and confirm at one desk."""

from collections.abc import Callable

from tabuah.console.shifts.handover_sources import read_handover_sources, reread_shift
from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shifts.shift_items import outgoing_or_incoming
from tabuah.console.window.shifts.shift_questions import ShiftQuestions
from tabuah.operations.entries import Draft
from tabuah.operations.shifts import drafts
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.operations.shifts.handover_summary import summarise_handover
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.text.shifts.shift_text import short_hash, side_label, stale_facts_warning


class HandoverActions:
    """Prepares, confirms and withdraws a handover."""

    def __init__(self, context: WindowContext, questions: ShiftQuestions, *, on_prepared: Callable[[], None]) -> None:
        self._context, self._questions, self._on_prepared = context, questions, on_prepared

    def prepare(self, shift: DutyShift) -> None:
        """Ask for the note, then save the facts of this console as a handover."""
        question = Question(
            title=_("Prepare the handover?"),
            text=_("All open work is collected now. Both people confirm exactly this content."),
            confirm=_("Prepare"),
            field=_("Note to the next shift"),
            value=shift.handover.note if shift.handover else "",
        )

        def work(store: ConsoleStore, note: str) -> list[Draft]:
            present = reread_shift(store, shift)
            facts = summarise_handover(read_handover_sources(store, present), present, store.now())
            return [drafts.prepare_handover(shift, facts, as_of=store.now(), note=note)]

        def on_confirmed(note: str) -> None:
            self._context.save(lambda store: work(store, note), on_saved=lambda _entries: self._on_prepared())

        self._questions.ask(question, on_confirmed)

    def confirm(self, shift: DutyShift) -> None:
        """Ask the person at the desk to confirm their side."""
        if shift.handover is None:
            return
        actor = self._context.state.snapshot.actor
        side = outgoing_or_incoming(shift, actor)
        text = _("{person} confirms the content with the hash {hash}. It cannot be taken back.")
        warning = stale_facts_warning(shift.handover.facts, shift.handover.as_of)
        question = Question(
            title=f"{side_label(side)}: {actor}",
            text=" ".join(
                filter(None, (warning, text.format(person=actor, hash=short_hash(shift.handover.content_hash))))
            ),
            confirm=_("Confirm"),
        )
        self._questions.ask(
            question, lambda _text: self._questions.save(lambda: drafts.confirm_handover(shift, side))
        )

    def withdraw(self, shift: DutyShift) -> None:
        self._questions.save(lambda: drafts.withdraw_handover(shift))
