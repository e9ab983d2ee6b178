"""Rows, the search and the card of shelters, from values."""

from collections.abc import Iterable, Mapping
from typing import Final

from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.shelters.evacuees import counts_by_source
from tabuah.operations.shelters.shelter import EvacueeCount, Shelter, ShelterKind
from tabuah.resources.localisation import _, format_moment
from tabuah.text.code_labels import code_label
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.text.incidents.incident_text import place_text, position_text
from tabuah.text.shelters.shelter_text import (
    describe_closing,
    describe_difference,
    describe_groups,
    describe_occupancy,
    describe_people,
    describe_shelter,
    shelter_field_label,
)
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.controls.record_dialog import RecordCard
from tabuah.widgets.values import FactItem, Level

_MOST_COUNTS: Final = 20  # in the card


def search_shelters(shelters: Iterable[Shelter], words: str) -> list[Shelter]:
    """Return the shelters that have all words in their name, kind, owner, place or note."""
    wanted = words.casefold().split()
    return [each for each in shelters if all(word in _searched(each) for word in wanted)]


def _searched(shelter: Shelter) -> str:
    place = shelter.place
    parts = (shelter.name, describe_shelter(shelter), place.nagari, place.kecamatan, place.jorong, shelter.note)
    return " ".join(parts).casefold()


def shelter_items(shelters: Iterable[Shelter], exercises: Mapping[str, Exercise]) -> tuple[LevelLine, ...]:
    """Return the rows of shelters, in order."""
    return tuple(
        LevelLine(
            id=each.id,
            level=shelter_level(each),
            text=each.name,
            about=" · ".join(filter(None, (describe_shelter(each), place_text(each.place)))),
            at=describe_people(each.people) if each.is_open else _("closed"),
            author=exercise_mark(each, exercises),
            names=(each.name,),
        )
        for each in shelters
    )


def shelter_level(shelter: Shelter) -> Level:
    """Return the mark of a shelter: attention where it is too full, or where nobody has counted."""
    if not shelter.is_open:
        return Level.NO_DATA
    if shelter.people is None:
        return Level.ATTENTION if shelter.kind is ShelterKind.EVACUATION else Level.INFORMATION
    is_full = shelter.capacity is not None and shelter.people > shelter.capacity
    return Level.HIGH if is_full or describe_difference(shelter) else Level.NORMAL


def shelter_card(
    shelter: Shelter, incident: Incident | None, exercises: Mapping[str, Exercise], reasons: Mapping[str, str]
) -> RecordCard:
    """Return the card of a shelter with the counts of all sources, the newest first."""
    newest = {count.entry for count in counts_by_source(shelter)}
    facts = [
        (_("Exercise"), exercise_mark(shelter, exercises)),
        (shelter_field_label("kind"), code_label(shelter.kind)),
        (shelter_field_label("place"), f"{place_text(shelter.place)} · {position_text(shelter.place)}"),
        (shelter_field_label("people"), describe_occupancy(shelter)),
        (shelter_field_label("owner"), shelter.owner),
        (shelter_field_label("contact"), shelter.contact),
        (shelter_field_label("incident"), f"{incident.number} {incident.title}" if incident else shelter.incident),
        (shelter_field_label("note"), shelter.note),
        (_("Opened"), format_moment(shelter.opened_at)),
        *(_count_fact(count, count.entry in newest) for count in reversed(shelter.counts[-_MOST_COUNTS:])),
    ]
    older = len(shelter.counts) - _MOST_COUNTS
    left_out = _("{n} older counts are left out: tabuah shelter show lists all").format(n=older) if older > 0 else ""
    notices = (_capitalised(describe_closing(shelter)), _capitalised(describe_difference(shelter)), left_out)
    return RecordCard(
        id=shelter.id,
        title=shelter.name,
        facts=tuple(FactItem(label=label, value=value) for label, value in facts if value),
        notice=" · ".join(filter(None, notices)),
        labels={} if shelter.is_open else {"close": _("Reopen")},
        reasons=reasons,
    )


def _count_fact(count: EvacueeCount, is_newest: bool) -> tuple[str, str]:
    label = count.source if is_newest else _("{source} (older)").format(source=count.source)
    parts = (describe_people(count.evacuees.people), describe_groups(count.evacuees), format_moment(count.at))
    return label, " · ".join(filter(None, parts))


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def incident_shelters(shelters: Iterable[Shelter], incident_id: str) -> list[Shelter]:
    """Return the shelters that serve an incident."""
    return [each for each in shelters if each.incident == incident_id]


def sort_shelters(shelters: Iterable[Shelter]) -> list[Shelter]:
    """Return shelters by name, open ones first."""
    return sorted(shelters, key=lambda each: (not each.is_open, each.name.casefold(), each.id))
