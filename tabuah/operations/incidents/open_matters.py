"""Open matters of an incident, which a person should know before it ends."""

import msgspec

from tabuah.operations.incidents.incident import Incident


class OpenMatters(msgspec.Struct, frozen=True, kw_only=True):
    """The unsettled matters of an incident.

    Attributes:
        missing: people who are missing by the newest statement.
        units: the units that are still assigned.
        conflicts: number of conflicts that are not settled.
        tasks: number of open tasks.
    """

    missing: int = 0
    units: tuple[str, ...] = ()
    conflicts: int = 0
    tasks: int = 0

    def __bool__(self) -> bool:
        return bool(self.missing or self.units or self.conflicts or self.tasks)


def open_matters(incident: Incident, *, open_tasks: int = 0) -> OpenMatters:
    return OpenMatters(
        missing=incident.figures.missing or 0,
        units=incident.assignment,
        conflicts=len(incident.open_conflicts),
        tasks=open_tasks,
    )
