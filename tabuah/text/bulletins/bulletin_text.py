"""Text for earthquakes, warnings and volcanoes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.entry_bodies import EarthquakeReported, FeltAt, Withdrawal
from tabuah.operations.bulletins.local_relevance import CAPITAL, EarthquakeRelevance
from tabuah.operations.bulletins.volcano import Volcano
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.feeds.cap_alert import CapMessageType
from tabuah.operations.feeds.felt_intensity import ROMAN
from tabuah.operations.levels import VolcanoLevel
from tabuah.resources.localisation import _, format_age, format_moment, format_number, format_time

AT_PLACE_KM: Final = 1.0

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


def describe_magnitude(account: EarthquakeReported) -> str:
    """Return magnitude and depth: "M 5,1 · kedalaman 12 km"."""
    magnitude, depth = format_number(account.magnitude, digits=1), format_number(account.depth_km)
    return f"M {magnitude} · " + _("{depth} km deep").format(depth=depth)


def describe_felt(felt: Iterable[FeltAt]) -> str:
    """Return the places with their intensity: "III-IV Solok, II Padang"."""
    return ", ".join(_felt_at(each) for each in felt)


def describe_epicentre(seen: EarthquakeRelevance) -> str:
    """Return distance and direction of an epicentre from the capital: "40 km barat laut Arosuka"."""
    if seen.distance_km < AT_PLACE_KM:
        return _("at {place}").format(place=CAPITAL)
    distance, direction = format_number(seen.distance_km), direction_label(seen.bearing_deg)
    return _("{distance} km {direction} of {place}").format(distance=distance, direction=direction, place=CAPITAL)


def direction_label(degrees: float) -> str:
    """Return a bearing as one of eight directions."""
    return _(_DIRECTIONS[round(degrees / 45) % 8])


def volcano_level_label(level: VolcanoLevel) -> str:
    """Return a level as PVMBG writes it in every language: "Level III (Siaga)"."""
    return f"Level {_LEVELS[level]}"


def describe_statement(volcano: Volcano, now: datetime) -> str:
    """Return the level, its source and the age of the statement."""
    current = volcano.current
    told = _("{level} · {source} · stated {moment}, {age} ago")
    return told.format(
        level=volcano_level_label(current.level),
        source=current.source,
        moment=format_moment(current.stated_at),
        age=format_age(now - current.stated_at),
    )


def describe_validity(warning: KnownWarning, now: datetime) -> str:
    """Return the validity of a warning."""
    if warning.issued.message is CapMessageType.CANCEL:
        return _("a cancellation")
    if warning.withdrawal is not None and warning.withdrawn_at is not None and warning.is_over(now):
        return _(_WITHDRAWN[warning.withdrawal]).format(time=format_time(warning.withdrawn_at))
    if warning.is_over(now):
        return _("over since {moment}").format(moment=format_moment(warning.ends_at or warning.issued.sent))
    if warning.effective > now:
        return _("from {moment}").format(moment=format_moment(warning.effective))
    if warning.ends_at is None:
        return _("in force, end not stated")
    return _("in force until {moment}").format(moment=format_moment(warning.ends_at))


def describe_corrections(quake: KnownEarthquake) -> str:
    """Return the source and time of the last correction; empty without one."""
    if not quake.revisions:
        return ""
    return _("corrected by {source} at {time}").format(source=quake.latest.source, time=format_time(quake.told_at))


def _felt_at(felt: FeltAt) -> str:
    if felt.mmi_low is None or felt.mmi_high is None:
        return felt.place
    low, high = ROMAN[felt.mmi_low - 1], ROMAN[felt.mmi_high - 1]
    return f"{low if low == high else f'{low}-{high}'} {felt.place}"
