"""Work that goes back and forth by bundle is shown and pushed in an order that keeps dependencies."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.bundle_exchange import USERS, BundleExchange
from support.console_stores import report_incident_at, sync

from tabuah.operations.codes import Severity
from tabuah.operations.entries import Verdict
from tabuah.operations.exercises.drafts import start_exercise
from tabuah.operations.incidents.drafts import edit_incident, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.operations.units.drafts import register_unit, unit_in_exercise
from tabuah.operations.units.entry_bodies import UnitRegistered
from tabuah.operations.units.unit import UnitKind
from tabuah.server.bundles.bundle_import import import_bundle


@pytest.fixture
def room(tmp_path: Path) -> Iterator[BundleExchange]:
    """Three consoles, enrolled, approved and up to date."""
    with BundleExchange(tmp_path) as room:
        room.let_in("ani", "budi", "citra")
        yield room


def grade(room: BundleExchange, name: str, flood: Incident, severity: Severity) -> None:
    """Set the severity of the incident as the user's console shows it."""
    room[name].save(edit_incident(room[name].incident(flood.id), IncidentEdited(severity=severity)))


def hand_over(room: BundleExchange, giver: str, taker: str) -> None:
    room[taker].relay.import_bundle(room.export(giver))


def verdicts_of(room: BundleExchange, flood: Incident) -> list[Verdict | None]:
    sync(room["citra"], room.journal)
    return [verdict for _entry, verdict in room["citra"].entries_of(f"incident/{flood.id}")]


def test_relayed_answer_is_shown_above_own_work(room: BundleExchange):
    flood = room.report("ani")
    hand_over(room, "ani", "budi")
    room["budi"].save(note_incident(room["budi"].incident(flood.id), "Air naik"))
    grade(room, "budi", flood, Severity.CATASTROPHIC)
    hand_over(room, "budi", "ani")
    shown = room["ani"].incident(flood.id)
    assert (shown.note_count, shown.severity, shown.conflicts) == (1, Severity.CATASTROPHIC, ())
    kinds = [entry.kind for entry, _verdict in room["ani"].entries_of(f"incident/{flood.id}")]
    assert kinds == ["incident.reported", "incident.noted", "incident.edited"]


def test_writing_on_relayed_answer_is_no_conflict(room: BundleExchange):
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


def test_server_import_keeps_order_of_writing(
    room: BundleExchange,
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


def test_work_in_relayed_exercise_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(USERS, "ani", Role.SUPERVISOR)
    with BundleExchange(tmp_path) as room:
        room.let_in("ani", "budi")
        room["ani"].save(start_exercise("Gempa", known=(), suffix="1"))
        drill = report_incident_at(room["ani"], "Latihan", exercise=True, exercise_id="gempa-1")
        hand_over(room, "ani", "budi")
        assert [each.id for each in room["budi"].exercises()] == ["gempa-1"]
        assert room["budi"].incident(drill.id).title == "Latihan"


def test_unit_of_relayed_exercise_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(USERS, "ani", Role.SUPERVISOR)
    with BundleExchange(tmp_path) as room:
        room.let_in("ani", "budi")
        room["ani"].save(start_exercise("Gempa", known=(), suffix="1"))
        body = unit_in_exercise(
            UnitRegistered(id="TRC-1", name="Regu", kind=UnitKind.QUICK_RESPONSE, opd="BPBD"), "gempa-1"
        )
        room["ani"].save(register_unit(body, exercise=True, exercise_id="gempa-1"))
        hand_over(room, "ani", "budi")
        assert [unit.name for unit in room["budi"].units()] == [unit.name for unit in room["ani"].units()] != []
