"""Work that goes to and fro by bundle is shown and sent in an order in which all had seen what they wrote on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from carrying_room import CarryingRoom
from consoles import sync

from tabuah.operations.codes import Severity
from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.bodies import IncidentEdited
from tabuah.operations.incidents.gestures import edit_incident, note_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.server.bundles.importing import import_bundle


@pytest.fixture
def room(tmp_path: Path) -> Iterator[CarryingRoom]:
    """Three consoles that are let in and up to date."""
    with CarryingRoom(tmp_path) as room:
        room.let_in("ani", "budi", "citra")
        yield room


def grade(room: CarryingRoom, name: str, flood: Incident, severity: Severity) -> None:
    """Somebody who sees the incident as it is shown there says how bad it is."""
    room[name].save(edit_incident(room[name].incident(flood.id), IncidentEdited(severity=severity)))


def hand_over(room: CarryingRoom, giver: str, taker: str) -> None:
    room[taker].carrier.take(room.export(giver))


def verdicts_of(room: CarryingRoom, flood: Incident) -> list[Verdict | None]:
    sync(room["citra"], room.journal)
    return [verdict for _entry, verdict in room["citra"].entries_of(f"incident/{flood.id}")]


def test_an_answer_to_own_work_is_shown_on_top_of_it(room: CarryingRoom):
    flood = room.report("ani")
    hand_over(room, "ani", "budi")
    room["budi"].save(note_incident(room["budi"].incident(flood.id), "Air naik"))
    grade(room, "budi", flood, Severity.CATASTROPHIC)
    hand_over(room, "budi", "ani")
    shown = room["ani"].incident(flood.id)
    assert (shown.note_count, shown.severity, shown.conflicts) == (1, Severity.CATASTROPHIC, ())
    kinds = [entry.kind for entry, _verdict in room["ani"].entries_of(f"incident/{flood.id}")]
    assert kinds == ["incident.reported", "incident.noted", "incident.edited"]


def test_who_writes_on_an_answer_to_own_work_is_in_no_conflict(room: CarryingRoom):
    flood = room.report("ani")
    for name in ("ani", "budi", "citra"):
        sync(room[name], room.journal)
    grade(room, "ani", flood, Severity.MINOR)
    hand_over(room, "ani", "budi")
    grade(room, "budi", flood, Severity.CATASTROPHIC)
    hand_over(room, "budi", "ani")
    grade(room, "ani", flood, Severity.MINOR)
    assert room["ani"].incident(flood.id).conflicts == ()
    hand_over(room, "ani", "citra")
    assert room["citra"].incident(flood.id).conflicts == ()
    assert room["citra"].incident(flood.id).severity is Severity.MINOR


def test_a_server_that_imports_what_went_to_and_fro_judges_it_in_the_order_in_which_it_was_written(
    room: CarryingRoom,
):
    flood = room.report("ani")
    hand_over(room, "ani", "budi")
    grade(room, "budi", flood, Severity.CATASTROPHIC)
    hand_over(room, "budi", "ani")
    grade(room, "ani", flood, Severity.MINOR)
    imported = import_bundle(room.journal, room.export("ani"))
    assert (imported.admitted, imported.waiting) == (3, ())
    assert verdicts_of(room, flood) == [Verdict.ACCEPTED] * 3
    assert room["citra"].incident(flood.id).severity is Severity.MINOR
