"""The times of a replayed day, and copies of its stations and reports without personal values.

A copy takes only the fields named here, so that a field added later is not copied by accident.
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.operations.codes import Severity
from tabuah.operations.incidents.conflict_policy import decode_value
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.operations.stations.drafts import station_in_exercise
from tabuah.operations.stations.station import River, Station

DEFAULT_HISTORY_H: Final = 3.0  # fills the windows of nearly all rules
_PLACE_DECIMALS: Final = 2  # of degrees: about a kilometre, so that no house can be identified


class ReplaySchedule(msgspec.Struct, frozen=True, kw_only=True):
    """The times of a replay, all in UTC.

    Readings keep their intervals, because rules depend on them. The shifted time of a reading is never in the future:
    in a faster replay the first readings lie in the past, and the last one reaches the present.

    Attributes:
        since: start of the past period.
        until: end of the past period, excluded.
        begins_at: when the replay begins.
        speed: time factor, at least 1.
        history: length of the earlier readings that are sent first, to fill the windows of rules.
    """

    since: datetime
    until: datetime
    begins_at: datetime
    speed: float = 1.0
    history: timedelta = timedelta()

    @property
    def ends_at(self) -> datetime:
        """The time at which an uninterrupted replay ends."""
        return self.begins_at + (self.until - self.since) / self.speed

    @property
    def shift(self) -> timedelta:
        """The difference between the new time and the past time of a reading."""
        return self.ends_at - self.until

    @property
    def first_at(self) -> datetime:
        """The past time of the first readings."""
        return self.since - self.history

    def played_until(self, now: datetime) -> datetime:
        """Return the past time that the replay has reached at `now`; at most `until`."""
        return min(self.until, self.since + max(now - self.begins_at, timedelta()) * self.speed)


def copy_of_station(station: Station, exercise_id: str) -> Station:
    """Return a copy of a real station for an exercise, without owner, gateway account and files."""
    river = station.river
    bare = Station(
        code=station.code,
        name=station.name,
        kind=station.kind,
        lon_deg=station.lon_deg,
        lat_deg=station.lat_deg,
        parameters=station.parameters,
        river=None
        if river is None
        else River(name=river.name, downstream=river.downstream, lag_s=river.lag_s, thresholds_m=river.thresholds_m),
        nagari=station.nagari,
    )
    return station_in_exercise(bare, exercise_id)


def can_be_replayed(incident: Incident) -> bool:
    """Return whether an incident can be replayed: it is not deleted, and lies in a nagari of the regency."""
    place = incident.place
    return not incident.deleted and place is not None and bool(place.nagari_code) and not place.outside_reason


def copy_of_report(incident: Incident, *, number: str, title: str) -> IncidentReported:
    """Return a new report with the hazard, first severity, channel and rounded place of an incident.

    It has no title, description, caller, notes, photos, figures, assignments, hamlet or names of people.

    Args:
        incident: a real incident that can be replayed.
        number: a new number.
        title: the name of the hazard; the nagari is appended.
    """
    assert incident.place is not None
    place = _copy_of_place(incident.place)
    return IncidentReported(
        number=number,
        hazard=incident.hazard,
        title=f"{title} · {place.nagari}",
        severity=_first_severity(incident),
        channel=incident.channel,
        place=place,
    )


def _copy_of_place(place: IncidentPlace) -> IncidentPlace:
    """Return the nagari, the kecamatan and the rounded point of a place."""
    is_centre = place.certainty is PlaceCertainty.CONFIRMED
    return IncidentPlace(
        lon_deg=round(place.lon_deg, _PLACE_DECIMALS),
        lat_deg=round(place.lat_deg, _PLACE_DECIMALS),
        nagari_code=place.nagari_code,
        nagari=place.nagari,
        kecamatan_code=place.kecamatan_code,
        kecamatan=place.kecamatan,
        certainty=PlaceCertainty.CONFIRMED if is_centre else PlaceCertainty.APPROXIMATE,
    )


def _first_severity(incident: Incident) -> Severity:
    """Return the severity at the time of the report; later entries may have changed it."""
    writings = incident.writings.get("severity", ())
    try:
        return Severity(decode_value("severity", writings[0].value)) if writings else incident.severity
    except (ValueError, msgspec.DecodeError):
        return incident.severity
