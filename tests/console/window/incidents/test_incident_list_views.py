"""A request of the list becomes a view and is shown again as it was."""

from datetime import UTC, datetime, timedelta

import pytest

from tabuah.console.window.incidents.incident_list_items import UnreadableDate, request_of, view_of
from tabuah.operations.codes import Hazard
from tabuah.operations.incidents.incident_filters import IncidentFilters, IncidentOrder, IncidentStage
from tabuah.operations.incidents.saved_views import SavedView
from tabuah.widgets.incidents.incident_filter_bar import OWN_PERIOD
from tabuah.widgets.incidents.incident_list_values import ListRequest

NOW = datetime(2026, 12, 1, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "request_",
    [
        ListRequest(stage="open", order="urgent"),
        ListRequest(stage="late", words='"batang lembang" -palsu', order="newest"),
        ListRequest(stage="ended", hazard="flood", channel="phone", period="week", order="number"),
        ListRequest(kecamatan="Kubung", nagari="Koto Baru", opd="PUPR", unit="TRC-1", author="ani", order="oldest"),
        ListRequest(parent_event="0190", order="urgent"),
        ListRequest(period=OWN_PERIOD, since="2026-11-01 08.00", until="2026-11-02 00.00", order="changed"),
    ],
)
def test_request_survives_as_a_view(request_: ListRequest):
    assert request_of(view_of(request_, NOW, name="x"), NOW) == request_


def test_view_with_several_codes_survives_as_a_request():
    filters = IncidentFilters(hazards=frozenset({Hazard.FLOOD, Hazard.LANDSLIDE}), since=NOW - timedelta(days=9))
    view = SavedView(name="x", filters=filters, order=IncidentOrder.NEWEST)
    assert view_of(request_of(view, NOW), NOW, name="x") == view
    assert view.filters.stage is IncidentStage.ALL


@pytest.mark.parametrize(("since", "until"), [("besok lusa", ""), ("2026-11-02", "2026-11-01")])
def test_unreadable_period_is_refused(since: str, until: str):
    with pytest.raises(UnreadableDate):
        view_of(ListRequest(period=OWN_PERIOD, since=since, until=until), NOW, name="x")
