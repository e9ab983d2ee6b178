"""Decision on incident entries."""

import re
from typing import Final

import msgspec

from tabuah.operations.codes import Channel, Status
from tabuah.operations.entries import ACCEPT, CONFLICT, Decision, Entry, Verdict, rejected
from tabuah.operations.incidents import entry_bodies
from tabuah.operations.incidents.conflict_policy import STATUS, encode_value
from tabuah.operations.incidents.growth_limits import find_growth
from tabuah.operations.incidents.guarded_fields import deletes_unseen_work, guarded_values, is_stale
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.merges import final_target, leads_to
from tabuah.operations.incidents.open_matters import open_matters
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.incidents.settlements import decide_settlement
from tabuah.operations.incidents.status_moves import check_move, move_conflicts
from tabuah.operations.lookups import Lookups
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION, STRICT_VERSION
from tabuah.operations.subject_type import DecisionContext

OTHER_TARGET: Final = Decision(Verdict.CONFLICT, "other_target")
_NEWER_KINDS: Final = (
    entry_bodies.IncidentAnswered,
    entry_bodies.IncidentCallerChanged,
    entry_bodies.IncidentGrouped,
)
_LATER_FIGURES: Final = (
    *("schools", "worship_places", "health_facilities", "bridges", "roads_m"),
    *("irrigation_m", "farmland_m2", "livestock", "loss_idr"),
)
_FIRST_PREFIX: Final = "SLK-"
_NUMBER: Final = re.compile("[A-Z]{2,5}-[0-9A-Z]{4}-[0-9]{4,}")


def decide_incident(
    incident: Incident | None, entry: Entry, body: msgspec.Struct, context: DecisionContext
) -> Decision:
    """Return the decision on an incident entry."""
    if isinstance(body, entry_bodies.IncidentReported):
        return _decide_report(incident, body, context)
    if isinstance(body, _NEWER_KINDS) and context.decide_version < PROVENANCE_VERSION:
        return rejected("unknown_kind")
    if incident is None:
        return rejected("unknown_subject")
    if isinstance(body, entry_bodies.ConflictSettled):
        return decide_settlement(incident, entry, body, context)
    if isinstance(body, entry_bodies.IncidentMerged) and context.decide_version >= STRICT_VERSION:
        return _decide_merge(incident, entry, body.into, context)
    if context.decide_version >= PROVENANCE_VERSION and (excess := find_growth(incident, entry, body)):
        return rejected(excess)
    if incident.deleted:
        return ACCEPT if isinstance(body, entry_bodies.IncidentDeleted) else CONFLICT
    return _decide_change(incident, entry, body, context)


def _decide_change(incident: Incident, entry: Entry, body: msgspec.Struct, context: DecisionContext) -> Decision:
    if isinstance(body, entry_bodies.IncidentEdited):
        return _decide_edit(incident, entry, body)
    if isinstance(body, entry_bodies.IncidentMoved):
        return _decide_move(incident, entry, body, context)
    if isinstance(body, entry_bodies.IncidentMerged):  # version 1 of the rules compares no targets
        if body.into == incident.id:
            return rejected("merge_into_itself")
        return CONFLICT if is_stale(incident, entry, STATUS, "merged") else ACCEPT
    if isinstance(body, entry_bodies.IncidentDeleted):
        return CONFLICT if deletes_unseen_work(incident, entry) else ACCEPT
    return ACCEPT


def _decide_report(
    incident: Incident | None, body: entry_bodies.IncidentReported, context: DecisionContext
) -> Decision:
    if incident is not None:
        return rejected("already_reported")
    # The pattern of the body also takes digits of other scripts.
    if context.decide_version >= PROVENANCE_VERSION and not _NUMBER.fullmatch(body.number):
        return rejected("malformed_body")
    if body.number.split("-")[1] != context.device_tag:
        return rejected("number_of_another_device")
    return ACCEPT


def has_later_prefix(body: msgspec.Struct) -> bool:
    """Return whether a number has a prefix that only version 3 of the rules accepts."""
    return isinstance(body, entry_bodies.IncidentReported) and not body.number.startswith(_FIRST_PREFIX)


def has_landmark(body: msgspec.Struct) -> bool:
    """Return whether a place has a landmark, which only version 3 of the rules accepts."""
    place = body.place if isinstance(body, entry_bodies.IncidentReported | entry_bodies.IncidentEdited) else None
    return isinstance(place, IncidentPlace) and bool(place.landmark)


