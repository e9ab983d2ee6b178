"""Trial runs of bulletin rules: corrections, felt reports, cancellations."""

from datetime import datetime, timedelta

import msgspec
import pytest
from support.bulletin_samples import MOMENT, PLACES, REGION, sample_earthquake, sample_volcano_level, sample_warning
from support.judged_journal import JudgedJournal

from tabuah.operations.bulletins.bulletin import TALANG
from tabuah.operations.bulletins.drafts import issue_warning, level_volcano, report_earthquake, withdraw_warning
from tabuah.operations.bulletins.entry_bodies import EarthquakeReported, WarningWithdrawn, Withdrawal
from tabuah.operations.bulletins.rule_trial import (
    BulletinHistory,
    BulletinTrial,
    build_bulletin_history,
    try_bulletin_rule,
)
from tabuah.operations.bulletins.rules import BulletinRule, default_bulletin_rules
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.levels import VolcanoLevel
from tabuah.operations.people.roles import Role

RULES = {rule.id: rule for rule in default_bulletin_rules()}
LATER = MOMENT + timedelta(days=2)
MINUTE = timedelta(minutes=1)


def told(*words: tuple[int, Draft]) -> BulletinHistory:
    """Return a bulletin history with versions at minutes after the start."""
    room, entries = JudgedJournal(), []
    authors = {"volcano.levelled": room.author("ani", Role.OPERATOR)}
    server = room.author("server", Role.SERVER)
    for minutes, draft in words:
        entries.append(room.entry(authors.get(draft.kind, server), draft, at=MOMENT + minutes * MINUTE))
        assert room.judge(entries[-1]).verdict is Verdict.ACCEPTED
    return build_bulletin_history(room.states[entries[0].subject].value, entries)


def shaken(minutes: int, account: EarthquakeReported) -> tuple[int, Draft]:
    return minutes, report_earthquake("bmkg-1", account, exercise=False)


def tried(
    rule: str, *tellings: BulletinHistory, others: tuple[BulletinRule, ...] = (), until: datetime = LATER
) -> BulletinTrial:
    return try_bulletin_rule(
        RULES[rule], tellings, others=others, region=REGION, own_places=PLACES, since=MOMENT, until=until
    )


def spans(trial: BulletinTrial) -> list[tuple[float, float | None]]:
    """Return start and end of each alarm in minutes."""
    return [
        ((e.raised_at - MOMENT) / MINUTE, (e.cleared_at - MOMENT) / MINUTE if e.cleared_at else None)
        for e in trial.episodes
    ]


def test_trial_earthquake_alarm_lasts_twelve_hours():
    trial = tried("gempa-dekat", told(shaken(3, sample_earthquake())))
    assert (spans(trial), trial.bulletins, trial.newest_only) == ([(3, 720)], 1, 0)
    assert spans(tried("gempa-dekat", told(shaken(3, sample_earthquake())), until=MOMENT + 30 * MINUTE)) == [
        (3, None)
    ]


def test_trial_correction_ends_the_alarm():
    telling = told(shaken(3, sample_earthquake()), shaken(9, sample_earthquake(magnitude=4.6)))
    assert spans(tried("gempa-dekat", telling)) == [(3, 9)]
    assert spans(tried("gempa-lokal", telling)) == [(3, 720)]


def test_trial_late_update_keeps_the_end():
    telling = told(shaken(3, sample_earthquake()), shaken(800, sample_earthquake(depth_km=30.0)))
    assert spans(tried("gempa-dekat", telling)) == [(3, 720)]


def test_trial_felt_report_raises_on_arrival():
    telling = told(
        shaken(3, sample_earthquake(magnitude=3.4)),
        shaken(40, sample_earthquake("Kubung", magnitude=3.4, feed="gempadirasakan")),
    )
    (episode,) = tried("gempa-dirasakan", telling).episodes
    assert (episode.raised_at - MOMENT, episode.alarm.onset_at) == (40 * MINUTE, MOMENT)


def test_trial_earthquake_known_late_raises_nothing():
    assert spans(tried("gempa-dekat", told(shaken(13 * 60, sample_earthquake())))) == []


