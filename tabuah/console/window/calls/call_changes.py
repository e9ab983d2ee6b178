"""The entries of the call log that the window writes, each with its undo."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from tabuah.console.window.calls.call_forms import correction_back
from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.calls.call import Call
from tabuah.operations.calls.drafts import link_call, unlink_call
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.scope import scope_of
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import _
from tabuah.storage.cache.store import ConsoleStore
from tabuah.widgets.values import Choice

_MOST_OFFERED: Final = 6
_LONGEST_LABEL: Final = 44


class CallChanges:
    """Saves corrections, links and unlinkings, and tells the person what was done."""

    def __init__(self, context: WindowContext) -> None:
        self._context = context

    def correct(self, call: Call, draft: Draft, changes: Mapping[str, str], *, caller_before: str) -> None:
        """Save a correction; the message undoes it."""
        self._save(
            lambda _store: (draft,),
            _("The call is corrected."),
            undo=lambda: self._save(
                lambda store: (correction_back(_now(store, call), changes, call, caller_before),),
                _("The correction of the call is undone."),
            ),
        )

    def link_question(self, call: Call) -> Question:
        """Return the question to which incident a call is linked; open ones of its world are offered."""
        offered = list(_offered(call, self._context.state.snapshot.incidents.values()))
        return Question(
            title=_("To which incident does the call belong?"),
            text=_("It becomes a normal call and stays in the log."),
            confirm=_("Link"),
            field=_("Number"),
            value=offered[0].number if len(offered) == 1 else "",
            required=_("Write the number of an incident."),
            offers=tuple(
                Choice(code=each.number, label=f"{each.number} {each.title}"[:_LONGEST_LABEL]) for each in offered
            ),
        )

    def link(self, call: Call, number: str) -> None:
        """Link a call to the incident with a number; the message undoes it."""

        def make(store: ConsoleStore) -> Sequence[Draft]:
            incident = store.incident(number.partition(",")[0].strip())
            if scope_of(incident) != scope_of(call):
                raise NotPossible("call_of_another_world")
            return (link_call(_now(store, call), incident.id),)

        self._save(make, _("The call is linked to the incident."), undo=lambda: self._link_back(call))

    def unlink(self, call: Call) -> None:
        """Take a call off its incident; the message undoes it."""
        self._save(
            lambda store: (unlink_call(_now(store, call)),),
            _("The call is no longer linked."),
            undo=lambda: self._link_back(call),
        )

    def _link_back(self, before: Call) -> None:
        """Give a call the incident that it had, or none."""

        def make(store: ConsoleStore) -> Sequence[Draft]:
            call = _now(store, before)
            return (link_call(call, before.incident) if before.incident else unlink_call(call),)

        message = _("The call is linked as before.") if before.incident else _("The call is no longer linked.")
        self._save(make, message)

    def _save(
        self,
        make: Callable[[ConsoleStore], Sequence[Draft]],
        message: str,
        *,
        undo: Callable[[], None] | None = None,
    ) -> None:
        self._context.save(make, on_saved=lambda _saved: self._context.notifier.done(message, undo=undo))


def _now(store: ConsoleStore, call: Call) -> Call:
    """Return a call as it is now."""
    value = store.state(subject_of("call", call.id)).value
    return value if isinstance(value, Call) else call


def _offered(call: Call, incidents: Iterable[Incident]) -> Iterable[Incident]:
    """Return the open incidents of the world of a call that were reported nearest to its time."""
    world = scope_of(call)
    fitting = (each for each in incidents if each.is_open and scope_of(each) == world)
    near = sorted(fitting, key=lambda each: abs((each.reported_at - call.received_at).total_seconds()))
    return near[:_MOST_OFFERED]
