"""What people do with rules, as drafts of entries: put the next version into force, and retire."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

import msgspec

from tabuah.operations.bodies import encode_body
from tabuah.operations.bulletins.rule_bodies import BulletinRuleRetired, BulletinRuleWritten
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.entries import Draft, subject_kind
from tabuah.operations.errors import NotPossible
from tabuah.operations.rules.bodies import RuleRetired, RuleWritten
from tabuah.operations.rules.either import AnyRule, subject_of_rule
from tabuah.resources.catalogue import _

_LONGEST_ID: Final = 40
_NO_LETTERS: Final = re.compile(r"[^a-z0-9]+")


def put_into_force(rule: AnyRule, *, known: AnyRule | None) -> Draft:
    """The rule as its next version; `known` is the one of the same id that there is, retired or not."""
    version = known.version + 1 if known else 1
    written = msgspec.structs.replace(rule, active=True, version=version)
    if isinstance(written, BulletinRule):
        return _draft(written, "written", BulletinRuleWritten(rule=written))
    return _draft(written, "written", RuleWritten(rule=written))


def retire_rule(rule: AnyRule, *, reason: str) -> Draft:
    """The rule no longer raises, and its alarms are over.

    Raises:
        NotPossible: there is no reason.
    """
    if not reason.strip():
        raise NotPossible("no_reason", _("Retiring a rule needs a reason."))
    retired = BulletinRuleRetired if isinstance(rule, BulletinRule) else RuleRetired
    return _draft(rule, "retired", retired(reason=reason.strip()))


def _draft(rule: AnyRule, what: str, body: msgspec.Struct) -> Draft:
    subject = subject_of_rule(rule)
    return Draft(subject=subject, kind=f"{subject_kind(subject)}.{what}", body=encode_body(body))


def id_for(name: str, taken: Collection[str]) -> str:
    """An id for a new rule, made from its name: small letters, numbers and hyphens; numbered where it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = _NO_LETTERS.sub("-", plain)[:_LONGEST_ID].strip("-") or "aturan"
    stem = stem if len(stem) > 1 else f"aturan-{stem}"
    ids = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in ids if each not in taken)
