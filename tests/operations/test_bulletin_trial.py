"""A rule is tried on what agencies told, word by word as it came: corrections, felt reports, cancellations."""

from datetime import datetime, timedelta

import msgspec
import pytest
from bulletin_samples import MOMENT, PLACES, REGION, level, quake, warning
from room import Room

from tabuah.operations.authority.roles import Role
from tabuah.operations.bulletins.bodies import EarthquakeReported, WarningWithdrawn, Withdrawal
from tabuah.operations.bulletins.default_rules import default_bulletin_rules
from tabuah.operations.bulletins.gestures import issue_warning, level_volcano, report_earthquake, withdraw_warning
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.bulletins.trial import BulletinTrial, Telling, telling_of, try_bulletin_rule
from tabuah.operations.bulletins.volcano import TALANG
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.levels import VolcanoLevel

RULES = {rule.id: rule for rule in default_bulletin_rules()}
LATER = MOMENT + timedelta(days=2)
MINUTE = timedelta(minutes=1)


def told(*words: tuple[int, Draft]) -> Telling:
    """A bulletin of which the words came so many minutes after the moment."""
    room, entries = Room(), []
    authors = {"volcano.levelled": room.author("ani", Role.OPERATOR)}
    server = room.author("server", Role.SERVER)
    for minutes, draft in words:
        entries.append(room.entry(authors.get(draft.kind, server), draft, at=MOMENT + minutes * MINUTE))
        assert room.judge(entries[-1]).verdict is Verdict.ACCEPTED
    return telling_of(room.states[entries[0].subject].value, entries)


def shaken(minutes: int, account: EarthquakeReported) -> tuple[int, Draft]:
    return minutes, report_earthquake("bmkg-1", account, exercise=False)


def tried(
    rule: str, *tellings: Telling, others: tuple[BulletinRule, ...] = (), until: datetime = LATER
) -> BulletinTrial:
    return try_bulletin_rule(
        RULES[rule], tellings, others=others, region=REGION, own_places=PLACES, since=MOMENT, until=until
    )


def spans(trial: BulletinTrial) -> list[tuple[float, float | None]]:
    """From which minute until which minute each alarm was up."""
    return [
        ((e.raised_at - MOMENT) / MINUTE, (e.cleared_at - MOMENT) / MINUTE if e.cleared_at else None)
        for e in trial.episodes
    ]


def test_an_earthquake_is_up_from_its_first_word_for_twelve_hours():
    trial = tried("gempa-dekat", told(shaken(3, quake())))
    assert (spans(trial), trial.bulletins, trial.newest_only) == ([(3, 720)], 1, 0)
    assert spans(tried("gempa-dekat", told(shaken(3, quake())), until=MOMENT + 30 * MINUTE)) == [(3, None)]


def test_a_correction_ends_what_it_would_have_ended():
    telling = told(shaken(3, quake()), shaken(9, quake(magnitude=4.6)))
    assert spans(tried("gempa-dekat", telling)) == [(3, 9)]
    assert spans(tried("gempa-lokal", telling)) == [(3, 720)]


def test_a_word_that_comes_when_all_is_over_ends_nothing_later():
    telling = told(shaken(3, quake()), shaken(800, quake(depth_km=30.0)))
    assert spans(tried("gempa-dekat", telling)) == [(3, 720)]


def test_a_felt_report_raises_when_it_comes_and_not_when_the_earth_shook():
    telling = told(shaken(3, quake(magnitude=3.4)), shaken(40, quake("Kubung", magnitude=3.4, feed="gempadirasakan")))
    (episode,) = tried("gempa-dirasakan", telling).episodes
    assert (episode.raised_at - MOMENT, episode.alarm.onset_at) == (40 * MINUTE, MOMENT)


def test_what_becomes_known_half_a_day_late_would_have_woken_nobody():
    assert spans(tried("gempa-dekat", told(shaken(13 * 60, quake())))) == []


