"""The context in which a console checks stations: its stations and accounts, and the outline of the regency."""

from tabuah.operations.exercises.scope import ExerciseScope
from tabuah.operations.stations.registration import RegistrationContext
from tabuah.storage.cache.map.maps import load_maps
from tabuah.storage.cache.store import ConsoleStore


def registration_context(store: ConsoleStore, scope: ExerciseScope) -> RegistrationContext:
    """Return the context for stations of one world; before the first pull the gateway accounts are not known."""
    gazetteer = load_maps(store.directory).gazetteer()
    return RegistrationContext(
        stations={station.code: station for station in scope.select(store.stations())},
        users=store.authority().users or None,
        is_inside=lambda lon_deg, lat_deg: gazetteer.locate(lon_deg, lat_deg).inside_regency,
    )
