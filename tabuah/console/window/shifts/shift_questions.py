"""Questions about the shift on duty: the end of a promise, a correction, and the end and reopening of a shift."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from tabuah.console.window.shared.confirm_card import ConfirmCard, Question
from tabuah.console.window.shared.window_context import SavedEntries, WindowContext
from tabuah.operations.entries import Draft
from tabuah.operations.errors import NotPossible
from tabuah.operations.shifts import drafts
from tabuah.operations.shifts.duty_shift import DutyShift
from tabuah.operations.shifts.entry_bodies import PromiseOutcome
from tabuah.operations.shifts.handover_summary import open_promises
from tabuah.resources.localisation import _
from tabuah.text.shifts.shift_text import promise_text, shift_title
from tabuah.text.sync.verdict_reasons import describe_not_possible
from tabuah.widgets.values import Choice

_LISTED_LINES = 20
_LONGEST_CHOICE = 60
ThingT = TypeVar("ThingT")


class ShiftQuestions:
    """Asks before an entry of a shift is saved, on the card of the dialog."""

    def __init__(self, context: WindowContext, card: ConfirmCard) -> None:
        self._context, self._card = context, card

    def ask(self, question: Question, on_confirmed: Callable[[str], None]) -> None:
        """Show a question; `on_confirmed` receives the text of its field."""
        self._card.ask(question, on_confirmed)

    def save(self, make: Callable[[], Draft], *, message: str = "", undo: Callable[[], None] | None = None) -> None:
        """Save a draft and report it by a message, or show why it is not possible."""
        try:
            draft = make()
        except NotPossible as refusal:
            self._context.notifier.refuse(describe_not_possible(refusal))
            return

        def on_saved(_saved: SavedEntries) -> None:
            if message:
                self._context.notifier.done(message, undo=undo)

        self._context.save_draft(draft, on_saved=on_saved)

    def end_promise(self) -> None:
        """Ask which open promise has ended, and how."""
        state = self._context.state
        found = open_promises(state.snapshot.shifts.values(), state.scope)
        outcomes = {
            PromiseOutcome.DONE: _("Done: {promise}"),
            PromiseOutcome.WITHDRAWN: _("Withdrawn: {promise}"),
        }
        ends = [
            (label.format(promise=promise_text(promise, state.now())), (shift, promise, outcome))
            for outcome, label in outcomes.items()
            for shift, promise in found
        ]
        question = Question(
            title=_("Which promise has ended?"),
            text=_("It stays in the log of its shift."),
            confirm=_("End"),
            choice_label=_("Promises"),
            field=_("Note"),
        )
        self._choose(question, ends, lambda end, note: drafts.end_promise(*end, note=note))

    def correct(self, shift: DutyShift) -> None:
        """Ask for the correction of one of the last lines."""
        corrected = shift.corrected()
        lines = [line for line in reversed(shift.log) if line.entry not in corrected][:_LISTED_LINES]
        question = Question(
            title=_("Correct a line"),
            text=_("Both lines stay in the log."),
            confirm=_("Write"),
            choice_label=_("Line"),
            field=_("Correction"),
            required=_("Write the correction."),
        )
        self._choose(
            question,
            [(line.text[:_LONGEST_CHOICE], line) for line in lines],
            lambda line, text: drafts.log_line(shift, text, corrects=line.entry, about=line.about),
        )

    def close_shift(self, shift: DutyShift) -> None:
        """Ask for the reason of an end without a handover."""
        question = Question(
            title=_("End the shift without a handover?"),
            text=_("Only where no shift follows. The list of shifts opens it again."),
            confirm=_("End the shift"),
            field=_("Reason"),
            is_reason=True,
            required=_("Write the reason."),
        )
        self.ask(question, lambda reason: self._close(shift, reason))

    def _close(self, shift: DutyShift, reason: str) -> None:
        message = _("The shift has ended: {shift}").format(shift=shift_title(shift))
        self.save(lambda: drafts.close_shift(shift, reason=reason), message=message, undo=lambda: self._reopen(shift))

    def _reopen(self, shift: DutyShift) -> None:
        """Undo: reopen the shift, as it is then."""
        now = self._context.state.snapshot.shifts.get(shift.id, shift)
        message = _("The shift goes on: {shift}").format(shift=shift_title(now))
        self.save(lambda: drafts.reopen_shift(now, reason=_("Undone")), message=message)

    def reopen(self, shift: DutyShift) -> None:
        """Ask for the reason of reopening a shift."""
        question = Question(
            title=_("Reopen the shift?"),
            text=shift_title(shift),
            confirm=_("Reopen the shift"),
            field=_("Reason"),
            is_reason=True,
            required=_("Write the reason."),
        )
        self.ask(question, lambda reason: self.save(lambda: drafts.reopen_shift(shift, reason=reason)))

    def _choose(
        self, question: Question, things: Sequence[tuple[str, ThingT]], make: Callable[[ThingT, str], Draft]
    ) -> None:
        """Ask for one of the labelled things, and save the draft made of it and the text."""
        if not things:
            return
        choices = tuple(Choice(code=str(index), label=label) for index, (label, _thing) in enumerate(things))

        def on_confirmed(text: str) -> None:
            thing = things[int(self._card.choice)][1]
            self.save(lambda: make(thing, text))

        self.ask(replace(question, choices=choices, chosen=choices[0].code), on_confirmed)
