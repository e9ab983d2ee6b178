"""`decide`: the decision on an authentic entry, for the server, the audit and the console. Pure."""

from datetime import datetime
from functools import lru_cache
from typing import Final

import msgspec

from tabuah.operations.bounds import find_excess
from tabuah.operations.deferred_entries import MAX_HELD, decode_held, defer_or_reject, held_entry
from tabuah.operations.entries import ACCEPT, CONFLICT, Decision, Entry, Verdict, rejected, subject_key, subject_kind
from tabuah.operations.errors import MalformedBody
from tabuah.operations.exercises.decisions import WORLD_REASONS, find_world_fault, has_namespaced_code
from tabuah.operations.held_entry_kinds import EntryRefused, EntryReleased
from tabuah.operations.incidents.decisions import (
    has_landmark,
    has_later_channel,
    has_later_figures,
    has_later_prefix,
)
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.scope_rules import SCOPE_CHANGED, decide_scope
from tabuah.operations.lookups import NO_LOOKUPS, Lookups
from tabuah.operations.people.authority import Authority
from tabuah.operations.people.entry_bodies import DeviceEnrolled
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION, STRICT_VERSION
from tabuah.operations.reissued_entries import ALREADY_THERE, is_duplicate
from tabuah.operations.subject_state import SubjectState
from tabuah.operations.subject_type import DecisionContext, EntryKind
from tabuah.operations.subjects import ENTRY_KINDS, SUBJECT_TYPES

OUT_OF_BOUNDS: Final = "out_of_bounds"
# A held entry that would be rejected for one of these reasons must not be released.
_NO_GROUND: Final = frozenset({"unknown_subject", "unknown_conflict", OUT_OF_BOUNDS, ALREADY_THERE}) | WORLD_REASONS
_TAKES_EFFECT: Final = frozenset({Verdict.ACCEPTED, Verdict.CONFLICT})


def decide(
    state: SubjectState,
    authority: Authority,
    entry: Entry,
    *,
    text: str = "",
    received_at: datetime | None = None,
    lookups: Lookups = NO_LOOKUPS,
) -> Decision:
    """Decide on an authentic entry.

    Args:
        state: the subject's state after all earlier entries.
        authority: users, devices, grants and the rules in force after all earlier entries.
        entry: the entry.
        text: its own text, by whose hash re-issued work is recognised.
        received_at: when the server received it; None in a prediction, which has no doubts about the own user.
        lookups: lookups in the journal up to the entry.

    Returns:
        The verdict, with a stable reason code unless accepted.
    """
    authorisation = authority.authorise(entry, text=text, received_at=received_at)
    kind = ENTRY_KINDS.get(entry.kind)
    if kind is None:
        return rejected("unknown_kind")
    body = _body_or_reason(kind, entry, authority.decide_version)
    if isinstance(body, str):
        return rejected(body)
    if is_duplicate(state, authority, entry, text=text, lookups=lookups):
        return rejected(ALREADY_THERE)
    if not _is_genesis(authority, entry, body):
        if authorisation.doubt:
            return _hold(state, authorisation.doubt, authority.decide_version)
        named = bool(entry.exercise_id) and authority.decide_version >= PROVENANCE_VERSION
        if not kind.may_be_written_by(authorisation.role, exercise=entry.exercise, named=named):
            return rejected("role_forbids")
        scope = _decide_scope(state, authority, entry, body, authorisation.role)
        if scope.verdict is not Verdict.ACCEPTED:
            is_held = scope.verdict is Verdict.HELD
            return _hold(state, scope.reason, authority.decide_version) if is_held else scope
    decision = _judge(state, authority, entry, body, authorisation.role, lookups)
    if kind.number is not None and decision == ACCEPT and _is_taken(kind.number(body), entry, lookups):
        return rejected("number_taken")
    return decision


def _hold(state: SubjectState, doubt: str, version: int) -> Decision:
    """Hold an entry for a supervisor, unless too many are held on its subject: its state names them all."""
    if version >= PROVENANCE_VERSION and len(state.held) - len(state.waiting) >= MAX_HELD:
        return rejected("too_many_held")
    return Decision(Verdict.HELD, doubt)


def judge_held(
    state: SubjectState,
    authority: Authority,
    entry_id: str,
    *,
    lookups: Lookups = NO_LOOKUPS,
    within_scope: bool = False,
) -> Decision:
    """Return the decision on a held entry, ignoring doubts about its author.

    Since the second version of the rules, the same work may take effect under another key while it is held.
    A supervisor decides about the scope of an entry, too. The server does not: `within_scope` holds an entry whose
    author may not change this incident.
    """
    entry = held_entry(state, entry_id)
    body = _body_of_held(state.held[entry_id], authority.decide_version)
    if isinstance(body, str):
        return rejected(body)
    strict = authority.decide_version >= STRICT_VERSION
    if strict and is_duplicate(state, authority, entry, text=state.held[entry_id], lookups=lookups):
        return rejected(ALREADY_THERE)
    role = authority.authorise(entry).role
    if within_scope and _decide_scope(state, authority, entry, body, role).verdict is not Verdict.ACCEPTED:
        return Decision(Verdict.HELD, SCOPE_CHANGED)
    return _judge(state, authority, entry, body, role, lookups)


