"""Casualties and damage: dated observations by source, never overwritten."""

from datetime import timedelta

import pytest
from support.judged_journal import MORNING, JudgedJournal

from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.drafts import report_figures
from tabuah.operations.incidents.entry_bodies import Figures
from tabuah.operations.incidents.figures import all_figure_statements, figure_difference, figure_statements
from tabuah.operations.people.roles import Role


@pytest.fixture
def room():
    return JudgedJournal()


def count(room, author, seen, source, at_min, **figures):
    draft = report_figures(seen, Figures(**figures), source=source, occurred_at=MORNING + timedelta(minutes=at_min))
    return room.write(author, draft)


def test_figures_of_two_authors_are_both_kept(room):
    ani, budi = room.author("ani"), room.author("budi", Role.FIELD)
    seen = room.report(ani)
    first = count(room, ani, seen, "PMI", 10, deaths=1)
    second = count(room, budi, seen, "Wali nagari", 11, deaths=2)
    assert (first.verdict, second.verdict) == (Verdict.ACCEPTED, Verdict.ACCEPTED)
    incident = room.incident()
    assert not incident.conflicts
    assert [(s.source, s.value) for s in figure_statements(incident, "deaths")] == [("Wali nagari", 2), ("PMI", 1)]


def test_figures_use_newest_statement_of_each_source(room):
    ani = room.author("ani")
    seen = room.report(ani)
    count(room, ani, seen, "PMI", 30, displaced_people=60)
    count(room, ani, seen, "pmi ", 20, displaced_people=42)
    incident = room.incident()
    assert [(s.source, s.value) for s in figure_statements(incident, "displaced_people")] == [("PMI", 60)]
    assert incident.figures.displaced_people == 60
    assert len(incident.observations) == 2


def test_figure_difference_between_sources_is_computed(room):
    ani = room.author("ani")
    seen = room.report(ani)
    count(room, ani, seen, "PMI", 10, displaced_people=60, deaths=0)
    count(room, ani, seen, "Wali nagari", 12, displaced_people=42, deaths=0)
    stated = all_figure_statements(room.incident())
    assert {figure: figure_difference(found) for figure, found in stated.items()} == {
        "deaths": 0,
        "displaced_people": 18,
    }


def test_missing_figure_changes_nothing(room):
    ani = room.author("ani")
    seen = room.report(ani)
    count(room, ani, seen, "PMI", 10, deaths=1)
    count(room, ani, seen, "PMI", 20, missing=3)
    assert [s.value for s in figure_statements(room.incident(), "deaths")] == [1]
    assert figure_statements(room.incident(), "injured_minor") == ()
    assert figure_difference(()) == 0
