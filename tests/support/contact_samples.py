"""Contacts for tests."""

from typing import Any

from tabuah.gis.places import Kecamatan, Nagari
from tabuah.operations.codes import Hazard
from tabuah.operations.contacts.contact import Contact, PersonalNumbers
from tabuah.operations.contacts.places import PlaceNames, place_names

PERSONAL = PersonalNumbers(phones=("0812 3456 7890",), whatsapp=("0812 3456 7890",))
KECAMATAN = (Kecamatan(code="13.02.03", name="Gunung Talang", lon_deg=100.6, lat_deg=-0.95),)
NAGARI = tuple(
    Nagari(code=code, name=name, kecamatan_code=code[:8], kecamatan_name=within, lon_deg=100.6, lat_deg=-0.95)
    for code, name, within in (
        ("13.02.03.2001", "Talang", "Gunung Talang"),
        ("13.02.03.2002", "Koto Laweh", "Gunung Talang"),
        ("13.02.05.2001", "Koto Laweh", "Lembang Jaya"),
    )
)


def sample_places() -> PlaceNames:
    return place_names(KECAMATAN, NAGARI)


def contact_id(number: int) -> str:
    return f"0192f3a4-0000-7000-8000-{number:012d}"


def sample_contact(number: int = 1, **fields: Any) -> Contact:
    values = {
        "name": "Camat Gunung Talang",
        "function": "camat",
        "organisation": "Kecamatan Gunung Talang",
        "kecamatan": ("13.02.03",),
        "phones": ("0755 31123",),
        **fields,
    }
    return Contact(id=contact_id(number), **values)


def flood_authority(number: int = 2) -> Contact:
    return sample_contact(
        number,
        name="BWS Sumatera V",
        function="water_authority",
        organisation="BWS",
        kecamatan=(),
        hazards=(Hazard.FLOOD,),
        phones=("0751 7000000",),
    )
