"""The timeline of an incident in words: what each of its entries did, told in the language that is spoken."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from tabuah.operations.bodies import decode_body
from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.operations.entries import SERVER_ACTOR, Entry, Verdict
from tabuah.operations.errors import MalformedBody
from tabuah.operations.incidents import bodies
from tabuah.operations.incidents.fields import field_label
from tabuah.operations.labels import label_of
from tabuah.operations.places import IncidentPlace
from tabuah.operations.reasons import reason_words
from tabuah.resources.catalogue import _

FIGURE_LABELS: Final = {
    "deaths": "Deaths",
    "missing": "Missing",
    "injured_severe": "Severely injured",
    "injured_minor": "Slightly injured",
    "displaced_people": "Displaced",
    "displaced_households": "Displaced households",
    "houses_severe": "Houses, severe damage",
    "houses_moderate": "Houses, moderate damage",
    "houses_minor": "Houses, minor damage",
    "public_facilities": "Public facilities",
}


class Outcome(StrEnum):
    """What became of an entry, as far as is known here."""

    PENDING = "pending"  # not yet on the server
    EFFECTIVE = "effective"
    CONFLICT = "conflict"
    HELD = "held"  # waits for a supervisor
    RELEASED = "released"  # was held; a supervisor let it take effect
    REFUSED = "refused"  # was held; a supervisor refused it
    WAITS = "waits"  # held until what it rests on is there
    CAME = "came"  # took effect when that had come
    IN_VAIN = "in_vain"  # that came, and the rules were against it
    REJECTED = "rejected"  # by the rules of the room


_OF_VERDICT: Final = {
    None: Outcome.PENDING,
    Verdict.ACCEPTED: Outcome.EFFECTIVE,
    Verdict.CONFLICT: Outcome.CONFLICT,
    Verdict.HELD: Outcome.HELD,
    Verdict.REJECTED: Outcome.REJECTED,
}
_ENDS: Final = {  # by whether it was let take effect, and whether that was the server's word
    (True, False): Outcome.RELEASED,
    (False, False): Outcome.REFUSED,
    (True, True): Outcome.CAME,
    (False, True): Outcome.IN_VAIN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """One event: when it happened, who wrote it where, and what it says; `verdict` is None while unconfirmed."""

    entry: str
    at: datetime
    written_at: datetime
    actor: str
    device: str
    kind: str
    text: str
    verdict: Verdict | None
    outcome: Outcome


def timeline_of(
    entries: Iterable[tuple[Entry, Verdict | None]], waiting: Iterable[str] = ()
) -> tuple[TimelineEvent, ...]:
    """Tell the entries of one incident, given in the server's order, in the order in which things happened.

    Those in `waiting` are held until what they rest on is there.
    """
    known = tuple(entries)
    ended, late = outcomes_of_held(known) | dict.fromkeys(waiting, Outcome.WAITS), _late_settlements(known)
    events = (_event(e, verdict, ended.get(e.id, _OF_VERDICT[verdict]), late.get(e.id)) for e, verdict in known)
    return tuple(sorted(events, key=lambda event: (event.at, event.written_at, event.entry)))


def outcomes_of_held(entries: Iterable[tuple[Entry, Verdict | None]]) -> dict[str, Outcome]:
    """What became of held entries of one subject, given in the server's order: the first word counts."""
    held: dict[str, Outcome] = {}
    for entry, verdict in entries:
        if verdict is Verdict.HELD:
            held[entry.id] = Outcome.HELD
        elif verdict is not Verdict.REJECTED and entry.kind.startswith("entry."):
            spoken = _spoken_about(entry)
            if held.get(spoken) is Outcome.HELD:
                held[spoken] = _ENDS[entry.kind == "entry.released", is_by_itself(entry)]
    return held


def is_by_itself(entry: Entry) -> bool:
    """Whether what is said about a held entry is the server's word, that ends a wait, and not a supervisor's."""
    return entry.actor == SERVER_ACTOR and not entry.grant


def _late_settlements(entries: Iterable[tuple[Entry, Verdict | None]]) -> dict[str, Entry]:
    """Settlements that changed nothing, each with the one that came before it in the server's order.

    One that was held takes part from where a supervisor released it.
    """
    first: dict[str, Entry] = {}
    late: dict[str, Entry] = {}
    held: dict[str, Entry] = {}
    for entry, verdict in entries:
        if verdict is Verdict.REJECTED:
            continue
        if verdict is Verdict.HELD:
            held[entry.id] = entry
            continue
        spoken = held.pop(_spoken_about(entry), None)
        settlement = entry if not entry.kind.startswith("entry.") else spoken
        if settlement is None or entry.kind == "entry.refused" or not (conflict := _settled_in(settlement)):
            continue
        earlier = first.setdefault(conflict, settlement)
        if earlier is not settlement:
            late[settlement.id] = earlier
    return late