def _decide_scope(
    state: SubjectState, authority: Authority, entry: Entry, body: msgspec.Struct, role: Role
) -> Decision:
    """Return whether the author may change this subject; older versions of the rules know no scope."""
    if authority.decide_version < PROVENANCE_VERSION or not isinstance(state.value, Incident):
        return ACCEPT
    return decide_scope(state.value, entry, body, role, authority)


def _judge(
    state: SubjectState, authority: Authority, entry: Entry, body: msgspec.Struct, role: Role, lookups: Lookups
) -> Decision:
    """Apply the rules; an entry that only lacks another entry is deferred."""
    decision = _decide_on_subject(state, authority, entry, body, role, lookups)
    if decision.verdict is not Verdict.REJECTED or role is Role.SERVER:
        return decision
    return defer_or_reject(state, entry, body, decision)


def _is_taken(number: str, entry: Entry, lookups: Lookups) -> bool:
    return lookups.number_owner(number) not in ("", entry.subject)


def _body_or_reason(kind: EntryKind, entry: Entry, version: int) -> msgspec.Struct | str:
    if entry.schema != 1:
        return "unknown_schema"
    if not subject_key(entry.subject) or not kind.fits(entry.subject):
        return "subject_of_another_kind"
    try:
        body = kind.decode(entry.body)
    except MalformedBody:
        return "malformed_body"
    if version < PROVENANCE_VERSION and _needs_newer_rules(body):
        return "malformed_body"
    is_malformed = kind.creates and not SUBJECT_TYPES[subject_kind(entry.subject)].has_valid_key(entry.subject)
    if is_malformed:
        return "subject_malformed"
    if version >= STRICT_VERSION and (find_excess(entry) or find_excess(body)):
        return OUT_OF_BOUNDS
    return body


def _needs_newer_rules(body: msgspec.Struct) -> bool:
    """Return whether a body of a known kind has a value that only version 3 of the rules accepts."""
    checks = (has_namespaced_code, has_later_prefix, has_landmark, has_later_channel, has_later_figures)
    return any(check(body) for check in checks)


@lru_cache(maxsize=1_024)
def _body_of_held(text: str, version: int) -> msgspec.Struct | str:
    """Return the body of a held entry, or the reason why it has none: many are judged again at the same moment."""
    entry = decode_held(text)
    kind = ENTRY_KINDS.get(entry.kind)
    return "unknown_kind" if kind is None else _body_or_reason(kind, entry, version)


def _is_genesis(authority: Authority, entry: Entry, body: msgspec.Struct) -> bool:
    """Return whether the entry enrols the server itself, as the first entry of a journal must."""
    if authority.devices or not isinstance(body, DeviceEnrolled):
        return False
    return body.is_server and subject_key(entry.subject) == entry.device


def _decide_on_subject(
    state: SubjectState, authority: Authority, entry: Entry, body: msgspec.Struct, role: Role, lookups: Lookups
) -> Decision:
    if isinstance(body, EntryReleased | EntryRefused):
        return _decide_about_held(state, authority, entry, body, role, lookups)
    subject = SUBJECT_TYPES.get(subject_kind(entry.subject))
    if subject is None:
        return rejected("unknown_subject")
    if fault := find_world_fault(state.value, authority, entry, body, role, lookups):
        return rejected(fault)
    device = authority.devices.get(entry.device)
    context = DecisionContext(
        role=role,
        opd=authority.opd_of(entry),
        device_tag=device.tag if device else "",
        decide_version=authority.decide_version,
        lookups=lookups,
        devices=authority.devices,
        users=authority.users,
    )
    return subject.decide(subject.own_value(state.value), entry, body, context)


def _decide_about_held(
    state: SubjectState,
    authority: Authority,
    entry: Entry,
    body: EntryReleased | EntryRefused,
    role: Role,
    lookups: Lookups,
) -> Decision:
    """A supervisor may release what can take effect, and may reject anything.

    The server may only end a deferral.
    """
    if body.entry not in state.held:
        return rejected("not_held")
    if isinstance(body, EntryReleased) and _needs_another(authority, held_entry(state, body.entry), entry.actor):
        return rejected("release_needs_another")
    if held_entry(state, body.entry).kind.startswith("entry."):
        return ACCEPT if role is not Role.SERVER else rejected("not_held")
    due = judge_held(state, authority, body.entry, lookups=lookups, within_scope=role is Role.SERVER)
    if role is Role.SERVER:
        ends = due.verdict is Verdict.REJECTED if isinstance(body, EntryRefused) else due.verdict in _TAKES_EFFECT
        return _verdict_of_end(body, due) if body.entry in state.waiting and ends else rejected("not_held")
    if isinstance(body, EntryReleased) and (due.verdict is Verdict.HELD or due.reason in _NO_GROUND):
        return rejected(due.reason)
    return _verdict_of_end(body, due)


def _needs_another(authority: Authority, held: Entry, supervisor: str) -> bool:
    """Return whether a supervisor would vouch for a name that any user of the own device may have written.

    Otherwise one person could act as two, for example contain and close an incident.
    """
    if authority.decide_version < PROVENANCE_VERSION or authority.is_author_proven(held):
        return False
    return authority.has_used(supervisor, held.device)


def _verdict_of_end(body: EntryReleased | EntryRefused, due: Decision) -> Decision:
    """Accept a release or rejection; a release passes on a conflict that `fold` cannot see in the state alone."""
    if isinstance(body, EntryReleased) and due.verdict is Verdict.CONFLICT and due.reason != CONFLICT.reason:
        return due
    return ACCEPT
