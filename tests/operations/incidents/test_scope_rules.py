"""`decide` enforces the scope of incidents: allowed, held where it changed, and rejected."""

from datetime import timedelta

import msgspec
import pytest
from msgspec import UNSET
from support.judged_journal import FIRST, FIRST_SUBJECT, MORNING, JudgedJournal, key_of

from tabuah.operations.attachments.attachment import Attachment
from tabuah.operations.codes import Severity, Status
from tabuah.operations.entries import Decision, Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.held_entries import release_held
from tabuah.operations.incidents.drafts import (
    attach_to_incident,
    delete_incident,
    edit_incident,
    merge_incidents,
    move_incident,
    note_incident,
    report_figures,
    settle_conflict,
)
from tabuah.operations.incidents.entry_bodies import Figures, IncidentEdited
from tabuah.operations.incidents.place import IncidentPlace, PlaceCertainty
from tabuah.operations.people.authority import User, VouchedChain
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.people.roles import Role
from tabuah.operations.people.scope import SCOPES, IncidentAction, Scope
from tabuah.operations.policy.policy import STRICT_VERSION
from tabuah.operations.reissued_entries import identity_of
from tabuah.operations.subject_state import SubjectState
from tabuah.operations.units.drafts import edit_unit, register_unit
from tabuah.operations.units.entry_bodies import UnitEdited, UnitRegistered
from tabuah.operations.units.unit import UnitKind

OUT_OF_SCOPE = Decision(Verdict.REJECTED, "out_of_scope")
CHANGED = Decision(Verdict.HELD, "scope_changed")
ACCEPTED = Decision(Verdict.ACCEPTED)
OTHER = key_of(2)
PHOTO = Attachment(sha256="ab" * 32, name="a.jpg", media_type="image/jpeg", size=10)
KUBUNG, TALANG = "13.02.07", "13.02.09"


@pytest.fixture
def room():
    journal = JudgedJournal()
    journal.ani = journal.author("ani", Role.OPERATOR, opd="Pusdalops")
    return journal


def assign(room, *offices):
    return room.write(room.ani, edit_incident(room.incident(), IncidentEdited(assignment=offices)))


def placed(code, certainty=PlaceCertainty.CONFIRMED):
    return IncidentPlace(lon_deg=100.65, lat_deg=-0.85, kecamatan_code=code, certainty=certainty)


def moved_to(room, name, *, role=None, opd=None, kecamatan=UNSET):
    """Give a user another role or office; the grants stay as they are."""
    user = room.authority.users[name]
    changed = User(
        name=name,
        role=role or user.role,
        opd=user.opd if opd is None else opd,
        kecamatan=kecamatan,
        grants=user.grants,
    )
    room.authority.update(changed)


DRAFTS = {
    IncidentAction.NOTE: lambda room, seen: note_incident(seen, "air naik"),
    IncidentAction.ATTACH: lambda room, seen: attach_to_incident(seen, PHOTO),
    IncidentAction.COUNT: lambda room, seen: report_figures(seen, Figures(deaths=0), source="posko"),
    IncidentAction.DESCRIBE: lambda room, seen: edit_incident(seen, IncidentEdited(title="Banjir besar")),
    IncidentAction.PLACE: lambda room, seen: edit_incident(seen, IncidentEdited(place=placed(KUBUNG))),
    IncidentAction.RATE: lambda room, seen: edit_incident(seen, IncidentEdited(severity=Severity.SEVERE)),
    IncidentAction.ASSIGN: lambda room, seen: edit_incident(
        seen, IncidentEdited(assignment=(*seen.assignment, "PMI"))
    ),
    IncidentAction.MOVE: lambda room, seen: move_incident(seen, Status.ON_SCENE),
    IncidentAction.CONTAIN: lambda room, seen: move_incident(seen, Status.CONTAINED),
    IncidentAction.DISMISS: lambda room, seen: move_incident(seen, Status.FALSE_REPORT),
    IncidentAction.MERGE: lambda room, seen: merge_incidents(seen, room.incident(OTHER)),
    IncidentAction.DELETE: lambda room, seen: delete_incident(seen, reason="ganda"),
}
ASSIGNED = {Scope.OWN: (), Scope.ASSIGNED: ("PUPR", "Damkar"), Scope.LEAD: ("Damkar", "PUPR"), None: ("PUPR",)}
SATISFIES = {Scope.OWN: {Scope.OWN}, Scope.ASSIGNED: {Scope.ASSIGNED}, None: set()} | {
    Scope.LEAD: {Scope.LEAD, Scope.ASSIGNED}
}


