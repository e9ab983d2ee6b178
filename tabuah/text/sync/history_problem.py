"""Text for a console whose journal differs from that of its server: what is safe, and who has to do what."""

from tabuah.operations.sync.connection_state import HistoryProblem
from tabuah.resources.localisation import _, format_number, ngettext


def history_state(problem: HistoryProblem) -> str:
    """Return the state of the server in a few words."""
    if problem is HistoryProblem.UNDECIDED:
        return _("Server waits for a decision")
    return _("Server waits for lost records")


def history_in_brief(problem: HistoryProblem) -> str:
    """Return what is missing here, what is safe, and who acts, for one line of the window."""
    who = _("An administrator decides.") if problem is HistoryProblem.UNDECIDED else _("Start the other consoles.")
    return " ".join((_("New alarms and readings do not arrive here."), _("Nothing is lost."), who))


def list_history_steps(problem: HistoryProblem, pending: int) -> tuple[str, ...]:
    """Return what happened, what is safe, what is missing, and who does what.

    Args:
        problem: the difference of the journals.
        pending: the number of changes that wait on this console.
    """
    return (
        _what_happened(problem),
        _what_is_safe(pending),
        _(
            "Until then nothing is exchanged with the server: alarms, readings and reports of others do not arrive"
            " here, and yours do not arrive there. Use telephone or radio."
        ),
        *_who_acts(problem),
    )


def history_advice(problem: HistoryProblem) -> str:
    """Return who has to do what, in one paragraph."""
    return " ".join(_who_acts(problem))


def _what_happened(problem: HistoryProblem) -> str:
    if problem is HistoryProblem.UNDECIDED:
        return _(
            "The server was put back to an older copy and has written since; its records differ from those here."
        )
    return _("The server was put back to an older copy and lacks records that are here.")


def _what_is_safe(pending: int) -> str:
    if not pending:
        return _("Nothing is lost: all records are safe on this computer. You can keep working.")
    text = ngettext(
        "Nothing is lost: all records and {n} change that waits are safe on this computer. You can keep working.",
        "Nothing is lost: all records and {n} changes that wait are safe on this computer. You can keep working.",
        pending,
    )
    return text.format(n=format_number(pending))


def _who_acts(problem: HistoryProblem) -> tuple[str, ...]:
    if problem is HistoryProblem.UNDECIDED:
        return (
            _("Everybody: start Tabuah on all consoles that worked last, and leave them on."),
            _("Administrator: see both histories with `tabuah server handback` at the server, and decide."),
            _("Afterwards all users log in again, and the consoles go on by themselves."),
        )
    return (
        _("Everybody: start Tabuah on all consoles that worked last: they hand back the records."),
        _("Administrator: if no console has them, end the wait with `tabuah server handback --end-wait`."),
    )
