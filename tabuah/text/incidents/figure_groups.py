"""Text about people by sex, age and vulnerable group, and about sums that do not agree."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from tabuah.operations.incidents.entry_bodies import FigureGroups, Figures, PeopleGroups
from tabuah.operations.incidents.figure_groups import (
    GroupDisagreement,
    GroupStatement,
    group_statements,
    incident_disagreements,
    newest_groups,
    stated_groups,
)
from tabuah.operations.incidents.figure_totals import GroupTotal
from tabuah.operations.incidents.figures import FACILITIES, excess_facilities
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import _, format_number, ngettext
from tabuah.text.facts import Facts
from tabuah.text.incidents.figures import figure_label
from tabuah.text.readings.measurements import time_or_date

GROUP_LABELS: Final = {
    "male": "male",
    "female": "female",
    "infants": "under 5 years",
    "children": "5 to 17 years",
    "adults": "18 to 59 years",
    "elderly": "60 years and over",
    "pregnant": "pregnant",
    "breastfeeding": "breastfeeding",
    "disabled": "with a disability",
}

MOST_NUMBERS: Final = 6  # of incidents in a note


def group_label(group: str) -> str:
    """Return the name of a group in the current language."""
    return _(GROUP_LABELS[group])


def describe_groups(groups: PeopleGroups) -> str:
    """Return the stated groups: "male 20, female 22, under 5 years 4"."""
    return ", ".join(f"{group_label(name)} {format_number(n)}" for name, n in stated_groups(groups).items())


def describe_figure_groups(groups: FigureGroups) -> list[str]:
    """Return one text for each figure whose groups are stated: "Displaced: male 20, female 22"."""
    stated = {figure: getattr(groups, figure) for figure in groups.__struct_fields__}
    return [f"{figure_label(figure)}: {describe_groups(each)}" for figure, each in stated.items() if each is not None]


def group_facts(incident: Incident, now: datetime) -> Facts:
    """Return the groups of each figure as its sources state them."""
    return tuple(
        (
            groups_label(newest.figure),
            " · ".join(_statement(each, now) for each in group_statements(incident, newest.figure)),
        )
        for newest in newest_groups(incident)
    )


def group_notes(incident: Incident) -> tuple[str, ...]:
    """Return one sentence for each sum that does not agree with the figures in force."""
    found = incident_disagreements(incident)
    notes = [describe_disagreement(stated.figure, each, stated.source) for stated, each in found]
    if named := excess_facilities(incident.figures):
        notes.append(_describe_excess(named, incident.figures))
    return tuple(notes)


def groups_label(figure: str) -> str:
    """Return the label of the groups of a figure: "Displaced, by group"."""
    return _("{figure}, by group").format(figure=figure_label(figure))


def describe_disagreement(figure: str, found: GroupDisagreement, source: str) -> str:
    """Return which numbers do not agree: "Displaced: male + female = 42 (PMI), but the figure is 60"."""
    other = {
        "people": _("the figure is {n}"),
        "ages": _("the ages are {n} together"),
        "female": _("female are {n}"),
    }[found.of].format(n=format_number(found.other))
    return _("{figure}: {groups} = {n} ({source}), but {other}").format(
        figure=figure_label(figure),
        groups=" + ".join(map(group_label, found.groups)),
        n=format_number(found.people),
        source=source,
        other=other,
    )


def describe_group_total(total: GroupTotal) -> str:
    """Return the groups of a sum, and of how many people: "Displaced, by group: male 20, female 22 (of 60)"."""
    text = f"{groups_label(total.figure)}: {describe_groups(total.groups)}"
    note = group_total_note(total)
    return f"{text} ({note})" if note else text


def group_total_note(total: GroupTotal) -> str:
    """Return how many incidents state groups, and of how many people; the groups need not cover all of them."""
    stated = ngettext("stated by {n} incident", "stated by {n} incidents", total.incidents).format(n=total.incidents)
    if total.people is None:
        return stated
    return _("{stated}; all: {people}").format(stated=stated, people=format_number(total.people))


def describe_repeated(numbers: Sequence[str]) -> str:
    """Return which incidents have a statement that counts only once; empty without any."""
    if not numbers:
        return ""
    named = ", ".join(numbers[:MOST_NUMBERS])
    if len(numbers) > MOST_NUMBERS:
        named = f"{named} …"
    return _("Counted once, because another incident of the event has the same statement: {numbers}.").format(
        numbers=named
    )


def _describe_excess(named: int, figures: Figures) -> str:
    """Return which facilities are more than all: "Public facilities: schools + bridges = 5, but the figure is 4"."""
    parts = [figure_label(name).lower() for name in FACILITIES if getattr(figures, name)]
    return _("{figure}: {groups} = {n}, but {other}").format(
        figure=figure_label("public_facilities"),
        groups=" + ".join(parts),
        n=format_number(named),
        other=_("the figure is {n}").format(n=format_number(figures.public_facilities or 0)),
    )


def stated_group_lines(incident: Incident) -> Iterator[tuple[GroupStatement, str, int]]:
    """Yield each number of the newest statements of all sources, for tables."""
    for newest in newest_groups(incident):
        for stated in group_statements(incident, newest.figure):
            for name, people in stated_groups(stated.groups).items():
                yield stated, group_label(name), people


def format_group_codes(incident: Incident) -> str:
    """Return the newest groups in one line for exports: `displaced_people.male=20; displaced_people.female=22`."""
    return "; ".join(
        f"{stated.figure}.{name}={people}"
        for stated in newest_groups(incident)
        for name, people in stated_groups(stated.groups).items()
    )


def _statement(stated: GroupStatement, now: datetime) -> str:
    return f"{describe_groups(stated.groups)} ({stated.source}, {time_or_date(stated.at, now)})"
