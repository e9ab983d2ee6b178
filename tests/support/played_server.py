"""The server of a played shift: its people, rules and sensors, and the readings of a storm with an earthquake."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec
from support.alarm_storm import STORM, WATCHED
from support.played_calls import (
    DESK,
    GATEWAY,
    NEXT_SUPERVISOR,
    POSKO,
    READINGS_MIN,
    SHIFT_STARTS_AT,
    SUPERVISOR,
    WINDOW,
    ShiftPlan,
    Step,
)
from support.running_server import RunningServer, log_in, start_server
from support.unit_samples import unit_card

from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading, ReadingBatch
from tabuah.operations.simulation.scenario import Scenario
from tabuah.operations.simulation.station_registry import read_places, simulated_stations
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.operations.stations.station import Station
from tabuah.server.administration import write_initial_rules

STATIONS_OF_A_KIND: Final = 5
STORM_CENTRE: Final = (100.688, -0.955)
ROLES: Final = {
    WINDOW: Role.OPERATOR,
    DESK: Role.OPERATOR,
    POSKO: Role.FIELD,
    SUPERVISOR: Role.SUPERVISOR,
    NEXT_SUPERVISOR: Role.SUPERVISOR,
    GATEWAY: Role.GATEWAY,
}


class PlayedServer:
    """A running server, and the gateway that posts the readings of the storm."""

    def __init__(self, running: RunningServer, plan: ShiftPlan) -> None:
        self.running = running
        places = read_places(files("tabuah.resources").joinpath("sources", "nagari_points.csv").read_text("utf-8"))
        made = near_storm(simulated_stations(places))
        start, end = (SHIFT_STARTS_AT + timedelta(minutes=minute) for minute in plan.storm)
        self._storm = Scenario(name="shift", stations=made, world=STORM, start_at=start, duration=end - start, seed=1)
        for user, role in ROLES.items():
            running.add_user(user, role)
        write_initial_rules(running.journal)
        real = [msgspec.structs.replace(each, exercise=False, gateway=GATEWAY) for each in made]
        stations = [
            Draft(
                subject=subject_of("station", each.code),
                kind="station.registered",
                body=encode_body(StationRegistered(station=each)),
            )
            for each in real
        ]
        unit = Draft(subject=subject_of("unit", "TRC-1"), kind="unit.registered", body=encode_body(unit_card()))
        running.journal.append_drafts([*stations, unit])

    def do(self, step: Step) -> None:
        """Post the readings of the minutes before a step."""
        since = step.at - timedelta(minutes=READINGS_MIN)
        simulated = self._storm.readings_between(since, step.at)
        # without the quality of simulated values, which a server refuses at real stations
        readings = tuple(
            Reading(each.station, each.parameter, each.at, each.value)
            for each in simulated
            if each.parameter in WATCHED
        )
        with self.running.client() as client:
            token = log_in(client, GATEWAY).access_token
            body = msgspec.json.encode(ReadingBatch(readings=readings))
            reply = client.post("/v1/readings", content=body, headers={"Authorization": f"Bearer {token}"})
        assert reply.status_code == 200, reply.text
        assert reply.json()["stored"] == len(readings), reply.text[:500]
        self.running.service.readings.check_silence()


def near_storm(stations: Iterable[Station]) -> tuple[Station, ...]:
    """Return the stations of each kind that are nearest to the storm."""
    lon_deg, lat_deg = STORM_CENTRE
    nearest = sorted(stations, key=lambda each: (each.lon_deg - lon_deg) ** 2 + (each.lat_deg - lat_deg) ** 2)
    kinds = dict.fromkeys(each.kind for each in nearest)
    return tuple(
        each for kind in kinds for each in islice((s for s in nearest if s.kind is kind), STATIONS_OF_A_KIND)
    )


@contextmanager
def played_server(directory: Path, plan: ShiftPlan, clock: Callable[[], datetime]) -> Iterator[PlayedServer]:
    """Run the server of a shift."""
    with start_server(directory, clock=clock) as running:
        yield PlayedServer(running, plan)
