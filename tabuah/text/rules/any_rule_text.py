"""Text for any rule, about series or bulletins: its condition, and the changes between versions."""

from collections.abc import Iterable

from tabuah.operations.bulletins.rule_entry_bodies import BulletinRuleRetired, BulletinRuleWritten
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.rules.any_rule import AnyRule
from tabuah.operations.rules.entry_bodies import RuleRetired, RuleWritten
from tabuah.resources.localisation import _, format_moment
from tabuah.text.rules.bulletin_rule_text import describe_bulletin_rule
from tabuah.text.rules.rule_text import describe_rule


def describe_any_rule(rule: AnyRule) -> str:
    """Return the condition of a rule as a sentence."""
    return describe_bulletin_rule(rule) if isinstance(rule, BulletinRule) else describe_rule(rule)


def version_lines(entries: Iterable[tuple[Entry, Verdict | None]]) -> tuple[str, ...]:
    """Return one line for each version, newest first, without rejected ones.

    Args:
        entries: of one rule, in server order.
    """
    told = (_line(entry, verdict) for entry, verdict in entries if verdict is not Verdict.REJECTED)
    return tuple(reversed([line for line in told if line]))


def _line(entry: Entry, verdict: Verdict | None) -> str:
    try:
        body = decode_body(entry)
    except MalformedBody:
        return ""
    if isinstance(body, RuleWritten | BulletinRuleWritten):
        words = _("Version {n}: {told}").format(n=body.rule.version, told=describe_any_rule(body.rule))
    elif isinstance(body, RuleRetired | BulletinRuleRetired):
        words = _("Retired: {reason}").format(reason=body.reason) if body.reason else _("Retired")
    else:
        return ""
    waits = "" if verdict is not None else " · " + _("not yet synced")
    return f"{format_moment(entry.at)} · {entry.actor} · {words}{waits}"
