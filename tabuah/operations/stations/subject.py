"""The declaration of stations."""

from typing import Final

import msgspec

from tabuah.operations.attachments.attachment import MAX_ATTACHMENTS
from tabuah.operations.entries import ACCEPT, Decision, Entry, rejected, subject_key
from tabuah.operations.people.roles import GATEWAYS, SETUP, SUPERVISORS, WORKERS, Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION
from tabuah.operations.record_decisions import decide_change, decide_creation
from tabuah.operations.stations import entry_bodies as bodies
from tabuah.operations.stations.differences import CHANGES_WITH_REASON, changed_fields
from tabuah.operations.stations.entry_bodies import (
    StationAttachmentAdded,
    StationAttachmentRemoved,
    StationChanged,
    StationEdited,
    StationRegistered,
    StationRestored,
    StationRetired,
)
from tabuah.operations.stations.fold import fold_station
from tabuah.operations.stations.station import Station
from tabuah.operations.subject_type import DecisionContext, EntryKind, SubjectType

MAX_ADDED: Final = 5_000  # attachments of a station, the removed ones included


def decide_station(station: Station | None, entry: Entry, body: msgspec.Struct, context: DecisionContext) -> Decision:
    match body:
        case StationRegistered():
            return _decide_registration(station, entry, body, context)
        case StationChanged() | StationRetired() | StationRestored() if context.decide_version < PROVENANCE_VERSION:
            return rejected("unknown_kind")  # as servers decided that did not know it
        case StationChanged() | StationRetired() | StationRestored() if body.by and context.role is not Role.SERVER:
            return rejected("by_server_only")
        case StationEdited() if body.station.code != subject_key(entry.subject):
            return rejected("subject_of_another_name")
        case StationEdited() if station is not None and _needs_reason(station, body.station, context):
            return rejected("station_change_needs_reason")
        case StationAttachmentAdded() if station is not None and _is_full(station, context):
            return rejected("too_many_attachments")
        case StationAttachmentRemoved() if station is not None:
            return _decide_file_removal(station, entry, body, context)
    return decide_change(station)


def _decide_registration(
    station: Station | None, entry: Entry, body: StationRegistered, context: DecisionContext
) -> Decision:
    """A gateway registers stations for itself only."""
    is_strict = context.decide_version >= PROVENANCE_VERSION
    if is_strict and body.by and context.role is not Role.SERVER:
        return rejected("by_server_only")
    if is_strict and context.role is Role.GATEWAY and body.station.gateway not in ("", entry.actor):
        return rejected("not_your_station")
    return decide_creation(station, entry, body.station.code)


def _is_full(station: Station, context: DecisionContext) -> bool:
    """Return whether a station has the maximum number of attachments; removed ones count."""
    if context.decide_version < PROVENANCE_VERSION:
        return False
    return len(station.files.kept) >= MAX_ATTACHMENTS or len(station.files.added) >= MAX_ADDED


def _decide_file_removal(
    station: Station, entry: Entry, body: StationAttachmentRemoved, context: DecisionContext
) -> Decision:
    """A field office may remove only files that its own user added; other roles any file."""
    if context.role is not Role.FIELD:
        return ACCEPT
    file = station.files.find(body.entry)
    return ACCEPT if file is not None and file.by == entry.actor else rejected("attachment_of_another")


def _needs_reason(before: Station, after: Station, context: DecisionContext) -> bool:
    """Return whether an edit changes limits or the position, which needs an entry with a reason."""
    if context.decide_version < PROVENANCE_VERSION:
        return False
    return not CHANGES_WITH_REASON.isdisjoint(changed_fields(before, after))


STATION: Final = SubjectType(
    name="station",
    state=Station,
    kinds=(
        EntryKind(
            name="station.registered",
            body=bodies.StationRegistered,
            writers=SETUP,
            exercise_writers=GATEWAYS,  # the simulator registers its stations
            named_exercise_writers=SUPERVISORS,  # the replay of a past day registers copies of the real ones
            creates=True,
        ),
        EntryKind(name="station.edited", body=bodies.StationEdited, writers=SETUP),
        EntryKind(name="station.changed", body=bodies.StationChanged, writers=SETUP),
        EntryKind(name="station.retired", body=bodies.StationRetired, writers=SETUP),
        EntryKind(name="station.restored", body=bodies.StationRestored, writers=SETUP),
        EntryKind(name="station.attachment_added", body=bodies.StationAttachmentAdded, writers=WORKERS | SETUP),
        EntryKind(name="station.attachment_removed", body=bodies.StationAttachmentRemoved, writers=WORKERS | SETUP),
    ),
    decide=decide_station,
    fold=fold_station,
)
