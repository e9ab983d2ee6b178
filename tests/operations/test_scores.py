"""What was said to come is held against what came: hits, misses, false alarms, and what cannot be told."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sensors import START, minutes

from tabuah.operations.alarms.score import Case, Score, Spell, all_together, merged, score_of
from tabuah.operations.alarms.score_telling import FEWEST, river_figures, weather_figures

END = START + timedelta(days=2)


def scored(*said: tuple[float, float], came: tuple[float, ...] = ()) -> Score:
    """Times in minutes after the start of the span."""
    spells = [Spell(minutes(a), minutes(b)) for a, b in said]
    return score_of("Kubung", spells, [Spell(minutes(at), minutes(at + 20)) for at in came], since=START, until=END)


def test_what_is_said_when_it_has_begun_is_late_and_neither_right_nor_false():
    found = scored((10, 60), came=(5,))
    assert (len(found.late), counts(found)) == (1, (0, 1, 0, 0))
    assert (found.pod, found.far, found.csi) == (0.0, None, 0.0)
    over = scored((26, 60), came=(5,))
    assert (len(over.late), counts(over)) == (0, (0, 1, 1, 0))


def counts(found: Score) -> tuple[int, ...]:
    return tuple(len(cases) for cases in (found.hits, found.misses, found.false_alarms, found.open))


def test_what_came_while_it_was_said_is_a_hit_with_its_lead_time():
    found = scored((0, 180), came=(45, 60))
    assert found.hits == (Case(place="Kubung", at=START),)
    assert (counts(found), found.lead_s) == ((1, 0, 0, 0), (45 * 60,))


@pytest.mark.parametrize("at", [0, 180])
def test_both_ends_belong_to_it(at: float):
    assert counts(scored((0, 180), came=(at,))) == (1, 0, 0, 0)


def test_what_came_before_or_after_is_missed_and_the_word_was_false():
    assert counts(scored((30, 60), came=(5,))) == (0, 1, 1, 0)
    assert counts(scored((10, 60), came=(61 + 180,))) == (0, 1, 1, 0)


def test_several_gauges_of_one_shower_are_one_miss():
    assert counts(scored(came=(0, 10, 100, 180))) == (0, 1, 0, 0)
    assert counts(scored(came=(0, 100, 181))) == (0, 2, 0, 0), "rain that goes on for days is more than one"


def test_a_shower_of_which_one_gauge_was_warned_in_time_is_not_missed():
    assert counts(scored((10, 60), came=(5, 20))) == (1, 0, 0, 0)


def test_an_update_goes_on_with_what_it_replaces():
    assert counts(scored((0, 60), (60, 120), (30, 90), came=(100,))) == (1, 0, 0, 0)
    assert merged([Spell(minutes(61), minutes(90)), Spell(START, minutes(60))]) == [
        Spell(START, minutes(60)),
        Spell(minutes(61), minutes(90)),
    ]


def test_what_is_not_over_is_open_and_what_began_before_the_span_only_explains():
    late = (2 * 1440 - 10, 2 * 1440 + 60)
    assert counts(scored(late)) == (0, 0, 0, 1)
    assert counts(scored((-60, 60), came=(30,))) == (0, 0, 0, 0)
    assert counts(scored(came=(-10,))) == (0, 0, 0, 0)
    assert counts(scored(late, came=(2 * 1440 + 5,))) == (0, 0, 0, 1), "nobody knows the future"


def test_shares_are_those_of_the_contingency_table():
    found = all_together([scored((0, 60), came=(30,)), scored((0, 60), (300, 360)), scored(came=(30,)), scored()])
    assert counts(found) == (1, 1, 2, 0)
    assert (found.pod, found.far, found.csi) == (0.5, pytest.approx(2 / 3), 0.25)
    assert found.median_lead_s == 1800
    nothing = scored()
    assert (nothing.pod, nothing.far, nothing.csi, nothing.median_lead_s) == (None, None, None, None)


MINUTE = st.integers(-600, 3_500)


@given(st.lists(st.tuples(MINUTE, st.integers(0, 400)), max_size=8), st.lists(MINUTE, max_size=12))
def test_every_word_of_the_span_is_one_case_and_no_event_is_a_miss_twice(
    said: list[tuple[int, int]], came: list[int]
):
    spells = [Spell(minutes(a), minutes(a + length)) for a, length in said]
    found = score_of("x", spells, [Spell(minutes(at), minutes(at + 30)) for at in came], since=START, until=END)
    within = [spell for spell in merged(spells) if START <= spell.since < END]
    assert sum(map(len, (found.hits, found.false_alarms, found.late, found.open))) == len(within)
    assert len(found.lead_s) == len(found.hits)
    assert all(lead_s >= 0 for lead_s in found.lead_s)
    assert len(found.misses) <= len(set(came))


def values(found: Score) -> dict[str, str]:
    return {figure.code: figure.told for figure in weather_figures(found)}


def test_of_few_cases_only_the_counts_are_told(monkeypatch: pytest.MonkeyPatch):
    case = (Case(place="Kubung", at=START),)
    few = values(Score(hits=case * 3, misses=case, lead_s=(600.0, 1200.0, 1210.0)))
    assert few["weather_pod"] == "– (3 dari 4, terlalu sedikit)"
    assert few["weather_far"] == "– (0 dari 3, terlalu sedikit)"
    assert few["weather_lead"] == "20 menit"
    enough = values(Score(hits=case * 9, misses=case * 3, false_alarms=case * (FEWEST - 9)))
    assert enough["weather_pod"] == "75 % (9 dari 12)"
    assert enough["weather_far"] == "10 % (1 dari 10)"
    assert values(Score())["weather_csi"] == "–"


def test_each_kind_stands_under_its_own_heading():
    headings = [figures(Score())[0] for figures in (weather_figures, river_figures)]
    assert [figure.is_heading for figure in headings] == [True, True]
    assert headings[0].label != headings[1].label
