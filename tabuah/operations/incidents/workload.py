"""Workload behind the incidents of a period: by person, by unit, and by hour of the day. Pure."""

from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec

from tabuah.operations.codes import Status
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.units.missions import Mission
from tabuah.resources.time_zone import in_home_zone

_STEPS = tuple(status for status in Status if status is not Status.REPORTED)


class PersonWorkload(msgspec.Struct, frozen=True, kw_only=True):
    """The incidents that a user reported, and those on which the user recorded the last change to a status."""

    user: str
    reported: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    steps: int = 0  # status changes, several for one incident

    @property
    def total(self) -> int:
        return len(self.reported) + self.steps


class UnitWorkload(msgspec.Struct, frozen=True, kw_only=True):
    """The incidents of a unit, and the sum of its known times on mission.

    `impossible` are incidents whose mission ends before it begins, or begins in the future.
    """

    unit: str
    ids: tuple[str, ...]
    impossible: tuple[str, ...]
    busy_s: float


class HourWorkload(msgspec.Struct, frozen=True, kw_only=True):
    """The reports and status changes recorded in one hour of the day, on all days of the period together."""

    hour: int
    actions: int
    ids: tuple[str, ...]


def people_workload(incidents: Iterable[Incident]) -> tuple[PersonWorkload, ...]:
    """Return the workload by user, the highest first."""
    reported: dict[str, list[str]] = {}
    moved: dict[str, list[str]] = {}
    for incident in incidents:
        reported.setdefault(incident.reporter, []).append(incident.id)
        for status in _STEPS:
            if user := incident.status_actors.get(status):
                moved.setdefault(user, []).append(incident.id)
    found = [
        PersonWorkload(
            user=user,
            reported=tuple(reported.get(user, ())),
            moved=tuple(dict.fromkeys(moved.get(user, ()))),
            steps=len(moved.get(user, ())),
        )
        for user in sorted({*reported, *moved})
    ]
    return tuple(sorted(found, key=lambda each: (-each.total, each.user)))


def unit_workload(
    missions: Iterable[Mission], incidents: Collection[str], as_of: datetime
) -> tuple[UnitWorkload, ...]:
    """Return the workload by unit on the given incidents, the unit with the most of them first."""
    by_unit: dict[str, list[Mission]] = {}
    for mission in missions:
        if mission.incident in incidents:
            by_unit.setdefault(mission.unit, []).append(mission)
    found = [_unit(unit, each, as_of) for unit, each in by_unit.items()]
    return tuple(sorted(found, key=lambda each: (-len(each.ids), each.unit)))


def _unit(unit: str, missions: Iterable[Mission], as_of: datetime) -> UnitWorkload:
    lengths = {mission.incident: _length_s(mission, as_of) for mission in missions}
    return UnitWorkload(
        unit=unit,
        ids=tuple(lengths),
        impossible=tuple(key for key, length_s in lengths.items() if length_s is None),
        busy_s=sum(length_s for length_s in lengths.values() if length_s is not None),
    )


def _length_s(mission: Mission, as_of: datetime) -> float | None:
    """Return the length of a mission up to now; None if it ends before it begins, or in the future."""
    end = mission.ended_at or as_of
    return (end - mission.started_at).total_seconds() if mission.started_at <= end <= as_of else None


def hourly_workload(incidents: Iterable[Incident], as_of: datetime) -> tuple[HourWorkload, ...]:
    """Return the reports and status changes by local hour, all 24 hours; times in the future are left out."""
    actions: list[list[str]] = [[] for _hour in range(24)]
    for incident in incidents:
        moments = {**incident.status_times, Status.REPORTED: incident.reported_at}
        for moment in moments.values():
            if moment <= as_of:
                actions[in_home_zone(moment).hour].append(incident.id)
    return tuple(
        HourWorkload(hour=hour, actions=len(keys), ids=tuple(dict.fromkeys(keys)))
        for hour, keys in enumerate(actions)
    )
