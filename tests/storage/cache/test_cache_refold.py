"""Entries of a newer version: stored, read-only, and refolded after the update."""

from pathlib import Path

import pytest
from histories.gestures import change
from histories.versions import NEWER_KIND, running
from support.console_stores import add_users, enrol, open_store, report_incident_at, sync

from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.drafts import note_incident
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import state_text
from tabuah.server.journal import ServerJournal


def test_unknown_kind_is_read_only_until_update(tmp_path: Path):
    with running(newer=True), ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, ani=Role.OPERATOR, budi=Role.FIELD)
        with open_store(tmp_path / "ani") as newer, running(newer=False), open_store(tmp_path / "budi") as older:
            with running(newer=True):
                enrol(journal, newer, "ani")
                enrol(journal, older, "budi")
                incident = report_incident_at(newer)
                newer.save(change("survey", 0, incident, incident))
                sync(newer, journal)
            sync(older, journal)
            subject = f"incident/{incident.id}"
            assert older.state(subject).unknown_kinds == (NEWER_KIND,)
            with pytest.raises(NotPossible, match="needs_newer_version"):
                older.save(note_incident(older.incident(incident.id), "catatan"))
        with open_store(tmp_path / "budi") as updated:
            assert updated.state(subject).unknown_kinds == ()
            assert state_text(updated.state(subject)) == state_text(journal.state_of(subject))
            updated.save(note_incident(updated.incident(incident.id), "catatan"))
