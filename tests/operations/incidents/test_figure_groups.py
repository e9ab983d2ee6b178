"""People by sex, age and vulnerable group: statements by source, and sums that do not agree."""

from datetime import timedelta

import pytest
from support.judged_journal import MORNING, JudgedJournal

from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.decisions import has_later_figures
from tabuah.operations.incidents.drafts import report_figures
from tabuah.operations.incidents.entry_bodies import FigureGroups, Figures, IncidentCounted, PeopleGroups
from tabuah.operations.incidents.figure_groups import (
    find_disagreements,
    group_statements,
    incident_disagreements,
    newest_groups,
)
from tabuah.operations.people.roles import Role


@pytest.fixture
def room():
    return JudgedJournal()


def count(room, author, seen, source, at_min, groups, **figures):
    draft = report_figures(
        seen,
        Figures(**figures),
        source=source,
        groups=FigureGroups(displaced_people=PeopleGroups(**groups)),
        occurred_at=MORNING + timedelta(minutes=at_min),
    )
    return room.write(author, draft)


def disagreements(people, **groups):
    return [
        (each.groups[0], each.people, each.other, each.of)
        for each in find_disagreements(PeopleGroups(**groups), people)
    ]


def test_groups_that_add_up_agree_with_the_people():
    full = {"male": 20, "female": 22, "infants": 4, "children": 10, "adults": 20, "elderly": 8, "pregnant": 1}
    assert disagreements(42, **full) == []


@pytest.mark.parametrize(
    ("people", "groups", "expected"),
    [
        (42, {"male": 20, "female": 20}, [("male", 40, 42, "people")]),
        (42, {"male": 50}, [("male", 50, 42, "people")]),
        (42, {"infants": 1, "children": 2, "adults": 3, "elderly": 4}, [("infants", 10, 42, "people")]),
        (2, {"disabled": 3}, [("disabled", 3, 2, "people")]),
        (10, {"female": 4, "male": 6, "pregnant": 5}, [("pregnant", 5, 4, "female")]),
        (
            None,
            {"male": 1, "female": 1, "infants": 1, "children": 0, "adults": 0, "elderly": 0},
            [("male", 2, 1, "ages")],
        ),
    ],
)
def test_groups_that_do_not_add_up_are_found(people, groups, expected):
    assert disagreements(people, **groups) == expected


def test_incomplete_groups_may_be_fewer_than_the_people():
    assert disagreements(42, male=20) == []
    assert disagreements(None, male=20, female=3) == []


def test_groups_keep_the_newest_statement_of_each_source(room):
    ani, budi = room.author("ani"), room.author("budi", Role.FIELD)
    seen = room.report(ani)
    first = count(room, ani, seen, "PMI", 30, {"male": 20, "female": 22}, displaced_people=42)
    second = count(room, budi, seen, "pmi ", 10, {"male": 1})
    third = count(room, budi, seen, "BPBD", 20, {"elderly": 5})
    assert {first.verdict, second.verdict, third.verdict} == {Verdict.ACCEPTED}
    incident = room.incident()
    stated = group_statements(incident, "displaced_people")
    assert [(each.source, each.groups) for each in stated] == [
        ("PMI", PeopleGroups(male=20, female=22)),
        ("BPBD", PeopleGroups(elderly=5)),
    ]
    assert [each.figure for each in newest_groups(incident)] == ["displaced_people"]
    assert len(incident.observations) == 3


def test_new_total_of_another_source_shows_old_groups_as_not_agreeing(room):
    ani = room.author("ani")
    seen = room.report(ani)
    count(room, ani, seen, "PMI", 10, {"male": 20, "female": 22}, displaced_people=42)
    assert incident_disagreements(room.incident()) == ()
    room.write(
        ani,
        report_figures(seen, Figures(displaced_people=60), source="BPBD", occurred_at=MORNING + timedelta(hours=1)),
    )
    [(stated, found)] = incident_disagreements(room.incident())
    assert (stated.source, found.people, found.other) == ("PMI", 42, 60)


def test_groups_and_new_figures_need_version_3_of_the_rules():
    old = IncidentCounted(source="PMI", figures=Figures(deaths=1))
    assert not has_later_figures(old)
    assert has_later_figures(IncidentCounted(source="PMI", figures=Figures(loss_idr=0)))
    assert has_later_figures(IncidentCounted(source="PMI", figures=Figures(), groups=FigureGroups()))
