"""The conditions under which the actions on users, devices and the lock screen are available."""

from tabuah.console.window.state.action_context import ActionContext
from tabuah.operations.people.roles import MAY_HAVE_SECOND_FACTOR, Role
from tabuah.text.people.deputies import deputy_namers_only
from tabuah.text.people.lock_screen import nobody_logged_in_reason
from tabuah.text.people.second_factor import workers_without_factor
from tabuah.text.people.users import administrators_only


def needs_administrator(action_context: ActionContext) -> str:
    return "" if action_context.snapshot.role is Role.ADMIN else administrators_only()


def needs_second_factor_role(action_context: ActionContext) -> str:
    """Require a role that may have a second factor."""
    return "" if action_context.snapshot.role in MAY_HAVE_SECOND_FACTOR else workers_without_factor()


def needs_deputy_namer(action_context: ActionContext) -> str:
    """Require a role that names deputies."""
    return "" if action_context.snapshot.role in (Role.SUPERVISOR, Role.ADMIN) else deputy_namers_only()


def needs_person(action_context: ActionContext) -> str:
    """Require a user who is logged in."""
    return "" if action_context.snapshot.identity else nobody_logged_in_reason()
