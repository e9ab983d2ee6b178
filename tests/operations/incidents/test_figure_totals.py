"""Sums over incidents: a statement on two incidents of one event counts once."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from support.judged_journal import MORNING, JudgedJournal, key_of

from tabuah.operations.incidents.entry_bodies import FigureGroups, Figures, PeopleGroups
from tabuah.operations.incidents.figure_totals import figure_totals, figure_values, group_totals
from tabuah.operations.incidents.incident import Incident, Observation


def sample() -> Incident:
    room = JudgedJournal()
    return room.report(room.author("ani"))


SAMPLE = sample()


def said(at_min: float, source: str = "PMI", *, groups: FigureGroups | None = None, **figures: int) -> Observation:
    made = Observation(
        entry=f"e{at_min}",
        at=MORNING + timedelta(minutes=at_min),
        actor="ani",
        source=source,
        figures=Figures(**figures),
    )
    return made if groups is None else replace(made, groups=groups)


def incident(number: int, *observations: Observation, event: str = "flood") -> Incident:
    return replace(
        SAMPLE,
        id=key_of(number),
        number=f"SLK-TEST-{number:04d}",
        reported_at=MORNING + timedelta(seconds=number),
        parent_event_ref=event,
        observations=observations,
    )


def total_of(*incidents: Incident) -> tuple[int, tuple[str, ...]]:
    [found] = figure_totals(incidents)
    return found.total, tuple(number[-1] for number in found.repeated)


def test_statement_on_two_incidents_of_an_event_counts_once():
    both = (incident(1, said(10, displaced_people=60)), incident(2, said(10.5, "pmi ", displaced_people=60)))
    assert total_of(*both) == (60, ("2",))
    assert total_of(*reversed(both)) == (60, ("2",))
    assert figure_values(both)["displaced_people"] == {key_of(1): 60}


@pytest.mark.parametrize(
    "other",
    [said(11, displaced_people=60), said(10, "BPBD", displaced_people=60), said(10, displaced_people=60, deaths=0)],
)
def test_statement_of_other_source_time_or_figures_is_added(other):
    totals = figure_totals([incident(1, said(10, displaced_people=60)), incident(2, other)])
    assert (totals[-1].code, totals[-1].total, totals[-1].repeated) == ("displaced_people", 120, ())


@pytest.mark.parametrize("event", ["", "other"])
def test_equal_statements_outside_the_event_are_added(event):
    first = incident(1, said(10, deaths=1), event="" if not event else "flood")
    assert total_of(first, incident(2, said(10, deaths=1), event=event)) == (2, ())


def test_newer_statement_replaces_the_one_that_both_incidents_had():
    newer = incident(1, said(10, displaced_people=60), said(20, displaced_people=75))
    older = incident(2, said(10, displaced_people=60))
    assert total_of(newer, older) == (75, ("2",))
    later = incident(3, said(10, displaced_people=60), said(20, displaced_people=80))
    assert total_of(older, later) == (80, ("2",))


def test_figures_that_nobody_states_have_no_total():
    assert figure_totals([incident(1)]) == ()
    assert group_totals([incident(1, said(1, deaths=1))]) == ()


def test_groups_are_summed_over_the_incidents_that_state_them():
    def groups(**people: int) -> FigureGroups:
        return FigureGroups(displaced_people=PeopleGroups(**people))

    incidents = [
        incident(1, said(1, displaced_people=10, groups=groups(male=4, female=6))),
        incident(2, said(2, displaced_people=5, groups=groups(male=2))),
        incident(3, said(2, displaced_people=5, groups=groups(male=2))),
        incident(4, said(3, displaced_people=7)),
    ]
    [found] = group_totals(incidents)
    assert (found.figure, found.people, found.incidents) == ("displaced_people", 22, 3)
    assert found.groups == PeopleGroups(male=6, female=6)
