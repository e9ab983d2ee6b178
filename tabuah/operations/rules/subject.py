"""The declaration of rules."""

from typing import Final

import msgspec

from tabuah.operations.entries import Decision, Entry, Verdict
from tabuah.operations.people.roles import SETUP, SUPERVISORS
from tabuah.operations.record_decisions import decide_change, decide_version
from tabuah.operations.rules.entry_bodies import RuleRetired, RuleWritten
from tabuah.operations.rules.rule import Rule
from tabuah.operations.subject_type import DecisionContext, EntryKind, SubjectType


def decide_rule(rule: Rule | None, entry: Entry, body: msgspec.Struct, _context: DecisionContext) -> Decision:
    if isinstance(body, RuleWritten):
        return decide_version(entry, body.rule.id)
    return decide_change(rule)


def fold_rule(rule: Rule | None, _entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> Rule | None:
    match body:
        case RuleWritten():
            return body.rule
        case RuleRetired() if rule is not None:
            return msgspec.structs.replace(rule, active=False)
    return rule


RULE: Final = SubjectType(
    name="rule",
    state=Rule,
    kinds=(
        EntryKind(name="rule.written", body=RuleWritten, writers=SETUP | SUPERVISORS, creates=True),
        EntryKind(name="rule.retired", body=RuleRetired, writers=SETUP | SUPERVISORS),
    ),
    decide=decide_rule,
    fold=fold_rule,
)
