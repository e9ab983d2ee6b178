"""Earthquakes, warnings and volcanoes in words: how big, how far, which way, for how long, and by whom."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from tabuah.gis.geodesy import bearing_deg, distance_m
from tabuah.operations.bulletins.bodies import EarthquakeReported, FeltAt, Withdrawal
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.feeds.cap_values import CapMessageType
from tabuah.operations.feeds.felt import ROMAN
from tabuah.operations.levels import VolcanoLevel
from tabuah.resources.catalogue import _
from tabuah.resources.formats import format_age, format_moment, format_number, format_time

ON_THE_SPOT_KM: Final = 1.0

_DIRECTIONS: Final = {
    0: "north",
    1: "north-east",
    2: "east",
    3: "south-east",
    4: "south",
    5: "south-west",
    6: "west",
    7: "north-west",
}
_LEVELS: Final = {
    VolcanoLevel.NORMAL: "I (Normal)",
    VolcanoLevel.WASPADA: "II (Waspada)",
    VolcanoLevel.SIAGA: "III (Siaga)",
    VolcanoLevel.AWAS: "IV (Awas)",
}
_WITHDRAWN: Final = {
    Withdrawal.UPDATED: "replaced by a newer one at {time}",
    Withdrawal.CANCELLED: "cancelled at {time}",
}


def tell_size(account: EarthquakeReported) -> str:
    """Magnitude and depth: "M 5,1 · kedalaman 12 km"."""
    magnitude, depth = format_number(account.magnitude, digits=1), format_number(account.depth_km)
    return f"M {magnitude} · " + _("{depth} km deep").format(depth=depth)


def tell_felt(felt: Iterable[FeltAt]) -> str:
    """Where it was felt and how strongly: "III-IV Solok, II Padang"."""
    return ", ".join(_felt_at(each) for each in felt)


def tell_from(name: str, *, of_deg: tuple[float, float], to_deg: tuple[float, float]) -> str:
    """How far and which way a position lies as seen from a place: "40 km barat laut Arosuka".

    Args:
        name: of the place.
        of_deg: the place (longitude, latitude).
        to_deg: the position.
    """
    distance_km = distance_m(*of_deg, *to_deg) / 1000
    if distance_km < ON_THE_SPOT_KM:
        return _("at {place}").format(place=name)
    told = _("{distance} km {direction} of {place}")
    return told.format(
        distance=format_number(distance_km), direction=tell_direction(bearing_deg(*of_deg, *to_deg)), place=name
    )


def tell_direction(degrees: float) -> str:
    """A bearing as one of eight directions."""
    return _(_DIRECTIONS[round(degrees / 45) % 8])


def tell_volcano_level(level: VolcanoLevel) -> str:
    """A level as PVMBG writes it: "Level III (Siaga)"; the words are the agency's in every language."""
    return f"Level {_LEVELS[level]}"


def tell_statement(volcano: Volcano, now: datetime) -> str:
    """The level, its source and how old the statement is."""
    current = volcano.current
    told = _("{level} · {source} · stated {moment}, {age} ago")
    return told.format(
        level=tell_volcano_level(current.level),
        source=current.source,
        moment=format_moment(current.stated_at),
        age=format_age(now - current.stated_at),
    )


def tell_validity(warning: KnownWarning, now: datetime) -> str:
    """Whether a warning holds, and until or since when."""
    if warning.issued.message is CapMessageType.CANCEL:
        return _("a cancellation")
    if warning.withdrawal is not None and warning.withdrawn_at is not None and warning.is_over(now):
        return _(_WITHDRAWN[warning.withdrawal]).format(time=format_time(warning.withdrawn_at))
    if warning.is_over(now):
        return _("over since {moment}").format(moment=format_moment(warning.ends_at or warning.issued.sent))
    if warning.effective > now:
        return _("from {moment}").format(moment=format_moment(warning.effective))
    if warning.ends_at is None:
        return _("in force, no end was told")
    return _("in force until {moment}").format(moment=format_moment(warning.ends_at))


def tell_revisions(quake: KnownEarthquake) -> str:
    """What of it was corrected; empty where nothing was."""
    if not quake.revisions:
        return ""
    return _("corrected by {source} at {time}").format(source=quake.latest.source, time=format_time(quake.told_at))


def _felt_at(felt: FeltAt) -> str:
    if felt.mmi_low is None or felt.mmi_high is None:
        return felt.place
    low, high = ROMAN[felt.mmi_low - 1], ROMAN[felt.mmi_high - 1]
    return f"{low if low == high else f'{low}-{high}'} {felt.place}"
