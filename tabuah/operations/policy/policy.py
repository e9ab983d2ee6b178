"""The decision rules in force: a version that the server records in the journal.

Journals contain entries that later rules would not accept. Each entry is decided by the version in force at its
place, so verdicts can be recomputed for ever.

Versions:
    1: all journals before versions were recorded.
    2: work is re-issued by identity, merges follow their target, and values are bounded.
    3: an entry belongs to the author of its grant, to a present moment, and to one exercise or the real world; who
       may change an incident depends on the OPDs in its assignment.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.entries import Entry, Verdict

FIRST_VERSION: Final = 1
STRICT_VERSION: Final = 2  # compare with this name where a rule of version 2 applies
PROVENANCE_VERSION: Final = 3  # where a rule of version 3 applies
NEWEST_VERSION: Final = PROVENANCE_VERSION
POLICY_KEY: Final = "rules"

DecideVersion = Annotated[int, Meta(ge=FIRST_VERSION, le=1_000_000)]


class PolicyChanged(msgspec.Struct, frozen=True, kw_only=True):
    """From this entry on, entries are decided by this version."""

    decide_version: DecideVersion


class Policy(msgspec.Struct, frozen=True, kw_only=True, tag="policy"):
    """The version in force."""

    decide_version: DecideVersion = FIRST_VERSION


def fold_policy(policy: Policy | None, _entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> Policy | None:
    if isinstance(body, PolicyChanged):
        return Policy(decide_version=body.decide_version)
    return policy
