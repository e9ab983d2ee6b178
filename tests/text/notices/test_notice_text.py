"""The text of notices: every group is named, exercises are marked, and no title has a line break."""

import pytest
from support.notice_servers import later, sample_alarm
from support.readings_fixture import gauge

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.alarm_groups import AlarmGroup
from tabuah.resources.localisation import set_language
from tabuah.text.notices.notice_text import (
    AlarmPart,
    delivery_state_label,
    notice_text,
    occasion_label,
    trial_text,
)


def part_of(*alarms: Alarm, escalated_to: str = "") -> AlarmPart:
    group = AlarmGroup(family="stage", lead=alarms[0], alarms=alarms)
    return AlarmPart(alarm=alarms[0], group=group, station=gauge(3), escalated_to=escalated_to)


def test_notice_names_level_station_time_and_the_rest_of_the_group():
    found = notice_text([part_of(sample_alarm(1), sample_alarm(2), sample_alarm(3))])
    assert found.title == "Kritis: Tinggi muka air Batang Lembang 3,40 m · Siaga 1"
    assert "Stasiun: AWLR 3" in found.text
    assert "Sejak: 24 Nov 2026 14.30 WIB" in found.text
    assert "Bersama 2 alarm lain" in found.text
    assert "tidak menanggapi alarm" in found.text


def test_summary_names_every_group():
    parts = [part_of(sample_alarm(n, value=3.0 + n / 100)) for n in range(1, 60)]
    found = notice_text(parts)
    assert "58 kelompok alarm lain" in found.title
    assert all(f"{3.0 + n / 100:.2f} m".replace(".", ",") in found.text for n in range(1, 60))


@pytest.mark.parametrize("language", ["id", "en"])
def test_notice_of_an_exercise_begins_with_latihan_in_each_language(language: str):
    set_language(language)
    try:
        found = notice_text([part_of(sample_alarm(1, exercise=True))])
    finally:
        set_language("id")
    assert found.title.startswith("LATIHAN · ")
    assert found.text.startswith("LATIHAN")


def test_notice_names_end_escalation_and_position():
    alarm = sample_alarm(1, cleared_at=later(600), lon_deg=100.5, lat_deg=-0.9)
    found = notice_text([part_of(alarm, escalated_to="Kalaksa BPBD")]).text
    assert "Berakhir: 24 Nov 2026 14.40 WIB" in found
    assert "dieskalasi kepada: Kalaksa BPBD" in found
    assert "Posisi: -0.90000, 100.50000" in found


def test_title_is_one_bounded_line():
    alarm = sample_alarm(1, value=None, title="Batang\r\nBcc: x@example.org " + "x" * 500)
    part = AlarmPart(alarm=alarm, group=AlarmGroup(family="stage", lead=alarm, alarms=(alarm,)))
    title = notice_text([part]).title
    assert "\n" not in title
    assert "\r" not in title
    assert len(title) <= 200


def test_labels_of_states_and_occasions():
    assert delivery_state_label("waiting") == "menunggu"
    assert occasion_label("escalation/2") == "eskalasi 2"
    assert occasion_label("newer") == "newer"
    assert "uji coba" in trial_text("Camat").text
