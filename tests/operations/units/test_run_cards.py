"""Run cards suggest the nearest ready units of the kinds that a hazard needs."""

from datetime import UTC, datetime

import msgspec
import pytest
from support.regencies import eastern_regency, regency_in_use
from support.window_values import incident

from tabuah.operations.codes import Hazard, Severity
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.regency.profile_checks import check_profile
from tabuah.operations.units.known_units import KnownUnit, UnitActivity, locate_unit
from tabuah.operations.units.run_cards import run_card_of, suggest_units
from tabuah.operations.units.unit import Post, Unit, UnitKind, UnitState
from tabuah.resources.regency import shipped_regency
from tabuah.resources.regency_profile import RunCardSettings, RunCardUnits
from tabuah.text.units.run_card_text import describe_needs, describe_run_card, suggested_codes, suggestion_label

NOW = datetime(2026, 12, 2, tzinfo=UTC)
PLACE = IncidentPlace(lon_deg=100.63, lat_deg=-0.80)
FIRE = incident(hazard=Hazard.FIRE, severity=Severity.SEVERE, place=PLACE)


def unit(
    key: str, kind: UnitKind, lat_deg: float, *, state: UnitState = UnitState.AVAILABLE, opd: str = "BPBD"
) -> KnownUnit:
    home = Post(lon_deg=100.63, lat_deg=lat_deg)
    value = Unit(id=key, name=key, kind=kind, opd=opd, home=home, state=state, state_at=NOW)
    return locate_unit(UnitActivity(unit=value, state=state, since=NOW), (), NOW)


UNITS = (
    unit("DMK-01", UnitKind.FIRE, -0.90),
    unit("DMK-02", UnitKind.FIRE, -0.81),
    unit("DMK-03", UnitKind.FIRE, -0.80, state=UnitState.UNAVAILABLE),
    unit("DMK-04", UnitKind.FIRE, -0.99),
    unit("TRC-01", UnitKind.QUICK_RESPONSE, -0.80),
)


def test_shipped_run_cards_are_valid():
    assert shipped_regency().run_cards
    assert check_profile(shipped_regency()) == ()


def test_nearest_ready_units_of_the_kind_are_suggested_and_missing_ones_named():
    fire, ambulance = suggest_units(FIRE, UNITS)
    assert [each.known.unit.id for each in fire.units] == ["DMK-02", "DMK-01"]
    assert (fire.missing, ambulance.kind, ambulance.missing) == (0, UnitKind.AMBULANCE, 1)
    assert suggested_codes((fire, ambulance)) == ("DMK-02", "DMK-01")
    assert "1,1 km lurus" in suggestion_label((fire,))
    assert "kurang 1" in describe_needs((ambulance,))
    assert "kurang 1" in describe_run_card((fire, ambulance))


def test_assigned_units_count_and_are_not_suggested_again():
    sent = msgspec.structs.replace(FIRE, assignment=("DMK-02",))
    fire, _ambulance = suggest_units(sent, UNITS)
    assert fire.assigned == 1
    assert [each.known.unit.id for each in fire.units] == ["DMK-01"]


def test_card_of_the_highest_severity_up_to_that_of_the_incident_counts():
    minor = msgspec.structs.replace(FIRE, severity=Severity.MODERATE)
    (fire,) = suggest_units(minor, UNITS)
    assert fire.wanted == 1
    assert run_card_of(msgspec.structs.replace(FIRE, hazard=Hazard.OTHER)) is None
    assert suggest_units(msgspec.structs.replace(FIRE, hazard=Hazard.OTHER), UNITS) == ()
    assert describe_run_card(()) == ""


def test_line_of_an_office_takes_its_units_only_and_no_unit_twice():
    lines = (RunCardUnits(kind="fire", opd="satpol pp"), RunCardUnits(kind="fire", count=9))
    card = RunCardSettings(hazard="fire", units=lines)
    units = (*UNITS, unit("DMK-05", UnitKind.FIRE, -0.95, opd="Satpol PP"))
    with regency_in_use(eastern_regency(hazards=shipped_regency().hazards, run_cards=(card,))):
        own, rest = suggest_units(FIRE, units)
    assert [each.known.unit.id for each in own.units] == ["DMK-05"]
    assert [each.known.unit.id for each in rest.units] == ["DMK-02", "DMK-01", "DMK-04"]
    assert rest.missing == 6


def test_unit_without_a_place_comes_last_and_an_incident_without_one_has_no_distances():
    lost = unit("DMK-00", UnitKind.FIRE, -0.80)
    lost = KnownUnit(activity=lost.activity, position=None)
    fire, _ambulance = suggest_units(FIRE, (lost, UNITS[3], UNITS[0]))
    assert [each.known.unit.id for each in fire.units] == ["DMK-01", "DMK-04"]
    nowhere = msgspec.structs.replace(FIRE, place=None)
    fire, _ambulance = suggest_units(nowhere, UNITS)
    assert [each.distance_m for each in fire.units] == [None, None]


@pytest.mark.parametrize(
    "card",
    [
        RunCardSettings(hazard="tsunami", units=(RunCardUnits(kind="fire"),)),
        RunCardSettings(hazard="fire", severity="huge", units=(RunCardUnits(kind="fire"),)),
        RunCardSettings(hazard="fire", units=(RunCardUnits(kind="tank"),)),
    ],
)
def test_wrong_run_card_is_found(card: RunCardSettings):
    profile = msgspec.structs.replace(shipped_regency(), run_cards=(card,))
    assert [finding.key for finding in check_profile(profile)] == ["run_cards"]