@pytest.mark.parametrize("scope", ASSIGNED)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SERVER])
@pytest.mark.parametrize("row", [row for row in SCOPES if row.action in DRAFTS], ids=lambda row: row.action)
def test_decide_enforces_every_cell(room, row, role, scope):
    author = room.author("budi", role, opd="Damkar")
    reporter = room.author("colleague", Role.FIELD, opd="Damkar") if scope is Scope.OWN else room.ani
    room.report(reporter)
    room.report(room.ani, OTHER)
    if scope is not Scope.OWN:
        assign(room, *ASSIGNED[scope])
    decision = room.write(author, DRAFTS[row.action](room, room.incident()))
    if not row.of(role):
        assert (decision.verdict, decision.reason) == (Verdict.REJECTED, "role_forbids")
    elif Scope.ALL in row.of(role) or row.of(role) & SATISFIES[scope]:
        assert decision.verdict is Verdict.ACCEPTED
    else:
        assert decision == OUT_OF_SCOPE


@pytest.mark.parametrize("role", [Role.FIELD, Role.OPERATOR, Role.SUPERVISOR])
def test_everyone_who_works_on_incidents_reports_them(room, role):
    budi = room.author("budi", role, opd="Damkar")
    room.report(budi)
    assert room.incident().reporter == "budi"


@pytest.mark.parametrize("role", [Role.FIELD, Role.OPERATOR, Role.SUPERVISOR])
def test_only_a_supervisor_closes_and_reopens(room, role):
    budi = room.author("budi", role, opd="Damkar")
    room.report(budi)
    assign(room, "Damkar")
    room.write(room.ani, move_incident(room.incident(), Status.CONTAINED))
    expected = ACCEPTED if role is Role.SUPERVISOR else Decision(Verdict.REJECTED, "supervisor_only")
    assert room.write(budi, move_incident(room.incident(), Status.CLOSED)) == expected
    if role is Role.SUPERVISOR:
        assert room.write(budi, move_incident(room.incident(), Status.ON_SCENE)) == ACCEPTED


def register_fire_engine(room):
    room.admin = room.author("admin", Role.ADMIN)
    unit = UnitRegistered(id="DMK-1", name="Mobil 1", kind=UnitKind.FIRE, opd="Damkar")
    room.write(room.admin, register_unit(unit))


def edit_fire_engine(room, **changes):
    room.write(room.admin, edit_unit(room.states["unit/DMK-1"].value, UnitEdited(**changes)))


def test_unit_stands_for_its_opd(room):
    budi = room.author("budi", Role.FIELD, opd="damkar")
    register_fire_engine(room)
    room.report(room.ani)
    for called in ("dmk-1", " mobil 1"):
        assign(room, called)
        assert room.write(budi, edit_incident(room.incident(), IncidentEdited(title=called))) == ACCEPTED


def test_change_is_held_when_the_unit_has_moved_to_another_opd(room):
    budi, citra = room.author("budi", Role.FIELD, opd="Damkar"), room.author("citra", Role.FIELD, opd="PMI")
    register_fire_engine(room)
    room.report(room.ani)
    assign(room, "DMK-1")
    edit_fire_engine(room, opd="PUPR")
    assert room.write(budi, move_incident(room.incident(), Status.EN_ROUTE)) == CHANGED
    assert room.write(citra, move_incident(room.incident(), Status.EN_ROUTE)) == OUT_OF_SCOPE


def test_renamed_unit_keeps_its_incidents(room):
    budi = room.author("budi", Role.FIELD, opd="Damkar")
    register_fire_engine(room)
    room.report(room.ani)
    assign(room, "Mobil 1")
    edit_fire_engine(room, name="Mobil Tangki")
    edit_fire_engine(room, members=4)
    assert room.write(budi, move_incident(room.incident(), Status.EN_ROUTE)) == ACCEPTED
    (former,) = room.states["unit/DMK-1"].value.former
    assert (former.name, former.opd) == ("Mobil 1", "Damkar")


def test_unit_of_an_exercise_does_not_stand_for_a_real_one(room):
    admin, budi = room.author("admin", Role.ADMIN), room.author("budi", Role.FIELD, opd="Damkar")
    unit = UnitRegistered(id="DMK-1", name="Mobil 1", kind=UnitKind.FIRE, opd="Damkar")
    entry = room.entry(admin, register_unit(unit))
    room.judge(entry)
    room.authority.units["DMK-1"] = msgspec.structs.replace(room.authority.units["DMK-1"], exercise=True)
    room.report(room.ani)
    assign(room, "DMK-1")
    assert room.write(budi, move_incident(room.incident(), Status.EN_ROUTE)) == OUT_OF_SCOPE


