"""Coverage: kecamatan without a ready unit, and what units leave behind when they go."""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest
from support.regencies import regency_in_use

from tabuah.gis.places import Kecamatan
from tabuah.operations.regency.profile_checks import check_profile
from tabuah.operations.units.coverage import KindCoverage, lost_coverage, unit_coverage
from tabuah.operations.units.known_units import KnownUnit, UnitActivity, locate_unit
from tabuah.operations.units.unit import Post, Unit, UnitKind, UnitState
from tabuah.resources.regency import shipped_regency
from tabuah.resources.regency_profile import UnitCoverageSettings
from tabuah.text.units.coverage_text import describe_coverage, describe_gaps, describe_lost_coverage

NOW = datetime(2026, 12, 2, tzinfo=UTC)
NORTH, SOUTH, EAST = (
    Kecamatan(code=f"13.02.0{number}", name=name, lon_deg=lon, lat_deg=lat)
    for number, name, lon, lat in ((1, "Utara", 100.6, -0.7), (2, "Selatan", 100.6, -1.0), (3, "Timur", 100.9, -0.85))
)
DISTRICTS = (NORTH, SOUTH, EAST)


def unit(
    key: str, kind: UnitKind, place: tuple[float, float] | None, state: UnitState = UnitState.AVAILABLE
) -> KnownUnit:
    home = Post(lon_deg=place[0], lat_deg=place[1]) if place else None
    value = Unit(id=key, name=key, kind=kind, opd="BPBD", home=home, state=state, state_at=NOW)
    return locate_unit(UnitActivity(unit=value, state=state, since=NOW), (), NOW)


def kecamatan_at(_lon_deg: float, lat_deg: float) -> str:
    return NORTH.code if lat_deg > -0.8 else SOUTH.code


@pytest.fixture(autouse=True)
def rules() -> Iterator[None]:
    wanted = (UnitCoverageSettings(kind="fire", within_km=20), UnitCoverageSettings(kind="ambulance"))
    with regency_in_use(msgspec.structs.replace(shipped_regency(), unit_coverage=wanted)):
        yield


def covered(*units: KnownUnit) -> dict[UnitKind, KindCoverage]:
    return {each.kind: each for each in unit_coverage(units, DISTRICTS, kecamatan_at=kecamatan_at)}


def gaps(coverage: KindCoverage) -> list[str]:
    return [gap.kecamatan.name for gap in coverage.gaps]


def test_ready_unit_covers_its_kecamatan_and_centres_within_the_distance():
    found = covered(
        unit("DMK-1", UnitKind.FIRE, (100.6, -0.78)),
        unit("AMB-1", UnitKind.AMBULANCE, (100.6, -0.95)),
    )
    assert gaps(found[UnitKind.FIRE]) == ["Selatan", "Timur"]
    assert gaps(found[UnitKind.AMBULANCE]) == ["Utara", "Timur"]
    assert found[UnitKind.FIRE].gaps[0].nearest_m == pytest.approx(24_330, rel=0.01)
    near = covered(unit("DMK-1", UnitKind.FIRE, (100.6, -0.85)))
    assert gaps(near[UnitKind.FIRE]) == ["Timur"]


def test_busy_unavailable_and_unlocated_units_cover_nothing():
    found = covered(
        unit("DMK-1", UnitKind.FIRE, (100.6, -0.7), UnitState.UNAVAILABLE),
        unit("DMK-2", UnitKind.FIRE, (100.6, -0.7), UnitState.ON_SCENE),
        unit("DMK-3", UnitKind.FIRE, None),
        unit("TRC-1", UnitKind.QUICK_RESPONSE, (100.6, -0.7)),
    )[UnitKind.FIRE]
    assert gaps(found) == ["Utara", "Selatan", "Timur"]
    assert (found.units, found.ready, found.without_position) == (3, 1, 1)
    assert {gap.nearest_m for gap in found.gaps} == {None}


def test_last_ready_unit_leaves_only_what_it_covered():
    units = (unit("DMK-1", UnitKind.FIRE, (100.6, -0.7)), unit("DMK-2", UnitKind.FIRE, (100.6, -1.0)))
    (lost,) = lost_coverage(units, {"DMK-1"}, DISTRICTS, kecamatan_at=kecamatan_at)
    assert (lost.kind, gaps(lost)) == (UnitKind.FIRE, ["Utara"])
    assert "DMK-1" in describe_lost_coverage(("DMK-1",), (lost,))
    both = (*units, unit("DMK-3", UnitKind.FIRE, (100.6, -0.71)))
    assert lost_coverage(both, {"DMK-1"}, DISTRICTS, kecamatan_at=kecamatan_at) == ()
    assert lost_coverage(units, {"TRC-9"}, DISTRICTS, kecamatan_at=kecamatan_at) == ()
    assert describe_lost_coverage(("DMK-1",), ()) == ""


def test_notice_names_three_kecamatan_and_no_kind_without_units():
    many = tuple(Kecamatan(code=f"13.02.{n}", name=f"K{n}", lon_deg=101.5, lat_deg=-1.5) for n in range(10, 15))
    found = unit_coverage([unit("DMK-1", UnitKind.FIRE, (100.6, -0.7))], many, kecamatan_at=kecamatan_at)
    text = describe_coverage(found)
    assert "K10, K11, K12" in text
    assert "2 lainnya" in text
    assert len(text.splitlines()) == 1  # no line for ambulances: there are none
    assert describe_gaps(found[0]).startswith("K10 ")


def test_profile_without_rules_requires_nothing_and_wrong_kinds_are_found():
    with regency_in_use(msgspec.structs.replace(shipped_regency(), unit_coverage=())):
        assert covered(unit("DMK-1", UnitKind.FIRE, (100.6, -0.7))) == {}
    wrong = (UnitCoverageSettings(kind="fire"), UnitCoverageSettings(kind="fire"), UnitCoverageSettings(kind="kapal"))
    profile = msgspec.structs.replace(shipped_regency(), unit_coverage=wrong)
    assert [finding.key for finding in check_profile(profile)] == ["unit_coverage", "unit_coverage"]
    with regency_in_use(msgspec.structs.replace(shipped_regency(), unit_coverage=wrong[2:])):
        assert covered(unit("DMK-1", UnitKind.FIRE, (100.6, -0.7))) == {}


def test_shipped_rules_are_valid():
    assert [rule.kind for rule in shipped_regency().unit_coverage] == ["fire", "ambulance", "quick_response"]
