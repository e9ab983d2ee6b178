"""Simulated units of a scenario: register them on the server, and drive them."""

from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from tabuah.console.simulator.errors import RegistrationRefused
from tabuah.console.simulator.scenario_places import placed_unit, scenario_places
from tabuah.operations.entries import Verdict, subject_of
from tabuah.operations.entry_kinds import decode_body
from tabuah.operations.simulation.fleet import STORM_DRIVERS, Driver, Fleet, tracker_code, unit_cards
from tabuah.operations.simulation.station_registry import SensorPlace
from tabuah.operations.units.drafts import register_unit, unit_in_exercise
from tabuah.operations.units.entry_bodies import UnitRegistered
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.wire import PullReply, Record, decode_entry
from tabuah.storage.sync.client import ServerClient
from tabuah.storage.sync.push import push_outbox
from tabuah.storage.sync.session import ConsoleSession

DRIVERS: Final[dict[str, tuple[Driver, ...]]] = {"storm": STORM_DRIVERS}


def scenario_fleet(scenario: str, *, start_at: datetime) -> Fleet:
    """Return the units of a scenario; an empty fleet where it has none."""
    return Fleet(DRIVERS.get(scenario, ()), load_nagari_places(), start_at=start_at)


def scenario_trackers(scenario: str) -> frozenset[str]:
    """Return the tracker codes of the units in a scenario."""
    return frozenset(tracker_code(driver) for driver in DRIVERS.get(scenario, ()))


def register_units(store: ConsoleStore, session: ConsoleSession, scenario: str, *, exercise_id: str) -> int:
    """Register the units of a scenario in an exercise where the server does not have them.

    Returns:
        Number of newly registered units.

    Raises:
        RegistrationRefused: the server did not accept one.
    """
    drivers = unit_cards(DRIVERS.get(scenario, ()), load_nagari_places())
    named = (msgspec.structs.replace(card, name=placed_unit(card.name)) for card in drivers)
    cards = [unit_in_exercise(card, exercise_id) for card in named]
    missing = [card for card in cards if not _is_there(session.client, card)]
    known = {unit.id for unit in store.units()}
    store.save_all(
        [register_unit(card, exercise=True, exercise_id=exercise_id) for card in missing if card.id not in known]
    )
    push_outbox(store, session.client)
    for card in missing:
        if not _is_there(session.client, card):
            raise RegistrationRefused(card.id, _reason(session.client, card))
    return len(missing)


def _is_there(client: ServerClient, wanted: UnitRegistered) -> bool:
    registered = (decode_entry(r.text) for r in _history(client, wanted) if r.verdict is Verdict.ACCEPTED)
    return any(isinstance(decode_body(entry), UnitRegistered) for entry in registered)


def _reason(client: ServerClient, wanted: UnitRegistered) -> str:
    records = _history(client, wanted)
    return records[-1].reason or records[-1].verdict.value if records else "?"


def _history(client: ServerClient, wanted: UnitRegistered) -> tuple[Record, ...]:
    subject = subject_of("unit", wanted.id)
    return tuple(client.call("GET", "/v1/journal", PullReply, params={"subject": subject}).records)


def load_nagari_places() -> tuple[SensorPlace, ...]:
    """Return the villages of the regency in use, with the codes that the scenarios use."""
    return tuple(replace(place, code=code) for code, place in scenario_places().items())