def test_change_allowed_by_its_base_is_held_when_another_opd_is_assigned(room):
    budi = room.author("budi", Role.FIELD, opd="Damkar")
    room.report(room.ani)
    assign(room, "Damkar")
    seen = room.incident()
    assign(room, "PUPR")
    assert room.write(budi, move_incident(seen, Status.ON_SCENE)) == CHANGED
    assert room.write(budi, edit_incident(seen, IncidentEdited(severity=Severity.MINOR))) == CHANGED
    assert room.incident().status is Status.REPORTED
    assert room.write(budi, note_incident(seen, "api padam")) == ACCEPTED
    knows = room.incident()
    assert room.write(budi, move_incident(knows, Status.ON_SCENE)) == OUT_OF_SCOPE


def test_change_from_an_old_view_is_held_where_a_later_assignment_allowed_it(room):
    budi = room.author("budi", Role.FIELD, opd="Damkar")
    room.report(room.ani)
    assign(room, "PUPR")
    seen = room.incident()
    assign(room, "Damkar")  # budi's console knew it when the form was saved
    assign(room, "PMI")
    assert room.write(budi, move_incident(seen, Status.ON_SCENE)) == CHANGED


def test_change_that_is_issued_again_is_held_and_not_rejected(room):
    budi = room.author("budi", Role.FIELD, opd="Damkar")
    room.report(room.ani)
    assign(room, "PUPR")
    again = f"{'0' * 8}/{'a' * 64}"
    assert room.write(budi, move_incident(room.incident(), Status.ON_SCENE), again=again) == CHANGED


def test_change_by_an_older_console_is_held_where_any_earlier_assignment_allowed_it(room):
    budi, citra = room.author("budi", Role.FIELD, opd="Damkar"), room.author("citra", Role.FIELD, opd="PMI")
    room.report(room.ani)
    assign(room, "Damkar")
    assign(room, "PUPR")
    draft = move_incident(room.incident(), Status.ON_SCENE)
    older = msgspec.structs.replace(draft, base={"status": draft.base["status"]})
    assert room.write(budi, older) == CHANGED
    assert room.write(citra, older) == OUT_OF_SCOPE


def test_change_is_held_when_the_author_has_moved_to_another_opd(room):
    budi = room.author("budi", Role.FIELD, opd="Damkar")
    room.report(room.ani)
    assign(room, "Damkar")
    moved_to(room, "budi", opd="PUPR")
    assert room.write(budi, move_incident(room.incident(), Status.ON_SCENE)) == CHANGED
    assign(room, "PUPR")
    assert room.write(budi, move_incident(room.incident(), Status.ON_SCENE)) == ACCEPTED


def test_change_is_held_when_an_opd_was_given_to_a_user_without_one(room):
    budi = room.author("budi", Role.FIELD, opd="")
    room.report(room.ani)
    assign(room, "Damkar")
    assert room.write(budi, move_incident(room.incident(), Status.EN_ROUTE)) == ACCEPTED
    moved_to(room, "budi", opd="PUPR")
    assert room.write(budi, move_incident(room.incident(), Status.ON_SCENE)) == CHANGED


def test_change_is_held_when_a_former_opd_without_a_log_in_allowed_it(room):
    server = room.server()
    budi = room.author("budi", Role.FIELD, opd="PMI")
    room.states["user/budi"] = SubjectState(value=room.authority.users["budi"])
    room.report(room.ani)
    assign(room, "Damkar")
    for opd in ("Damkar", "PUPR"):  # budi's console has pulled the first change only
        body = encode_body(UserChanged(opd=opd, by="rina"))
        room.write(server, Draft(subject="user/budi", kind="user.changed", body=body), grant="")
    assert room.write(budi, move_incident(room.incident(), Status.ON_SCENE)) == CHANGED
    former = room.authority.users["budi"].former_offices
    assert [office.opd for office in former] == ["PMI", "Damkar"]


def test_changed_role_is_held_for_the_role(room):
    budi = room.author("budi", Role.OPERATOR, opd="Damkar")
    room.report(room.ani)
    moved_to(room, "budi", role=Role.FIELD)
    decision = room.write(budi, move_incident(room.incident(), Status.ON_SCENE))
    assert decision == Decision(Verdict.HELD, "role_changed")


def test_colleague_keeps_the_report_of_a_person_who_has_moved_until_the_server_knows(room):
    budi = room.author("budi", Role.FIELD, opd="Damkar")
    reporter = room.author("citra", Role.FIELD, opd="Damkar")
    seen = room.report(reporter)
    moved_to(room, "citra", opd="PUPR")
    assert room.write(budi, edit_incident(seen, IncidentEdited(title="Api"))) == CHANGED
    assert room.write(reporter, edit_incident(seen, IncidentEdited(title="Api"))) == ACCEPTED