def has_later_channel(body: msgspec.Struct) -> bool:
    """Return whether a report has a channel that only version 3 of the rules accepts."""
    if not isinstance(body, entry_bodies.IncidentReported | entry_bodies.IncidentEdited):
        return False
    return body.channel is Channel.MESSAGE


def has_later_figures(body: msgspec.Struct) -> bool:
    """Return whether a count has figures or groups of people that only version 3 of the rules accepts."""
    if not isinstance(body, entry_bodies.IncidentCounted):
        return False
    later = any(getattr(body.figures, name) is not None for name in _LATER_FIGURES)
    return later or body.groups is not msgspec.UNSET


def _decide_merge(incident: Incident, entry: Entry, into: str, context: DecisionContext) -> Decision:
    """Accept a merge whose target is not contested.

    Another target than that of a merge which the author had not seen is a conflict, and so is a circle of merges.
    While a conflict over the status or the deletion is due as well, such a merge is rejected: an incident keeps one
    target, which the pending merge needs.
    """
    if into == incident.id:
        return rejected("merge_into_itself")
    lookups = context.lookups
    in_circle = leads_to(into, incident.id, lookups.incident)
    is_contested = in_circle or _has_unseen_target(incident, entry, into, context)
    if incident.deleted or is_stale(incident, entry, STATUS, Status.MERGED):
        has_other = is_contested if incident.deleted else _keeps_other_target(incident, into, lookups)
        return rejected("merge_contested") if has_other else CONFLICT
    if incident.status is Status.CLOSED and _is_denied_closed(context):
        return rejected("supervisor_only")
    return OTHER_TARGET if is_contested else ACCEPT


def _is_denied_closed(context: DecisionContext) -> bool:
    """Return whether the author may not take an incident out of the closed ones, by version 3 of the rules."""
    return context.decide_version >= PROVENANCE_VERSION and context.role is not Role.SUPERVISOR


def _has_unseen_target(incident: Incident, entry: Entry, into: str, context: DecisionContext) -> bool:
    """Return whether the incident is merged into another target, by a merge that the author had not seen."""
    if not incident.merged_into or _ends_alike(incident.merged_into, into, context.lookups):
        return False
    base = entry.base.get(STATUS, "")
    if context.decide_version >= PROVENANCE_VERSION:
        return _has_unseen_merge(incident, entry.device, base)
    last = incident.writings[STATUS][-1]
    return base != last.entry and last.device != entry.device


def _has_unseen_merge(incident: Incident, device: str, base: str) -> bool:
    """Return whether another device merged the incident after `base`.

    The author's own merge may follow that one: it was accepted because both had the same target.
    """
    merged = encode_value(Status.MERGED)
    for writing in reversed(incident.writings[STATUS]):
        if writing.entry == base or writing.value != merged:
            return False
        if writing.device != device:
            return True
    return False


def _keeps_other_target(incident: Incident, into: str, lookups: Lookups) -> bool:
    """Return whether the target of a merge in force, or of one proposed in an open conflict, is another one."""
    merged = encode_value(Status.MERGED)
    proposes = any(
        c.field == STATUS and merged in (c.proposed.value, c.current.value) for c in incident.open_conflicts
    )
    return (bool(incident.merged_into) or proposes) and not _ends_alike(incident.merge_target, into, lookups)


def _ends_alike(one: str, other: str, lookups: Lookups) -> bool:
    return final_target(one, lookups.incident) == final_target(other, lookups.incident)


def _decide_edit(incident: Incident, entry: Entry, body: entry_bodies.IncidentEdited) -> Decision:
    stale = any(is_stale(incident, entry, field, value) for field, value in guarded_values(body).items())
    return CONFLICT if stale else ACCEPT


def _decide_move(
    incident: Incident, entry: Entry, body: entry_bodies.IncidentMoved, context: DecisionContext
) -> Decision:
    conflicts = move_conflicts(incident, entry, body.to)
    reason = check_move(incident, entry, body.to, context.role, decide_version=context.decide_version)
    if reason and not (conflicts and reason.startswith("close_needs")):
        return rejected(reason)
    if context.decide_version >= PROVENANCE_VERSION and _lacks_reason(incident, body):
        return rejected("closed_without_reason")
    return CONFLICT if conflicts else ACCEPT


def _lacks_reason(incident: Incident, body: entry_bodies.IncidentMoved) -> bool:
    """Return whether a move closes an incident with missing people, and does not say why."""
    closes = body.to is Status.CLOSED and incident.status is not Status.CLOSED
    return closes and bool(open_matters(incident).missing) and not body.reason.strip()
