"""The rows, the search and the card of the window of disruptions, from values."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from tabuah.operations.disruptions.disruption import Disruption
from tabuah.operations.exercises.exercise import Exercise
from tabuah.operations.incidents.incident import Incident
from tabuah.resources.localisation import _, format_moment, format_recent_moment
from tabuah.text.disruptions.disruption_text import (
    describe_disruption,
    describe_end,
    describe_line,
    describe_period,
    disruption_field_label,
)
from tabuah.text.exercises.exercise_text import exercise_mark
from tabuah.text.incidents.incident_text import place_text, position_text
from tabuah.widgets.controls.level_list import LevelLine
from tabuah.widgets.controls.record_dialog import RecordCard
from tabuah.widgets.values import FactItem, Level


def search_disruptions(disruptions: Iterable[Disruption], words: str) -> list[Disruption]:
    """Return the disruptions that have all words in their name, kind, source, place or note."""
    wanted = words.casefold().split()
    return [each for each in disruptions if all(word in _searched(each) for word in wanted)]


def disruption_level(disruption: Disruption, now: datetime) -> Level:
    """Return the level of a row: attention for overdue disruptions, else high for closed roads and bridges."""
    if not disruption.is_open:
        return Level.NO_DATA
    if disruption.is_overdue(now):
        return Level.ATTENTION
    return Level.HIGH if disruption.kind.blocks_traffic else Level.INFORMATION


def disruption_items(
    disruptions: Iterable[Disruption], exercises: Mapping[str, Exercise], now: datetime
) -> tuple[LevelLine, ...]:
    """Return the rows of disruptions, in order."""
    return tuple(
        LevelLine(
            id=each.id,
            level=disruption_level(each, now),
            text=each.name,
            about=" · ".join(filter(None, (describe_disruption(each), place_text(each.place)))),
            at=_("ended") if not each.is_open else format_recent_moment(each.began_at, now, zone=False),
            author=" · ".join(
                filter(None, (_("overdue") if each.is_overdue(now) else "", exercise_mark(each, exercises)))
            ),
            names=(each.name,),
        )
        for each in disruptions
    )


def disruption_card(
    disruption: Disruption,
    incident: Incident | None,
    exercises: Mapping[str, Exercise],
    *,
    reasons: Mapping[str, str],
    now: datetime,
) -> RecordCard:
    """Return the card of a disruption."""
    incident_name = f"{incident.number} {incident.title}" if incident else disruption.incident
    facts = [
        (_("Exercise"), exercise_mark(disruption, exercises)),
        (disruption_field_label("kind"), describe_disruption(disruption)),
        (disruption_field_label("place"), f"{place_text(disruption.place)} · {position_text(disruption.place)}"),
        (disruption_field_label("line"), describe_line(disruption.line)),
        _period_fact(disruption, now),
        (disruption_field_label("source"), disruption.source),
        (disruption_field_label("incident"), incident_name),
        (disruption_field_label("note"), disruption.note),
        (_("Changed"), format_moment(disruption.changed_at)),
    ]
    notice = describe_end(disruption)
    return RecordCard(
        id=disruption.id,
        title=disruption.name,
        facts=tuple(FactItem(label=label, value=value) for label, value in facts if value),
        notice=notice[:1].upper() + notice[1:],
        labels={} if disruption.is_open else {"end": _("Goes on")},
        reasons=reasons,
    )


def _period_fact(disruption: Disruption, now: datetime) -> tuple[str, str]:
    """Return when it began and should end; the notice of the card has a reported end."""
    if disruption.is_open:
        return _("Period"), describe_period(disruption, now)
    return disruption_field_label("began_at"), format_moment(disruption.began_at)


def _searched(disruption: Disruption) -> str:
    place = disruption.place
    parts = (
        *(disruption.name, describe_disruption(disruption), disruption.source, disruption.note),
        *(place.nagari, place.kecamatan, place.jorong),
    )
    return " ".join(parts).casefold()
