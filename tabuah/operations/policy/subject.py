"""The declaration of the policy."""

from typing import Final

import msgspec

from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected, subject_key
from tabuah.operations.people.roles import SERVER_ONLY
from tabuah.operations.policy.policy import POLICY_KEY, Policy, PolicyChanged, fold_policy
from tabuah.operations.subject_type import DecisionContext, EntryKind, SubjectType


def decide_policy(policy: Policy | None, entry: Entry, body: msgspec.Struct, _context: DecisionContext) -> Decision:
    """Accept a newer version only: rules that were in force are never taken back."""
    if not isinstance(body, PolicyChanged) or subject_key(entry.subject) != POLICY_KEY:
        return rejected("subject_of_another_name")
    in_force = policy or Policy()
    return ACCEPT if body.decide_version > in_force.decide_version else rejected("policy_goes_back")


POLICY: Final = SubjectType(
    name="policy",
    state=Policy,
    kinds=(EntryKind(name="policy.changed", body=PolicyChanged, writers=SERVER_ONLY, creates=True),),
    decide=decide_policy,
    fold=fold_policy,
)
