"""Tried on the journal, a rule raises what the server raised by it: both ask the same function."""

import tempfile
from datetime import timedelta
from pathlib import Path

import msgspec
from bulletin_samples import quake
from hypothesis import given, settings
from hypothesis import strategies as st
from readings_room import Clock

from tabuah.gis.basemap_file import load_basemap
from tabuah.operations.alarms.alarm import Alarm
from tabuah.operations.bulletins.bodies import FeltAt
from tabuah.operations.bulletins.default_rules import default_bulletin_rules
from tabuah.operations.bulletins.gestures import report_earthquake
from tabuah.operations.bulletins.region import own_places, region_of
from tabuah.operations.bulletins.rules import BulletinRule
from tabuah.operations.bulletins.trial import BulletinTrial, telling_of, try_bulletin_rule
from tabuah.operations.rules.gestures import put_into_force
from tabuah.server.feeds.alarms import BulletinAlarms
from tabuah.server.feeds.knowledge import Knowledge
from tabuah.server.journal import ServerJournal
from tabuah.storage.journal.wire import decode_entry

RULES = {rule.id: rule for rule in default_bulletin_rules()}
TRIED = ("gempa-dekat", "gempa-dirasakan", "gempa-lokal")
STARTS = Clock().now
_WORDS = st.tuples(
    st.integers(1, 500),  # minutes since the word before
    st.integers(0, 2),  # of which earthquake
    st.sampled_from([3.0, 4.2, 5.1, 6.3]),
    st.sampled_from([(100.66, -0.85), (99.6, -1.3), (123.0, -8.5)]),
    st.sampled_from([(), (FeltAt("Kubung", 3, 4),), (FeltAt("Kubung", 5, 6),)]),
    st.sampled_from(["autogempa", "gempadirasakan"]),
)


def replayed(rule: BulletinRule, journal: ServerJournal, knowledge: Knowledge) -> BulletinTrial:
    basemap = load_basemap()
    tellings = [
        telling_of(known, [decode_entry(r.text) for r in journal.records_of(f"earthquake/{known.id}", 0, 1000)])
        for known in knowledge.earthquakes.values()
    ]
    assert all(telling.whole for telling in tellings)
    return try_bulletin_rule(
        rule,
        tellings,
        others=(),
        region=region_of(basemap),
        own_places=own_places(basemap),
        since=STARTS,
        until=journal.clock(),
    )


@settings(max_examples=25, deadline=None)
@given(rule=st.sampled_from(TRIED), words=st.lists(_WORDS, min_size=1, max_size=8))
def test_a_trial_raises_and_ends_what_the_server_did(rule: str, words: list) -> None:
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder, ServerJournal.open(Path(folder), clock=clock) as journal:
        journal.append_own([put_into_force(RULES[rule], known=None)])
        knowledge, alarms = Knowledge(journal), BulletinAlarms(journal)
        knowledge.load()
        for minutes, number, magnitude, (lon_deg, lat_deg), felt, feed in words:
            clock.go(minutes)
            account = quake(
                at=STARTS + timedelta(minutes=number),
                magnitude=magnitude,
                lon_deg=lon_deg,
                lat_deg=lat_deg,
                feed=feed,
            )
            draft = report_earthquake(f"bmkg-{number}", msgspec.structs.replace(account, felt=felt), exercise=False)
            journal.append_own([draft])
            knowledge.learn([draft.subject])
            alarms.settle(knowledge.wanted_alarms(clock()), clock())
        trial = replayed(RULES[rule], journal, knowledge)
        raised = [s.value for s in journal.states_of_kind("alarm").values() if isinstance(s.value, Alarm)]
        assert sorted((a.rule, a.parameter, a.onset_at, a.raised_at, a.is_active) for a in raised) == sorted(
            (e.alarm.rule, e.alarm.parameter, e.alarm.onset_at, e.raised_at, e.cleared_at is None)
            for e in trial.episodes
        )
