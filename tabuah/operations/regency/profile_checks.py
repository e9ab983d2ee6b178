"""Checks of a profile beyond its types: known codes, no duplicates, plausible bounds, the map inside."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Final

import msgspec
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from tabuah.operations.codes import FORWARD_STATUSES, Channel, Hazard, Severity
from tabuah.operations.tasks.task import TaskKind
from tabuah.operations.units.unit import UnitKind
from tabuah.resources.hazard_questions import QuestionKind
from tabuah.resources.regency import shipped_regency
from tabuah.resources.regency_profile import (
    MAX_SIDE_DEG,
    MIN_SIDE_DEG,
    TIME_ZONES,
    HazardSettings,
    RegencyProfile,
    UnitKindSettings,
)

KNOWN_LANGUAGES: Final = ("id", "en")
TASK_STOPS: Final = ("receipt", "done")
_MAX_SUN_TIME_DIFFERENCE_H: Final = 0.8  # the western ends of WIB and WIT have 0.7


class ProfileProblem(StrEnum):
    """Kind of a problem; `text.regency.profile_problems` has the sentences."""

    UNKNOWN_TIME_ZONE = "unknown_time_zone"
    TIME_ZONE_FAR = "time_zone_far"
    UNKNOWN_LANGUAGE = "unknown_language"
    CODES_DIFFER = "codes_differ"
    BOUNDS_ORDER = "bounds_order"
    BOUNDS_SIZE = "bounds_size"
    MISSING_CODE = "missing_code"
    UNKNOWN_CODE = "unknown_code"
    LISTED_TWICE = "listed_twice"
    NOTHING_OFFERED = "nothing_offered"
    UNKNOWN_VALUE = "unknown_value"
    ONE_LIMIT = "one_limit"
    FEW_CHOICES = "few_choices"
    LIMITS_ORDER = "limits_order"
    STEPS_ORDER = "steps_order"
    KIND_DIFFERS = "kind_differs"
    NO_SVG = "no_svg"
    MISSING_MAP = "missing_map"
    MAP_OUTSIDE = "map_outside"
    MAP_OF_ANOTHER = "map_of_another"


class ProfileFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A problem at a key of the file; `value` is the wrong or missing value."""

    key: str
    problem: ProfileProblem
    value: str = ""


def check_profile(profile: RegencyProfile) -> tuple[ProfileFinding, ...]:
    """Return all problems of a profile, without those of its map."""
    return (
        *_check_names(profile),
        *_check_bounds(profile),
        *_check_codes("hazards", profile.hazards, Hazard),
        *_check_codes("unit_kinds", profile.unit_kinds, UnitKind),
        *_check_questions(profile),
        *_check_clocks(profile),
        *_check_run_cards(profile),
        *_check_unit_coverage(profile),
        *_check_crest(profile.crest_svg),
    )


def check_map(
    profile: RegencyProfile, outline_deg: tuple[float, float, float, float], code: str
) -> tuple[ProfileFinding, ...]:
    """Return the problems of a profile with its map.

    Args:
        profile: the profile.
        outline_deg: west, south, east and north of the regency's outline on the map (EPSG:4326).
        code: the Kemendagri code of the outline; empty if the map has none.
    """
    found = []
    if code and code != profile.kemendagri_code:
        found.append(ProfileFinding(key="map", problem=ProfileProblem.MAP_OF_ANOTHER, value=code))
    west, south, east, north = profile.bounds_deg
    is_inside = west <= outline_deg[0] and south <= outline_deg[1] and outline_deg[2] <= east
    if not (is_inside and outline_deg[3] <= north):
        sides = ", ".join(f"{side:.4f}" for side in outline_deg)
        found.append(ProfileFinding(key="bounds_deg", problem=ProfileProblem.MAP_OUTSIDE, value=sides))
    return tuple(found)


