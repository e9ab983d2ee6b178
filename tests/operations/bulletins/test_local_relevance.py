"""Local relevance on the shipped map: distance, direction, nearest nagari, covered areas."""

from datetime import timedelta

import msgspec
import pytest
from support.bulletin_samples import MOMENT, sample_earthquake, sample_warning

from tabuah.gis.base_map_file import load_base_map
from tabuah.gis.places import Certainty
from tabuah.operations.bulletins.bulletin import KnownEarthquake, KnownWarning
from tabuah.operations.bulletins.entry_bodies import FeltAt
from tabuah.operations.bulletins.local_relevance import LocalRelevance
from tabuah.operations.feeds.proximity import RegionRelation
from tabuah.text.bulletins.bulletin_text import describe_epicentre


@pytest.fixture(scope="module")
def view() -> LocalRelevance:
    return LocalRelevance(load_base_map())


def known(account, *, key: str = "a", told_at=MOMENT) -> KnownEarthquake:
    return KnownEarthquake(id=key, accounts=(account,), first_told_at=MOMENT, told_at=told_at)


def test_relevance_koto_baru_is_north_of_arosuka(view: LocalRelevance):
    seen = view.earthquake(known(sample_earthquake(), key="near"))
    assert (seen.relation, describe_epicentre(seen), seen.nearest_nagari) == (
        RegionRelation.INSIDE,
        "12 km utara Arosuka",
        "Koto Baru",
    )
    assert seen.is_relevant


def test_relevance_at_the_capital_has_no_direction(view: LocalRelevance):
    seen = view.earthquake(known(sample_earthquake(lon_deg=100.621, lat_deg=-0.9522), key="here"))
    assert describe_epicentre(seen) == "di Arosuka"


def test_relevance_of_distant_earthquake_needs_felt_report(view: LocalRelevance):
    far = {"lon_deg": 99.0, "lat_deg": 1.5}  # about 330 km, in North Sumatra
    seen = view.earthquake(known(sample_earthquake(**far), key="far"))
    assert (seen.relation, seen.nearest_nagari, seen.is_relevant) == (RegionRelation.FAR, "", False)
    felt = msgspec.structs.replace(sample_earthquake(**far), felt=(FeltAt("Lembah Gumanti", 2, 2),))
    assert view.earthquake(known(felt, key="felt")).is_relevant


def test_relevance_is_cached_until_a_correction(view: LocalRelevance):
    first = view.earthquake(known(sample_earthquake(), key="moved"))
    assert view.earthquake(known(sample_earthquake(), key="moved")) is first
    moved = known(sample_earthquake(lat_deg=-1.2), key="moved", told_at=MOMENT + timedelta(minutes=5))
    assert view.earthquake(moved).distance_km != first.distance_km


def test_relevance_of_warning_lists_covered_areas(view: LocalRelevance):
    seen = view.warning(KnownWarning(id="w", issued=sample_warning(), told_at=MOMENT))
    assert seen.touches
    assert seen.kecamatan[0].name == "Lembang Jaya"
    assert all(0 < (area.share or 0) <= 1 for area in seen.kecamatan)
    assert {area.certainty for area in (*seen.kecamatan, *seen.nagari)} == {Certainty.APPROXIMATE}
    assert all(area.share is None for area in seen.nagari)


def test_relevance_of_named_kecamatan_has_no_area(view: LocalRelevance):
    named = sample_warning(identifier="n", rings=(), kecamatan=("LEMBAH GUMANTI",))
    seen = view.warning(KnownWarning(id="n", issued=named, told_at=MOMENT))
    assert (seen.touches, seen.kecamatan, seen.nagari) == (True, (), ())
