"""Saved views: names are unique without regard to letter case, and a period ends at the time of the search."""

from datetime import UTC, datetime, timedelta

import pytest

from tabuah.operations.codes import Hazard
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.incident_filters import IncidentFilters, IncidentOrder
from tabuah.operations.incidents.saved_views import (
    MAX_VIEWS,
    SavedView,
    ViewPeriod,
    add_views,
    delete_view,
    find_view,
    rename_view,
    save_view,
)
from tabuah.storage.cache.saved_view_store import decode_views, encode_views

NOW = datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
FLOODS = SavedView(
    name="Banjir Kubung",
    filters=IncidentFilters(hazards=frozenset({Hazard.FLOOD}), kecamatan="Kubung"),
    period=ViewPeriod.WEEK,
    order=IncidentOrder.NEWEST,
    columns=("title", "number"),
)
OPEN = SavedView(name="Terbuka")


def test_view_of_a_known_name_is_replaced():
    views = save_view(save_view((), FLOODS), OPEN)
    changed = SavedView(name=" banjir  KUBUNG ", order=IncidentOrder.OLDEST)
    views = save_view(views, changed)
    assert [view.name for view in views] == ["banjir KUBUNG", "Terbuka"]
    assert find_view(views, "Banjir Kubung").order is IncidentOrder.OLDEST


def test_view_is_renamed_and_deleted():
    views = rename_view((FLOODS, OPEN), "terbuka", "Semua terbuka")
    assert [view.name for view in views] == ["Banjir Kubung", "Semua terbuka"]
    assert delete_view(views, "BANJIR KUBUNG") == views[1:]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda: rename_view((FLOODS, OPEN), "Terbuka", "banjir kubung"), "view_name_taken"),
        (lambda: rename_view((OPEN,), "Terbuka", "  "), "view_name_length"),
        (lambda: delete_view((OPEN,), "x"), "view_unknown"),
        (lambda: add_views((), (SavedView(name=f"v{n}") for n in range(MAX_VIEWS + 1))), "too_many_views"),
    ],
)
def test_impossible_change_of_views_is_refused(change, reason: str):
    with pytest.raises(NotPossible) as refused:
        change()
    assert refused.value.reason == reason


def test_period_ends_at_the_time_of_the_search():
    assert FLOODS.filters_at(NOW).since == NOW - timedelta(days=7)
    assert FLOODS.filters_at(NOW).kecamatan == "Kubung"
    before = SavedView(name="x", period=ViewPeriod.BEFORE).filters_at(NOW)
    assert (before.since, before.until) == (None, NOW - timedelta(days=30))


def test_encoded_views_are_read_and_a_bad_one_is_left_out():
    text = encode_views((FLOODS, OPEN))
    assert decode_views(text) == ((FLOODS, OPEN), [])
    bad = text.replace(b'"flood"', b'"volcanic_rain"')
    assert decode_views(bad) == ((OPEN,), [1])
    assert decode_views(b"{") == ((), [])
