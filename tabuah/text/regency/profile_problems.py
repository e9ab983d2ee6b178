"""Sentences about problems of a profile: what is wrong, and what to write instead."""

from typing import Final

from tabuah.operations.regency.profile_checks import KNOWN_LANGUAGES, ProfileFinding, ProfileProblem
from tabuah.resources.localisation import N_, _
from tabuah.resources.regency_profile import MAX_SIDE_DEG, TIME_ZONES, InvalidProfile
from tabuah.text.file_errors import describe_file_message

_SENTENCES: Final[dict[ProfileProblem, str]] = {
    ProfileProblem.UNKNOWN_TIME_ZONE: N_("the time zone {value} is unknown; write one of {zones}"),
    ProfileProblem.TIME_ZONE_FAR: N_(
        "the regency lies at {value}° E, where another zone is in use; correct it or bounds_deg: {zones}"
    ),
    ProfileProblem.UNKNOWN_LANGUAGE: N_("the language {value} is unknown; write one of {languages}"),
    ProfileProblem.CODES_DIFFER: N_("{value} is in another province than the Kemendagri code; correct one of them"),
    ProfileProblem.BOUNDS_ORDER: N_("{value}: the order is west, south, east, north"),
    ProfileProblem.BOUNDS_SIZE: N_("{value}: a regency measures from 0.01 to {side} degrees"),
    ProfileProblem.MISSING_CODE: N_("{value} is missing; list it, with offered = false if it is never used"),
    ProfileProblem.UNKNOWN_CODE: N_("{value} is not known; remove it"),
    ProfileProblem.LISTED_TWICE: N_("{value} is listed twice; remove one"),
    ProfileProblem.NOTHING_OFFERED: N_("none is offered; remove offered = false from one at least"),
    ProfileProblem.UNKNOWN_VALUE: N_("{value} is not known here; see docs/regency-profile.md"),
    ProfileProblem.ONE_LIMIT: N_("the clock {value} needs either minutes or days"),
    ProfileProblem.FEW_CHOICES: N_("the question {value} needs at least two different choices"),
    ProfileProblem.LIMITS_ORDER: N_("the limits of {value} are reversed: at_least must be below at_most"),
    ProfileProblem.STEPS_ORDER: N_("{value}: write the minutes of each step larger than those before"),
    ProfileProblem.KIND_DIFFERS: N_("{value} has another kind or unit at another hazard; give it another code"),
    ProfileProblem.NO_SVG: N_("the file is not an SVG picture; save the crest as SVG"),
    ProfileProblem.MISSING_MAP: N_("name a map of this regency; build one with: tabuah map regency"),
    ProfileProblem.MAP_OUTSIDE: N_("the regency on the map covers {value}; write bounds that contain it"),
    ProfileProblem.MAP_OF_ANOTHER: N_("the map is that of {value}; build one of this regency: tabuah map regency"),
}


_HINTS: Final[dict[str, str]] = {
    "kemendagri_code": N_("write the Kemendagri code with its dot, such as 13.02"),
    "bps_code": N_("write the BPS code, four digits such as 1303"),
    "number_prefix": N_("write two to five capital letters, such as SLK"),
    "bounds_deg": N_("write four numbers in degrees: west, south, east, north"),
    "map": N_("write the name of a map file beside this file, such as map.npz"),
    "levels": N_("write letters only, such as Desa/Kelurahan"),
    "letterhead.crest": N_("write the name of an SVG file beside this file"),
    "letterhead.cap_sender": N_("write the sender without blanks and commas, such as pusdalops.bpbd"),
    "signatories": N_("write title, name and the 18 digits of the NIP"),
    "hazards": N_(
        "write a code of a hazard, with minutes from 1 to 10080 as arrival_min, and at most 10 questions with code, "
        "text and kind: number, yes_no, choice or text"
    ),
    "run_cards": N_("write hazard, severity, and units with kind and count"),
    "unit_coverage": N_("write a kind of unit, and within_km where it need not be in the kecamatan itself"),
    "clocks": N_("write code, name, starts, stops, and minutes or days"),
    "holidays": N_("write date, like 2026-12-25, and name"),
    "message_answers": N_("write code, and the sentence as id and en with at most 500 characters"),
    "message_times": N_("write minutes from 1 to 10080 as late_min and overdue_min, overdue_min not the smaller"),
    "limit_reminders": N_(
        "write near_percent from 0 to 90, near_min, and escalation with after_min and to: "
        "duty_supervisor or supervisors"
    ),
    "unit_kinds": N_("write a code of a kind of unit"),
    "opds": N_("write the name of each office"),
}


def describe_invalid(error: InvalidProfile) -> str:
    """Return why a file is no profile, with its key and what to write instead."""
    key = error.key.partition("[")[0]
    hint = _HINTS.get(key) or _HINTS.get(key.partition(".")[0])
    found = describe_file_message(error.finding)
    found = f"{error.key}: {found}" if error.key else found
    return f"{found}; {_(hint)}" if hint else found


def describe_finding(finding: ProfileFinding) -> str:
    """Return a problem with its key: "hazards: flood is missing; list it, …"."""
    sentence = _(_SENTENCES[finding.problem]).format(
        value=finding.value,
        zones=", ".join(TIME_ZONES),
        languages=", ".join(KNOWN_LANGUAGES),
        side=int(MAX_SIDE_DEG),
    )
    return f"{finding.key}: {sentence}"
