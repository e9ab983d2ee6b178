"""The page of figures holds warnings against the rain of the gauges, with the kecamatan that the map knows."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bulletin_samples import warning
from running_server import RunningServer
from window_room import OpenWindow, log_in_and_sync, texts_of

from tabuah.console.window.rain_places import RainPlaces
from tabuah.gis.basemap_file import load_basemap
from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.alarms.bodies import AlarmRaised
from tabuah.operations.alarms.gestures import raise_alarm
from tabuah.operations.bodies import encode_body
from tabuah.operations.bulletins.gestures import issue_warning
from tabuah.operations.entries import Draft
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.stations.bodies import StationRegistered
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.server.administration import write_first_rules
from tabuah.storage.journal.identifiers import new_uuid

KOTO_BARU = Station(
    code="SLK-ARR-01", name="ARR Koto Baru", kind=StationKind.RAIN, lon_deg=100.6300, lat_deg=-0.8000,
    parameters=(Parameter(code="rain_mm", unit="mm", expected_interval_s=60, valid_min=0, valid_max=50),),
)  # fmt: skip


def warn_and_rain(server: RunningServer) -> None:
    """A warning for Kubung three hours ago, and half an hour later more than 20 mm in an hour at Koto Baru."""
    write_first_rules(server.journal)
    body = encode_body(StationRegistered(station=KOTO_BARU))
    server.journal.append_own([Draft(subject="station/SLK-ARR-01", kind="station.registered", body=body)])
    sent = datetime.now(UTC) - timedelta(hours=3)
    issued = warning(kecamatan=("KUBUNG",), sent=sent, effective=sent, expires=sent + timedelta(hours=1))
    raised = AlarmRaised(
        rule="hujan-1-jam", station="SLK-ARR-01", parameter="rain_mm", severity=AlarmSeverity.ATTENTION,
        onset_at=sent + timedelta(minutes=30), value=22.4,
    )  # fmt: skip
    server.journal.append_own([issue_warning(issued, exercise=False)])
    server.journal.append_own([raise_alarm(new_uuid(raised.onset_at), raised, exercise=False)])


def test_a_warning_that_came_true_is_counted_on_the_page(open_console, data: Path, server: RunningServer) -> None:
    warn_and_rain(server)
    log_in_and_sync(data, server, "ani")
    window: OpenWindow = open_console()
    window.until(lambda: window.console.services.places.gazetteer is not None)
    window.shell.doing.overseeing.begin_figures()
    dialog = window.shell.doing.overseeing.dialog
    assert dialog is not None
    window.until(lambda: "1 dari 1, terlalu sedikit" in texts_of(dialog.performance))
    words = texts_of(dialog.performance)
    assert "Peringatan cuaca dibandingkan dengan hujan terukur" in words
    assert "30 menit" in words


def test_places_are_looked_up_again_only_when_stations_or_map_are_others() -> None:
    places, gazetteer, stations = RainPlaces(), Gazetteer(load_basemap()), {"SLK-ARR-01": KOTO_BARU}
    assert places.gauges(stations, None) == {}
    found = places.gauges(stations, gazetteer)
    assert [gauge.code for gauge in found["Kubung"]] == ["SLK-ARR-01"]
    assert places.gauges(stations, gazetteer) is found
    assert places.gauges({}, gazetteer) is not found
