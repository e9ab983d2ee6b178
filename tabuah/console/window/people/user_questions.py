"""The questions before an act on a user, a device or a session, and the fields of the user form."""

from typing import Final

from tabuah.console.window.shared.confirm_card import Question
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import _
from tabuah.storage.journal.people_protocol import UserSummary
from tabuah.text.people.permissions import role_label
from tabuah.widgets.controls.edit_form import EditField
from tabuah.widgets.people.values import PeopleAct
from tabuah.widgets.values import Choice

MOST_NAME_CHARACTERS: Final = 80
MOST_LABEL_CHARACTERS: Final = 400
_ASSIGNABLE: Final = tuple(role for role in Role if role is not Role.SERVER)


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


def creation_fields() -> tuple[EditField, ...]:
    """Return the fields of a new user."""
    return (
        EditField(
            code="name",
            label=_("User name"),
            value="",
            hint=_("Without spaces, such as “sari”. It cannot be changed later."),
        ),
        *_common_fields(full_name="", role=Role.OPERATOR, opd=""),
    )


def change_fields(user: UserSummary) -> tuple[EditField, ...]:
    """Return the fields of a user, and the reason of the change."""
    return (
        *_common_fields(full_name=user.full_name, role=user.role, opd=user.opd),
        EditField(code="reason", label=_("Reason"), value="", hint=_("Recorded with your name.")),
    )


def _common_fields(*, full_name: str, role: Role, opd: str) -> tuple[EditField, ...]:
    return (
        EditField(code="full_name", label=_("Full name"), value=full_name),
        EditField(
            code="role",
            label=_("Role"),
            value=role.value,
            choices=tuple(Choice(code=each.value, label=role_label(each)) for each in _ASSIGNABLE),
            hint=_("Work that was written under the former role and is not yet at the server is held."),
        ),
        EditField(code="opd", label=_("Office"), value=opd, hint=_("Such as BPBD, Damkar or Dinkes.")),
    )


def fault_of(values: dict[str, str], *, is_new: bool) -> tuple[str, str] | None:
    """Return the field and the error of the first value that the server would refuse; None without one."""
    name, reason = values.get("name", ""), values.get("reason", "")
    if is_new and not name:
        return "name", _("Enter the user name.")
    if len(name) > MOST_NAME_CHARACTERS or any(character.isspace() or character == "/" for character in name):
        return "name", _("1 to 80 characters without spaces and slashes.")
    labels = ("full_name", "opd", "reason")
    long = next((code for code in labels if len(values.get(code, "")) > MOST_LABEL_CHARACTERS), "")
    if long:
        return long, _("At most {n} characters.").format(n=MOST_LABEL_CHARACTERS)
    if not is_new and not reason:
        return "reason", _("Enter the reason; it is recorded.")
    return None
