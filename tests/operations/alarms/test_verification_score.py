"""Verification scores: hits, misses, false alarms, late and unmeasured cases."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.sensor_samples import START, minutes

from tabuah.operations.alarms.verification_score import (
    Period,
    VerificationCase,
    VerificationScore,
    combine_scores,
    merge_periods,
    score_warnings,
)
from tabuah.text.alarms.verification import FEWEST_CASES, river_figures, weather_figures

END = START + timedelta(days=2)


def scored(*said: tuple[float, float], came: tuple[float, ...] = ()) -> VerificationScore:
    """Return a score; times are minutes after the start of the period."""
    spells = [Period(minutes(a), minutes(b)) for a, b in said]
    return score_warnings(
        "Kubung", spells, [Period(minutes(at), minutes(at + 20)) for at in came], since=START, until=END
    )


def test_late_warning_is_neither_hit_nor_false():
    found = scored((10, 60), came=(5,))
    assert (len(found.late), counts(found)) == (1, (0, 1, 0, 0))
    assert (found.pod, found.far, found.csi) == (0.0, None, 0.0)
    over = scored((26, 60), came=(5,))
    assert (len(over.late), counts(over)) == (0, (0, 1, 1, 0))


def counts(found: VerificationScore) -> tuple[int, ...]:
    return tuple(len(cases) for cases in (found.hits, found.misses, found.false_alarms, found.open))


def test_event_during_warning_is_hit_with_lead():
    found = scored((0, 180), came=(45, 60))
    assert found.hits == (VerificationCase(place="Kubung", at=START),)
    assert (counts(found), found.lead_s) == ((1, 0, 0, 0), (45 * 60,))


@pytest.mark.parametrize("at", [0, 180])
def test_period_includes_both_ends(at: float):
    assert counts(scored((0, 180), came=(at,))) == (1, 0, 0, 0)


def test_event_outside_warning_is_missed_and_false():
    assert counts(scored((30, 60), came=(5,))) == (0, 1, 1, 0)
    assert counts(scored((10, 60), came=(61 + 180,))) == (0, 1, 1, 0)


def test_several_gauges_in_shower_are_one_miss():
    assert counts(scored(came=(0, 10, 100, 180))) == (0, 1, 0, 0)
    assert counts(scored(came=(0, 100, 181))) == (0, 2, 0, 0), "rain that goes on for days is more than one"


def test_shower_warned_at_one_gauge_is_hit():
    assert counts(scored((10, 60), came=(5, 20))) == (1, 0, 0, 0)


def test_updated_warning_continues_the_replaced_one():
    assert counts(scored((0, 60), (60, 120), (30, 90), came=(100,))) == (1, 0, 0, 0)
    assert merge_periods([Period(minutes(61), minutes(90)), Period(START, minutes(60))]) == [
        Period(START, minutes(60)),
        Period(minutes(61), minutes(90)),
    ]


def test_running_warning_is_open_at_the_end():
    late = (2 * 1440 - 10, 2 * 1440 + 60)
    assert counts(scored(late)) == (0, 0, 0, 1)
    assert counts(scored((-60, 60), came=(30,))) == (0, 0, 0, 0)
    assert counts(scored(came=(-10,))) == (0, 0, 0, 0)
    assert counts(scored(late, came=(2 * 1440 + 5,))) == (0, 0, 0, 1), "nobody knows the future"


def test_ratios_follow_the_contingency_table():
    found = combine_scores([scored((0, 60), came=(30,)), scored((0, 60), (300, 360)), scored(came=(30,)), scored()])
    assert counts(found) == (1, 1, 2, 0)
    assert (found.pod, found.far, found.csi) == (0.5, pytest.approx(2 / 3), 0.25)
    assert found.median_lead_s == 1800
    nothing = scored()
    assert (nothing.pod, nothing.far, nothing.csi, nothing.median_lead_s) == (None, None, None, None)


MINUTE = st.integers(-600, 3_500)


@given(st.lists(st.tuples(MINUTE, st.integers(0, 400)), max_size=8), st.lists(MINUTE, max_size=12))
def test_each_warning_is_one_case(said: list[tuple[int, int]], came: list[int]):
    spells = [Period(minutes(a), minutes(a + length)) for a, length in said]
    found = score_warnings(
        "x", spells, [Period(minutes(at), minutes(at + 30)) for at in came], since=START, until=END
    )
    within = [spell for spell in merge_periods(spells) if START <= spell.since < END]
    assert sum(map(len, (found.hits, found.false_alarms, found.late, found.open))) == len(within)
    assert len(found.lead_s) == len(found.hits)
    assert all(lead_s >= 0 for lead_s in found.lead_s)
    assert len(found.misses) <= len(set(came))


def values(found: VerificationScore) -> dict[str, str]:
    return {figure.code: figure.value_with_note for figure in weather_figures(found)}


def test_ratios_need_enough_cases(monkeypatch: pytest.MonkeyPatch):
    case = (VerificationCase(place="Kubung", at=START),)
    few = values(VerificationScore(hits=case * 3, misses=case, lead_s=(600.0, 1200.0, 1210.0)))
    assert few["weather_pod"] == "– (3 dari 4, terlalu sedikit)"
    assert few["weather_far"] == "– (0 dari 3, terlalu sedikit)"
    assert few["weather_lead"] == "20 menit"
    enough = values(VerificationScore(hits=case * 9, misses=case * 3, false_alarms=case * (FEWEST_CASES - 9)))
    assert enough["weather_pod"] == "75 % (9 dari 12)"
    assert enough["weather_far"] == "10 % (1 dari 10)"
    assert values(VerificationScore())["weather_csi"] == "–"


def test_figures_have_a_heading_per_kind():
    headings = [figures(VerificationScore())[0] for figures in (weather_figures, river_figures)]
    assert [figure.is_heading for figure in headings] == [True, True]
    assert headings[0].label != headings[1].label
