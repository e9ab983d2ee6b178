"""Concurrent work in the storm that leads to a place conflict, held entries and rejected entries."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from tabuah.console.demo.accounts import EXERCISE_ID, DemoAccount, DemoAccounts
from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.entries import Draft, subject_of
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.held_entries import refuse_held
from tabuah.operations.incidents.drafts import edit_incident, note_incident, report_figures, report_incident
from tabuah.operations.incidents.entry_bodies import Figures, IncidentEdited, IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.people.roles import Role
from tabuah.server.service import ServerService
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid
from tabuah.storage.sync.push import push_outbox
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass


def write_conflicts(service: ServerService, players: DemoAccounts, *, supervisor: Path, author: Path) -> None:
    """Write the work: `supervisor` then sees a conflict and held entries, `author` sees rejected ones."""
    with (
        _logged_in(supervisor, service, players.supervisor, "Ruang Kalaksa") as ours,
        _logged_in(author, service, players.field, "Posko Koto Anau") as theirs,
    ):
        _write_different_places(ours, theirs)
        _write_under_an_old_role(service, theirs, players.field)
        _sync(ours)
        for aside in ours.held()[-2:]:
            ours.save(refuse_held(aside.entry, "Sudah dilaporkan Posko Lembang Jaya; tambahkan di sana."))
        _sync(ours)
        _sync(theirs)


@contextmanager
def _logged_in(folder: Path, service: ServerService, player: DemoAccount, computer: str) -> Iterator[ConsoleStore]:
    store = ConsoleStore(folder)
    try:
        with patch("platform.node", return_value=computer):
            log_in(store, url=service.url, user=player.name, password=player.password)
        _sync(store)
        yield store
    finally:
        store.close()


def _sync(store: ConsoleStore) -> None:
    session = ConsoleSession(store)
    with session.client:
        run_sync_pass(store, session)


def _flash_flood(store: ConsoleStore) -> Incident:
    return next(incident for incident in store.incidents() if incident.hazard is Hazard.FLASH_FLOOD)


def _moved(incident: Incident, east_deg: float, north_deg: float, jorong: str) -> IncidentPlace:
    place = incident.place
    assert place is not None
    return IncidentPlace(
        lon_deg=round(place.lon_deg + east_deg, 5),
        lat_deg=round(place.lat_deg + north_deg, 5),
        nagari_code=place.nagari_code,
        nagari=place.nagari,
        kecamatan_code=place.kecamatan_code,
        kecamatan=place.kecamatan,
        jorong=jorong,
        certainty=PlaceCertainty.APPROXIMATE,
    )


def _write_different_places(ours: ConsoleStore, theirs: ConsoleStore) -> None:
    """Move the flood on both consoles from the same base; then the field office draws its area and moves it again."""
    seen, also = _flash_flood(ours), _flash_flood(theirs)
    ours.save(edit_incident(seen, IncidentEdited(place=_moved(seen, 0.006, 0.004, "Simpang"))))
    figures = Figures(displaced_people=60, displaced_households=14, injured_minor=2)
    ours.save(report_figures(_flash_flood(ours), figures, source="PMI"))
    _sync(ours)
    theirs.save(edit_incident(also, IncidentEdited(place=_moved(also, -0.004, -0.009, "Pasar Usang"))))
    again = _moved(also, -0.003, -0.0085, "Pasar Usang")
    theirs.save(edit_incident(_flash_flood(theirs), IncidentEdited(place=again)))
    _sync(theirs)


def _write_under_an_old_role(service: ServerService, store: ConsoleStore, player: DemoAccount) -> None:
    """Change the role of a user who is offline, and back: entries written meanwhile are held."""
    flood = _flash_flood(store)
    store.save(note_incident(flood, "Jembatan darurat dari batang kelapa sudah bisa dilalui sepeda motor."))
    store.save(edit_incident(_flash_flood(store), IncidentEdited(severity=Severity.CATASTROPHIC)))
    number, incident_id = store.next_incident_number(), new_uuid(store.now())
    body = IncidentReported(
        number=number,
        hazard=Hazard.LANDSLIDE,
        title="Tebing longsor di jalan ke Lubuk Selasih",
        severity=Severity.MODERATE,
        place=_moved(flood, -0.02, 0.012, "Lubuk Selasih"),
    )
    store.save(report_incident(body, incident_id=incident_id, exercise=True, exercise_id=EXERCISE_ID))
    store.save(note_incident(store.incident(incident_id), "Satu lajur tertutup, kendaraan antre 300 m."))
    _change_role(service, player, Role.VIEWER)
    with ConsoleSession(store).client as client:
        push_outbox(store, client)
    _change_role(service, player, Role.FIELD)


def _change_role(service: ServerService, player: DemoAccount, role: Role) -> None:
    body = encode_body(UserChanged(role=role))
    service.journal.append_drafts([Draft(subject=subject_of("user", player.name), kind="user.changed", body=body)])
