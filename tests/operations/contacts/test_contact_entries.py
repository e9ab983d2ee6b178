"""Contact entries: roles, decisions, folds, and merges of concurrent edits."""

import itertools

import msgspec
import pytest
from support.contact_samples import PERSONAL, sample_contact
from support.judged_journal import Author, JudgedJournal

from tabuah.operations.contacts.conflict_policy import CONTACT_POLICY
from tabuah.operations.contacts.contact import Contact
from tabuah.operations.contacts.drafts import (
    edit_contact,
    read_personal_numbers,
    register_contact,
    restore_contact,
    retire_contact,
)
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import known_kinds
from tabuah.operations.errors import NotPossible
from tabuah.operations.people.permissions import may_write
from tabuah.operations.people.roles import Role
from tabuah.operations.personal_values import commitment_to
from tabuah.operations.subject_state import read_state, state_text

SALT = "5a" * 16
CONTACT = sample_contact()
SUBJECT = f"contact/{CONTACT.id}"


@pytest.fixture
def room() -> JudgedJournal:
    return JudgedJournal()


@pytest.fixture
def ani(room: JudgedJournal) -> Author:
    return room.author("ani", Role.OPERATOR)


@pytest.fixture
def sari(room: JudgedJournal) -> Author:
    return room.author("sari", Role.SUPERVISOR)


def contact_now(room: JudgedJournal) -> Contact:
    value = room.states[SUBJECT].value
    assert isinstance(value, Contact)
    return value


def test_registered_contact_survives_encoding(room: JudgedJournal, ani: Author):
    assert room.write(ani, register_contact(CONTACT)).verdict is Verdict.ACCEPTED
    assert contact_now(room) == CONTACT
    assert read_state(state_text(room.states[SUBJECT])) == room.states[SUBJECT]
    assert room.write(ani, register_contact(CONTACT)).reason == "already_exists"


@pytest.mark.parametrize(
    ("role", "edits", "retires"),
    [
        (Role.ADMIN, True, True),
        (Role.SUPERVISOR, True, True),
        (Role.OPERATOR, True, False),
        (Role.FIELD, False, False),
        (Role.VIEWER, False, False),
        (Role.AUDITOR, False, False),
        (Role.GATEWAY, False, False),
    ],
)
def test_role_writes_contacts(role: Role, edits: bool, retires: bool):
    assert {may_write(role, kind) for kind in ("contact.registered", "contact.edited")} == {edits}
    assert {may_write(role, kind) for kind in ("contact.retired", "contact.restored")} == {retires}


def test_retired_contact_is_restored(room: JudgedJournal, ani: Author, sari: Author):
    room.write(ani, register_contact(CONTACT))
    assert room.write(ani, retire_contact(CONTACT, reason="pindah")).reason == "role_forbids"
    assert room.write(sari, retire_contact(CONTACT, reason="pindah")).verdict is Verdict.ACCEPTED
    retired = contact_now(room)
    assert retired.retired is not None
    assert (retired.retired.by, retired.retired.reason) == ("sari", "pindah")
    assert room.write(sari, restore_contact(retired, reason="kembali")).verdict is Verdict.ACCEPTED
    assert contact_now(room) == CONTACT


def test_personal_numbers_are_not_in_the_entry(room: JudgedJournal, ani: Author):
    draft = register_contact(CONTACT, PERSONAL, salt=SALT)
    assert b"3456" not in bytes(draft.body)
    (value,) = draft.personal
    assert msgspec.json.decode(draft.body)["personal"] == commitment_to(value.value, SALT)
    assert read_personal_numbers(value.value) == PERSONAL
    room.write(ani, draft)
    assert contact_now(room).personal_entry != ""


def test_edit_keeps_replaces_and_removes_personal_numbers(room: JudgedJournal, ani: Author):
    room.write(ani, register_contact(CONTACT, PERSONAL, salt=SALT))
    first = contact_now(room)
    room.write(ani, edit_contact(first, msgspec.structs.replace(first, remark="baru")))
    assert contact_now(room).personal_entry == first.personal_entry
    room.write(ani, edit_contact(first, first, msgspec.structs.replace(PERSONAL, whatsapp=()), salt=SALT))
    assert contact_now(room).personal_entry not in ("", first.personal_entry)
    room.write(ani, edit_contact(first, first, type(PERSONAL)()))
    assert contact_now(room).personal_entry == ""


def test_fields_of_concurrent_edits_are_kept_in_any_order():
    changes = (
        {"phones": ("0755 1",)},
        {"remark": "lewat jorong"},
        {"hours": "24 jam", "radio": "VHF 3"},
    )
    found = {_after(order) for order in itertools.permutations(changes)}
    assert len(found) == 1
    after = found.pop()
    assert (after.phones, after.remark, after.hours, after.radio) == (("0755 1",), "lewat jorong", "24 jam", "VHF 3")


def _after(order: tuple[dict[str, object], ...]) -> Contact:
    room = JudgedJournal()
    authors = [room.author(name, Role.OPERATOR) for name in ("ani", "budi", "citra")]
    room.write(authors[0], register_contact(CONTACT))
    for author, fields in zip(authors, order, strict=True):
        edit = edit_contact(CONTACT, msgspec.structs.replace(CONTACT, **fields))
        assert room.write(author, edit).verdict is Verdict.ACCEPTED
    return contact_now(room)


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""},
        {"phones": ["1"] * 11},
        {"hazards": ["tsunami?"]},
        {"kecamatan": ["x"]},
        {"remark": "x" * 401},
        {"name": "Camat\x00"},
        {"name": "Camat\n"},
        {"hours": "\x1b[2J"},
        {"organisation": "\u202eDPB"},
        {"phones": ["112\x00"]},
    ],
)
def test_malformed_contact_is_rejected(room: JudgedJournal, ani: Author, bad: dict[str, object]):
    body = msgspec.Raw(msgspec.json.encode({"name": "Camat", "function": "camat", **bad}))
    assert room.write(ani, Draft(subject=SUBJECT, kind="contact.registered", body=body)).reason == "malformed_body"


def test_key_of_a_contact_is_a_uuid(room: JudgedJournal, ani: Author):
    draft = msgspec.structs.replace(register_contact(CONTACT), subject="contact/camat")
    assert room.write(ani, draft).reason == "subject_malformed"


def test_older_rules_do_not_know_contacts():
    room = JudgedJournal(decide_version=2)
    assert room.write(room.author("ani", Role.OPERATOR), register_contact(CONTACT)).reason == "unknown_kind"


def test_draft_refuses_changes_without_effect():
    with pytest.raises(NotPossible, match="nothing_changed"):
        edit_contact(CONTACT, CONTACT)
    with pytest.raises(NotPossible, match="no_contact_reason"):
        retire_contact(CONTACT, reason=" ")
    with pytest.raises(NotPossible, match="contact_not_retired"):
        restore_contact(CONTACT, reason="kembali")


def test_policy_names_every_kind_and_field():
    assert {kind for rule in CONTACT_POLICY for kind in rule.kinds} == {
        kind for kind in known_kinds() if kind.startswith("contact.")
    }
    edited = {rule.field for rule in CONTACT_POLICY if "contact.edited" in rule.kinds}
    assert edited == set(Contact.__struct_fields__) - {"id", "retired", "personal_entry"} | {"personal"}


def test_unreadable_personal_value_is_no_number():
    assert not read_personal_numbers("0812")
