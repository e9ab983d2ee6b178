"""Text for any rule, about series or bulletins: condition, coverage, problems, and changes between versions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tabuah.operations.bounds import clamp
from tabuah.operations.bulletins.rule_entry_bodies import BulletinRuleRetired, BulletinRuleWritten
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.errors import MalformedBody
from tabuah.operations.rules.any_rule import AnyRule
from tabuah.operations.rules.coverage import RuleCoverage
from tabuah.operations.rules.entry_bodies import RuleRetired, RuleWritten
from tabuah.operations.rules.missing_inputs import MissingInput
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.validation import RuleProblem
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, format_moment, ngettext
from tabuah.text.readings.measurements import parameter_name
from tabuah.text.rules.bulletin_rule_text import describe_bulletin_rule, describe_evaluated_bulletins
from tabuah.text.rules.rule_problems import describe_rule_problem
from tabuah.text.rules.rule_text import describe_rule


def describe_any_rule(rule: AnyRule) -> str:
    """Return the condition of a rule as a sentence."""
    return describe_bulletin_rule(rule) if isinstance(rule, BulletinRule) else describe_rule(rule)


def version_lines(entries: Iterable[tuple[Entry, Verdict | None]]) -> tuple[str, ...]:
    """Return one line for each version, newest first, without rejected ones.

    Args:
        entries: of one rule, in server order.
    """
    parts = (_line(entry, verdict) for entry, verdict in entries if verdict is not Verdict.REJECTED)
    return tuple(reversed([line for line in parts if line]))


def _line(entry: Entry, verdict: Verdict | None) -> str:
    try:
        body = clamp(decode_body(entry))
    except MalformedBody:
        return ""
    if isinstance(body, RuleWritten | BulletinRuleWritten):
        words = _("Version {n}: {rule}").format(n=body.rule.version, rule=describe_any_rule(body.rule))
    elif isinstance(body, RuleRetired | BulletinRuleRetired):
        words = _("Retired: {reason}").format(reason=body.reason) if body.reason else _("Retired")
    else:
        return ""
    waits = "" if verdict is not None else " · " + _("not yet synced")
    return f"{format_moment(entry.at)} · {entry.actor} · {words}{waits}"


_NAMED: Final = 3  # stations that are named; more are only counted


def describe_missing_inputs(missing_inputs: Sequence[MissingInput], stations: Mapping[str, Station]) -> str:
    """Describe each part without a fresh value.

    Such a part never satisfies the rule, which does not mean that all is well.
    """
    lines = [_missing_input_line(each, stations) for each in missing_inputs[:_NAMED]]
    more = len(missing_inputs) - _NAMED
    if more > 0:
        lines.append(ngettext("and {n} more thing", "and {n} more things", more).format(n=more))
    return "\n".join(lines)


def _missing_input_line(each: MissingInput, stations: Mapping[str, Station]) -> str:
    text = _("{station}: no {what} since {time}")
    if each.heard_at is None:
        text = _("{station}: no {what} ever")
    name = stations[each.station].name if each.station in stations else each.station
    time = format_moment(each.heard_at) if each.heard_at else ""
    return text.format(station=name, what=parameter_name(each.parameter).lower(), time=time)


def describe_reach(codes: Sequence[str], stations: Mapping[str, Station]) -> str:
    if not codes:
        return _("no station: none meets the conditions")
    names = ", ".join(stations[code].name if code in stations else code for code in codes[:_NAMED])
    more = len(codes) - _NAMED
    if more <= 0:
        return names
    return ngettext("{names} and {n} more", "{names} and {n} more", more).format(names=names, n=more)


def rule_form_text(
    rule: Rule | None,
    reach: RuleCoverage | None,
    faults: Sequence[RuleProblem],
    *,
    labels: Mapping[str, str],
    stations: Mapping[str, Station],
) -> tuple[str, str]:
    """Describe a rule being written: its sentence, and its reach or the missing fields.

    Args:
        rule: None while the form is incomplete.
        reach: the stations it would apply to.
        faults: the errors of the form.
        labels: of the form's fields, by code.
        stations: by code.
    """
    sentence = describe_rule(rule) if rule else _("Not yet a rule")
    if faults or reach is None:
        return sentence, "\n".join(list_rule_problems(faults, labels))
    applies = _("Applies to {stations}.").format(stations=describe_reach(reach.watched, stations))
    if reach.left_out:
        applies += " " + _("Cannot apply to {stations}.").format(stations=describe_reach(reach.left_out, stations))
    return sentence, applies


def list_rule_problems(faults: Sequence[RuleProblem], labels: Mapping[str, str]) -> list[str]:
    """Return the first few errors, field by field."""
    described = [(problem, describe_rule_problem(problem)) for problem in faults]
    parts = [f"{labels[f.field]}: {text}" if f.field in labels else text for f, text in described]
    more = len(parts) - _NAMED
    if more <= 0:
        return parts
    return [*parts[:_NAMED], ngettext("and {n} more thing", "and {n} more things", more).format(n=more)]


def bulletin_form_text(
    rule: BulletinRule | None, faults: Sequence[RuleProblem], *, labels: Mapping[str, str]
) -> tuple[str, str]:
    """Describe a rule being written: its sentence, and its input or the missing fields.

    Args:
        rule: None while the form is incomplete.
        faults: the errors of the form.
        labels: of the form's fields, by code.
    """
    sentence = describe_bulletin_rule(rule) if rule else _("Not yet a rule")
    if faults or rule is None:
        return sentence, "\n".join(list_rule_problems(faults, labels))
    return sentence, _("Evaluates {what}.").format(what=describe_evaluated_bulletins(rule.hazard))
