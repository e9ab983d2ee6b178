"""Units in words, for the window and for commands: what one is doing, where it is, how far away."""

from datetime import datetime

from tabuah.operations.labels import label_of
from tabuah.operations.units.positions import PositionSource, UnitPosition
from tabuah.operations.units.standing import UnitStanding
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_age, format_number


def state_words(standing: UnitStanding) -> str:
    """What a unit is doing and for which incident: "Menuju lokasi · SLK-7K3A-0012"."""
    numbers = " + ".join(mission.number for mission in standing.missions)
    return " · ".join(part for part in (label_of(standing.state), numbers) if part)


def position_words(position: UnitPosition | None, now: datetime) -> str:
    """By what a position is known and how old it is: "GPS, 40 dtk lalu", "menurut ani, 3 jam lalu · usang"."""
    if position is None:
        return _("position not known")
    age = position.age(now)
    if age is None:
        return _("at its post")
    told = {PositionSource.GPS: _("GPS, {age} ago"), PositionSource.PERSON: _("said by {name}, {age} ago")}
    place = told[position.source].format(age=format_age(age), name=position.by)
    return _("{place} · old").format(place=place) if position.is_old(now) else place


def distance_words(distance_m: float | None) -> str:
    """A distance as the crow flies: "3,2 km"; empty where it is not known."""
    if distance_m is None:
        return ""
    if distance_m < 1000:
        return f"{format_number(round(distance_m, -1))} m"
    return f"{format_number(distance_m / 1000, digits=1 if distance_m < 100_000 else 0)} km"
