"""Tables of contacts: columns, cells, problems, round trips and plans of an import."""

import msgspec
import pytest
from support.contact_samples import PERSONAL, contact_id, flood_authority, sample_contact, sample_places

from tabuah.operations.codes import Hazard
from tabuah.operations.contacts.checks import ContactContext, check_contact, is_phone_number
from tabuah.operations.contacts.contact import Contact, PersonalNumbers
from tabuah.operations.contacts.contact_import import ContactImportPlan, plan_contact_import
from tabuah.operations.contacts.contact_table import COLUMNS, CONTACT_COLUMNS, format_contact, read_contact
from tabuah.operations.contacts.functions import contact_functions, find_function
from tabuah.operations.import_table import RowState, TableRow
from tabuah.operations.people.authority import User
from tabuah.operations.people.roles import Role

PLACES = sample_places()


def row(line: int = 2, **cells: str) -> TableRow:
    base = {"name": "Camat Gunung Talang", "function": "camat", "phones": "0755 31123"}
    return TableRow(line=line, cells={**base, **cells})


def plan(*rows: TableRow, contacts: tuple[Contact, ...] = (), personal: PersonalNumbers | None = None):
    context = ContactContext(contacts={each.id: each for each in contacts}, places=PLACES)
    return plan_contact_import(rows, context, known_personal=lambda _contact: personal)


def codes(found: ContactImportPlan) -> set[tuple[int, str, str]]:
    return {(each.line, problem.field, problem.code.value) for each in found.rows for problem in each.problems}


def test_header_knows_indonesian_columns():
    header = ["Nama", "Jabatan", "instansi", "Telepon", "catatan lain", "Telepon Pribadi"]
    assert CONTACT_COLUMNS.read_header(header) == {
        0: "name", 1: "function", 2: "organisation", 3: "phones", 5: "personal_phones",
    }  # fmt: skip


def test_row_becomes_a_contact():
    cells = {
        "function": "Wali Nagari", "nagari": "Koto Laweh, Lembang Jaya | talang", "hazards": "banjir; longsor",
        "phones": "112 | 0755-31 123|112", "personal_phones": "+62 812 3456 7890",
    }  # fmt: skip
    read = read_contact(row(**cells), PLACES)
    assert read.problems == ()
    contact = read.contact
    assert (contact.function, contact.nagari) == ("wali_nagari", ("13.02.05.2001", "13.02.03.2001"))
    assert contact.hazards == (Hazard.FLOOD, Hazard.LANDSLIDE)
    assert contact.phones == ("112", "0755-31 123")
    assert read.personal == PersonalNumbers(phones=("+62 812 3456 7890",))


@pytest.mark.parametrize("contact", [sample_contact(), flood_authority(), sample_contact(nagari=("13.02.03.2002",))])
def test_exported_contact_is_read_as_the_same(contact: Contact):
    for places in (PLACES, type(PLACES)()):
        cells = dict(zip(COLUMNS, format_contact(contact, places, PERSONAL), strict=True))
        read = read_contact(TableRow(line=2, cells=cells), places, contact)
        assert (read.contact, read.personal, read.problems) == (contact, PERSONAL, ())


def test_problems_are_named_by_line_and_field():
    found = plan(
        row(2, function="presiden"),
        row(3, hazards="naga", kecamatan="Atlantis"),
        row(4, nagari="Koto Laweh"),
        row(5, nagari="Nusantara"),
        row(6, phones="nol delapan"),
        row(7, emails="camat@"),
        row(8, phones=""),
        row(9, name=" "),
        row(10, id="17"),
        row(11, remark="x" * 401),
    )
    assert codes(found) == {
        (2, "function", "function_unknown"),
        (3, "hazards", "hazard_unknown"),
        (3, "kecamatan", "kecamatan_unknown"),
        (4, "nagari", "nagari_ambiguous"),
        (5, "nagari", "nagari_unknown"),
        (6, "phones", "number_unreadable"),
        (7, "emails", "email_unreadable"),
        (8, "phones", "no_number"),
        (9, "name", "name_missing"),
        (10, "id", "id_malformed"),
        (11, "remark", "too_long"),
    } | {(line, "name", "repeated") for line in (3, 4, 5, 6, 7, 8, 11)} - {(3, "name", "repeated")}


