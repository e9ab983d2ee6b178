"""The route that lists exercises, for gateways too: they may read neither the journal nor its head."""

import asyncio

from litestar import get
from litestar.handlers import HTTPRouteHandler

from tabuah.operations.people.roles import Role
from tabuah.operations.stations.station import Station
from tabuah.server.journal import ServerJournal
from tabuah.server.people.access import PEOPLE, AccessControl, AnyRequest
from tabuah.storage.journal.protocol import ExercisesReply, ExerciseSummary

_READERS = PEOPLE | {Role.GATEWAY}


def exercise_routes(journal: ServerJournal, access: AccessControl) -> list[HTTPRouteHandler]:
    """Build the route `/v1/exercises`."""

    @get("/v1/exercises", tags=["journal"])
    async def exercises(request: AnyRequest) -> ExercisesReply:
        """All exercises, the one started last first, and the number of stations of the real world."""
        access.user_with(request, _READERS)
        real = await asyncio.to_thread(_count_real_stations, journal)
        known = sorted(journal.authority.exercises.values(), key=lambda e: (e.started_at, e.id), reverse=True)
        return ExercisesReply(
            exercises=tuple(
                ExerciseSummary(
                    id=exercise.id,
                    name=exercise.name,
                    started_at=exercise.started_at,
                    ended_at=exercise.ended_at,
                    wiped_at=exercise.wiped_at,
                )
                for exercise in known
            ),
            real_stations=real,
        )

    return [exercises]


def _count_real_stations(journal: ServerJournal) -> int:
    values = (state.value for state in journal.states_of_kind("station").values())
    return sum(isinstance(value, Station) and not value.exercise for value in values)
