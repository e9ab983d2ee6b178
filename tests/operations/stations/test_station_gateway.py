"""The gateway of a station: who registers and assigns it, and how it folds."""

import msgspec
import pytest
from support.judged_journal import JudgedJournal
from support.station_file_samples import GAUGE, SUBJECT, registration_draft

from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.errors import NotPossible
from tabuah.operations.exercises.drafts import start_exercise
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION, STRICT_VERSION, Policy
from tabuah.operations.stations.drafts import assign_gateway, register_station, station_in_exercise
from tabuah.operations.stations.entry_bodies import StationEdited
from tabuah.operations.stations.station import Station

UNASSIGNED = msgspec.structs.replace(GAUGE, gateway="")


def journal_under(version: int) -> JudgedJournal:
    room = JudgedJournal()
    room.authority.update(Policy(decide_version=version))
    return room


@pytest.fixture
def room() -> JudgedJournal:
    return journal_under(PROVENANCE_VERSION)


def gateway_now(room: JudgedJournal) -> str:
    value = room.states[SUBJECT].value
    assert isinstance(value, Station)
    return value.gateway


@pytest.mark.parametrize(
    ("version", "gateway", "reason"),
    [
        (PROVENANCE_VERSION, "", ""),
        (PROVENANCE_VERSION, "gerbang", ""),
        (PROVENANCE_VERSION, "gerbang-lain", "not_your_station"),
        (STRICT_VERSION, "gerbang-lain", ""),
    ],
)
def test_gateway_registers_stations_for_itself_only(version: int, gateway: str, reason: str):
    room = journal_under(version)
    station = msgspec.structs.replace(UNASSIGNED, gateway=gateway)
    drill = station_in_exercise(station, "gempa-1" if version >= PROVENANCE_VERSION else "")
    room.write(room.author("ani", Role.SUPERVISOR), start_exercise("Gempa", known=(), suffix="1"))
    decision = room.write(room.author("gerbang", Role.GATEWAY), register_station(drill))
    assert decision.reason == reason


def test_administrator_assigns_gateway_with_reason(room: JudgedJournal):
    admin = room.author("admin", Role.ADMIN)
    room.write(admin, registration_draft(UNASSIGNED))
    assert room.write(admin, assign_gateway(UNASSIGNED, " pupr ", reason="pos PUPR")).verdict is Verdict.ACCEPTED
    assert gateway_now(room) == "pupr"
    room.write(admin, assign_gateway(UNASSIGNED, "", reason="alat ditarik"))
    assert gateway_now(room) == ""
    with pytest.raises(NotPossible, match="no_assignment_reason"):
        assign_gateway(UNASSIGNED, "pupr", reason=" ")


@pytest.mark.parametrize("role", [Role.GATEWAY, Role.FIELD, Role.OPERATOR, Role.SUPERVISOR])
def test_gateway_assignment_needs_administrator(room: JudgedJournal, role: Role):
    room.write(room.author("admin", Role.ADMIN), registration_draft(UNASSIGNED))
    decision = room.write(room.author("x", role), assign_gateway(UNASSIGNED, "x", reason="punya saya"))
    assert decision.reason == "role_forbids"


def test_station_edit_of_older_program_keeps_gateway(room: JudgedJournal):
    admin = room.author("admin", Role.ADMIN)
    room.write(admin, registration_draft(msgspec.structs.replace(GAUGE, gateway="pupr")))
    body = encode_body(StationEdited(station=msgspec.structs.replace(UNASSIGNED, name="AWLR Baru")))
    room.write(admin, Draft(subject=SUBJECT, kind="station.edited", body=body))
    assert gateway_now(room) == "pupr"


def test_station_change_is_unknown_to_older_rules():
    room = journal_under(STRICT_VERSION)
    admin = room.author("admin", Role.ADMIN)
    room.write(admin, registration_draft(UNASSIGNED))
    assert room.write(admin, assign_gateway(UNASSIGNED, "pupr", reason="uji")).reason == "unknown_kind"
