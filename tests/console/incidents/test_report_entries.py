"""The entries of a report, also for a server with older rules."""

from pathlib import Path

import pytest
from support.console_stores import add_users, enrol, open_store, pull, push

from tabuah.console.incidents.report_entries import addition_entries, report_entries
from tabuah.operations.codes import Hazard
from tabuah.operations.entries import subject_key
from tabuah.operations.exercises.scope import REAL_WORLD
from tabuah.operations.incidents.entry_bodies import Answer, IncidentAnswered, IncidentReported
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal

PLACE = IncidentPlace(lon_deg=100.6, lat_deg=-0.8, nagari="Koto Baru", landmark_text="dekat masjid")
BODY = IncidentReported(number="", hazard=Hazard.FLOOD, title="Banjir", description="air naik", place=PLACE)
ANSWERED = IncidentAnswered(answers=(Answer(question="water_cm", value=80.0),), people_at_risk=2)


@pytest.mark.parametrize("is_older", [False, True])
def test_report_keeps_its_answers_under_all_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_older: bool):
    if is_older:
        monkeypatch.setattr("tabuah.server.journal.BringPolicyUpToDate", lambda _key: lambda _batch: ())
    with ServerJournal.open(tmp_path / "server") as journal, open_store(tmp_path / "ani") as store:
        add_users(journal, ani=Role.OPERATOR)
        enrol(journal, store, "ani")
        pull(store, journal)
        saved = store.save_all(report_entries(store, BODY, ANSWERED, scope=REAL_WORLD, caller="Pak Budi"))
        incident = store.incident(subject_key(saved[0].entry.subject))
        store.save_all(addition_entries(store, incident, "tambahan", ANSWERED))
        push(store, journal)
        pull(store, journal)
        incident = store.incident(incident.id)
        lines = [entry.body for entry, _verdict in store.entries_of(f"incident/{incident.id}")]
        assert not store.is_pending(f"incident/{incident.id}")
        assert incident.intake.people_at_risk == (None if is_older else 2)
        assert ("Ketinggian air? 80 cm" in incident.description) is is_older
        assert incident.place.landmark == ("" if is_older else "dekat masjid")
        assert ("Patokan: dekat masjid" in incident.description) is is_older
        assert sum(b"Ketinggian" in bytes(line) for line in lines) == (2 if is_older else 0)
