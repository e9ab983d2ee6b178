"""Tracks of units, read from the stored readings of their trackers."""

from collections.abc import Iterable
from datetime import datetime

from tabuah.operations.units.tracker import LAT, LON
from tabuah.operations.units.tracks import Fix, track_of
from tabuah.storage.readings.store import ReadingsStore


def read_tracks(
    store: ReadingsStore, trackers: Iterable[str], *, since: datetime, until: datetime
) -> dict[str, tuple[Fix, ...]]:
    """Return the positions of each tracker between two moments, oldest first.

    Where there are none, the latest position before `until` is returned.

    Args:
        store: the readings.
        trackers: the station codes of the units' GPS trackers.
        since: start of the track (UTC).
        until: end of the track (UTC); later readings are from a wrong clock.
    """
    return {tracker: _track(store, tracker, since, until) for tracker in trackers}


def _track(store: ReadingsStore, tracker: str, since: datetime, until: datetime) -> tuple[Fix, ...]:
    lons, lats = (store.between(tracker, parameter, since, until) for parameter in (LON, LAT))
    if lons and lats:
        return track_of(lons, lats)
    latest = [reading for reading in store.latest(tracker) if reading.at <= until]
    return track_of(*([r for r in latest if r.parameter == parameter] for parameter in (LON, LAT)))
