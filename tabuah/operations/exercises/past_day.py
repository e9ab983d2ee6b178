"""A past real day in an exercise: its new times, and copies of stations and reports without personal values.

A copy is built from the fields named here, never by removing fields, so that a later field is not copied by accident.
"""

from dataclasses import dataclass
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

_PLACE_DECIMALS: Final = 2  # degrees: about a kilometre, so that a house is not recognised


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaySchedule:
    """The times of a replay, all in UTC.

    Readings keep their intervals, because rules use them, and never lie in the future: a faster replay begins in the
    past, and its end is the present at that moment.

    Attributes:
        since: start of the past period.
        until: its end, excluded.
        begins_at: when the replay begins.
        speed: how many times as fast it is, at least 1.
        history: how much from before the period is sent first, to fill the windows of rules.
    """

    since: datetime
    until: datetime
    begins_at: datetime
    speed: float = 1.0
    history: timedelta = timedelta()

    @property
    def ends_at(self) -> datetime:
        """When the replay ends, if it is not interrupted."""
        return self.begins_at + (self.until - self.since) / self.speed

    @property
    def shift(self) -> timedelta:
        """What is added to each time of the past."""
        return self.ends_at - self.until

    @property
    def first_at(self) -> datetime:
        """The first past moment that is sent."""
        return self.since - self.history

    def played_until(self, now: datetime) -> datetime:
        """Return the past moment up to which the day is played at a present moment; at most `until`."""
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
    """Return whether an incident can be reported again: it is not deleted, and has a nagari of the regency."""
    place = incident.place
    return not incident.deleted and place is not None and bool(place.nagari_code) and not place.outside_reason


def copy_of_report(incident: Incident, *, number: str, title: str) -> IncidentReported:
    """Return a report of the same event: hazard, first severity, channel, and a place to about a kilometre.

    Title and description, the caller, notes, photos, figures, assignments, the hamlet and all names stay behind.

    Args:
        incident: a real incident that can be replayed.
        number: a new number.
        title: words for the hazard; the nagari is added.
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
    """Return nagari, kecamatan and a rounded point."""
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
    """Return the severity of the report, which later entries may have changed."""
    writings = incident.writings.get("severity", ())
    try:
        return Severity(decode_value("severity", writings[0].value)) if writings else incident.severity
    except (ValueError, msgspec.DecodeError):
        return incident.severity
