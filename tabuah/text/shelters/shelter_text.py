"""Texts of shelters, from values: labels of fields and groups, counts, occupancy, totals."""

from collections.abc import Mapping
from typing import Final

from tabuah.operations.shelters.evacuees import EvacueeTotals, people_difference
from tabuah.operations.shelters.shelter import GROUPS, EvacueeCount, Evacuees, Shelter
from tabuah.resources.localisation import _, format_moment, format_number, ngettext
from tabuah.text.code_labels import code_label

_FIELDS: Final[dict[str, str]] = {
    "name": "Name",
    "kind": "Kind",
    "place": "Place",
    "capacity": "Capacity",
    "owner": "Run by",
    "contact": "Radio or office number",
    "incident": "Incident",
    "note": "Note",
    "closed": "Closed",
    "source": "Source",
    "people": "Evacuees",
    "households": "Households",
    "men": "Men",
    "women": "Women",
    "infants": "Infants",
    "children": "Children",
    "elderly": "Elderly",
    "disabled": "People with disabilities",
    "pregnant": "Pregnant women",
}


def shelter_field_label(field: str) -> str:
    """Return the label of a field of a shelter, or of a group of evacuees."""
    return _(_FIELDS[field])


def describe_people(people: int | None) -> str:
    """Return a number of evacuees: "120 people"; a dash if nobody has counted."""
    if people is None:
        return "–"
    return ngettext("{n} person", "{n} people", people).format(n=format_number(people))


def describe_groups(evacuees: Evacuees) -> str:
    """Return the stated groups: "households 30, men 60, women 60"; empty if the source states none."""
    return describe_sums({name: n for name in GROUPS if (n := getattr(evacuees, name)) is not None})


def describe_sums(groups: Mapping[str, int]) -> str:
    return ", ".join(f"{_in_sentence(shelter_field_label(name))} {format_number(n)}" for name, n in groups.items())


def _in_sentence(label: str) -> str:
    """Return a label in small letters; an abbreviation such as KK stays."""
    return label if label.isupper() else label.lower()


def describe_count(count: EvacueeCount) -> str:
    """Return a count with its source and time: "120 people · PMI · Tue, 24 Nov, 14.30 WIB"."""
    return f"{describe_people(count.evacuees.people)} · {count.source} · {format_moment(count.at)}"


def describe_occupancy(shelter: Shelter) -> str:
    """Return the people and the capacity: "120 of 200 people", and how far it is exceeded."""
    people, capacity = shelter.people, shelter.capacity
    if people is None or not capacity:
        return describe_people(people)
    text = _("{people} of {capacity} people").format(people=format_number(people), capacity=format_number(capacity))
    if people <= capacity:
        return text
    return _("{text}: {n} too many").format(text=text, n=format_number(people - capacity))


def describe_difference(shelter: Shelter) -> str:
    """Return by how many people the sources differ; empty if they agree."""
    difference = people_difference(shelter)
    return _("sources differ by {n}").format(n=format_number(difference)) if difference else ""


def describe_totals(totals: EvacueeTotals) -> str:
    """Return the sums over open shelters in one line."""
    parts = [
        ngettext("{n} open shelter or post", "{n} open shelters and posts", totals.shelters).format(
            n=format_number(totals.shelters)
        )
    ]
    if totals.counted:
        parts.append(describe_people(totals.people))
        parts.append(describe_sums(totals.groups))
    if totals.capacity:
        parts.append(_("capacity {n}").format(n=format_number(totals.capacity)))
    if totals.counted < totals.shelters:
        parts.append(_("{n} not counted").format(n=format_number(totals.shelters - totals.counted)))
    return " · ".join(filter(None, parts))


def describe_closing(shelter: Shelter) -> str:
    """Return who closed a shelter, when and why; empty while it is open."""
    closed = shelter.closed
    if closed is None:
        return ""
    return _("closed {at} by {by}: {reason}").format(at=format_moment(closed.at), by=closed.by, reason=closed.reason)


def describe_shelter(shelter: Shelter) -> str:
    """Return kind and owner in one line."""
    return " · ".join(filter(None, (code_label(shelter.kind), shelter.owner)))
