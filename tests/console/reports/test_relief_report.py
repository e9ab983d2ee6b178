"""The report of an incident shows its shelters and the balance of needs and aid."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.console_stores import open_store, report_incident_at

from tabuah.console.reports.document import DocumentTable
from tabuah.console.reports.illustrations import ReportPictures
from tabuah.console.reports.incident_document import make_incident_document
from tabuah.console.reports.incident_report import ReportKind, make_incident_report
from tabuah.console.reports.report_sources import read_incident_sources, read_relief
from tabuah.operations.aid.aid_line import AidKind, AidPlace, AidValues
from tabuah.operations.aid.drafts import record_aid
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.shelters.drafts import add_shelter, count_evacuees
from tabuah.operations.shelters.entry_bodies import ShelterAdded
from tabuah.operations.shelters.shelter import Evacuees, ShelterKind
from tabuah.resources.localisation import set_language
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_uuid

PLACE = IncidentPlace(lon_deg=100.65, lat_deg=-0.85, nagari="Koto Baru", kecamatan="Kubung")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConsoleStore]:
    with open_store(tmp_path / "console") as opened:
        yield opened


def add(store: ConsoleStore, incident: Incident | None, name: str) -> str:
    body = ShelterAdded(
        name=name, kind=ShelterKind.EVACUATION, place=PLACE, incident=incident.id if incident else "", capacity=100
    )
    shelter_id = new_uuid(store.now())
    store.save(add_shelter(shelter_id, body))
    return shelter_id


def record(store: ConsoleStore, kind: AidKind, n: int, **place: str) -> None:
    values = AidValues(kind=kind, item="Selimut", unit="lembar", quantity_milli=n * 1_000, place=AidPlace(**place))
    store.save(record_aid(new_uuid(store.now()), values))


def cells(store: ConsoleStore, incident: Incident) -> list[tuple[str, ...]]:
    report = make_incident_report(read_incident_sources(store, incident.id), ReportKind.INITIAL)
    document = make_incident_document(report, ReportPictures())
    headings = ("Shelters and posts", "Needs and aid")
    tables = [block for block in document.blocks if isinstance(block, DocumentTable) and block.heading in headings]
    return [row.cells for table in tables for row in table.rows]


def test_report_has_shelters_and_balances_of_its_incident_only(store: ConsoleStore):
    set_language("en")
    incident, other = report_incident_at(store), report_incident_at(store)
    assert cells(store, incident) == []
    shelter_id = add(store, incident, "SDN 03")
    add(store, other, "Lain")
    (shelter,) = (each for each in store.shelters() if each.id == shelter_id)
    store.save(count_evacuees(shelter, Evacuees(people=40, women=20), source="PMI"))
    record(store, AidKind.NEEDED, 100, shelter=shelter_id)
    record(store, AidKind.RECEIVED, 60, shelter=shelter_id)
    record(store, AidKind.RECEIVED, 7, incident=other.id)
    record(store, AidKind.RECEIVED, 9)
    shelters, balance = cells(store, incident)
    assert shelters[0].startswith("SDN 03")
    assert (shelters[1], shelters[2]) == ("40", "100")
    assert balance == ("Selimut (lembar)", "SDN 03", "100", "60", "0", "60", "40")
    assert read_relief(store, incident.id).pending == 3
