"""The declaration of the profile: one subject, which only the server writes."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from tabuah.operations.entries import ACCEPT, Decision, Entry, Verdict, rejected, subject_key, subject_of
from tabuah.operations.people.roles import SERVER_ONLY
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.subject_type import DecisionContext, EntryKind, SubjectType
from tabuah.resources.regency_profile import RegencyProfile

PROFILE_KEY: Final = "regency"
PROFILE_SUBJECT: Final = subject_of("profile", PROFILE_KEY)
PROFILE_CHANGED: Final = "profile.changed"


class ProfileChanged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """From this entry on, the regency has this profile. A journal without such an entry has the shipped one."""

    profile: RegencyProfile
    by: Annotated[str, Meta(max_length=80)] = ""
    reason: Annotated[str, Meta(max_length=400)] = ""


class RegencyState(msgspec.Struct, frozen=True, kw_only=True, tag="profile"):
    """The profile in force."""

    profile: RegencyProfile


def decide_profile(
    state: RegencyState | None, entry: Entry, body: msgspec.Struct, context: DecisionContext
) -> Decision:
    """Accept a profile of the same regency: a journal is that of one regency for ever."""
    if context.decide_version < PROVENANCE_VERSION:
        return rejected("unknown_kind")  # as servers decided that did not know it
    if not isinstance(body, ProfileChanged) or subject_key(entry.subject) != PROFILE_KEY:
        return rejected("subject_of_another_name")
    if state is not None and state.profile.kemendagri_code != body.profile.kemendagri_code:
        return rejected("another_regency")
    return ACCEPT


def fold_profile(
    state: RegencyState | None, _entry: Entry, body: msgspec.Struct, _verdict: Verdict
) -> RegencyState | None:
    return RegencyState(profile=body.profile) if isinstance(body, ProfileChanged) else state


PROFILE: Final = SubjectType(
    name="profile",
    state=RegencyState,
    kinds=(EntryKind(name=PROFILE_CHANGED, body=ProfileChanged, writers=SERVER_ONLY, creates=True),),
    decide=decide_profile,
    fold=fold_profile,
)
