"""The field office and the control room of a demonstration work in the regency of its profile."""

from pathlib import Path

from support.regencies import eastern_regency, regency_in_use, write_profile_folder
from support.running_server import start_server

from tabuah.console.demo.accounts import EXERCISE_ID, create_accounts, prepare_server
from tabuah.console.demo.field_office import write_sample_incidents
from tabuah.operations.incidents.incident import Incident
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.regency.kept_profile import keep_profile
from tabuah.storage.regency.profile_file import read_profile
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import run_sync_pass


def read_control_room(folder: Path, url: str, name: str, password: str) -> list[Incident]:
    """Log in with an empty console, sync, and return its incidents."""
    store = ConsoleStore(folder)
    try:
        log_in(store, url=url, user=name, password=password)
        session = ConsoleSession(store)
        with session.client:
            assert run_sync_pass(store, session).rejected == 0
        return [store.incident(each.id) for each in store.incidents()]
    finally:
        store.close()


def test_demo_reports_have_numbers_and_villages_of_the_regency(tmp_path: Path):
    profile, accounts = read_profile(write_profile_folder(tmp_path / "profile", eastern_regency())), create_accounts()
    prepare_server(tmp_path / "server", accounts.all, profile)
    (tmp_path / "posko").mkdir()
    with regency_in_use(profile.profile, tmp_path / "profile"), start_server(tmp_path / "server") as server:
        keep_profile(tmp_path / "posko", profile.profile, profile.map_content)
        written = write_sample_incidents(
            tmp_path / "posko", url=server.url, account=accounts.field, exercise_id=EXERCISE_ID
        )
        operator = accounts.operator
        incidents = read_control_room(tmp_path / "room", server.url, operator.name, operator.password)
    assert len(incidents) == written
    assert {incident.number[:4] for incident in incidents} == {"TLH-"}
    places = [incident.place for incident in incidents if incident.place is not None]
    assert len(places) == written
    assert all(place.nagari.startswith("Desa ") and place.nagari_code.startswith("53.99.") for place in places)
