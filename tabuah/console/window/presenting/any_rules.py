"""Rules of both families as the window shows them, each in the words of its own."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tabuah.console.window.presenting.bulletin_rule_items import (
    bulletin_form_words,
    bulletin_rule_items,
    bulletin_rule_view,
)
from tabuah.console.window.presenting.rule_families import is_about_bulletins
from tabuah.console.window.presenting.rule_items import form_words, rule_items, rule_view
from tabuah.console.window.presenting.rule_texts import Texts
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.rules.checking import Fault
from tabuah.operations.rules.either import AnyRule
from tabuah.operations.rules.reach import reach_of
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.unanswered import unanswered_of
from tabuah.operations.stations.station import Station
from tabuah.widgets.rules.values import RuleItem, RuleView


def any_rule_items(snapshot: RoomSnapshot) -> tuple[RuleItem, ...]:
    """The list: rules about series, then those about what agencies announce."""
    stations = tuple(snapshot.stations.values())
    reach = {rule.id: reach_of(rule, stations) for rule in snapshot.rules.values()}
    series = rule_items(snapshot.rules.values(), reach)
    return (*series, *bulletin_rule_items(snapshot.bulletin_rules.values()))


def any_rule_view(
    rule: AnyRule,
    history: Sequence[str],
    snapshot: RoomSnapshot,
    *,
    newest: Mapping[tuple[str, str], datetime],
    now: datetime,
) -> RuleView:
    """One rule as it is read.

    Args:
        rule: the rule.
        history: its versions in words.
        snapshot: the room, with who reads it.
        newest: when each series was heard last.
        now: the present moment (UTC).
    """
    if isinstance(rule, BulletinRule):
        return bulletin_rule_view(rule, history, role=snapshot.role)
    stations = snapshot.stations
    return rule_view(
        rule,
        reach_of(rule, stations.values()),
        history,
        unanswered=unanswered_of(rule, stations.values(), newest, now=now),
        stations=stations,
        role=snapshot.role,
    )


def any_form_words(
    texts: Texts,
    rule: AnyRule | None,
    faults: Sequence[Fault],
    *,
    labels: Mapping[str, str],
    stations: Mapping[str, Station],
) -> tuple[str, str]:
    """How a rule that is being written will read, and where it will stand or what is still missing.

    Args:
        texts: what stands in the form, which says of which family it is.
        rule: None where it is none yet.
        faults: what is wrong with it.
        labels: of the form's fields, by code.
        stations: by code.
    """
    if is_about_bulletins(texts):
        return bulletin_form_words(rule if isinstance(rule, BulletinRule) else None, faults, labels=labels)
    series = rule if isinstance(rule, Rule) else None
    reach = reach_of(series, stations.values()) if series else None
    return form_words(series, reach, faults, labels=labels, stations=stations)