def _settled_in(entry: Entry) -> str:
    if entry.kind != "conflict.settled":
        return ""
    try:
        body = decode_body(entry)
    except MalformedBody:
        return ""
    return body.conflict if isinstance(body, bodies.ConflictSettled) else ""


def _spoken_about(entry: Entry) -> str:
    try:
        body = decode_body(entry)
    except MalformedBody:
        return ""
    return body.entry if isinstance(body, bodies.EntryReleased | bodies.EntryRefused) else ""


def figure_label(figure: str) -> str:
    """The name of a figure in the current language."""
    return _(FIGURE_LABELS[figure])


def _event(entry: Entry, verdict: Verdict | None, outcome: Outcome, settled_by: Entry | None) -> TimelineEvent:
    return TimelineEvent(
        entry=entry.id,
        at=entry.happened_at,
        written_at=entry.at,
        actor=entry.actor,
        device=entry.device,
        kind=entry.kind,
        text=tell(entry) if settled_by is None else _tell_late_settlement(entry, settled_by),
        verdict=verdict,
        outcome=outcome,
    )


def tell(entry: Entry) -> str:
    """What an entry says, in one line; an entry that is not understood is told by its kind."""
    try:
        body = decode_body(entry)
    except MalformedBody:
        return entry.kind
    match body:
        case bodies.IncidentReported():
            return _("Reported: {title}").format(title=body.title)
        case bodies.IncidentEdited():
            return _tell_edit(body)
        case bodies.IncidentMoved():
            return _with_reason(_("Status: {status}").format(status=label_of(body.to)), body.reason)
        case bodies.IncidentNoted():
            return body.text or _("Restricted note")
        case bodies.IncidentAttached():
            return _("Attached: {name}").format(name=body.caption or body.name)
        case bodies.IncidentCounted():
            return _tell_figures(body)
        case bodies.IncidentMerged():
            return _with_reason(_("Merged into another incident"), body.reason)
        case bodies.IncidentDeleted():
            return _with_reason(_("Deleted"), body.reason)
    return _tell_end_of_wait(body) if is_by_itself(entry) else _tell_about_another(body, entry.kind)


def _tell_end_of_wait(body: msgspec.Struct) -> str:
    if isinstance(body, bodies.EntryRefused):
        return _("What waited took no effect: {reason}").format(reason=reason_words(body.reason))
    return _("What waited has taken effect: what it rests on has come")


def _tell_about_another(body: msgspec.Struct, kind: str) -> str:
    match body:
        case bodies.ConflictSettled():
            choices = {"current": _("what stands"), "proposed": _("what was proposed"), "base": _("what was before")}
            field = field_label(body.conflict.rpartition(".")[2])
            return _("Conflict over {field} settled: {choice}").format(field=field, choice=choices[body.take])
        case bodies.EntryReleased():
            return _("Held entry released")
        case bodies.EntryRefused():
            return _with_reason(_("Held entry refused"), body.reason)
    return kind


def _tell_late_settlement(entry: Entry, earlier: Entry) -> str:
    """Two people settled one conflict: the first word counts, and the second one is told as what it came to."""
    field = field_label(_settled_in(entry).rpartition(".")[2])
    told = _("Conflict over {field} was already settled by {actor}: this choice was not applied")
    return told.format(field=field, actor=earlier.actor)


def _tell_edit(body: bodies.IncidentEdited) -> str:
    given = {name: getattr(body, name) for name in body.__struct_fields__}
    parts = [
        f"{field_label(name)}: {value_words(value)}" for name, value in given.items() if value is not msgspec.UNSET
    ]
    return " · ".join(parts)


def _tell_figures(body: bodies.IncidentCounted) -> str:
    given = {name: getattr(body.figures, name) for name in FIGURE_LABELS}
    parts = [f"{figure_label(name)} {value}" for name, value in given.items() if value is not None]
    return f"{', '.join(parts)} ({body.source})"


def value_words(value: object) -> str:
    """A field's value in words."""
    match value:
        case Hazard() | Severity() | Status():
            return label_of(value)
        case IncidentPlace():
            named = ", ".join(name for name in (value.jorong, value.nagari) if name)
            return named or f"{value.lat_deg:.5f}, {value.lon_deg:.5f}"
        case bool():
            return _("yes") if value else _("no")
        case (str(), *_rest):
            return ", ".join(str(part) for part in value)
        case tuple():
            corners = len(value) - (len(value) > 1 and value[0] == value[-1])  # a closed ring tells one twice
            return _("{n} corners").format(n=corners) if value else "–"
        case None:
            return "–"
    return str(value)


def _with_reason(text: str, reason: str) -> str:
    return f"{text} ({reason})" if reason else text
