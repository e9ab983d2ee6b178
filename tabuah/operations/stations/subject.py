"""The declaration of stations."""

from typing import Final

from tabuah.operations.people.roles import GATEWAYS, SETUP, WORKERS
from tabuah.operations.stations import entry_bodies as bodies
from tabuah.operations.stations.decisions import decide_station
from tabuah.operations.stations.fold import fold_station
from tabuah.operations.stations.station import Station
from tabuah.operations.subject_type import EntryKind, SubjectType

STATION: Final = SubjectType(
    name="station",
    state=Station,
    kinds=(
        EntryKind(
            name="station.registered",
            body=bodies.StationRegistered,
            writers=SETUP,
            exercise_writers=GATEWAYS,  # the simulator registers its stations
            creates=True,
        ),
        EntryKind(name="station.edited", body=bodies.StationEdited, writers=SETUP),
        EntryKind(name="station.attachment_added", body=bodies.StationAttachmentAdded, writers=WORKERS | SETUP),
        EntryKind(name="station.attachment_removed", body=bodies.StationAttachmentRemoved, writers=WORKERS | SETUP),
    ),
    decide=decide_station,
    fold=fold_station,
)
