"""The questions before an act on a user, a device or a session."""

from typing import Final

from tabuah.console.window.shared.confirm_card import Question
from tabuah.resources.localisation import N_, _
from tabuah.storage.journal.people_protocol import UserSummary
from tabuah.widgets.people.values import PeopleAct

_QUESTIONS: Final[dict[PeopleAct, tuple[str, str, str]]] = {  # title, text and button
    PeopleAct.LOCK: (
        N_("Lock the user {user}?"),
        N_("All sessions end at once. Work on the user's devices is kept there and held when it arrives."),
        N_("Lock user"),
    ),
    PeopleAct.UNLOCK: (N_("Unlock the user {user}?"), N_("The user can log in again."), N_("Unlock user")),
    PeopleAct.RESET_CODE: (
        N_("One-time code for {user}?"),
        N_("The user chooses another password with it. The present one stays valid until then."),
        N_("Issue the code"),
    ),
    PeopleAct.RESET_FACTOR: (
        N_("Remove the second factor of {user}?"),
        N_("The user logs in with the password alone until a second factor is set up again."),
        N_("Remove"),
    ),
    PeopleAct.END_ALL_SESSIONS: (
        N_("End all sessions of {user}?"),
        N_("The user logs in again. Work that is not sent stays on the devices."),
        N_("End all"),
    ),
    PeopleAct.END_SESSION: (
        N_("End the session on {row}?"),
        N_("The user logs in again there. Work that is not sent stays on the device."),
        N_("End session"),
    ),
    PeopleAct.REVOKE: (
        N_("Revoke the device {row}?"),
        N_("It reads nothing any more, and its work is held for a supervisor. This cannot be undone."),
        N_("Revoke"),
    ),
    PeopleAct.STOLEN: (
        N_("Report the device {row} as stolen?"),
        N_(
            "When it connects, it erases its data, also work that is not sent, and nothing is taken from it."
            " This cannot be undone."
        ),
        N_("Stolen: wipe"),
    ),
}
_FINAL: Final = frozenset({PeopleAct.REVOKE, PeopleAct.STOLEN})  # acts that cannot be undone


def question_about(act: PeopleAct, user: UserSummary, *, row: str) -> Question:
    """Return the question before an act.

    Args:
        act: the act.
        user: the user it is about, or who owns the device or the session.
        row: the device or the session in words.
    """
    if act is PeopleAct.APPROVE:
        return Question(
            title=_("Approve the device {device} of {user}?").format(device=row, user=user.name),
            text=_("Compare its short name with the one on the device first. Its work is accepted from then on."),
            confirm=_("Approve"),
        )
    title, text, confirm = _QUESTIONS[act]
    return Question(
        title=_(title).format(user=user.name, row=row),
        text=_(text),
        confirm=_(confirm),
        field=_("Reason"),
        required=_("Enter the reason; it is recorded."),
        is_final=act in _FINAL,
    )
