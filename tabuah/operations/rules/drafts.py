"""Drafts of rule entries: activate a version, and retire."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

import msgspec

from tabuah.operations.bulletins.rule_entry_bodies import BulletinRuleRetired, BulletinRuleWritten
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import Draft, subject_kind
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.rules.any_rule import AnyRule, subject_of_rule
from tabuah.operations.rules.entry_bodies import RuleRetired, RuleWritten

_LONGEST_ID: Final = 40
_NO_LETTERS: Final = re.compile(r"[^a-z0-9]+")


def activate_rule(rule: AnyRule, *, known: AnyRule | None) -> Draft:
    """Activate a rule as its next version.

    Args:
        rule: the new version.
        known: the existing rule with the same id, active or retired.
    """
    version = known.version + 1 if known else 1
    written = msgspec.structs.replace(rule, active=True, version=version)
    if isinstance(written, BulletinRule):
        return _draft(written, "written", BulletinRuleWritten(rule=written))
    return _draft(written, "written", RuleWritten(rule=written))


def retire_rule(rule: AnyRule, *, reason: str) -> Draft:
    """Retire a rule; its alarms end.

    Raises:
        NotPossible: the reason is missing.
    """
    if not reason.strip():
        raise NotPossible("no_retirement_reason")
    retired = BulletinRuleRetired if isinstance(rule, BulletinRule) else RuleRetired
    return _draft(rule, "retired", retired(reason=reason.strip()))


def _draft(rule: AnyRule, what: str, body: msgspec.Struct) -> Draft:
    subject = subject_of_rule(rule)
    return Draft(subject=subject, kind=f"{subject_kind(subject)}.{what}", body=encode_body(body))


def new_rule_id(name: str, taken: Collection[str]) -> str:
    """Return an id for a new rule from its name: lower case, digits and hyphens, with a number if taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = _NO_LETTERS.sub("-", plain)[:_LONGEST_ID].strip("-") or "aturan"
    stem = stem if len(stem) > 1 else f"aturan-{stem}"
    ids = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in ids if each not in taken)
