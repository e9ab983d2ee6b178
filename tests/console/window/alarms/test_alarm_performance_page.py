"""The performance page verifies warnings against rain gauges, by the kecamatan of the map."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from support.bulletin_samples import sample_warning
from support.running_server import RunningServer
from support.window_fixture import OpenWindow, log_in_and_sync, visible_texts

from tabuah.console.window.alarms.alarm_performance import RainGaugesByKecamatan
from tabuah.gis.base_map_file import load_base_map
from tabuah.gis.gazetteer import Gazetteer
from tabuah.operations.alarms.drafts import raise_alarm
from tabuah.operations.alarms.entry_bodies import AlarmRaised
from tabuah.operations.bulletins.drafts import issue_warning
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.operations.stations.station import Parameter, Station, StationKind
from tabuah.server.administration import write_initial_rules
from tabuah.storage.journal.identifiers import new_uuid

KOTO_BARU = Station(
    code="SLK-ARR-01", name="ARR Koto Baru", kind=StationKind.RAIN, lon_deg=100.6300, lat_deg=-0.8000,
    parameters=(Parameter(code="rain_mm", unit="mm", expected_interval_s=60, valid_min=0, valid_max=50),),
)  # fmt: skip


def warn_and_rain(server: RunningServer) -> None:
    """Issue a warning for Kubung three hours ago; later more than 20 mm/h at Koto Baru."""
    write_initial_rules(server.journal)
    body = encode_body(StationRegistered(station=KOTO_BARU))
    server.journal.append_drafts([Draft(subject="station/SLK-ARR-01", kind="station.registered", body=body)])
    sent = datetime.now(UTC) - timedelta(hours=3)
    issued = sample_warning(kecamatan=("KUBUNG",), sent=sent, effective=sent, expires=sent + timedelta(hours=1))
    raised = AlarmRaised(
        rule="hujan-1-jam", station="SLK-ARR-01", parameter="rain_mm", severity=AlarmSeverity.ATTENTION,
        onset_at=sent + timedelta(minutes=30), value=22.4,
    )  # fmt: skip
    server.journal.append_drafts([issue_warning(issued, exercise=False)])
    server.journal.append_drafts([raise_alarm(new_uuid(raised.onset_at), raised, exercise=False)])


def test_performance_page_counts_confirmed_warning(open_console, data: Path, server: RunningServer) -> None:
    warn_and_rain(server)
    log_in_and_sync(data, server, "ani")
    window: OpenWindow = open_console()
    window.until(lambda: window.console.services.places.gazetteer is not None)
    window.commands.alarms.alarm_list.begin_figures()
    dialog = window.commands.alarms.alarm_list.dialog
    assert dialog is not None
    window.until(lambda: "1 dari 1, terlalu sedikit" in visible_texts(dialog.performance))
    words = visible_texts(dialog.performance)
    assert "Peringatan cuaca dibandingkan dengan hujan terukur" in words
    assert "30 menit" in words


def test_rain_gauge_places_are_recomputed_on_change() -> None:
    places, gazetteer, stations = RainGaugesByKecamatan(), Gazetteer(load_base_map()), {"SLK-ARR-01": KOTO_BARU}
    assert places.gauges(stations, None) == {}
    found = places.gauges(stations, gazetteer)
    assert [gauge.code for gauge in found["Kubung"]] == ["SLK-ARR-01"]
    assert places.gauges(stations, gazetteer) is found
    assert places.gauges({}, gazetteer) is not found
