"""The contacts of an incident: nagari, kecamatan, assigned offices, then the hazard."""

from datetime import UTC, datetime

import msgspec
from support.contact_samples import flood_authority, sample_contact

from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.contacts.contact import Contact
from tabuah.operations.contacts.incident_contacts import incident_contacts
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.stations.station import Retirement

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
PLACE = IncidentPlace(lon_deg=100.6, lat_deg=-0.95, nagari_code="13.02.03.2001", kecamatan_code="13.02.03")
INCIDENT = Incident(
    id="i1", number="SLK-AAAA-0001", hazard=Hazard.FLOOD, title="Banjir", severity=Severity.MODERATE,
    status=Status.REPORTED, channel=Channel.PHONE, place=PLACE, assignment=("BPBD",),
    reported_at=NOW, occurred_at=NOW, updated_at=NOW, description="", reporter="ani", device="d1",
)  # fmt: skip
NAGARI = sample_contact(3, name="Wali Nagari Talang", function="wali_nagari", kecamatan=(), nagari=("13.02.03.2001",))
OFFICE = sample_contact(4, name="Piket BPBD", function="duty_officer", organisation="bpbd ", kecamatan=())


def names(incident: Incident, *contacts: Contact) -> list[tuple[str, str]]:
    return [(each.contact.name, each.reason.value) for each in incident_contacts(incident, contacts)]


def test_contacts_are_listed_from_near_to_far():
    found = names(INCIDENT, flood_authority(), OFFICE, sample_contact(), NAGARI)
    assert found == [
        ("Wali Nagari Talang", "nagari"),
        ("Camat Gunung Talang", "kecamatan"),
        ("Piket BPBD", "assigned"),
        ("BWS Sumatera V", "hazard"),
    ]


def test_contact_for_other_hazards_or_places_is_left_out():
    landslide = msgspec.structs.replace(NAGARI, hazards=(Hazard.LANDSLIDE,))
    elsewhere = msgspec.structs.replace(NAGARI, nagari=("13.02.05.2001",))
    general = sample_contact(5, kecamatan=(), organisation="RRI", function="media")
    assert names(INCIDENT, landslide, elsewhere, general) == []


def test_retired_contact_is_left_out():
    retired = msgspec.structs.replace(NAGARI, retired=Retirement(by="sari", at=NOW, reason="pindah"))
    assert names(INCIDENT, retired) == []


def test_incident_without_place_has_contacts_of_office_and_hazard():
    found = names(msgspec.structs.replace(INCIDENT, place=None), flood_authority(), OFFICE, NAGARI)
    assert [reason for _name, reason in found] == ["assigned", "hazard"]
