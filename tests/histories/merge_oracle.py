"""Test oracle for merges and settlements, from the recorded states alone."""

import json

from histories.auditor import Audit
from histories.ledger import Gesture, Ledger, Mark, mark_of

from tabuah.operations.codes import Status
from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import Role


def check_merges(audit: Audit, ledger: Ledger) -> int:
    """Fail on a circle of merges, and on a target that replaced another one which its author had not seen.

    Returns:
        The number of merges into another target, or in a circle, that became a conflict.
    """
    targets: dict[str, str] = {}
    marks: dict[str, Mark] = {}  # by entry id
    conflicts = 0
    for record, entry, before, after in audit.steps:
        marks[entry.id] = mark_of(entry)
        if not isinstance(after.value, Incident):
            continue
        conflicts += record.verdict is Verdict.CONFLICT and record.reason == "other_target"
        key, former = after.value.id, targets.get(after.value.id, "")
        target = targets[key] = after.value.merged_into
        assert not target or key not in _way(target, targets), f"{entry} closed a circle of merges"
        if former and target != former and entry.kind == "incident.merged":
            gesture = ledger.gestures.get(mark_of(entry))
            saw = gesture is None or _knew_all_merges(before.value, entry, gesture, marks)
            assert saw or _way(former, targets)[-1] == _way(target, targets)[-1], (
                f"{entry} replaced {former} in silence"
            )
    return conflicts


def _knew_all_merges(incident: object, entry: Entry, gesture: Gesture, marks: dict[str, Mark]) -> bool:
    """Return whether an author knew every merge that gave an incident its present target, or confirmed it.

    The own ones of a device are known, even if an old window does not show them: its chain proves it. After the last
    merge that the author saw, another device's one is unknown; an unseen one before it had the same target. A console
    that started from a snapshot shows a merge before it has its entry: there the base of the gesture names it.
    """
    if not isinstance(incident, Incident):
        return False
    for writing in reversed(incident.writings["status"]):
        mark = marks[writing.entry]
        if writing.value != '"merged"' or mark in gesture.seen or mark == gesture.rests_on.get("status"):
            return True
        if writing.device != entry.device:
            return False
    return True


def _way(start: str, targets: dict[str, str]) -> list[str]:
    way = [start]
    while (target := targets.get(way[-1], "")) and target not in way:
        way.append(target)
    return way


def check_reopening(audit: Audit) -> None:
    """Fail on a change that took an incident out of the closed ones without a supervisor, merges included."""
    for record, entry, before, after in audit.steps:
        was, now = before.value, after.value
        role = _role(audit, entry)
        if record.verdict is not Verdict.ACCEPTED or role is None or role is Role.SUPERVISOR:
            continue
        if isinstance(was, Incident) and isinstance(now, Incident):
            assert not _was_closed(was) or _was_closed(now), f"{role} reopened: {was.status} → {now.status}, {entry}"


def _was_closed(incident: Incident) -> bool:
    """Return whether an incident is closed, or was merged while it was closed."""
    values = [json.loads(writing.value) for writing in incident.writings["status"]]
    while incident.status is Status.MERGED and values[-1] == "merged":
        values.pop()
    return values[-1] == "closed"


def check_settlements(audit: Audit) -> None:
    """Fail on a settlement that closed, reopened, deleted or merged an incident without the role for it."""
    for record, entry, before, after in audit.steps:
        was, now = before.value, after.value
        if entry.kind != "conflict.settled" or record.verdict is not Verdict.ACCEPTED:
            continue
        role = _role(audit, entry)
        if role is None or not isinstance(was, Incident) or not isinstance(now, Incident):
            continue
        take = json.loads(bytes(entry.body))["take"]
        closes = was.status is not Status.CLOSED and now.status is Status.CLOSED
        if closes or was.deleted is not now.deleted or (was.status is Status.CLOSED and now.status is not was.status):
            assert role is Role.SUPERVISOR, f"{role} settled by {take}: {was.status} → {now.status}, {entry}"
        if closes:
            assert was.status_actors[Status.CONTAINED] != entry.actor, f"one person contained and closed: {entry}"
        if now.merged_into != was.merged_into and now.merged_into:
            assert role is not Role.FIELD, f"a field officer merged by a settlement: {entry}"
        if was.merged_into and not now.merged_into:
            assert role is not Role.FIELD, f"a field officer undid a merge by a settlement: {entry}"


def _role(audit: Audit, entry: Entry) -> Role | None:
    user = audit.states.get(f"user/{entry.actor}")
    grant = user.value.grants.get(entry.grant) if user and isinstance(user.value, User) else None
    return grant.role if grant else None
