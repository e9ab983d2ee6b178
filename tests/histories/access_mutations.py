"""Mutations of authors, exercises, stolen devices, limits and shifts: bugs that can be switched on."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace as with_fields

from tabuah.operations import decisions
from tabuah.operations.deferred_entries import DEPENDS_ON_UNKNOWN
from tabuah.operations.entries import ACCEPT, Decision, Entry, Verdict, rejected
from tabuah.operations.exercises import decisions as world_decisions
from tabuah.operations.incidents.scope_rules import OUT_OF_SCOPE, SCOPE_CHANGED
from tabuah.operations.people.authority import Authorisation, Authority, Device
from tabuah.operations.people.roles import WORKERS
from tabuah.operations.shifts import decisions as shift_decisions
from tabuah.operations.subjects import ENTRY_KINDS
from tabuah.server.admission import journal_cache, push
from tabuah.server.errors import Refusal
from tabuah.server.people.access import AccessControl
from tabuah.storage.cache import cache_session, personal_scope, pulled_pages, snapshot_load, wipe
from tabuah.storage.cache.predicted_verdict import PredictionAuthority
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal import audit
from tabuah.storage.sync import push as console_push
from tabuah.storage.sync import sync_pass
from tabuah.storage.sync.errors import RetryLater

TOO_MANY_WAIT = "too_many_wait"


def grant_of_another(patch: pytest.MonkeyPatch) -> None:
    """Let every user of a device write under every grant of it."""

    def under_grant(authority: Authority, entry: Entry, device: Device) -> Authorisation:
        grant = authority.grants.get(entry.grant)
        return real(authority, msgspec.structs.replace(entry, actor=grant.user) if grant else entry, device)

    real = Authority._under_grant
    patch.setattr(Authority, "_under_grant", under_grant)


def vouched_for_ever(patch: pytest.MonkeyPatch) -> None:
    """Let the owner vouch for every entry without a grant, not only for the signed chain."""

    def before_enrolment(authority: Authority, _entry: Entry, device: Device, _text: str) -> Authorisation:
        return Authorisation(role=authority.users[device.owner].role)

    patch.setattr(Authority, "_before_enrolment", before_enrolment)


def any_time(patch: pytest.MonkeyPatch) -> None:
    """Accept work of any time under a grant."""
    patch.setattr(Authority, "_doubt_about_time", lambda *_arguments: "")


def revocation_ignored(patch: pytest.MonkeyPatch) -> None:
    """Accept the work of a revoked device."""

    def doubt(authority: Authority, entry: Entry, device: Device, grant: Any) -> str:
        return real(authority, entry, msgspec.structs.replace(device, revoked=False), grant)

    real = Authority._doubt
    patch.setattr(Authority, "_doubt", doubt)


def vouches_for_own_name(patch: pytest.MonkeyPatch) -> None:
    """Let a supervisor release an entry that they may have written under another name."""
    patch.setattr(decisions, "_needs_another", lambda *_arguments: False)


def revoked_device_reads(patch: pytest.MonkeyPatch) -> None:
    """Answer a revoked device."""
    patch.setattr(AccessControl, "caller_of", AccessControl.sender_of)


def worlds_mixed(patch: pytest.MonkeyPatch) -> None:
    """Do not look at the exercise of an entry."""
    patch.setattr(decisions, "find_world_fault", lambda *_arguments: "")


def links_between_worlds(patch: pytest.MonkeyPatch) -> None:
    """Do not look at the subjects that an entry names."""
    patch.setattr(world_decisions, "linked_subjects", lambda *_arguments: ())


def work_after_the_end(patch: pytest.MonkeyPatch) -> None:
    """Accept work in an exercise that is over."""

    def fault_of_exercise(*arguments: Any) -> str:
        fault = real(*arguments)
        return "" if fault == world_decisions.ENDED else fault

    real = world_decisions._fault_of_exercise
    patch.setattr(world_decisions, "_fault_of_exercise", fault_of_exercise)


def states_not_wiped(patch: pytest.MonkeyPatch) -> None:
    """Keep the states of a wiped exercise, everywhere."""
    for module in (journal_cache, audit, cache_session, pulled_pages, snapshot_load):
        patch.setattr(module, "wipe_state", lambda state, _exercise_id: state)


def states_not_wiped_on_consoles(patch: pytest.MonkeyPatch) -> None:
    """Keep the states of a wiped exercise on consoles that pull the wipe."""
    patch.setattr(pulled_pages, "wipe_state", lambda state, _exercise_id: state)


def callers_not_wiped(patch: pytest.MonkeyPatch) -> None:
    """Keep the personal values and the names of attachments of a wiped exercise on the server."""
    patch.setattr(journal_cache, "forget_attachments_and_personal_values", lambda *_arguments: None)
    patch.setattr(journal_cache, "forget_personal_values_of_exercise", lambda *_arguments: None)


def files_not_wiped(patch: pytest.MonkeyPatch) -> None:
    """Keep files and readings of a wiped exercise on consoles."""
    patch.setattr(ConsoleStore, "delete_wiped_exercises", lambda _store: True)


def stolen_device_hands_in(patch: pytest.MonkeyPatch) -> None:
    """Treat a stolen device like one that is revoked."""
    patch.setattr(Device, "is_stolen", False)


def wipe_order_ignored(patch: pytest.MonkeyPatch) -> None:
    """Do not ask for the order to wipe a stolen device."""
    patch.setattr(sync_pass, "obey_wipe_order", lambda *_arguments: None)


def files_of_stolen_device_left(patch: pytest.MonkeyPatch) -> None:
    """Erase only the rows of a stolen device."""
    patch.setattr(wipe, "_written_files", lambda _directory: ())


def refused_push_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Drop an entry from the outbox when the server takes nothing now."""

    def push_some(store: ConsoleStore, client: Any, waiting: Any, batch: Any) -> Any:
        try:
            return real(store, client, waiting, batch)
        except RetryLater:
            with store._session.writing():
                store._session.journal.settle([waiting[-1].entry])
            raise

    real = console_push._push_some
    patch.setattr(console_push, "_push_some", push_some)


