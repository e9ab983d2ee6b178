"""Facts and notes of one rule, as the rules page lists them."""

from collections.abc import Mapping, Sequence

from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.rules.any_rule import AnyRule
from tabuah.operations.rules.coverage import RuleCoverage
from tabuah.operations.rules.missing_inputs import MissingInput
from tabuah.operations.rules.rule import Rule
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _, ngettext
from tabuah.text.code_labels import code_label
from tabuah.text.facts import Fact, Facts, known_facts
from tabuah.text.rules.any_rule_text import describe_missing_inputs, describe_reach
from tabuah.text.rules.bulletin_rule_text import describe_alarm_end, describe_evaluated_bulletins


def rule_group_label(rule: AnyRule) -> str:
    """Return the heading of the rules of this kind."""
    return _("Bulletins of BMKG and PVMBG") if isinstance(rule, BulletinRule) else _("Station readings")


def describe_rule_reach(rule: Rule, reach: RuleCoverage | None) -> str:
    """Return the number of stations that a rule applies to, if known; or that it is retired."""
    if not rule.active:
        return _("retired")
    if reach is None:
        return ""
    watched = len(reach.watched)
    return ngettext("{n} station", "{n} stations", watched).format(n=watched)


def describe_bulletin_rule_hazard(rule: BulletinRule) -> str:
    """Return the hazard of a rule, or that it is retired."""
    return code_label(rule.hazard) if rule.active else _("retired")


def describe_retired_rule(rule: AnyRule) -> str:
    """Return why a rule cannot be retired; empty for one in force."""
    return "" if rule.active else _("This rule is retired already.")


def list_rule_facts(rule: Rule, reach: RuleCoverage, stations: Mapping[str, Station]) -> Facts:
    return known_facts(
        (
            _version_fact(rule),
            (_("Hazard"), code_label(rule.hazard) if rule.hazard else _("none: the sensor is suspected")),
            _source_fact(rule),
            (_("Watches"), describe_reach(reach.watched, stations)),
            (_("Cannot watch"), describe_reach(reach.left_out, stations) if reach.left_out else ""),
        )
    )


def missing_inputs_fact(missing_inputs: Sequence[MissingInput], stations: Mapping[str, Station]) -> Fact:
    return _("Missing inputs"), describe_missing_inputs(missing_inputs, stations)


def list_bulletin_rule_facts(rule: BulletinRule) -> Facts:
    return (
        _version_fact(rule),
        (_("Hazard"), code_label(rule.hazard)),
        _source_fact(rule),
        (_("Judges"), describe_evaluated_bulletins(rule.hazard)),
        (_("Over"), describe_alarm_end(rule)),
    )


def _version_fact(rule: AnyRule) -> Fact:
    return _("Version"), str(rule.version) if rule.active else _("{n}, retired").format(n=rule.version)


def _source_fact(rule: AnyRule) -> Fact:
    return _("Source"), rule.source or _("not said")