def _check_names(profile: RegencyProfile) -> Iterator[ProfileFinding]:
    if profile.time_zone not in TIME_ZONES:
        yield ProfileFinding(key="time_zone", problem=ProfileProblem.UNKNOWN_TIME_ZONE, value=profile.time_zone)
    for language in profile.languages:
        if language not in KNOWN_LANGUAGES:
            yield ProfileFinding(key="languages", problem=ProfileProblem.UNKNOWN_LANGUAGE, value=language)
    # The provinces have the same number in both lists, and so have most regencies: 13.02 is 1303.
    if profile.kemendagri_code[:2] != profile.bps_code[:2]:
        yield ProfileFinding(key="bps_code", problem=ProfileProblem.CODES_DIFFER, value=profile.bps_code)
    if not profile.map and profile.kemendagri_code != shipped_regency().kemendagri_code:
        yield ProfileFinding(key="map", problem=ProfileProblem.MISSING_MAP)
    names = (opd.name.casefold() for opd in profile.opds)
    yield from _duplicates("opds", names)
    yield from _duplicates("aid_items", (" ".join(item.name.casefold().split()) for item in profile.aid_items))
    yield from _duplicates("message_answers", (each.code for each in profile.message_answers))
    for each in profile.message_answers:
        if not each.text("id").strip():
            yield ProfileFinding(key="message_answers", problem=ProfileProblem.UNKNOWN_VALUE, value=each.code)
    if profile.message_times.overdue_min < profile.message_times.late_min:
        value = str(profile.message_times.overdue_min)
        yield ProfileFinding(key="message_times", problem=ProfileProblem.UNKNOWN_VALUE, value=value)
    waits = [step.after_min for step in profile.limit_reminders.escalation]
    if waits != sorted(set(waits)):
        value = ", ".join(map(str, waits))
        yield ProfileFinding(key="limit_reminders.escalation", problem=ProfileProblem.STEPS_ORDER, value=value)
    yield from _duplicates("crews", (name.casefold() for name in profile.crews))
    yield from _duplicates("holidays", (each.date.isoformat() for each in profile.holidays))
    yield from _duplicates("shifts", (shift.start for shift in profile.shifts))


def _check_bounds(profile: RegencyProfile) -> Iterator[ProfileFinding]:
    west, south, east, north = profile.bounds_deg
    shown = f"{west}, {south}, {east}, {north}"
    if west >= east or south >= north:
        yield ProfileFinding(key="bounds_deg", problem=ProfileProblem.BOUNDS_ORDER, value=shown)
    elif not all(MIN_SIDE_DEG <= side <= MAX_SIDE_DEG for side in (east - west, north - south)):
        yield ProfileFinding(key="bounds_deg", problem=ProfileProblem.BOUNDS_SIZE, value=shown)
    elif profile.time_zone in TIME_ZONES and _sun_time_difference_h(profile) > _MAX_SUN_TIME_DIFFERENCE_H:
        lon = f"{profile.centre_deg[0]:.2f}"
        yield ProfileFinding(key="time_zone", problem=ProfileProblem.TIME_ZONE_FAR, value=lon)


def _sun_time_difference_h(profile: RegencyProfile) -> float:
    """Return the hours between the time zone and the solar time at the centre: the sun takes an hour for 15°."""
    zone_s = profile.zone.utcoffset(None).total_seconds()
    return abs(profile.centre_deg[0] / 15 - zone_s / 3600)


def _check_codes(
    key: str, settings: tuple[HazardSettings, ...] | tuple[UnitKindSettings, ...], codes: type[StrEnum]
) -> Iterator[ProfileFinding]:
    listed, known = [each.code for each in settings], [code.value for code in codes]
    for code in known:
        if code not in listed:
            yield ProfileFinding(key=key, problem=ProfileProblem.MISSING_CODE, value=code)
    for code in dict.fromkeys(listed):
        if code not in known:
            yield ProfileFinding(key=key, problem=ProfileProblem.UNKNOWN_CODE, value=code)
    yield from _duplicates(key, listed)
    if not any(each.offered for each in settings):
        yield ProfileFinding(key=key, problem=ProfileProblem.NOTHING_OFFERED)


