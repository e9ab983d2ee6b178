"""A trial run of a bulletin rule on the journal raises the alarms that the server raised."""

import tempfile
from datetime import timedelta
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulletin_samples import sample_earthquake
from support.readings_fixture import Clock

from tabuah.gis.base_map_file import load_base_map
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.bulletins.drafts import report_earthquake
from tabuah.operations.bulletins.entry_bodies import FeltAt
from tabuah.operations.bulletins.region import own_places, region_of
from tabuah.operations.bulletins.rule_trial import BulletinTrial, build_bulletin_history, try_bulletin_rule
from tabuah.operations.bulletins.rules import BulletinRule, default_bulletin_rules
from tabuah.operations.rules.drafts import activate_rule
from tabuah.server.feeds.bulletin_alarms import BulletinAlarms
from tabuah.server.feeds.current_bulletins import CurrentBulletins
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.wire import decode_entry

RULES = {rule.id: rule for rule in default_bulletin_rules()}
TRIED = ("gempa-dekat", "gempa-dirasakan", "gempa-lokal")
STARTS = Clock().now
_WORDS = st.tuples(
    st.integers(1, 500),  # minutes since the previous report
    st.integers(0, 2),  # index of the earthquake
    st.sampled_from([3.0, 4.2, 5.1, 6.3]),
    st.sampled_from([(100.66, -0.85), (99.6, -1.3), (123.0, -8.5)]),
    st.sampled_from([(), (FeltAt("Kubung", 3, 4),), (FeltAt("Kubung", 5, 6),)]),
    st.sampled_from(["autogempa", "gempadirasakan"]),
)


def replayed(rule: BulletinRule, journal: ServerJournal, knowledge: CurrentBulletins) -> BulletinTrial:
    base_map = load_base_map()
    tellings = [
        build_bulletin_history(
            known, [decode_entry(r.text) for r in journal.records_of(f"earthquake/{known.id}", 0, 1000)]
        )
        for known in knowledge.earthquakes.values()
    ]
    assert all(telling.is_complete for telling in tellings)
    return try_bulletin_rule(
        rule,
        tellings,
        others=(),
        region=region_of(base_map),
        own_places=own_places(base_map),
        since=STARTS,
        until=journal.clock(),
    )


@settings(max_examples=25, deadline=None)
@given(rule=st.sampled_from(TRIED), words=st.lists(_WORDS, min_size=1, max_size=8))
def test_bulletin_trial_matches_the_server_alarms(rule: str, words: list) -> None:
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder, ServerJournal.open(Path(folder), clock=clock) as journal:
        journal.append_drafts([activate_rule(RULES[rule], known=None)])
        knowledge, alarms = CurrentBulletins(journal), BulletinAlarms(journal)
        knowledge.load()
        for minutes, number, magnitude, (lon_deg, lat_deg), felt, feed in words:
            clock.go(minutes)
            account = sample_earthquake(
                at=STARTS + timedelta(minutes=number),
                magnitude=magnitude,
                lon_deg=lon_deg,
                lat_deg=lat_deg,
                feed=feed,
            )
            draft = report_earthquake(f"bmkg-{number}", msgspec.structs.replace(account, felt=felt), exercise=False)
            journal.append_drafts([draft])
            knowledge.learn([draft.subject])
            alarms.update_alarms(knowledge.expected_alarms(clock()), clock())
        trial = replayed(RULES[rule], journal, knowledge)
        raised = [s.value for s in journal.states_of_kind("alarm").values() if isinstance(s.value, Alarm)]
        assert sorted((a.rule, a.parameter, a.onset_at, a.raised_at, a.is_active) for a in raised) == sorted(
            (e.alarm.rule, e.alarm.parameter, e.alarm.onset_at, e.raised_at, e.cleared_at is None)
            for e in trial.episodes
        )
