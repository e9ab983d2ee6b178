"""The details of an incident: figures and status choices."""

from datetime import timedelta

from support.window_values import NOW, incident

from tabuah.console.window.incidents.details_view import DetailsSource, incident_details, status_choices
from tabuah.console.window.incidents.edit_actions import edit_fields
from tabuah.console.window.incidents.figure_tiles import figure_tiles
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.operations.codes import Status
from tabuah.operations.incidents.entry_bodies import Figures
from tabuah.operations.incidents.incident import Observation
from tabuah.operations.people.authority import Authority, User
from tabuah.operations.people.roles import Role
from tabuah.operations.policy.policy import PROVENANCE_VERSION, Policy
from tabuah.storage.cache.meta import Identity
from tabuah.text.people.scope import PersonalScope


def scope_of(name: str, role: Role, *, opd: str) -> PersonalScope:
    authority = Authority()
    authority.update(User(name=name, role=role, opd=opd))
    authority.update(Policy(decide_version=PROVENANCE_VERSION))
    return PersonalScope(role=role, actor=name, authority=authority)


def counted(minutes: int, source: str, **figures: int) -> Observation:
    at = NOW + timedelta(minutes=minutes)
    return Observation(entry=source, at=at, actor="ani", source=source, figures=Figures(**figures))


def test_injured_tile_adds_severe_and_slight() -> None:
    observed = incident(
        observations=(
            counted(0, "BPBD", injured_severe=2),
            counted(5, "RSUD", injured_minor=4),
            counted(9, "BPBD", injured_severe=3),
        )
    )
    tiles = {tile.label: tile for tile in figure_tiles(observed)}
    assert (tiles["luka"].value, tiles["luka"].change) == ("7", "+1")


def test_figure_tile_without_value_shows_dash() -> None:
    assert figure_tiles(incident()) == ()
    observed = incident(
        observations=(
            counted(0, "Wali Nagari", displaced_people=62, deaths=0),
            counted(5, "TRC", displaced_people=86),
        )
    )
    tiles = {tile.label: tile for tile in figure_tiles(observed)}
    assert (tiles["mengungsi"].value, tiles["mengungsi"].change) == ("86", "+24")
    assert tiles["meninggal"].value == "0"
    assert tiles["hilang"].value == "–"
    assert "TRC" in tiles["mengungsi"].source


def test_status_choices_start_with_next_step() -> None:
    states = status_choices(incident(status=Status.VERIFIED), scope_of("ani", Role.OPERATOR, opd="BPBD"))
    assert states[0].code == Status.ASSIGNED.value
    assert {s.code: s.reason for s in states}["closed"].startswith("Hanya penyelia")


def test_status_choices_out_of_scope_name_the_reason() -> None:
    assigned = incident(status=Status.VERIFIED, assignment=("PUPR", "Damkar"))
    reasons = {s.code: s.reason for s in status_choices(assigned, scope_of("budi", Role.FIELD, opd="Damkar"))}
    assert reasons["on_scene"] == ""
    assert "PUPR" in reasons["contained"]
    others = {s.code: s.reason for s in status_choices(assigned, scope_of("citra", Role.FIELD, opd="PMI"))}
    assert all(others.values())


def test_incident_of_another_opd_says_what_may_be_added() -> None:
    source = DetailsSource(incident=incident(assignment=("PUPR",)), history=None, pictures={}, actions=())
    scope = scope_of("budi", Role.FIELD, opd="Damkar")
    identity = Identity(server_url="", server="", server_public_key="", user="budi", role=Role.FIELD)
    snapshot = ConsoleSnapshot(authority=scope.authority, actor="budi", identity=identity)
    notice = incident_details(source, snapshot, NOW).notice
    assert "PUPR" in notice
    assert "selalu diterima" in notice
    assert incident_details(source, ConsoleSnapshot(), NOW).notice == ""


def test_edit_fields_out_of_scope_have_the_reason() -> None:
    assigned = incident(assignment=("PUPR", "Damkar"))
    fields = edit_fields(assigned, scope_of("budi", Role.FIELD, opd="Damkar"), now=NOW)
    assert [field.code for field in fields if field.refusal] == ["severity", "assignment"]
    assert not any(
        field.refusal for field in edit_fields(assigned, scope_of("ani", Role.OPERATOR, opd="BPBD"), now=NOW)
    )


def test_merged_incident_has_reached_first_step() -> None:
    merged = incident(status=Status.MERGED)
    source = DetailsSource(incident=merged, history=None, pictures={}, actions=())
    assert incident_details(source, ConsoleSnapshot(), NOW).step == 0