def _check_questions(profile: RegencyProfile) -> Iterator[ProfileFinding]:
    """Yield the problems of questions; a code has one kind and unit, as a corrected hazard keeps its answers."""
    known: dict[str, tuple[QuestionKind, str]] = {}
    for hazard in profile.hazards:
        key = f"hazards.{hazard.code}.questions"
        yield from _duplicates(key, (question.code for question in hazard.asked))
        for question in hazard.asked:
            if question.kind is QuestionKind.CHOICE and len(set(map(str.casefold, question.choices))) < 2:
                yield ProfileFinding(key=key, problem=ProfileProblem.FEW_CHOICES, value=question.code)
            if question.at_least >= question.at_most:
                yield ProfileFinding(key=key, problem=ProfileProblem.LIMITS_ORDER, value=question.code)
            answer = (question.kind, question.unit)
            if known.setdefault(question.code, answer) != answer:
                yield ProfileFinding(key=key, problem=ProfileProblem.KIND_DIFFERS, value=question.code)


def _duplicates(key: str, names: Iterable[str]) -> Iterator[ProfileFinding]:
    for name, times in Counter(names).items():
        if times > 1:
            yield ProfileFinding(key=key, problem=ProfileProblem.LISTED_TWICE, value=name)


def _check_clocks(profile: RegencyProfile) -> Iterator[ProfileFinding]:
    yield from _duplicates("clocks", (clock.code for clock in profile.clocks))
    for clock in profile.clocks:
        key = f"clocks.{clock.code}"
        if (clock.minutes is None) == (clock.days is None):
            yield ProfileFinding(key=key, problem=ProfileProblem.ONE_LIMIT, value=clock.code)
        stops: Sequence[str] = TASK_STOPS if clock.starts == "task" else FORWARD_STATUSES[1:]
        lists: tuple[tuple[Sequence[str], Sequence[str]], ...] = (
            (clock.hazards, list(Hazard)),
            (clock.channels, list(Channel)),
            (clock.task_kinds, list(TaskKind)),
            ((clock.stops,), stops),
        )
        for values, known in lists:
            for value in values:
                if value not in known:
                    yield ProfileFinding(key=key, problem=ProfileProblem.UNKNOWN_VALUE, value=value)


def _check_run_cards(profile: RegencyProfile) -> Iterator[ProfileFinding]:
    yield from _duplicates("run_cards", (f"{card.hazard}, {card.severity}" for card in profile.run_cards))
    for card in profile.run_cards:
        kinds = tuple(line.kind for line in card.units)
        named: tuple[tuple[Sequence[str], Sequence[str]], ...] = (
            ((card.hazard,), list(Hazard)),
            ((card.severity,), list(Severity)),
            (kinds, list(UnitKind)),
        )
        for values, known in named:
            for value in values:
                if value not in known:
                    yield ProfileFinding(key="run_cards", problem=ProfileProblem.UNKNOWN_VALUE, value=value)


def _check_unit_coverage(profile: RegencyProfile) -> Iterator[ProfileFinding]:
    yield from _duplicates("unit_coverage", (rule.kind for rule in profile.unit_coverage))
    for rule in profile.unit_coverage:
        if rule.kind not in list(UnitKind):
            yield ProfileFinding(key="unit_coverage", problem=ProfileProblem.UNKNOWN_VALUE, value=rule.kind)


def _check_crest(svg: str) -> Iterator[ProfileFinding]:
    if not svg:
        return
    try:
        tag = fromstring(svg).tag
    except (SyntaxError, ValueError, DefusedXmlException):
        tag = ""
    if tag.rpartition("}")[2] != "svg":
        yield ProfileFinding(key="letterhead.crest", problem=ProfileProblem.NO_SVG)