def test_trial_warning_lasts_until_end_or_withdrawal():
    issued = (1, issue_warning(sample_warning(), exercise=False))
    body = WarningWithdrawn(by="x", cause=Withdrawal.CANCELLED, withdrawn_at=MOMENT + 30 * MINUTE)
    cancelled = (31, withdraw_warning(sample_warning().identifier, body, exercise=False))
    assert spans(tried("peringatan-cuaca", told(issued))) == [(1, 120)]
    assert spans(tried("peringatan-cuaca", told(issued, cancelled))) == [(1, 31)]
    assert spans(tried("peringatan-ekstrem", told(issued))) == []


def test_trial_shows_each_raised_volcano_level():
    words = [
        (60 * n, level_volcano(TALANG, sample_volcano_level(each, stated_at=MOMENT + timedelta(hours=n)), now=LATER))
        for n, each in enumerate((VolcanoLevel.NORMAL, VolcanoLevel.WASPADA, VolcanoLevel.SIAGA, VolcanoLevel.NORMAL))
    ]
    telling = told(*words)
    assert spans(tried("gunung-api-waspada", telling)) == [(60, 120), (120, 180)]
    assert spans(tried("gunung-api-siaga", telling)) == [(120, 180)]
    assert spans(tried("gunung-api-awas", telling)) == []


def test_trial_offline_level_counts_from_arrival():
    late = sample_volcano_level(VolcanoLevel.WASPADA, stated_at=MOMENT + 90 * MINUTE)
    telling = told(
        (60, level_volcano(TALANG, sample_volcano_level(VolcanoLevel.NORMAL), now=LATER)),
        (30, level_volcano(TALANG, late, now=LATER)),
        (
            180,
            level_volcano(
                TALANG, sample_volcano_level(VolcanoLevel.NORMAL, stated_at=MOMENT + 170 * MINUTE), now=LATER
            ),
        ),
    )
    assert spans(tried("gunung-api-waspada", telling)) == [(60, 180)]


def test_trial_names_the_worse_rule():
    others = tuple(RULES.values())
    (episode,) = tried("gempa-dekat", told(shaken(3, sample_earthquake("Kubung"))), others=others).episodes
    assert episode.worse == ""  # felt at IV is as severe
    strong = sample_earthquake(magnitude=6.4)
    (episode,) = tried("gempa-dekat", told(shaken(3, strong)), others=others).episodes
    assert episode.worse == "gempa-kuat-dekat"
    (episode,) = tried("gempa-kuat-dekat", told(shaken(3, strong)), others=others).episodes
    assert episode.worse == ""


def test_trial_reports_bulletins_with_newest_version_only():
    whole = told(shaken(3, sample_earthquake()), shaken(9, sample_earthquake(magnitude=4.6)))
    value = whole.versions[-1].bulletin
    telling = build_bulletin_history(value, ())
    assert (telling.is_complete, len(telling.versions)) == (False, 1)
    trial = tried("gempa-dekat", telling)
    assert (spans(trial), trial.newest_only) == ([], 1)
    assert spans(tried("gempa-lokal", build_bulletin_history(value, ()))) == [(3, 720)]


def test_trial_skips_earlier_alarms_accepts_retired_rules():
    telling = told(shaken(3, sample_earthquake()), shaken(9, sample_earthquake(depth_km=30.0)))
    retired = msgspec.structs.replace(RULES["gempa-dekat"], active=False)
    since = {"since": MOMENT + 5 * MINUTE, "until": LATER}
    late = try_bulletin_rule(retired, [telling], others=(), region=REGION, own_places=PLACES, **since)
    assert (late.episodes, late.bulletins) == ((), 1)
    since["since"] = MOMENT
    assert (
        len(try_bulletin_rule(retired, [telling], others=(), region=REGION, own_places=PLACES, **since).episodes) == 1
    )


@pytest.mark.parametrize("rule", RULES)
def test_trial_without_bulletins_raises_nothing(rule: str):
    trial = tried(rule)
    assert (trial.episodes, trial.bulletins) == ((), 0)
