"""What a rule over several series cannot know now: parts, at the stations that it watches, without a fresh value."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from tabuah.operations.rules.hearing import Series
from tabuah.operations.rules.joining import joint_watches_of
from tabuah.operations.rules.joint import JointWatch
from tabuah.operations.rules.rule import Rule
from tabuah.operations.rules.surroundings import Surroundings
from tabuah.operations.stations.station import Station


class Unanswered(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a rule that nobody can answer at one of its stations.

    `parameter` is what is asked for; `asked` are the stations that could answer, `heard_at` is when one of them did
    last, None where none ever has.
    """

    station: str
    part: int
    parameter: str
    asked: tuple[str, ...]
    heard_at: datetime | None


def unanswered_of(
    rule: Rule, stations: Iterable[Station], newest: Mapping[Series, datetime], *, now: datetime
) -> tuple[Unanswered, ...]:
    """What a rule cannot know now; nothing for a rule that looks at one series, whose silence has a rule of its own.

    Args:
        rule: whether in force or not.
        stations: all that it may look at.
        newest: the time of the newest reading of each series (UTC).
        now: UTC.
    """
    meant = msgspec.structs.replace(rule, active=True)
    found: list[Unanswered] = []
    for joint in joint_watches_of(meant, Surroundings(stations)):
        ages = [
            now - at if (at := newest.get(_series(joint, index))) else None for index in range(len(joint.members))
        ]
        found += (_unanswered(joint, part, newest) for part in joint.silent_parts(ages))
    return tuple(found)


def _unanswered(joint: JointWatch, part: tuple[int, ...], newest: Mapping[Series, datetime]) -> Unanswered:
    heard = (newest.get(_series(joint, index)) for index in part)
    first = joint.members[part[0]]
    return Unanswered(
        station=joint.watch.station,
        part=int(first.rule.partition("/")[2]),
        parameter=first.parameter,
        asked=tuple(joint.members[index].station for index in part),
        heard_at=max((at for at in heard if at is not None), default=None),
    )


def _series(joint: JointWatch, index: int) -> Series:
    member = joint.members[index]
    return member.station, member.parameter
