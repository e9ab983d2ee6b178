"""The fold of station entries."""

from typing import Any

import msgspec
from msgspec import UNSET

from tabuah.operations.entries import Entry, Verdict
from tabuah.operations.stations.changes import (
    NO_CHANGES,
    PositionChange,
    RangeChange,
    StationChanges,
    ThresholdChange,
)
from tabuah.operations.stations.differences import (
    CHANGEABLE,
    changed_fields,
    changed_ranges,
    valid_range,
)
from tabuah.operations.stations.entry_bodies import (
    StationAttachmentAdded,
    StationAttachmentRemoved,
    StationChanged,
    StationEdited,
    StationRegistered,
    StationRestored,
    StationRetired,
)
from tabuah.operations.stations.files import NO_FILES, FileRemoval, StationFile
from tabuah.operations.stations.station import Retirement, Station


def fold_station(station: Station | None, entry: Entry, body: msgspec.Struct, _verdict: Verdict) -> Station | None:
    """Return the station after an accepted entry."""
    if isinstance(body, StationRegistered | StationEdited):
        return _fold_whole(station, entry, body.station)
    if station is None:
        return None
    match body:
        case StationChanged():
            return _fold_change(station, entry, body)
        case StationRetired():
            by = body.by or entry.actor
            return msgspec.structs.replace(
                station, retired=Retirement(by=by, at=entry.happened_at, reason=body.reason)
            )
        case StationRestored():
            return msgspec.structs.replace(station, retired=None)
    return _fold_file(station, entry, body)


def _fold_whole(before: Station | None, entry: Entry, written: Station) -> Station:
    """Return a station that is written as a whole; what has entries of its own is kept."""
    return msgspec.structs.replace(
        written,
        exercise=entry.exercise,
        exercise_id=entry.exercise_id,
        files=before.files if before is not None else NO_FILES,
        gateway=written.gateway or (before.gateway if before is not None else ""),
        retired=before.retired if before is not None else None,
        changes=before.changes if before is not None else NO_CHANGES,
    )


def _fold_change(station: Station, entry: Entry, body: StationChanged) -> Station:
    values = {name: getattr(body, name) for name in CHANGEABLE if getattr(body, name) is not UNSET}
    after = msgspec.structs.replace(station, **values)
    return msgspec.structs.replace(after, changes=_recorded(station, after, entry, body))


def _recorded(before: Station, after: Station, entry: Entry, body: StationChanged) -> StationChanges:
    """Return the changes of a station with those of one entry."""
    fields, changes = changed_fields(before, after), before.changes
    author: dict[str, Any] = {
        "entry": entry.id,
        "by": body.by or entry.actor,
        "at": entry.happened_at,
        "reason": body.reason,
    }
    if "thresholds" in fields:
        old, new = before.river, after.river
        changes = changes.with_thresholds(
            ThresholdChange(
                before=dict(old.thresholds_m) if old is not None else {},
                after=dict(new.thresholds_m) if new is not None else {},
                source=new.thresholds_source if new is not None else "",
                valid_from=new.thresholds_from if new is not None else None,
                **author,
            )
        )
    if "ranges" in fields:
        changes = changes.with_ranges(_range_changes(before, after, author))
    if "position" in fields:
        changes = changes.with_position(
            PositionChange(
                before_lon_deg=before.lon_deg,
                before_lat_deg=before.lat_deg,
                lon_deg=after.lon_deg,
                lat_deg=after.lat_deg,
                **author,
            )
        )
    return changes


def _range_changes(before: Station, after: Station, author: dict[str, Any]) -> tuple[RangeChange, ...]:
    old, new = ({each.code: each for each in station.parameters} for station in (before, after))
    return tuple(
        RangeChange(parameter=code, before=valid_range(old[code]), after=valid_range(new[code]), **author)
        for code in changed_ranges(before.parameters, after.parameters)
    )


def _fold_file(station: Station, entry: Entry, body: msgspec.Struct) -> Station:
    match body:
        case StationAttachmentAdded():
            file = StationFile(
                entry=entry.id, by=entry.actor, at=entry.happened_at, attachment=body.attachment, topic=body.topic
            )
            return msgspec.structs.replace(station, files=station.files.with_file(file))
        case StationAttachmentRemoved():
            removal = FileRemoval(by=entry.actor, at=entry.happened_at, reason=body.reason)
            return msgspec.structs.replace(station, files=station.files.without(body.entry, removal))
    return station
