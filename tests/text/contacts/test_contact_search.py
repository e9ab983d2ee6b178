"""Search of contacts by any words."""

import pytest
from support.contact_samples import flood_authority, sample_contact, sample_places

from tabuah.resources.localisation import set_language
from tabuah.text.contacts.contact_search import dialled_digits, search_contacts

PLACES = sample_places()
CONTACTS = (
    sample_contact(call_sign="TALANG 1"),
    flood_authority(),
    sample_contact(3, name="Wali Nagari Talang", function="wali_nagari", kecamatan=(), nagari=("13.02.03.2001",)),
    sample_contact(
        4, name="Média Rakyat", function="media", organisation="RRI", kecamatan=(), phones=("+62 751 22",)
    ),
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("camat", ["Camat Gunung Talang"]),
        ("TALANG", ["Camat Gunung Talang", "Wali Nagari Talang"]),
        ("gunung wali", ["Wali Nagari Talang"]),
        ("media", ["Média Rakyat"]),
        ("wartawan", ["Média Rakyat"]),
        ("banjir", ["BWS Sumatera V"]),
        ("flood", ["BWS Sumatera V"]),
        ("0755-31 123", ["Camat Gunung Talang", "Wali Nagari Talang"]),
        ("075122", ["Média Rakyat"]),
        ("talang-1", ["Camat Gunung Talang"]),
        ("camat rri", []),
        ("  ", ["BWS Sumatera V", "Camat Gunung Talang", "Média Rakyat", "Wali Nagari Talang"]),
    ],
)
def test_search_finds_all_words_in_any_field(text: str, names: list[str]):
    assert [contact.name for contact in search_contacts(CONTACTS, text, PLACES)] == names


def test_search_finds_hazards_of_both_languages_in_english():
    set_language("en")
    assert [contact.name for contact in search_contacts(CONTACTS, "banjir", PLACES)] == ["BWS Sumatera V"]


def test_name_counts_more_than_other_fields():
    found = search_contacts((*CONTACTS, sample_contact(5, name="RRI Padang", function="media")), "rri", PLACES)
    assert [contact.name for contact in found] == ["RRI Padang", "Média Rakyat"]


def test_digits_of_numbers_have_no_country_code():
    assert dialled_digits("+62 812-3456") == dialled_digits("0812 3456") == "08123456"
    assert dialled_digits("62") == "62"