def pushes_too_large(patch: pytest.MonkeyPatch) -> None:
    """Put all pending entries into one push."""
    real = console_push._fitting
    patch.setattr(console_push, "_fitting", lambda store, waiting, _room: real(store, waiting, 10**9))


def waiting_without_limit(patch: pytest.MonkeyPatch) -> None:
    """Let any number of entries wait on a subject."""

    def defer_or_reject(*arguments: Any) -> Decision:
        decision = real(*arguments)
        return Decision(Verdict.HELD, DEPENDS_ON_UNKNOWN) if decision.reason == TOO_MANY_WAIT else decision

    real = decisions.defer_or_reject
    patch.setattr(decisions, "defer_or_reject", defer_or_reject)


def limit_blocks_the_outbox(patch: pytest.MonkeyPatch) -> None:
    """Refuse a push with an entry over a limit instead of recording the rejection."""

    def admit_fresh(*arguments: Any) -> Any:
        results = real(*arguments)
        if any(result.reason == TOO_MANY_WAIT for result in results):
            raise Refusal(409, TOO_MANY_WAIT, "too many entries wait")
        return results

    real = push._admit_fresh
    patch.setattr(push, "_admit_fresh", admit_fresh)


def scope_ignored(patch: pytest.MonkeyPatch) -> None:
    """Let every field office change every incident."""
    patch.setattr(decisions, "decide_scope", lambda *_arguments: ACCEPT)


def scope_of_present_state(patch: pytest.MonkeyPatch) -> None:
    """Reject what the present state does not allow, on the server alone: the author could not know."""

    def decide_scope(incident: Any, entry: Entry, body: Any, role: Any, authority: Authority) -> Decision:
        decision = real(incident, entry, body, role, authority)
        is_late = decision.reason == SCOPE_CHANGED and not isinstance(authority, PredictionAuthority)
        return rejected(OUT_OF_SCOPE) if is_late else decision

    real = decisions.decide_scope
    patch.setattr(decisions, "decide_scope", decide_scope)


def callers_kept_after_release(patch: pytest.MonkeyPatch) -> None:
    """Keep the callers of incidents that were assigned to others."""
    for module in (pulled_pages, personal_scope):
        patch.setattr(module, "drop_unreadable", lambda _session: None)


def contacts_by_any_role(patch: pytest.MonkeyPatch) -> None:
    """Let every worker write every entry of contacts."""
    for name, kind in list(ENTRY_KINDS.items()):
        if name.startswith("contact."):
            patch.setitem(ENTRY_KINDS, name, with_fields(kind, writers=WORKERS))


def erased_values_kept(patch: pytest.MonkeyPatch) -> None:
    """Keep erased values on consoles that pull the erasure."""
    patch.setattr(pulled_pages, "Erasure", type("NoErasure", (), {}))


def both_sides_by_one_person(patch: pytest.MonkeyPatch) -> None:
    """Let one person confirm both sides of a handover."""

    def decide_confirmation(*arguments: Any) -> Decision:
        decision = real(*arguments)
        return ACCEPT if decision.reason == "same_person" else decision

    real = shift_decisions._decide_confirmation
    patch.setattr(shift_decisions, "_decide_confirmation", decide_confirmation)


AUTHOR_MUTATIONS = {
    "a grant of another user": grant_of_another,
    "an owner who vouches for ever": vouched_for_ever,
    "work of any time": any_time,
    "a revocation ignored": revocation_ignored,
    "a supervisor who vouches for the own name": vouches_for_own_name,
    "a revoked device that reads": revoked_device_reads,
}
EXERCISE_MUTATIONS = {
    "worlds mixed": worlds_mixed,
    "links between worlds": links_between_worlds,
    "work after the end of an exercise": work_after_the_end,
    "states of a wiped exercise": states_not_wiped,
    "states of a wiped exercise on consoles": states_not_wiped_on_consoles,
    "callers of a wiped exercise": callers_not_wiped,
    "files of a wiped exercise": files_not_wiped,
}
THEFT_MUTATIONS = {
    "a stolen device that hands in": stolen_device_hands_in,
    "the order to wipe ignored": wipe_order_ignored,
    "files of a stolen device": files_of_stolen_device_left,
}
SCOPE_MUTATIONS = {
    "a scope ignored": scope_ignored,
    "a scope of the present state": scope_of_present_state,
    "callers kept after the release": callers_kept_after_release,
}
LOAD_MUTATIONS = {
    "a refused push forgotten": refused_push_forgotten,
    "pushes that are too large": pushes_too_large,
    "waiting without a limit": waiting_without_limit,
    "a limit that blocks the outbox": limit_blocks_the_outbox,
}
CONTACT_MUTATIONS = {
    "contacts by any role": contacts_by_any_role,
    "erased values kept on consoles": erased_values_kept,
}
SHIFT_MUTATIONS = {
    "both sides of a handover by one person": both_sides_by_one_person,
}
