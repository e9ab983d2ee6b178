"""Simulated stations: load them, and register the missing ones on the server."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from tabuah.console.simulator.errors import RegistrationRefused
from tabuah.console.simulator.scenario_places import placed_code, placed_river, scenario_places, written_places
from tabuah.operations.entries import Verdict, subject_of
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.simulation.station_registry import simulated_stations
from tabuah.operations.stations.drafts import register_station
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.operations.stations.station import Station
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.protocol import LatestReply
from tabuah.storage.journal.wire import PullReply, decode_entry
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.errors import AwaitingApproval
from tabuah.storage.sync.push import push_outbox
from tabuah.storage.sync.session import ConsoleSession


def load_simulated_stations(how_many: int | None) -> tuple[Station, ...]:
    """Return the simulated stations where the scenarios are written, from which readings are computed."""
    return simulated_stations(written_places(), how_many=how_many)


def load_placed_stations(how_many: int | None) -> tuple[Station, ...]:
    """Return the same stations near the villages of the regency in use, with its codes, as they are registered."""
    placed = scenario_places()
    places = [replace(placed[place.code], code=place.code) for place in written_places()]
    return tuple(_placed(station) for station in simulated_stations(places, how_many=how_many))


def _placed(station: Station) -> Station:
    river = station.river
    if river is not None:
        downstream = placed_code(river.downstream) if river.downstream else ""
        river = msgspec.structs.replace(river, name=placed_river(river.name), downstream=downstream)
    return msgspec.structs.replace(station, code=placed_code(station.code), river=river)


def register_stations(store: ConsoleStore, session: ConsoleSession, stations: Sequence[Station]) -> int:
    """Register the stations of an exercise where the server does not have them.

    A gateway may read stations only, so each is queried individually.

    Returns:
        Number of newly registered stations.

    Raises:
        AwaitingApproval: this device may not write yet.
        RegistrationRefused: the server did not accept one.
    """
    if not session.ensure_admitted():
        raise AwaitingApproval(store.device)
    missing = [station for station in stations if not _is_there(session.client, station)]
    drafts = [register_station(station) for station in missing if store.state(_subject(station)).value is None]
    store.save_all(drafts)
    push_outbox(store, session.client)
    for station in missing:
        if not _is_there(session.client, station):
            raise RegistrationRefused(station.code, _reason(session.client, station))
    return len(missing)


def newest_reading_time(client: ServerClient, codes: Collection[str]) -> datetime | None:
    """Return the time of the server's newest reading for these codes; None without any."""
    latest = client.call("GET", "/v1/readings/latest", LatestReply)
    return max((reading.at for reading in latest.readings if reading.station in codes), default=None)


def _is_there(client: ServerClient, wanted: Station) -> bool:
    registered = (decode_entry(r.text) for r in _history(client, wanted).records if r.verdict is Verdict.ACCEPTED)
    return any(isinstance(decode_body(entry), StationRegistered) for entry in registered)


def _reason(client: ServerClient, station: Station) -> str:
    records = _history(client, station).records
    return records[-1].reason or records[-1].verdict.value if records else "?"


def _history(client: ServerClient, station: Station) -> PullReply:
    return client.call("GET", "/v1/journal", PullReply, params={"subject": _subject(station)})


def _subject(station: Station) -> str:
    return subject_of("station", station.code)
