"""Casualties and damage are dated observations by source: nothing is overwritten, and differences are seen."""

from datetime import timedelta

import pytest
from room import MORNING, Room

from tabuah.operations.authority.roles import Role
from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.bodies import Figures
from tabuah.operations.incidents.figures import all_statements, difference, statements
from tabuah.operations.incidents.gestures import count_for_incident


@pytest.fixture
def room():
    return Room()


def count(room, author, seen, source, at_min, **figures):
    draft = count_for_incident(
        seen, Figures(**figures), source=source, occurred_at=MORNING + timedelta(minutes=at_min)
    )
    return room.write(author, draft)


def test_two_people_who_count_at_once_have_no_conflict_and_both_counts_stand(room):
    ani, budi = room.author("ani"), room.author("budi", Role.FIELD)
    seen = room.report(ani)
    first = count(room, ani, seen, "PMI", 10, deaths=1)
    second = count(room, budi, seen, "Wali nagari", 11, deaths=2)
    assert (first.verdict, second.verdict) == (Verdict.ACCEPTED, Verdict.ACCEPTED)
    incident = room.incident()
    assert not incident.conflicts
    assert [(s.source, s.value) for s in statements(incident, "deaths")] == [("Wali nagari", 2), ("PMI", 1)]


def test_a_source_is_told_by_what_it_said_last_whenever_that_arrived(room):
    ani = room.author("ani")
    seen = room.report(ani)
    count(room, ani, seen, "PMI", 30, displaced_people=60)
    count(room, ani, seen, "pmi ", 20, displaced_people=42)
    incident = room.incident()
    assert [(s.source, s.value) for s in statements(incident, "displaced_people")] == [("PMI", 60)]
    assert incident.figures.displaced_people == 60
    assert len(incident.observations) == 2


def test_the_difference_between_sources_is_told_and_agreement_is_none(room):
    ani = room.author("ani")
    seen = room.report(ani)
    count(room, ani, seen, "PMI", 10, displaced_people=60, deaths=0)
    count(room, ani, seen, "Wali nagari", 12, displaced_people=42, deaths=0)
    stated = all_statements(room.incident())
    assert {figure: difference(found) for figure, found in stated.items()} == {"deaths": 0, "displaced_people": 18}


def test_a_source_that_says_nothing_about_a_figure_takes_nothing_away(room):
    ani = room.author("ani")
    seen = room.report(ani)
    count(room, ani, seen, "PMI", 10, deaths=1)
    count(room, ani, seen, "PMI", 20, missing=3)
    assert [s.value for s in statements(room.incident(), "deaths")] == [1]
    assert statements(room.incident(), "injured_minor") == ()
    assert difference(()) == 0
