"""The simulated units of a story: registered from the simulator's own device, and where they drive."""

from datetime import datetime
from importlib.resources import files
from typing import Final

from tabuah.console.simulator.errors import NotRegistered, RealUnit
from tabuah.operations.bodies import decode_body
from tabuah.operations.entries import Verdict, subject_of
from tabuah.operations.simulation.fleet import STORM_DRIVERS, Driver, Fleet, cards_of, tracker_code
from tabuah.operations.simulation.registry import SensorPlace, places_in
from tabuah.operations.units.bodies import UnitRegistered
from tabuah.operations.units.gestures import register_unit
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.wire import PullReply, Record, decode_entry
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.pushing import push_outbox
from tabuah.storage.sync.session import ConsoleSession

DRIVERS: Final[dict[str, tuple[Driver, ...]]] = {"storm": STORM_DRIVERS}


def fleet_of(scenario: str, *, start_at: datetime) -> Fleet:
    """The units of a story; those of one in which nobody drives are none."""
    return Fleet(DRIVERS.get(scenario, ()), known_places(), start_at=start_at)


def trackers_of(scenario: str) -> frozenset[str]:
    """The codes under which the units of a story send."""
    return frozenset(tracker_code(driver) for driver in DRIVERS.get(scenario, ()))


def register_units(store: ConsoleStore, session: ConsoleSession, scenario: str) -> int:
    """See to it that the server knows the units of a story as units of an exercise.

    Returns:
        How many were new.

    Raises:
        RealUnit: one of them exists and is real.
        NotRegistered: the server did not take one.
    """
    cards = cards_of(DRIVERS.get(scenario, ()), known_places())
    missing = [card for card in cards if not _is_there(session.client, card)]
    known = {unit.id for unit in store.units()}
    store.save_all([register_unit(card, exercise=True) for card in missing if card.id not in known])
    push_outbox(store, session.client)
    for card in missing:
        if not _is_there(session.client, card):
            raise NotRegistered(card.id, _reason(session.client, card))
    return len(missing)


def _is_there(client: ServerClient, wanted: UnitRegistered) -> bool:
    found = False
    for record in _history(client, wanted):
        entry = decode_entry(record.text)
        if record.verdict is Verdict.ACCEPTED and isinstance(decode_body(entry), UnitRegistered):
            if not entry.exercise:
                raise RealUnit(wanted.id)
            found = True
    return found


def _reason(client: ServerClient, wanted: UnitRegistered) -> str:
    records = _history(client, wanted)
    return records[-1].reason or records[-1].verdict.value if records else "?"


def _history(client: ServerClient, wanted: UnitRegistered) -> tuple[Record, ...]:
    subject = subject_of("unit", wanted.id)
    return tuple(client.call("GET", "/v1/journal", PullReply, params={"subject": subject}).records)


def known_places() -> tuple[SensorPlace, ...]:
    """The nagari of the regency."""
    return places_in(files("tabuah.resources").joinpath("sources", "nagari_points.csv").read_text("utf-8"))
