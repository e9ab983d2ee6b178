"""The logged-in person."""

from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.resources.localisation import _
from tabuah.text.people.permissions import role_label


def person_text(snapshot: ConsoleSnapshot) -> str:
    """Return the user and their role: "sari · Operator"."""
    if snapshot.identity is None:
        return _("Not logged in")
    return f"{snapshot.actor} · {role_label(snapshot.identity.role)}"
