"""The entries that a saved station form writes: that of the station, and that of the gauge above it."""

from collections.abc import Mapping

import msgspec

from tabuah.console.window.stations.station_form_values import CODE, REASON, UPSTREAM, Texts
from tabuah.operations.entries import Draft
from tabuah.operations.exercises.scope import ExerciseScope, code_in_exercise
from tabuah.operations.stations.drafts import change_station, register_station
from tabuah.operations.stations.station import Station
from tabuah.resources.localisation import _


def new_station_code(texts: Texts, scope: ExerciseScope) -> str:
    """Return the code of a new station, in capital letters and with its exercise."""
    return code_in_exercise(texts.get(CODE, "").strip().upper(), scope.exercise_id or "")


def station_in_scope(station: Station, scope: ExerciseScope) -> Station:
    """Return a new station in the exercise of the window."""
    return msgspec.structs.replace(station, exercise=scope.is_exercise, exercise_id=scope.exercise_id or "")


def station_form_drafts(
    texts: Texts, station: Station, before: Station | None, stations: Mapping[str, Station]
) -> tuple[Draft, ...]:
    """Return the entry of the station, and that of the gauge above it.

    Raises:
        NotPossible: nothing has changed, or the reason is missing.
    """
    upper = _gauge_above(texts, station, stations)
    if before is None:
        return (register_station(station), *upper)
    if station == before and upper:
        return upper
    return (change_station(before, station, reason=texts.get(REASON, "")), *upper)


def _gauge_above(texts: Texts, station: Station, stations: Mapping[str, Station]) -> tuple[Draft, ...]:
    """Return the change that puts this station below the chosen gauge."""
    upper = stations.get(texts.get(UPSTREAM, ""))
    if upper is None or upper.river is None or station.river is None or upper.river.downstream == station.code:
        return ()
    after = msgspec.structs.replace(
        upper, river=msgspec.structs.replace(upper.river, downstream=station.code, lag_s=0.0)
    )
    reason = texts.get(REASON, "") or _("{station} is the next gauge below").format(station=station.name)
    return (change_station(upper, after, reason=reason),)
