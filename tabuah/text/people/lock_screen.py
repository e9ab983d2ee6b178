"""Text of the lock screen: whose password unlocks, whether alarms arrive, and after how long it locks."""

from tabuah.operations.people.roles import Role
from tabuah.operations.sync.connection_state import ConnectionState
from tabuah.resources.localisation import _, ngettext
from tabuah.text.people.permissions import person_text


def locked_by_text(user: str, role: Role | None) -> str:
    return _("Password of {person}").format(person=person_text(user, role))


def describe_alarm_link(state: ConnectionState) -> str:
    """Return whether the alarms of the server arrive on the locked console."""
    if state is ConnectionState.ONLINE:
        return _("Connected to the server: new alarms arrive.")
    if state is ConnectionState.CONNECTING:
        return _("Looking for the server: alarms of the last minutes may be missing.")
    return _("Not connected to the server: new alarms may be missing.")


def describe_lock_time(minutes: int) -> str:
    """Return after how long without input the window locks."""
    if not minutes:
        return _("Never")
    return ngettext("After {n} minute", "After {n} minutes", minutes).format(n=minutes)


def describe_lock_time_change(minutes: int) -> str:
    if not minutes:
        return _("The window does not lock by itself any more. F12 locks it.")
    return ngettext(
        "The window locks after {n} minute without input.",
        "The window locks after {n} minutes without input.",
        minutes,
    ).format(n=minutes)


def nobody_logged_in_reason() -> str:
    return _("Nobody is logged in. Log in first, so that there is a password.")


def no_verifier_text() -> str:
    """Return why the password cannot be checked here, and what to do."""
    return _("This console cannot check your password by itself. Log in with the server.")


def offline_login_text(user: str) -> str:
    """Return what a log-in without the server means."""
    text = _("Logged in as {user} without the server. Your work is kept here and sent after a log-in at the server.")
    return text.format(user=user)


def describe_unsent_at_log_out(n: int) -> str:
    """Return what happens to work that is not sent."""
    if not n:
        return _("All work is sent. The window is locked until the next log-in; alarms stay visible.")
    text = ngettext(
        "{n} change is not sent. It stays in the outbox of this computer and is sent after your next log-in.",
        "{n} changes are not sent. They stay in the outbox of this computer and are sent after your next log-in.",
        n,
    )
    return text.format(n=n)
