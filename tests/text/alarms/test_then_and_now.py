"""Texts of the values of alarms: at raising and now, for every kind of rule."""

from collections.abc import Mapping

import msgspec
import pytest
from support.sensor_samples import START, alarm, gauge, minutes, rain_gauge

from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.alarms.measured_values import MeasuredQuantity, PresentValue
from tabuah.operations.forecast.stage_forecast import Expectation
from tabuah.operations.rules.crossings import EvidenceItem
from tabuah.operations.rules.default_rules import default_rules
from tabuah.operations.rules.watches import Measure
from tabuah.resources.localisation import set_language
from tabuah.text.alarms.then_and_now import elidable_names, then_and_now
from tabuah.text.alarms.titles import elidable_name, title_at_raising

RULES = {rule.id: rule for rule in default_rules()}
UPSTREAM = msgspec.structs.replace(gauge("SLK-AWLR-02"), name="AWLR Hulu")
STATIONS = {station.code: station for station in (gauge(), UPSTREAM, rain_gauge())}
NOW = minutes(10)

RAIN = alarm(rule="hujan-1-jam", station="SLK-ARR-01", parameter="rain_mm", value=29.8, limit=20.0, unit="mm")
FROM_UPSTREAM = alarm(
    rule="banjir-dari-hulu",
    value=None,
    limit=None,
    evidence=(
        EvidenceItem(station="SLK-AWLR-02", parameter="stage_m", part=1, holds=True, value=0.53, at=START, limit=0.5),
        EvidenceItem(station="SLK-ARR-01", parameter="rain_mm", part=2, holds=True, value=24, at=START, limit=20),
    ),
)


def present(
    values: Mapping[tuple[str, str, Measure | None], float], *, seconds: float = 2, is_whole: bool = True
) -> object:
    """Return the present values by station, parameter and measure, `seconds` old."""

    def of(quantity: MeasuredQuantity) -> PresentValue | None:
        value = values.get((quantity.station, quantity.parameter, quantity.measure))
        at = NOW.replace(minute=NOW.minute - 1, second=60 - int(seconds)) if seconds < 60 else minutes(-50)
        return None if value is None else PresentValue(at, value, is_whole)

    return of


def shown(raised: Alarm, values: Mapping[tuple[str, str, Measure | None], float], **kwargs: object) -> list[str]:
    rule = RULES.get(raised.rule)
    return list(then_and_now(raised, rule, STATIONS, present(values, **kwargs), NOW))


@pytest.mark.parametrize(
    ("raised", "values", "texts"),
    [
        (alarm(), {("SLK-AWLR-03", "stage_m", Measure.VALUE): 3.6}, ["pukul 14.00: 3,42 m · kini 3,60 m (2 dtk)"]),
        (RAIN, {("SLK-ARR-01", "rain_mm", Measure.SUM): 35.4}, ["pukul 14.00: 29,8 mm · kini 35,4 mm (2 dtk)"]),
        (RAIN, {}, ["pukul 14.00: 29,8 mm"]),
        (
            alarm(cause="silence/SLK-AWLR-03", value=None, limit=None),
            {},
            ["kini tanpa data (10 mnt)"],
        ),
        (
            alarm(cause="silence/SLK-AWLR-03", value=None, limit=None),
            {("SLK-AWLR-03", "stage_m", Measure.VALUE): 1.2},
            ["kini 1,20 m (2 dtk)"],
        ),
        (
            alarm(rule="prakiraan", expected=Expectation(at=minutes(60), earliest_at=minutes(40))),
            {("SLK-AWLR-03", "stage_m", Measure.VALUE): 2.9},
            ["kini 2,90 m (2 dtk)"],
        ),
        (
            FROM_UPSTREAM,
            {
                ("SLK-AWLR-02", "stage_m", Measure.RISE): 0.21,
                ("SLK-ARR-01", "rain_mm", Measure.SUM): 26.2,
                ("SLK-AWLR-03", "stage_m", Measure.VALUE): 0.96,
            },
            [
                "Tinggi muka air naik dalam 30 menit di AWLR Hulu pukul 14.00: 0,53 m, kini 0,21 m (2 dtk)",
                "Hujan 1 jam di ARR Alahan Panjang pukul 14.00: 24,0 mm, kini 26,2 mm (2 dtk)",
                "Tinggi muka air di AWLR Koto Baru kini 0,96 m (2 dtk)",
            ],
        ),
        (alarm(parameter="earthquake/bmkg-1", value=5.1), {}, []),
        (alarm(cause="link/gerbang", station="", value=None), {}, []),
    ],
    ids=["level", "sum", "unknown", "silence", "heard", "forecast", "combination", "bulletin", "link"],
)
def test_alarm_values_show_then_and_now(
    raised: Alarm, values: Mapping[tuple[str, str, Measure | None], float], texts
):
    assert shown(raised, values) == texts


def test_old_and_incomplete_values_say_so():
    level = {("SLK-AWLR-03", "stage_m", Measure.VALUE): 3.6}
    assert shown(alarm(), level, seconds=3600) == ["pukul 14.00: 3,42 m · terakhir 3,60 m (1 jam lalu)"]
    rain = {("SLK-ARR-01", "rain_mm", Measure.SUM): 12.0}
    assert "kini sedikitnya 12,0 mm, data tidak lengkap (2 dtk)" in shown(RAIN, rain, is_whole=False)[0]


def test_neighbour_alarm_shows_own_value_then_and_now():
    evidence = (
        EvidenceItem(station="SLK-AWLR-03", parameter="temperature_c", value=33.0, at=minutes(1)),
        EvidenceItem(station="AWS-1", parameter="temperature_c", part=1, holds=True, value=24.0, at=START),
    )
    raised = alarm(
        rule="suhu-janggal", parameter="temperature_c", value=33.0, limit=None, unit="°C", evidence=evidence
    )
    now = {("SLK-AWLR-03", "temperature_c", Measure.VALUE): 28.0}
    assert shown(raised, now) == ["pukul 14.01: 33,0 °C · kini 28,0 °C (2 dtk)"]
    title = title_at_raising(raised, gauge(), RULES["suhu-janggal"])
    assert title == "AWLR Koto Baru: Suhu udara 33,0 °C pukul 14.01, tetangganya 24,0 °C"


def test_alarm_names_are_parts_of_its_texts():
    rule = RULES["banjir-dari-hulu"]
    names = elidable_names(FROM_UPSTREAM, rule, STATIONS)
    assert [name in text for name, text in zip(names, shown(FROM_UPSTREAM, {}), strict=False)] == [True, True]
    for raised in (alarm(), RAIN, FROM_UPSTREAM, alarm(cause="silence/x", value=None)):
        name = elidable_name(raised, STATIONS[raised.station], RULES.get(raised.rule))
        assert name
        assert name in title_at_raising(raised, STATIONS[raised.station], RULES.get(raised.rule))


def test_alarm_values_are_shown_in_english():
    set_language("en")
    values = {("SLK-ARR-01", "rain_mm", Measure.SUM): 35.4}
    assert shown(RAIN, values) == ["at 14.00: 29.8 mm · now 35.4 mm (2 s)"]
