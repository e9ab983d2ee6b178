"""The versions of a rule in words: who put which into force, when, and how it read."""

from collections.abc import Iterable

from tabuah.operations.bodies import decode_body
from tabuah.operations.bulletins.rule_bodies import BulletinRuleRetired, BulletinRuleWritten
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.errors import MalformedBody
from tabuah.operations.rules.bodies import RuleRetired, RuleWritten
from tabuah.operations.rules.either import tell_any_rule
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_moment


def version_lines(entries: Iterable[tuple[Entry, Verdict | None]]) -> tuple[str, ...]:
    """One line a version, the newest first; what was rejected took no effect and is left out.

    Args:
        entries: of one rule, in the server's order.
    """
    told = (_line(entry, verdict) for entry, verdict in entries if verdict is not Verdict.REJECTED)
    return tuple(reversed([line for line in told if line]))


def _line(entry: Entry, verdict: Verdict | None) -> str:
    try:
        body = decode_body(entry)
    except MalformedBody:
        return ""
    if isinstance(body, RuleWritten | BulletinRuleWritten):
        words = _("Version {n}: {told}").format(n=body.rule.version, told=tell_any_rule(body.rule))
    elif isinstance(body, RuleRetired | BulletinRuleRetired):
        words = _("Retired: {reason}").format(reason=body.reason) if body.reason else _("Retired")
    else:
        return ""
    waits = "" if verdict is not None else " · " + _("not yet synced")
    return f"{format_moment(entry.at)} · {entry.actor} · {words}{waits}"
