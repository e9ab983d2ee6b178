"""Gestures of users in their view, by the real code, selected by name and number."""

import hashlib
from collections.abc import Callable

import msgspec
from histories import versions
from msgspec import UNSET

from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.operations.entries import Draft, Entry
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.held_entry_kinds import EntryRefused, EntryReleased
from tabuah.operations.incidents.drafts import (
    add_restricted_note,
    answer_questions,
    attach_to_incident,
    caller_value,
    change_caller,
    delete_incident,
    edit_incident,
    merge_incidents,
    move_incident,
    note_incident,
    report_figures,
    report_incident,
    settle_conflict,
)
from tabuah.operations.incidents.entry_bodies import (
    Answer,
    FigureGroups,
    Figures,
    IncidentAnswered,
    IncidentAttached,
    IncidentEdited,
    IncidentReported,
    PeopleGroups,
)
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt, new_uuid

MOVES = [status for status in Status if status is not Status.MERGED]
TAKES = ("current", "proposed", "base")
GUARDED = ("severity", "place", "assign", "two", "move", "merge", "delete")
CHANGES = (*GUARDED, "title", "note", "secret", "count", "answer", "caller", "attach", "report", "survey")


def report(store: ConsoleStore, pick: int, *, exercise_id: str = "") -> Draft:
    """Report a new incident, optionally in an exercise; every third caller leaves a name."""
    body = IncidentReported(
        number=store.next_incident_number(),
        hazard=list(Hazard)[pick % 15],
        title=f"insiden {pick}",
        place=place(pick),
    )
    caller = caller_value(f"Pak Budi 0812{pick:04d}", salt=new_salt()) if pick % 3 == 0 else None
    return report_incident(
        body,
        incident_id=new_uuid(store.now()),
        caller=caller,
        exercise=bool(exercise_id),
        exercise_id=exercise_id,
    )


def place(pick: int) -> IncidentPlace:
    return IncidentPlace(lon_deg=100.6 + pick % 3 / 100, lat_deg=-0.9, nagari="Koto Baru")


def change(act: str, pick: int, incident: Incident, other: Incident) -> Draft:
    """Return what `act` does to an incident as seen by its author."""
    drafts: dict[str, Callable[[], Draft]] = {
        "severity": lambda: edit_incident(incident, IncidentEdited(severity=list(Severity)[pick % 4])),
        "place": lambda: edit_incident(incident, IncidentEdited(place=place(pick))),
        "assign": lambda: edit_incident(incident, IncidentEdited(assignment=("BPBD", f"regu {pick % 3}"))),
        "title": lambda: edit_incident(incident, IncidentEdited(title=f"judul {pick}")),
        "two": lambda: edit_incident(
            incident,
            IncidentEdited(severity=list(Severity)[pick % 4], assignment=("BPBD", f"regu {pick % 2}"), title="dua"),
        ),
        "move": lambda: move_incident(incident, MOVES[pick % len(MOVES)]),
        "note": lambda: note_incident(incident, f"catatan {pick}"),
        "secret": lambda: add_restricted_note(incident, f"rahasia {pick}", salt=new_salt()),
        "count": lambda: count_people(incident, pick),
        "answer": lambda: answer_questions(incident, answers(pick)),
        "caller": lambda: change_caller(incident, caller_value(f"0813 {pick}" if pick % 3 else "", salt=new_salt())),
        "attach": lambda: attach_to_incident(incident, photo(pick)),
        "delete": lambda: delete_incident(incident, reason="salah"),
        "merge": lambda: merge_incidents(incident, other),
        "survey": lambda: Draft(
            subject=f"incident/{incident.id}", kind=versions.NEWER_KIND, body=msgspec.Raw(b'{"text":"survei"}')
        ),
    }
    return drafts[act]()


def count_people(incident: Incident, pick: int) -> Draft:
    """Return figures of a source; every second time with farmland, and with people by group."""
    if pick % 2:
        return report_figures(incident, Figures(deaths=pick % 5), source="BPBD")
    groups = FigureGroups(deaths=PeopleGroups(male=pick % 3, elderly=1))
    return report_figures(incident, Figures(deaths=pick % 5, farmland_m2=2_500), source="PMI", groups=groups)


def answers(pick: int) -> IncidentAnswered:
    """Return answers of a caller, or one that is taken back; every second one has the people at risk."""
    value = (float(pick), True, "Jalan", None)[pick % 4]
    answer = Answer(question=f"question_{pick % 3}", value=value)
    return IncidentAnswered(answers=(answer,), people_at_risk=(pick or None) if pick % 2 else UNSET)


def photo_bytes(pick: int) -> bytes:
    """Return one of a few photos; every third is transferred in several pieces."""
    return f"foto {pick % 40} ".encode() * (2_500 if pick % 3 == 0 else 1)


def photo(pick: int) -> IncidentAttached:
    content = photo_bytes(pick)
    digest = hashlib.sha256(content).hexdigest()
    return IncidentAttached(sha256=digest, name="foto.jpg", media_type="image/jpeg", size=len(content))


def settle(incident: Incident, pick: int) -> Draft | None:
    """Settle one of the open conflicts in this view."""
    conflicts = incident.open_conflicts
    return settle_conflict(incident, conflicts[pick % len(conflicts)].id, TAKES[pick % 3]) if conflicts else None


def judge_held(entry: Entry, *, release: bool) -> Draft:
    """Release or refuse a held entry as a supervisor."""
    if release:
        return Draft(subject=entry.subject, kind="entry.released", body=encode_body(EntryReleased(entry=entry.id)))
    body = encode_body(EntryRefused(entry=entry.id, reason="tidak benar"))
    return Draft(subject=entry.subject, kind="entry.refused", body=body)
