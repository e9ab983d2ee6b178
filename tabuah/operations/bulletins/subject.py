"""The declarations of earthquakes, weather warnings, volcanoes and bulletin rules."""

from typing import Final

import msgspec

from tabuah.operations.bulletins import entry_bodies as bodies
from tabuah.operations.bulletins.bulletin import (
    KnownEarthquake,
    KnownWarning,
    Volcano,
    fold_earthquake,
    fold_volcano,
    fold_warning,
)
from tabuah.operations.bulletins.decisions import decide_earthquake, decide_volcano, decide_warning
from tabuah.operations.bulletins.rule_entry_bodies import BulletinRuleRetired, BulletinRuleWritten
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import Decision, Entry, Verdict
from tabuah.operations.people.roles import CONTROL_ROOM, SERVER_ONLY, SETUP, SUPERVISORS
from tabuah.operations.record_decisions import decide_change, decide_version
from tabuah.operations.subject_type import DecisionContext, EntryKind, SubjectType


def decide_bulletin_rule(
    rule: BulletinRule | None, entry: Entry, body: msgspec.Struct, _context: DecisionContext
) -> Decision:
    if isinstance(body, BulletinRuleWritten):
        return decide_version(entry, body.rule.id)
    return decide_change(rule)


def fold_bulletin_rule(
    rule: BulletinRule | None, _entry: Entry, body: msgspec.Struct, _verdict: Verdict
) -> BulletinRule | None:
    match body:
        case BulletinRuleWritten():
            return body.rule
        case BulletinRuleRetired() if rule is not None:
            return msgspec.structs.replace(rule, active=False)
    return rule


EARTHQUAKE: Final = SubjectType(
    name="earthquake",
    state=KnownEarthquake,
    kinds=(EntryKind(name="earthquake.reported", body=bodies.EarthquakeReported, writers=SERVER_ONLY, creates=True),),
    decide=decide_earthquake,
    fold=fold_earthquake,
)

WARNING: Final = SubjectType(
    name="warning",
    state=KnownWarning,
    kinds=(
        EntryKind(name="warning.issued", body=bodies.WarningIssued, writers=SERVER_ONLY, creates=True),
        EntryKind(name="warning.withdrawn", body=bodies.WarningWithdrawn, writers=SERVER_ONLY),
    ),
    decide=decide_warning,
    fold=fold_warning,
)

# A volcano is in the catalogue before its first statement, so a statement does not create it.
VOLCANO: Final = SubjectType(
    name="volcano",
    state=Volcano,
    kinds=(EntryKind(name="volcano.levelled", body=bodies.VolcanoLevelled, writers=CONTROL_ROOM),),
    decide=decide_volcano,
    fold=fold_volcano,
)

BULLETIN_RULE: Final = SubjectType(
    name="bulletin_rule",
    state=BulletinRule,
    kinds=(
        EntryKind(name="bulletin_rule.written", body=BulletinRuleWritten, writers=SETUP | SUPERVISORS, creates=True),
        EntryKind(name="bulletin_rule.retired", body=BulletinRuleRetired, writers=SETUP | SUPERVISORS),
    ),
    decide=decide_bulletin_rule,
    fold=fold_bulletin_rule,
)
