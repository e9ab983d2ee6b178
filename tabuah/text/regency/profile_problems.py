"""Sentences about problems of a profile: what is wrong, and what to write instead."""

from typing import Final

from tabuah.operations.regency.profile_checks import KNOWN_LANGUAGES, ProfileFinding, ProfileProblem
from tabuah.resources.localisation import N_, _
from tabuah.resources.regency_profile import MAX_SIDE_DEG, TIME_ZONES

_SENTENCES: Final[dict[ProfileProblem, str]] = {
    ProfileProblem.UNKNOWN_TIME_ZONE: N_("the time zone {value} is unknown; write one of {zones}"),
    ProfileProblem.UNKNOWN_LANGUAGE: N_("the language {value} is unknown; write one of {languages}"),
    ProfileProblem.CODES_DIFFER: N_("{value} is in another province than the Kemendagri code; correct one of them"),
    ProfileProblem.BOUNDS_ORDER: N_("{value}: the order is west, south, east, north"),
    ProfileProblem.BOUNDS_SIZE: N_("{value}: a regency measures from 0.01 to {side} degrees"),
    ProfileProblem.MISSING_CODE: N_("{value} is missing; list it, with offered = false if it is never used"),
    ProfileProblem.UNKNOWN_CODE: N_("{value} is not known; remove it"),
    ProfileProblem.LISTED_TWICE: N_("{value} is listed twice; remove one"),
    ProfileProblem.NOTHING_OFFERED: N_("none is offered; remove offered = false from one at least"),
    ProfileProblem.NO_SVG: N_("the file is not an SVG picture; save the crest as SVG"),
    ProfileProblem.MISSING_MAP: N_("name a map of this regency; build one with: tabuah map regency"),
    ProfileProblem.MAP_OUTSIDE: N_("the regency on the map covers {value}; write bounds that contain it"),
    ProfileProblem.MAP_OF_ANOTHER: N_("the map is that of {value}; build one of this regency: tabuah map regency"),
}


def describe_finding(finding: ProfileFinding) -> str:
    """Return a problem with its key: "hazards: flood is missing; list it, …"."""
    sentence = _(_SENTENCES[finding.problem]).format(
        value=finding.value,
        zones=", ".join(TIME_ZONES),
        languages=", ".join(KNOWN_LANGUAGES),
        side=int(MAX_SIDE_DEG),
    )
    return f"{finding.key}: {sentence}"
