"""Texts about acting deputies."""

from datetime import datetime

from tabuah.operations.people.authority import Authority, Deputyship
from tabuah.operations.people.deputies import KnownDeputyship, open_deputyships
from tabuah.operations.people.roles import Role
from tabuah.resources.localisation import _, format_moment
from tabuah.text.people.permissions import role_label
from tabuah.text.sync.status_bar import TextWithHint


def deputy_title(name: str, role: Role) -> str:
    """Return a deputy: "ani as Supervisor"."""
    return _("{name} as {role}").format(name=name, role=role_label(role))


def describe_term(starts_at: datetime, ends_at: datetime) -> str:
    return _("from {start} to {end}").format(start=format_moment(starts_at), end=format_moment(ends_at))


def describe_naming(by: str, reason: str) -> str:
    """Return who has named a deputy, and why."""
    named = _("named by {name}").format(name=by)
    return f"{named}: {reason}" if reason else named


def deputy_state(deputyship: Deputyship, now: datetime) -> str:
    return _("in force") if deputyship.starts_at <= now else _("to come")


def describe_deputyship(name: str, role: Role, starts_at: datetime, ends_at: datetime) -> str:
    """Return what a deputyship means, before it is recorded."""
    text = _("{name} acts as {role} from {start} to {end}; it ends by itself.")
    start, end = format_moment(starts_at), format_moment(ends_at)
    return text.format(name=name, role=role_label(role), start=start, end=end)


def deputy_badge(authority: Authority, actor: str, now: datetime) -> TextWithHint:
    """Return the badge of a deputy, or of the person who has named one, and its explanation; empty without one."""
    running = [each for each in open_deputyships(authority, now) if each.deputyship.starts_at <= now]
    own = [each for each in running if each.user.name == actor]
    if own:
        deputyship = own[-1].deputyship
        text = _("Deputy until {moment}").format(moment=format_moment(deputyship.ends_at))
        return text, f"{_own_text(own[-1])} {describe_naming(deputyship.by, deputyship.reason)}"
    named = [each for each in running if each.deputyship.by == actor]
    if not named:
        return "", ""
    names = ", ".join(dict.fromkeys(each.user.name for each in named))
    return _("Deputy: {names}").format(names=names), " ".join(map(_named_text, named))


def _own_text(each: KnownDeputyship) -> str:
    text = _("You act as {role} until {moment}.")
    return text.format(role=role_label(each.deputyship.role), moment=format_moment(each.deputyship.ends_at))


def _named_text(each: KnownDeputyship) -> str:
    text = _("{name} acts as {role} until {moment}.")
    role, moment = role_label(each.deputyship.role), format_moment(each.deputyship.ends_at)
    return text.format(name=each.user.name, role=role, moment=moment)


def deputy_namers_only() -> str:
    return _("Supervisors and administrators name deputies.")


def end_effect_text() -> str:
    """Return what the early end of a deputyship changes."""
    return _("The own role counts again at once. Work under the deputyship that arrives later is held.")


def deputy_rules_text() -> str:
    """Return the bounds of a deputyship."""
    return _("Three days at most, for operators and field offices. A deputy names no deputy.")