def test_a_warning_is_up_until_it_ends_or_is_taken_back():
    issued = (1, issue_warning(warning(), exercise=False))
    body = WarningWithdrawn(by="x", cause=Withdrawal.CANCELLED, withdrawn_at=MOMENT + 30 * MINUTE)
    cancelled = (31, withdraw_warning(warning().identifier, body, exercise=False))
    assert spans(tried("peringatan-cuaca", told(issued))) == [(1, 120)]
    assert spans(tried("peringatan-cuaca", told(issued, cancelled))) == [(1, 31)]
    assert spans(tried("peringatan-ekstrem", told(issued))) == []


def test_each_level_that_a_volcano_is_raised_to_is_told():
    words = [
        (60 * n, level_volcano(TALANG, level(each, stated_at=MOMENT + timedelta(hours=n)), now=LATER))
        for n, each in enumerate((VolcanoLevel.NORMAL, VolcanoLevel.WASPADA, VolcanoLevel.SIAGA, VolcanoLevel.NORMAL))
    ]
    telling = told(*words)
    assert spans(tried("gunung-api-waspada", telling)) == [(60, 120), (120, 180)]
    assert spans(tried("gunung-api-siaga", telling)) == [(120, 180)]
    assert spans(tried("gunung-api-awas", telling)) == []


def test_a_level_that_was_written_offline_counts_from_when_it_came():
    late = level(VolcanoLevel.WASPADA, stated_at=MOMENT + 90 * MINUTE)
    telling = told(
        (60, level_volcano(TALANG, level(VolcanoLevel.NORMAL), now=LATER)),
        (30, level_volcano(TALANG, late, now=LATER)),
        (180, level_volcano(TALANG, level(VolcanoLevel.NORMAL, stated_at=MOMENT + 170 * MINUTE), now=LATER)),
    )
    assert spans(tried("gunung-api-waspada", telling)) == [(60, 180)]


def test_a_worse_rule_that_speaks_in_its_place_is_named():
    others = tuple(RULES.values())
    (episode,) = tried("gempa-dekat", told(shaken(3, quake("Kubung"))), others=others).episodes
    assert episode.worse == ""  # felt at IV is as severe
    strong = quake(magnitude=6.4)
    (episode,) = tried("gempa-dekat", told(shaken(3, strong)), others=others).episodes
    assert episode.worse == "gempa-kuat-dekat"
    (episode,) = tried("gempa-kuat-dekat", told(shaken(3, strong)), others=others).episodes
    assert episode.worse == ""


def test_where_first_words_are_missing_the_newest_one_counts_and_that_is_said():
    whole = told(shaken(3, quake()), shaken(9, quake(magnitude=4.6)))
    value = whole.words[-1].bulletin
    telling = telling_of(value, ())
    assert (telling.whole, len(telling.words)) == (False, 1)
    trial = tried("gempa-dekat", telling)
    assert (spans(trial), trial.newest_only) == ([], 1)
    assert spans(tried("gempa-lokal", telling_of(value, ()))) == [(3, 720)]


def test_what_lies_before_the_time_is_not_told_and_a_retired_rule_can_be_tried():
    telling = told(shaken(3, quake()), shaken(9, quake(depth_km=30.0)))
    retired = msgspec.structs.replace(RULES["gempa-dekat"], active=False)
    since = {"since": MOMENT + 5 * MINUTE, "until": LATER}
    late = try_bulletin_rule(retired, [telling], others=(), region=REGION, own_places=PLACES, **since)
    assert (late.episodes, late.bulletins) == ((), 1)
    since["since"] = MOMENT
    assert (
        len(try_bulletin_rule(retired, [telling], others=(), region=REGION, own_places=PLACES, **since).episodes) == 1
    )


@pytest.mark.parametrize("rule", RULES)
def test_nothing_told_raises_nothing(rule: str):
    trial = tried(rule)
    assert (trial.episodes, trial.bulletins) == ((), 0)
