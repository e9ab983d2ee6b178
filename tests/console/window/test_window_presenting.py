"""Presenting is pure: values and a moment in, words out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest
from window_room import GAUGE, KOTO_BARU, identity

from tabuah.console.window.link import Link, LinkState
from tabuah.console.window.presenting.alarm_items import alarm_item, asked_words, groups_in_strip, trend_words
from tabuah.console.window.presenting.cards import board_cards, board_summary, full_title, short_title
from tabuah.console.window.presenting.chart_works import work_spans
from tabuah.console.window.presenting.charts import StationDay, chart_content
from tabuah.console.window.presenting.figures import figure_tiles
from tabuah.console.window.presenting.moves import move_states, next_status
from tabuah.console.window.presenting.places import place_line
from tabuah.console.window.presenting.status_line import status_summary
from tabuah.console.window.presenting.syncing import sync_state
from tabuah.console.window.snapshot import RoomSnapshot
from tabuah.operations.alarms.alarm import Alarm, Escalation
from tabuah.operations.authority.roles import Role
from tabuah.operations.codes import Channel, Hazard, Severity, Status
from tabuah.operations.incidents.bodies import Figures
from tabuah.operations.incidents.incident import Incident, Observation
from tabuah.operations.levels import AlarmSeverity
from tabuah.operations.maintenance.window import MaintenanceWindow
from tabuah.operations.places import IncidentPlace
from tabuah.operations.stations.readings import Reading
from tabuah.operations.stations.time_series import TimeSeries
from tabuah.resources.catalogue import set_language
from tabuah.storage.cache.attachments import TransferCounts
from tabuah.storage.cache.findings import Counts
from tabuah.storage.sync.settings import LineSettings
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


def room(
    *incidents: Incident, pending: int = 0, since: datetime | None = None, role: Role | None = None
) -> RoomSnapshot:
    return RoomSnapshot(
        incidents={i.id: i for i in incidents},
        counts=Counts(pending=pending, since=since, conflicts=0, held=0, rejected=0),
        identity=identity(role) if role else None,
    )


def test_a_card_names_hazard_place_age_and_what_is_next() -> None:
    (card,) = board_cards(room(incident()), NOW)
    assert (card.title, card.place, card.age) == ("Banjir", "Nagari Koto Baru, Kubung", "12 mnt")
    assert (card.group, card.note, card.level) == ("new", "Dilaporkan · Telepon", Level.HIGH)
    assert card.letter == "B"


def test_a_given_title_is_never_shortened_but_the_made_one_is() -> None:
    assert short_title(incident(title="Air masuk SDN 08")) == "Air masuk SDN 08"
    assert short_title(incident(title=full_title("Banjir", "Koto Baru"))) == "Banjir"


def test_a_fire_shows_how_much_of_fifteen_minutes_is_used() -> None:
    fire = incident(hazard=Hazard.FIRE, assignment=("Damkar",), status=Status.ASSIGNED)
    (card,) = board_cards(room(fire), NOW)
    assert (card.note, card.overdue) == ("Damkar · 12 dari 15 mnt", False)
    (late,) = board_cards(room(fire), NOW + timedelta(minutes=5))
    assert (late.note, late.overdue) == ("Damkar · 17 dari 15 mnt", True)
    assert board_summary([fire], NOW + timedelta(minutes=5)) == "1 terbuka · 1 lewat waktu"
    arrived = msgspec.structs.replace(fire, status=Status.ON_SCENE)
    assert not board_cards(room(arrived), NOW + timedelta(hours=2))[0].overdue


def test_what_ended_leaves_the_board_after_a_day() -> None:
    closed = incident(status=Status.CLOSED)
    assert board_cards(room(closed), NOW)[0].group == "ended"
    assert board_cards(room(closed), NOW + timedelta(hours=25)) == ()


def test_a_place_outside_shows_its_coordinates() -> None:
    place = IncidentPlace(lon_deg=100.35, lat_deg=-0.95, outside_reason="warga kita")
    assert place_line(place) == "Di luar wilayah · 100,3500° BT 0,9500° LS"
    assert place_line(None) == "Lokasi belum diketahui"


@pytest.mark.parametrize(
    ("link", "pending", "text", "level"),
    [
        (Link(state=LinkState.ONLINE), 0, "Tersinkron · 0 menunggu", Level.NORMAL),
        (Link(state=LinkState.ONLINE), 3, "3 menunggu sejak 14.02", Level.INFORMATION),
        (Link(state=LinkState.OFFLINE, since=NOW), 7, "Luring sejak 14.30 · 7 menunggu", Level.ATTENTION),
        (Link(state=LinkState.REFUSED, problem="x"), 1, "Belum tersinkron · 1 menunggu", Level.HIGH),
        (Link(state=LinkState.NONE), 0, "Hanya di komputer ini", Level.INFORMATION),
    ],
)
def test_the_badge_says_what_waits_and_since_when(link: Link, pending: int, text: str, level: Level) -> None:
    since = datetime(2026, 11, 24, 7, 2, tzinfo=UTC) if pending else None
    state = sync_state(room(pending=pending, since=since, role=Role.OPERATOR), link, NOW)
    assert (state.text, state.level) == (text, level)


def test_a_line_that_is_gone_for_days_is_told_with_its_date() -> None:
    link = Link(state=LinkState.OFFLINE, since=NOW - timedelta(days=2))
    assert sync_state(room(role=Role.FIELD), link, NOW).text == "Luring sejak 22 Nov 2026 14.30 WIB · 0 menunggu"


def test_unanswered_alarms_stand_before_answered_ones_and_the_worst_first() -> None:
    critical = alarm(AlarmSeverity.CRITICAL, acknowledged=True, station="A", cause="stage/A")
    high = alarm(AlarmSeverity.HIGH, station="B", cause="stage/B")
    attention = alarm(AlarmSeverity.ATTENTION, station="C", cause="stage/C")
    groups = groups_in_strip([attention, critical, high], {}, NOW)
    assert [group.lead for group in groups] == [high, attention, critical]


def test_a_drill_never_stands_before_what_is_real() -> None:
    drill, real = alarm(AlarmSeverity.CRITICAL, exercise=True), alarm(AlarmSeverity.ATTENTION, exercise=False)
    assert [group.lead for group in groups_in_strip([drill, real], {}, NOW)] == [real, drill]


def test_since_when_an_alarm_is_up_is_told_with_its_date_where_that_is_not_today() -> None:
    def details(ago: timedelta) -> tuple[str, ...]:
        (group,) = groups_in_strip([alarm(AlarmSeverity.HIGH, onset_at=NOW - ago)], {}, NOW)
        return alarm_item(group, station=None, rule=None, incident=None, latest={}, recent=(), now=NOW).details

    assert "sejak 14.21" in details(timedelta(minutes=9))
    assert "sejak 23 Nov 2026 14.30 WIB" in details(timedelta(days=1))


def test_a_shelved_or_finished_alarm_is_not_in_the_strip() -> None:
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
    """Minutes ago and metres."""
    return [Reading(GAUGE.code, "stage_m", NOW - timedelta(minutes=ago), value) for ago, value in values]


@pytest.mark.parametrize(
    ("to", "at_home", "abroad"),
    [
        ("Penyelia piket", "Penyelia piket dihubungi", "Duty supervisor asked"),
        ("Kalaksa BPBD", "Kalaksa BPBD dihubungi", "Head of BPBD (Kalaksa) asked"),
        ("Pak Dodi", "Pak Dodi dihubungi", "Pak Dodi asked"),
    ],
)
def test_who_was_asked_is_told_in_the_language_that_is_spoken(to: str, at_home: str, abroad: str) -> None:
    asked = Escalation(step=1, to=to, role=Role.SUPERVISOR, at=NOW - timedelta(minutes=2))
    assert asked_words(asked, NOW, Role.OPERATOR).startswith(at_home)
    set_language("en")
    assert asked_words(asked, NOW, Role.OPERATOR).startswith(abroad)


def test_the_trend_is_told_by_the_hour_and_only_from_enough() -> None:
    assert trend_words("stage_m", "m", readings((20, 3.0), (10, 3.1), (0, 3.2)), NOW) == "naik 0,60 m/jam"
    assert trend_words("stage_m", "m", readings((20, 3.2), (0, 3.1)), NOW) == "turun 0,30 m/jam"
    assert trend_words("stage_m", "m", readings((20, 3.2), (0, 3.2)), NOW) == "tetap"
    assert trend_words("stage_m", "m", readings((4, 3.0), (0, 3.2)), NOW) == ""
    assert trend_words("stage_m", "m", readings((90, 1.0), (0, 3.2)), NOW) == ""
    assert trend_words("rain_mm", "mm", readings((20, 3.0), (0, 3.2)), NOW) == ""


def test_nobody_said_is_a_dash_and_never_a_zero() -> None:
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


def test_the_next_step_is_the_first_of_the_menu() -> None:
    states = move_states(incident(status=Status.VERIFIED), Role.OPERATOR, "ani")
    assert states[0].code == Status.ASSIGNED.value
    assert {s.code: s.reason for s in states}["closed"].startswith("Hanya penyelia")
    assert next_status(incident(status=Status.CLOSED)) is None


def test_the_chart_has_bands_gaps_and_a_clock() -> None:
    day = StationDay(
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
    """Work on a station between two moments, in minutes from now."""
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


def test_the_chart_marks_when_its_station_was_worked_on_and_joins_what_overlaps() -> None:
    content = chart_content(StationDay(station=GAUGE), NOW)
    windows = [work(-90, -60), work(-70, -30), work(-10, 20), work(-9, -8, station="OTHER"), work(-9000, -8000)]
    spans = work_spans(GAUGE.code, windows, content)
    told = [((span.from_s - NOW.timestamp()) / 60, (span.to_s - NOW.timestamp()) / 60) for span in spans]
    assert told == [(-90, -30), (-10, 20)]
    assert {span.name for span in spans} == {"pemeliharaan"}
    ended = msgspec.structs.replace(work(-90, 60), ended_at=NOW - timedelta(minutes=80))
    assert [span.to_s for span in work_spans(GAUGE.code, [ended], content)] == [NOW.timestamp() - 4800]


def test_the_mean_of_the_rain_is_that_of_the_gauges_that_reported() -> None:
    rain = {"A": time_series((20, 4.0)), "B": time_series((200, 2.0))}
    content = chart_content(StationDay(station=GAUGE, rain=rain), NOW)
    assert content.rain is not None
    assert sorted(value for value in content.rain.values if value == value) == [2.0, 4.0]


def test_the_badge_tells_how_much_waits_since_when_why_and_when_it_is_tried_again() -> None:
    counts = Counts(pending=7, since=NOW - timedelta(hours=2), conflicts=0, held=0, rejected=0, pending_bytes=12_300)
    snapshot = RoomSnapshot(
        counts=counts,
        transfers=TransferCounts(uploads=3),
        identity=identity(Role.FIELD),
        stations={GAUGE.code: GAUGE},
    )
    link = Link(
        state=LinkState.OFFLINE,
        since=NOW - timedelta(minutes=85),
        problem="Server tidak menjawab.",
        retry_at=NOW + timedelta(seconds=40),
    )
    state = sync_state(snapshot, link, NOW)
    assert state.text == "Luring sejak 13.05 · 7 menunggu · 3 foto menunggu"
    told = " ".join(state.details)
    assert "Server tidak menjawab." in told
    assert "Yang tertua menunggu sejak 12.30 WIB, semuanya 12 kB." in told
    assert "Dicoba lagi pukul 14.30.45 WIB" in told
    assert "Hemat data" not in told


def test_the_data_saver_is_told_wherever_it_makes_stations_grey() -> None:
    line = LineSettings(data_saver=True, stations=(GAUGE.code, "SLK-X"))
    snapshot = replace(room(role=Role.FIELD), line=line, stations={GAUGE.code: GAUGE})
    state = sync_state(snapshot, Link(state=LinkState.ONLINE, live=True), NOW)
    assert "Hemat data: bacaan langsung hanya dari AWLR Koto Baru, SLK-X" in " ".join(state.details)
    assert [action.label for action in state.actions] == ["Matikan hemat data"]
    summary = status_summary(snapshot, Link(state=LinkState.ONLINE), latest={}, severities=[], now=NOW)
    assert "Hemat data · 2 stasiun langsung" in [item.text for item in summary.services]


def test_the_status_bar_owns_up_to_a_server_that_is_away() -> None:
    summary = status_summary(
        room(role=Role.OPERATOR), Link(state=LinkState.OFFLINE, problem="x"), latest={}, severities=[], now=NOW
    )
    assert summary.services[0].text == "Server tidak terjangkau"
    assert summary.services[0].level is Level.ATTENTION


def test_english_is_spoken_where_it_is_chosen() -> None:
    set_language("en")
    (card,) = board_cards(room(incident()), NOW)
    assert card.note == "Reported · Telephone"
