"""The questions before an act on a user, a device or a session."""

from tabuah.console.window.shared.confirm_card import Question
from tabuah.resources.localisation import _
from tabuah.storage.journal.people_protocol import UserSummary
from tabuah.widgets.people.values import PeopleAct


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
    title, text, confirm = _words(act, user.name, row)
    return Question(
        title=title,
        text=text,
        confirm=confirm,
        field=_("Reason"),
        required=_("Enter the reason; it is recorded."),
    )


def _words(act: PeopleAct, user: str, row: str) -> tuple[str, str, str]:
    match act:
        case PeopleAct.LOCK:
            words = (
                _("Lock the user {user}?"),
                _("All sessions end at once. Work on the user's devices is kept there and held when it arrives."),
                _("Lock user"),
            )
        case PeopleAct.UNLOCK:
            words = _("Unlock the user {user}?"), _("The user can log in again."), _("Unlock user")
        case PeopleAct.RESET_CODE:
            words = (
                _("One-time code for {user}?"),
                _("The user chooses another password with it. The present one stays valid until then."),
                _("Issue the code"),
            )
        case PeopleAct.RESET_FACTOR:
            words = (
                _("Remove the second factor of {user}?"),
                _("The user logs in with the password alone until a second factor is set up again."),
                _("Remove"),
            )
        case PeopleAct.END_ALL_SESSIONS:
            words = (
                _("End all sessions of {user}?"),
                _("The user logs in again. Work that is not sent stays on the devices."),
                _("End all"),
            )
        case PeopleAct.END_SESSION:
            words = (
                _("End the session on {row}?"),
                _("The user logs in again there. Work that is not sent stays on the device."),
                _("End session"),
            )
        case PeopleAct.REVOKE:
            words = (
                _("Revoke the device {row}?"),
                _("It reads nothing any more, and its work is held for a supervisor. This cannot be undone."),
                _("Revoke"),
            )
        case _:
            words = (
                _("Report the device {row} as stolen?"),
                _(
                    "When it connects, it erases its data, also work that is not sent, and nothing is taken from it."
                    " This cannot be undone."
                ),
                _("Stolen: wipe"),
            )
    title, text, confirm = words
    return title.format(user=user, row=row), text, confirm
