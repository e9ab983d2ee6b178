"""Place search of the forms."""

from tabuah.console.window.state.places import Places
from tabuah.gis.base_map_file import load_base_map
from tabuah.gis.gazetteer import Gazetteer


def test_place_search_ignores_landmark_after_name():
    places = Places()
    assert places.suggest("koto baru dekat jembatan") == ()
    places.use_gazetteer(Gazetteer(load_base_map()))
    assert places.suggest("koto baru dekat jembatan")[0].name == "Koto Baru"
    assert places.suggest("xyzzy qwert") == ()
