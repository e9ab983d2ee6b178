"""Possible duplicates of a report: open incidents that are alike in hazard, place, time and words.

A duplicate is only proposed; a person decides. All of hazard, place and time must fit; words only change the order.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tabuah.gis.geodesy import distance_m
from tabuah.operations.codes import Hazard, names_of
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace

MAX_SHOWN: Final = 3
SAME_TIME: Final = timedelta(hours=12)  # a call about a flood or fire of the same day
NEAR_M: Final = 3_000.0  # two callers see one event from different sides, or point at different ends
_WIDE_M: Final = 60_000.0  # the regency from end to end
_WIDE: Final = frozenset({Hazard.EARTHQUAKE, Hazard.VOLCANO, Hazard.DROUGHT})  # felt in the whole regency
_RELATED: Final = (
    frozenset({Hazard.FLOOD, Hazard.FLASH_FLOOD, Hazard.LANDSLIDE, Hazard.EXTREME_WEATHER}),
    frozenset({Hazard.FIRE, Hazard.WILDFIRE}),
    frozenset({Hazard.ACCIDENT, Hazard.MISSING_PERSON, Hazard.HEALTH}),
)
_SAME_HAZARD, _RELATED_HAZARD = 3.0, 1.0  # weights: a hazard counts as much as a distance of zero
_PLACE, _TIME, _WORDS = 3.0, 2.0, 2.0
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_MAX_TEXT: Final = 2_000  # characters of title and description that are compared
_COMMON_WORDS: Final = frozenset(
    {
        *(
            "yang",
            "dari",
            "dengan",
            "untuk",
            "sudah",
            "akan",
            "pada",
            "tidak",
            "telah",
            "juga",
            "karena",
            "oleh",
            "saat",
        ),
        *("masih", "belum", "dalam", "lagi", "nagari", "jorong", "kecamatan", "telepon", "pelapor", "laporan"),
        *("dilaporkan", "warga", "orang", "that", "this", "with", "from", "have", "been", "there", "they", "were"),
        *("will", "into", "near", "caller", "report", "reported", "people"),
    }
)


class ReportFeatures(msgspec.Struct, frozen=True, kw_only=True):
    """The known features of a report while it comes in; `hazard` is None while it is not known, as of a message."""

    hazard: Hazard | None
    place: IncidentPlace
    occurred_at: datetime
    words: str = ""
    exercise: bool = False
    exercise_id: str = ""


class Duplicate(msgspec.Struct, frozen=True, kw_only=True):
    """An open incident that may be the same event.

    Attributes:
        incident: the incident.
        score: how alike both are; only its order has a meaning.
        distance_m: between the two points.
        is_near: whether the distance is within the uncertainty of both places.
        time_gap: from the report to the time in which the incident was worked on; zero within it.
        same_hazard: whether the hazard is the same, not only a related one.
        shared_words: words that both have, in the order of the report; not those of hazard, place and grammar.
    """

    incident: Incident
    score: float
    distance_m: float
    is_near: bool
    time_gap: timedelta
    same_hazard: bool
    shared_words: tuple[str, ...] = ()


def features_of(incident: Incident) -> ReportFeatures | None:
    """Return the features of an incident; None without a place."""
    if incident.place is None:
        return None
    return ReportFeatures(
        hazard=incident.hazard,
        place=incident.place,
        occurred_at=incident.occurred_at,
        words=f"{incident.title} {incident.description}",
        exercise=incident.exercise,
        exercise_id=incident.exercise_id,
    )


def find_duplicates(
    report: ReportFeatures, incidents: Iterable[Incident], *, limit: int = MAX_SHOWN
) -> tuple[Duplicate, ...]:
    """Return open incidents that may be the reported event, the most alike first."""
    compared = (_compare(report, incident) for incident in incidents if incident.is_open)
    found = [each for each in compared if each is not None]
    return tuple(sorted(found, key=lambda each: (-each.score, each.incident.number))[:limit])


def duplicates_of(
    incident: Incident, incidents: Iterable[Incident], *, limit: int = MAX_SHOWN
) -> tuple[Duplicate, ...]:
    """Return open incidents that may be the same event as a known one."""
    features = features_of(incident)
    if features is None:
        return ()
    return find_duplicates(features, (each for each in incidents if each.id != incident.id), limit=limit)


def _compare(report: ReportFeatures, incident: Incident) -> Duplicate | None:
    place = incident.place
    weight = _hazard_weight(report.hazard, incident.hazard)
    gap = _time_gap(report.occurred_at, incident)
    if place is None or not weight or gap > SAME_TIME or not _is_same_world(report, incident):
        return None
    apart_m = distance_m(report.place.lon_deg, report.place.lat_deg, place.lon_deg, place.lat_deg)
    reach_m = NEAR_M + (report.place.radius_m or 0) + (place.radius_m or 0)
    limit_m = _WIDE_M if report.hazard in _WIDE and report.hazard is incident.hazard else reach_m
    if apart_m > limit_m:
        return None
    shared = _shared_words(report, incident)
    score = weight + _PLACE * (1 - apart_m / limit_m) + _TIME * (1 - gap / SAME_TIME)
    return Duplicate(
        incident=incident,
        score=score + _WORDS * min(1.0, len(shared) / 3),
        distance_m=apart_m,
        is_near=apart_m <= reach_m,
        time_gap=gap,
        same_hazard=report.hazard is incident.hazard,
        shared_words=shared,
    )


def _is_same_world(report: ReportFeatures, incident: Incident) -> bool:
    """Return whether both are real, or of one exercise."""
    return (incident.exercise, incident.exercise_id) == (report.exercise, report.exercise_id)


def are_related(one: Hazard | None, other: Hazard) -> bool:
    """Return whether people may take one hazard for the other, or one follows from the other."""
    return any({one, other} <= family for family in _RELATED)


def is_felt_everywhere(hazard: Hazard) -> bool:
    """Return whether one event of the hazard is felt in the whole regency."""
    return hazard in _WIDE


def _hazard_weight(one: Hazard | None, other: Hazard) -> float:
    if one is None:
        return _RELATED_HAZARD  # place, time and words decide
    if one is other:
        return _SAME_HAZARD
    return _RELATED_HAZARD if are_related(one, other) else 0.0


def _time_gap(at: datetime, incident: Incident) -> timedelta:
    if at < incident.occurred_at:
        return incident.occurred_at - at
    return max(at - max(incident.updated_at, incident.occurred_at), timedelta(0))


def _shared_words(report: ReportFeatures, incident: Incident) -> tuple[str, ...]:
    """Return the words of both texts that say more than their hazards and places, which are compared already."""
    said = dict.fromkeys(_WORD.findall(report.words.casefold()[:_MAX_TEXT]))
    if not said:
        return ()
    known = set(_WORD.findall(f"{incident.title} {incident.description}".casefold()[:_MAX_TEXT]))
    known -= _COMMON_WORDS
    known -= _named_words(report.hazard, report.place)
    if incident.place is not None:
        known -= _named_words(incident.hazard, incident.place)
    return tuple(word for word in said if word in known)


def _named_words(hazard: Hazard | None, place: IncidentPlace) -> set[str]:
    names = (place.nagari, place.kecamatan, *(names_of(hazard) if hazard is not None else ()))
    return set(_WORD.findall(" ".join(names).casefold()))
