"""The place that a person typed in a form: found, bounded, outside the regency, and unchanged."""

from pathlib import Path

import pytest

from tabuah.console.window.shared.form_fields import FormError
from tabuah.console.window.shared.place_fields import OUTSIDE, PLACE, changed_place, place_fields, read_place
from tabuah.console.window.state.places import Places
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.storage.cache.map.maps import load_maps

PADANG = "100.354,-0.951"  # outside the regency


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    known = Places()
    known.use_gazetteer(load_maps(Path(tmp_path_factory.mktemp("maps"))).gazetteer())
    return known


@pytest.mark.parametrize("text", ["", "nan,-0.8", "1e308,1e308", "tidak ada xyz", "181,91"])
def test_text_without_a_place_is_refused_at_its_field(places: Places, text: str):
    with pytest.raises(FormError) as refused:
        read_place(places, {PLACE: text, OUTSIDE: ""})
    assert refused.value.field == PLACE


def test_long_text_is_refused_before_its_words_are_searched(places: Places, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(places, "suggest", lambda _text: pytest.fail("searched"))
    with pytest.raises(FormError, match="200"):
        read_place(places, {PLACE: "a " * 50_000, OUTSIDE: ""})


@pytest.mark.parametrize("reason", ["", "x" * 401, "a\u202eb"])
def test_place_outside_needs_a_reason_that_fits(places: Places, reason: str):
    with pytest.raises(FormError) as refused:
        read_place(places, {PLACE: PADANG, OUTSIDE: reason})
    assert refused.value.field == OUTSIDE
    assert read_place(places, {PLACE: PADANG, OUTSIDE: "bantuan"}).outside_reason == "bantuan"


def test_new_reason_does_not_move_the_place(places: Places):
    before = IncidentPlace(lon_deg=100.35412345, lat_deg=-0.95112345, outside_reason="bantuan")
    place, outside = place_fields("Lokasi", before, "")
    assert outside.value == "bantuan"
    values = {PLACE: place.value, OUTSIDE: "rujukan"}
    after = changed_place(places, before, values, {OUTSIDE: "rujukan"})["place"]
    assert (after.lon_deg, after.lat_deg, after.outside_reason) == (before.lon_deg, before.lat_deg, "rujukan")
    assert changed_place(places, before, values, {}) == {}
    with pytest.raises(FormError):
        changed_place(places, before, {**values, OUTSIDE: ""}, {OUTSIDE: ""})
