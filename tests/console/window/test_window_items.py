"""Items and views of the window are pure functions of values and a moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest
from support.window_fixture import GAUGE, KOTO_BARU, identity

from tabuah.console.window.alarms.alarm_items import alarm_item, describe_escalation, describe_trend, groups_in_strip
from tabuah.console.window.incidents.board_cards import board_cards, board_summary, full_title, short_title
from tabuah.console.window.incidents.details_view import next_status, status_choices
from tabuah.console.window.incidents.figure_tiles import figure_tiles
from tabuah.console.window.shared.day_readings import DayReadings
from tabuah.console.window.shell.status_updates import status_summary
from tabuah.console.window.state.connection_status import ConnectionState, ConnectionStatus
from tabuah.console.window.state.console_snapshot import ConsoleSnapshot
from tabuah.console.window.stations.day_chart import chart_content, maintenance_spans
from tabuah.console.window.sync.sync_badge import sync_badge_state
from tabuah.operations.alarms.alarm import Alarm, Escalation
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents.entry_bodies import Figures
from tabuah.operations.incidents.incident import Incident, Observation
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading
from tabuah.operations.readings.time_series import TimeSeries
from tabuah.resources.catalogue import set_language
from tabuah.storage.cache.attachments import TransferCounts
from tabuah.storage.cache.pending_work import PendingCounts
from tabuah.storage.sync.data_saver import DataSaverSettings
from tabuah.text.incidents.places import place_text
from tabuah.widgets.values import Level

NOW = datetime(2026, 11, 24, 7, 30, 5, tzinfo=UTC)


def incident(**changes: object) -> Incident:
    at = NOW - timedelta(minutes=12)
    first = Incident(
        id="a",
        number="SLK-7K3Q-0012",
        hazard=Hazard.FLOOD,
        title="Banjir, Nagari Koto Baru",
        severity=Severity.SEVERE,
        status=Status.REPORTED,
        channel=Channel.PHONE,
        place=KOTO_BARU,
        description="",
        occurred_at=at,
        reported_at=at,
        updated_at=at,
        reporter="ani",
        device="d1",
    )
    return msgspec.structs.replace(first, **changes)


def alarm(severity: AlarmSeverity, *, acknowledged: bool = False, rule: str = "", **changes: object) -> Alarm:
    onset = NOW - timedelta(minutes=9)
    first = Alarm(
        id=f"{severity}{rule}",
        rule=rule or f"rule-{severity}",
        station=GAUGE.code,
        parameter="stage_m",
        severity=severity,
        title="",
        onset_at=onset,
        raised_at=onset,
        value=3.42,
        limit=3.2,
        unit="m",
        hazard=Hazard.FLOOD,
        lon_deg=GAUGE.lon_deg,
        lat_deg=GAUGE.lat_deg,
        cause="",
        exercise=False,
        acknowledged_at=NOW if acknowledged else None,
    )
    return msgspec.structs.replace(first, **changes)


def snapshot_with(
    *incidents: Incident, pending: int = 0, since: datetime | None = None, role: Role | None = None
) -> ConsoleSnapshot:
    return ConsoleSnapshot(
        incidents={i.id: i for i in incidents},
        counts=PendingCounts(pending=pending, since=since, conflicts=0, held=0, rejected=0),
        identity=identity(role) if role else None,
    )


def test_card_shows_hazard_place_age_and_note() -> None:
    (card,) = board_cards(snapshot_with(incident()), NOW)
    assert (card.title, card.place, card.age) == ("Banjir", "Nagari Koto Baru, Kubung", "12 mnt")
    assert (card.group, card.note, card.level) == ("new", "Dilaporkan · Telepon", Level.HIGH)
    assert card.letter == "B"


def test_card_shortens_only_default_title() -> None:
    assert short_title(incident(title="Air masuk SDN 08")) == "Air masuk SDN 08"
    assert short_title(incident(title=full_title("Banjir", "Koto Baru"))) == "Banjir"


def test_card_of_fire_shows_response_clock() -> None:
    fire = incident(hazard=Hazard.FIRE, assignment=("Damkar",), status=Status.ASSIGNED)
    (card,) = board_cards(snapshot_with(fire), NOW)
    assert (card.note, card.overdue) == ("Damkar · 12 dari 15 mnt", False)
    (late,) = board_cards(snapshot_with(fire), NOW + timedelta(minutes=5))
    assert (late.note, late.overdue) == ("Damkar · 17 dari 15 mnt", True)
    assert board_summary([fire], NOW + timedelta(minutes=5)) == "1 terbuka · 1 lewat waktu"
    arrived = msgspec.structs.replace(fire, status=Status.ON_SCENE)
    assert not board_cards(snapshot_with(arrived), NOW + timedelta(hours=2))[0].overdue


def test_ended_incident_leaves_board_after_day() -> None:
    closed = incident(status=Status.CLOSED)
    assert board_cards(snapshot_with(closed), NOW)[0].group == "ended"
    assert board_cards(snapshot_with(closed), NOW + timedelta(hours=25)) == ()


def test_place_outside_shows_coordinates() -> None:
    place = IncidentPlace(lon_deg=100.35, lat_deg=-0.95, outside_reason="warga kita")
    assert place_text(place) == "Di luar wilayah · 100,3500° BT 0,9500° LS"
    assert place_text(None) == "Lokasi belum diketahui"


@pytest.mark.parametrize(
    ("link", "pending", "text", "level"),
    [
        (ConnectionStatus(state=ConnectionState.ONLINE), 0, "Tersinkron · 0 menunggu", Level.NORMAL),
        (ConnectionStatus(state=ConnectionState.ONLINE), 3, "3 menunggu sejak 14.02", Level.INFORMATION),
        (
            ConnectionStatus(state=ConnectionState.OFFLINE, since=NOW),
            7,
            "Luring sejak 14.30 · 7 menunggu",
            Level.ATTENTION,
        ),
        (
            ConnectionStatus(state=ConnectionState.REFUSED, problem="x"),
            1,
            "Belum tersinkron · 1 menunggu",
            Level.HIGH,
        ),
        (ConnectionStatus(state=ConnectionState.NONE), 0, "Hanya di komputer ini", Level.INFORMATION),
    ],
)
def test_sync_badge_shows_pending_and_age(link: ConnectionStatus, pending: int, text: str, level: Level) -> None:
    since = datetime(2026, 11, 24, 7, 2, tzinfo=UTC) if pending else None
    state = sync_badge_state(snapshot_with(pending=pending, since=since, role=Role.OPERATOR), link, NOW)
    assert (state.text, state.level) == (text, level)


def test_sync_badge_shows_date_of_long_outage() -> None:
    link = ConnectionStatus(state=ConnectionState.OFFLINE, since=NOW - timedelta(days=2))
    assert (
        sync_badge_state(snapshot_with(role=Role.FIELD), link, NOW).text
        == "Luring sejak 22 Nov 2026 14.30 WIB · 0 menunggu"
    )


def test_alarm_groups_sort_unacknowledged_and_worst_first() -> None:
    critical = alarm(AlarmSeverity.CRITICAL, acknowledged=True, station="A", cause="stage/A")
    high = alarm(AlarmSeverity.HIGH, station="B", cause="stage/B")
    attention = alarm(AlarmSeverity.ATTENTION, station="C", cause="stage/C")
    groups = groups_in_strip([attention, critical, high], {}, NOW)
    assert [group.lead for group in groups] == [high, attention, critical]


def test_alarm_groups_sort_exercise_last() -> None:
    drill, real = alarm(AlarmSeverity.CRITICAL, exercise=True), alarm(AlarmSeverity.ATTENTION, exercise=False)
    assert [group.lead for group in groups_in_strip([drill, real], {}, NOW)] == [real, drill]


def test_alarm_onset_shows_date_unless_today() -> None:
    def details(ago: timedelta) -> tuple[str, ...]:
        (group,) = groups_in_strip([alarm(AlarmSeverity.HIGH, onset_at=NOW - ago)], {}, NOW)
        return alarm_item(group, station=None, rule=None, incident=None, latest={}, recent=(), now=NOW).details

    assert "sejak 14.21" in details(timedelta(minutes=9))
    assert "sejak 23 Nov 2026 14.30 WIB" in details(timedelta(days=1))


def test_alarm_strip_hides_shelved_and_cleared() -> None:
    shelved = alarm(AlarmSeverity.HIGH, shelved_until=NOW + timedelta(minutes=5))
    over = alarm(AlarmSeverity.HIGH, rule="b", acknowledged=True, cleared_at=NOW)
    assert groups_in_strip([shelved, over], {}, NOW) == ()
    assert len(groups_in_strip([shelved], {}, NOW + timedelta(minutes=6))) == 1


def time_series(*values: tuple[float, float]) -> TimeSeries:
    return TimeSeries(
        times_s=np.array([(NOW - timedelta(minutes=ago)).timestamp() for ago, _value in values]),
        values=np.array([value for _ago, value in values]),
    )


def readings(*values: tuple[float, float]) -> list[Reading]:
    """Return readings from pairs of minutes ago and metres."""
    return [Reading(GAUGE.code, "stage_m", NOW - timedelta(minutes=ago), value) for ago, value in values]


@pytest.mark.parametrize(
    ("to", "at_home", "abroad"),
    [
        ("Penyelia piket", "Penyelia piket dihubungi", "Duty supervisor notified"),
        ("Kalaksa BPBD", "Kalaksa BPBD dihubungi", "Head of BPBD (Kalaksa) notified"),
        ("Pak Dodi", "Pak Dodi dihubungi", "Pak Dodi notified"),
    ],
)
def test_escalation_text_uses_current_language(to: str, at_home: str, abroad: str) -> None:
    asked = Escalation(step=1, to=to, role=Role.SUPERVISOR, at=NOW - timedelta(minutes=2))
    assert describe_escalation(asked, NOW, Role.OPERATOR).startswith(at_home)
    set_language("en")
    assert describe_escalation(asked, NOW, Role.OPERATOR).startswith(abroad)


def test_trend_text_needs_enough_readings() -> None:
    assert describe_trend("stage_m", "m", readings((20, 3.0), (10, 3.1), (0, 3.2)), NOW) == "naik 0,60 m/jam"
    assert describe_trend("stage_m", "m", readings((20, 3.2), (0, 3.1)), NOW) == "turun 0,30 m/jam"
    assert describe_trend("stage_m", "m", readings((20, 3.2), (0, 3.2)), NOW) == "tetap"
    assert describe_trend("stage_m", "m", readings((4, 3.0), (0, 3.2)), NOW) == ""
    assert describe_trend("stage_m", "m", readings((90, 1.0), (0, 3.2)), NOW) == ""
    assert describe_trend("rain_mm", "mm", readings((20, 3.0), (0, 3.2)), NOW) == ""


def test_figure_tile_without_value_shows_dash() -> None:
    def counted(minutes: int, source: str, **figures: int) -> Observation:
        at = NOW + timedelta(minutes=minutes)
        return Observation(entry=source, at=at, actor="ani", source=source, figures=Figures(**figures))

    assert figure_tiles(incident()) == ()
    observed = incident(
        observations=(
            counted(0, "Wali Nagari", displaced_people=62, deaths=0),
            counted(5, "TRC", displaced_people=86),
        )
    )
    tiles = {tile.label: tile for tile in figure_tiles(observed)}
    assert (tiles["mengungsi"].value, tiles["mengungsi"].change) == ("86", "+24")
    assert tiles["meninggal"].value == "0"
    assert tiles["hilang"].value == "–"
    assert "TRC" in tiles["mengungsi"].source


def test_status_choices_start_with_next_step() -> None:
    states = status_choices(incident(status=Status.VERIFIED), Role.OPERATOR, "ani")
    assert states[0].code == Status.ASSIGNED.value
    assert {s.code: s.reason for s in states}["closed"].startswith("Hanya penyelia")
    assert next_status(incident(status=Status.CLOSED)) is None


def test_day_chart_has_bands_gaps_and_clock() -> None:
    day = DayReadings(
        station=GAUGE,
        values=time_series((30, 1.0), (29, 1.1), (5, 3.3)),
        rain={"A": time_series((20, 4.0)), "B": TimeSeries()},
    )
    content = chart_content(day, NOW)
    assert [(band.label, band.low, band.high) for band in content.bands] == [
        ("Siaga 3", 2.0, 2.6),
        ("Siaga 2", 2.6, 3.2),
        ("Siaga 1", 3.2, None),
    ]
    assert content.rain is not None
    assert np.nansum(content.rain.values) == 4.0
    assert np.isnan(content.rain.values).sum() == len(content.rain) - 1, "a quarter without a word is not 0 mm"
    assert "1 pos" in content.note
    assert content.now_s == NOW.timestamp()
    assert content.exercise


def work(since_min: int, until_min: int, *, station: str = GAUGE.code) -> MaintenanceWindow:
    """Return a maintenance window between two times, in minutes from now."""
    return MaintenanceWindow(
        id="w",
        stations=(station,),
        since=NOW + timedelta(minutes=since_min),
        until=NOW + timedelta(minutes=until_min),
        reason="kalibrasi",
        planned_by="ani",
        planned_at=NOW,
        exercise=False,
    )


def test_day_chart_joins_overlapping_maintenance() -> None:
    content = chart_content(DayReadings(station=GAUGE), NOW)
    windows = [work(-90, -60), work(-70, -30), work(-10, 20), work(-9, -8, station="OTHER"), work(-9000, -8000)]
    spans = maintenance_spans(GAUGE.code, windows, content)
    told = [((span.from_s - NOW.timestamp()) / 60, (span.to_s - NOW.timestamp()) / 60) for span in spans]
    assert told == [(-90, -30), (-10, 20)]
    assert {span.name for span in spans} == {"pemeliharaan"}
    ended = msgspec.structs.replace(work(-90, 60), ended_at=NOW - timedelta(minutes=80))
    assert [span.to_s for span in maintenance_spans(GAUGE.code, [ended], content)] == [NOW.timestamp() - 4800]


def test_rain_mean_covers_only_reporting_gauges() -> None:
    rain = {"A": time_series((20, 4.0)), "B": time_series((200, 2.0))}
    content = chart_content(DayReadings(station=GAUGE, rain=rain), NOW)
    assert content.rain is not None
    assert sorted(value for value in content.rain.values if value == value) == [2.0, 4.0]


def test_sync_badge_shows_transfer_and_retry() -> None:
    counts = PendingCounts(
        pending=7, since=NOW - timedelta(hours=2), conflicts=0, held=0, rejected=0, pending_bytes=12_300
    )
    snapshot = ConsoleSnapshot(
        counts=counts,
        transfers=TransferCounts(uploads=3),
        identity=identity(Role.FIELD),
        stations={GAUGE.code: GAUGE},
    )
    link = ConnectionStatus(
        state=ConnectionState.OFFLINE,
        since=NOW - timedelta(minutes=85),
        problem="Server tidak menjawab.",
        retry_at=NOW + timedelta(seconds=40),
    )
    state = sync_badge_state(snapshot, link, NOW)
    assert state.text == "Luring sejak 13.05 · 7 menunggu · 3 foto menunggu"
    told = " ".join(state.details)
    assert "Server tidak menjawab." in told
    assert "Yang tertua menunggu sejak 12.30 WIB, semuanya 12 kB." in told
    assert "Dicoba lagi pukul 14.30.45 WIB" in told
    assert "Hemat data" not in told


def test_data_saver_is_shown_where_stations_grey() -> None:
    connection_settings = DataSaverSettings(data_saver=True, stations=(GAUGE.code, "SLK-X"))
    snapshot = replace(
        snapshot_with(role=Role.FIELD), connection_settings=connection_settings, stations={GAUGE.code: GAUGE}
    )
    state = sync_badge_state(snapshot, ConnectionStatus(state=ConnectionState.ONLINE, live=True), NOW)
    assert "Hemat data: bacaan langsung hanya dari AWLR Koto Baru, SLK-X" in " ".join(state.details)
    assert [action.label for action in state.actions] == ["Matikan hemat data"]
    summary = status_summary(
        snapshot, ConnectionStatus(state=ConnectionState.ONLINE), latest={}, severities=[], now=NOW
    )
    assert "Hemat data · 2 stasiun langsung" in [item.text for item in summary.services]


def test_status_bar_shows_unreachable_server() -> None:
    summary = status_summary(
        snapshot_with(role=Role.OPERATOR),
        ConnectionStatus(state=ConnectionState.OFFLINE, problem="x"),
        latest={},
        severities=[],
        now=NOW,
    )
    assert summary.services[0].text == "Server tidak terjangkau"
    assert summary.services[0].level is Level.ATTENTION


def test_texts_follow_chosen_language() -> None:
    set_language("en")
    (card,) = board_cards(snapshot_with(incident()), NOW)
    assert card.note == "Reported · Telephone"