def test_file_is_imported_again_without_change():
    known = msgspec.structs.replace(sample_contact(organisation="", kecamatan=()), personal_entry="e1")
    found = plan(row(2), row(3, name="RSUD Arosuka", function="rumah sakit"), contacts=(known,))
    assert [each.state for each in found.rows] == [RowState.UNCHANGED, RowState.NEW]


def test_row_with_id_changes_its_contact_and_keeps_absent_columns():
    known = sample_contact(remark="tetap")
    found = plan(row(2, id=known.id, name="Camat baru"), contacts=(known,))
    assert [each.state for each in found.rows] == [RowState.CHANGED]
    assert (found.rows[0].contact.name, found.rows[0].contact.remark) == ("Camat baru", "tetap")
    (draft,) = found.drafts(new_id=lambda: contact_id(9), new_salt=lambda: "00" * 16)
    assert (draft.kind, msgspec.json.decode(draft.body)) == ("contact.edited", {"name": "Camat baru"})


def test_personal_numbers_of_a_file_change_only_what_differs():
    known = msgspec.structs.replace(sample_contact(organisation="", kecamatan=()), personal_entry="e1")
    cells = {"personal_phones": "0812 3456 7890", "personal_whatsapp": "0812 3456 7890"}
    assert plan(row(**cells), contacts=(known,), personal=PERSONAL).rows[0].state is RowState.UNCHANGED
    assert plan(row(**cells), contacts=(known,)).rows[0].state is RowState.CHANGED
    assert plan(row(personal_phones=""), contacts=(known,), personal=PERSONAL).rows[0].personal is None


def test_new_contact_gets_an_id():
    (draft,) = plan(row()).drafts(new_id=lambda: contact_id(9), new_salt=lambda: "00" * 16)
    assert (draft.subject, draft.personal) == (f"contact/{contact_id(9)}", ())


def test_repeated_rows_are_refused():
    assert codes(plan(row(2), row(3, remark="lain"))) == {(3, "name", "repeated")}
    one = {"id": contact_id(3)}
    assert codes(plan(row(2, **one), row(3, **one))) == {(3, "id", "id_repeated")}


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("112", True),
        ("0755 31123", True),
        ("(0755) 31-123 ext. 12", True),
        ("+62 812-3456-7890", True),
        ("11", False),
        ("08123456789012345", False),
        ("0812x", False),
        ("", False),
    ],
)
def test_phone_number(text: str, valid: bool):
    assert is_phone_number(text) is valid


@pytest.mark.parametrize("text", ["Camat\x00", "Camat\n", "\u202eCamat"])
def test_hidden_characters_are_a_problem(text: str):
    (found,) = check_contact(sample_contact(name=text), ContactContext(places=PLACES))
    assert (found.field, found.code.value) == ("name", "control_characters")


def test_gateway_must_be_a_gateway_account():
    users = {
        "bws": User(name="bws", role=Role.GATEWAY, opd="BWS"),
        "ani": User(name="ani", role=Role.OPERATOR, opd="Pusdalops"),
    }
    context = ContactContext(users=users, places=PLACES)

    def found(gateway: str) -> list[str]:
        return [each.code.value for each in check_contact(sample_contact(gateway=gateway), context)]

    assert [found(name) for name in ("bws", "ani", "x", "")] == [[], ["gateway_of_person"], ["gateway_unknown"], []]


def test_contact_with_sealed_numbers_needs_no_open_one():
    sealed = sample_contact(phones=(), personal_entry="e1")
    assert check_contact(sealed, ContactContext(), before=sealed) == ()
    assert [p.field for p in check_contact(sealed, ContactContext(), before=sealed, personal=PersonalNumbers())]


def test_functions_have_both_languages():
    assert all(each.name.keys() == {"id", "en"} for each in contact_functions().values())
    assert [find_function(text) for text in ("Kalaksa", "wali_nagari", "Rumah  Sakit", "?")] == [
        "bpbd_head",
        "wali_nagari",
        "hospital",
        "",
    ]
