"""Bulletins as seen from the shipped map: distance and direction from Arosuka, nearest nagari, what is covered."""

from datetime import timedelta

import msgspec
import pytest
from bulletin_samples import MOMENT, quake, warning

from tabuah.gis.basemap_file import load_basemap
from tabuah.gis.places import Certainty
from tabuah.operations.bulletins.bodies import FeltAt
from tabuah.operations.bulletins.earthquake import KnownEarthquake
from tabuah.operations.bulletins.viewpoint import Viewpoint
from tabuah.operations.bulletins.warning import KnownWarning
from tabuah.operations.feeds.nearness import Relation


@pytest.fixture(scope="module")
def view() -> Viewpoint:
    return Viewpoint(load_basemap())


def known(account, *, key: str = "a", told_at=MOMENT) -> KnownEarthquake:
    return KnownEarthquake(id=key, accounts=(account,), first_told_at=MOMENT, told_at=told_at)


def test_an_earthquake_at_koto_baru_lies_north_of_arosuka(view: Viewpoint):
    seen = view.earthquake(known(quake(), key="near"))
    assert (seen.relation, seen.from_capital, seen.nearest_nagari) == (
        Relation.INSIDE,
        "12 km utara Arosuka",
        "Koto Baru",
    )
    assert seen.concerns_us


def test_one_at_the_capital_itself_has_no_direction(view: Viewpoint):
    seen = view.earthquake(known(quake(lon_deg=100.621, lat_deg=-0.9522), key="here"))
    assert seen.from_capital == "di Arosuka"


def test_a_far_one_has_no_nearest_nagari_and_concerns_us_only_where_it_was_felt(view: Viewpoint):
    far = {"lon_deg": 99.0, "lat_deg": 1.5}  # about 330 km, in North Sumatra
    seen = view.earthquake(known(quake(**far), key="far"))
    assert (seen.relation, seen.nearest_nagari, seen.concerns_us) == (Relation.FAR, "", False)
    felt = msgspec.structs.replace(quake(**far), felt=(FeltAt("Lembah Gumanti", 2, 2),))
    assert view.earthquake(known(felt, key="felt")).concerns_us


def test_a_corrected_place_is_worked_out_anew_and_the_same_one_is_not(view: Viewpoint):
    first = view.earthquake(known(quake(), key="moved"))
    assert view.earthquake(known(quake(), key="moved")) is first
    moved = known(quake(lat_deg=-1.2), key="moved", told_at=MOMENT + timedelta(minutes=5))
    assert view.earthquake(moved).from_capital != first.from_capital


def test_a_warning_over_us_tells_kecamatan_with_their_share_and_nagari_by_their_points(view: Viewpoint):
    seen = view.warning(KnownWarning(id="w", issued=warning(), told_at=MOMENT))
    assert seen.touches
    assert seen.kecamatan[0].name == "Lembang Jaya"
    assert all(0 < (area.share or 0) <= 1 for area in seen.kecamatan)
    assert {area.certainty for area in (*seen.kecamatan, *seen.nagari)} == {Certainty.APPROXIMATE}
    assert all(area.share is None for area in seen.nagari)


def test_a_warning_that_only_names_us_touches_without_an_area(view: Viewpoint):
    named = warning(identifier="n", rings=(), kecamatan=("LEMBAH GUMANTI",))
    seen = view.warning(KnownWarning(id="n", issued=named, told_at=MOMENT))
    assert (seen.touches, seen.kecamatan, seen.nagari) == (True, (), ())
