"""The conditions under which the actions on users, devices and the lock screen are available."""

from tabuah.console.window.state.action_context import ActionContext
from tabuah.operations.people.roles import Role
from tabuah.text.people.lock_screen import nobody_logged_in_reason
from tabuah.text.people.users import administrators_only


def needs_administrator(action_context: ActionContext) -> str:
    return "" if action_context.snapshot.role is Role.ADMIN else administrators_only()


def needs_person(action_context: ActionContext) -> str:
    """Require a user who is logged in."""
    return "" if action_context.snapshot.identity else nobody_logged_in_reason()