@pytest.mark.parametrize("certainty", PlaceCertainty)
def test_only_a_confirmed_kecamatan_limits(room, certainty):
    budi = room.author("budi", Role.FIELD, opd="Damkar", kecamatan=TALANG)
    room.report(room.ani)
    assign(room, "Damkar")
    room.write(room.ani, edit_incident(room.incident(), IncidentEdited(place=placed(KUBUNG, certainty))))
    decision = room.write(budi, move_incident(room.incident(), Status.ON_SCENE))
    certain = certainty in (PlaceCertainty.CONFIRMED, PlaceCertainty.OFFICIAL)
    # The place of the report, which the author may have seen, had no code.
    assert decision == (CHANGED if certain else ACCEPTED)


def test_kecamatan_that_the_incident_never_had_is_out_of_scope(room):
    budi = room.author("budi", Role.FIELD, opd="Damkar", kecamatan=TALANG)
    room.report(room.ani)
    state = room.states[FIRST_SUBJECT]
    seen = edit_incident(room.incident(), IncidentEdited(place=placed(KUBUNG)))
    room.write(room.ani, seen)
    assign(room, "Damkar")
    writes = room.incident().writings
    only_kubung = msgspec.structs.replace(room.incident(), writings=writes | {"place": writes["place"][-1:]})
    room.states[FIRST_SUBJECT] = msgspec.structs.replace(state, value=only_kubung)
    assert room.write(budi, move_incident(room.incident(), Status.ON_SCENE)) == OUT_OF_SCOPE


def test_settlement_has_the_scope_of_the_field(room):
    budi, citra = room.author("budi", Role.FIELD, opd="Damkar"), room.author("citra", Role.FIELD, opd="PUPR")
    room.report(room.ani)
    assign(room, "Damkar", "PUPR")
    seen = room.incident()
    room.write(room.ani, edit_incident(seen, IncidentEdited(severity=Severity.SEVERE)))
    room.write(budi, edit_incident(seen, IncidentEdited(severity=Severity.MINOR)))
    (conflict,) = room.incident().open_conflicts
    assert room.write(citra, settle_conflict(room.incident(), conflict.id, "proposed")) == OUT_OF_SCOPE
    assert room.write(budi, settle_conflict(room.incident(), conflict.id, "proposed")) == ACCEPTED


def test_supervisor_releases_what_the_scope_holds(room):
    budi, sari = room.author("budi", Role.FIELD, opd="Damkar"), room.author("sari", Role.SUPERVISOR)
    room.report(room.ani)
    assign(room, "Damkar")
    seen = room.incident()
    assign(room, "PUPR")
    entry = room.entry(budi, move_incident(seen, Status.ON_SCENE))
    assert room.judge(entry) == CHANGED
    assert room.write(sari, release_held(entry)) == ACCEPTED
    assert room.incident().status is Status.ON_SCENE


def test_deferred_change_out_of_scope_waits_for_a_supervisor(room):
    server, sari = room.server(), room.author("sari", Role.SUPERVISOR)
    citra = room.author("citra", Role.FIELD, opd="PMI")
    other = JudgedJournal()
    other.ani = other.author("ani", Role.OPERATOR, opd="Pusdalops")
    other.report(other.ani)
    entry = room.entry(citra, move_incident(other.incident(), Status.ON_SCENE))
    assert room.judge(entry).reason == "rests_on_unknown"
    room.report(room.ani)
    assert room.write(server, release_held(entry), grant="").reason == "not_held"
    assert entry.id in room.states[FIRST_SUBJECT].held
    assert room.write(sari, release_held(entry)) == ACCEPTED


def test_entry_before_enrolment_is_held_and_not_rejected(room):
    budi = room.author("budi", Role.FIELD, opd="Damkar")
    device = room.authority.devices[budi.device]
    room.report(room.ani)
    assign(room, "PUPR")
    entry = room.entry(budi, move_incident(room.incident(), Status.ON_SCENE), grant="")
    text = msgspec.json.encode(entry).decode()
    head = identity_of(entry, text).partition("/")[2]
    vouched = VouchedChain(head=head, at=MORNING + timedelta(hours=1))
    room.authority.update(msgspec.structs.replace(device, written_before=entry.n, vouched=vouched))
    assert room.judge(entry) == CHANGED


def test_older_rules_know_no_scope():
    room = JudgedJournal(decide_version=STRICT_VERSION)
    ani, budi = room.author("ani", opd="Pusdalops"), room.author("budi", Role.FIELD, opd="Damkar")
    room.report(ani)
    room.write(ani, edit_incident(room.incident(), IncidentEdited(assignment=("PUPR",))))
    assert room.write(budi, move_incident(room.incident(), Status.ON_SCENE)) == ACCEPTED


def test_base_of_a_draft_names_the_assignment_only_where_there_is_one(room):
    seen = room.report(room.ani)
    assert set(move_incident(seen, Status.VERIFIED).base) == {"status"}
    assign(room, "Damkar")
    assert set(move_incident(room.incident(FIRST), Status.VERIFIED).base) == {"status", "assignment"}
