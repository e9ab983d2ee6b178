"""What a newer version wrote is kept and read-only here, and becomes whole once this console is updated."""

from pathlib import Path

import pytest
from consoles import add_users, enrol, open_store, report, sync
from histories.people import change
from histories.versions import NEWER_KIND, running

from tabuah.operations.authority.roles import Role
from tabuah.operations.errors import NotPossible
from tabuah.operations.incidents.gestures import note_incident
from tabuah.operations.subjects import state_text
from tabuah.server.journal import ServerJournal


def test_an_unknown_kind_makes_read_only_until_the_update(tmp_path: Path):
    with running(newer=True), ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, ani=Role.OPERATOR, budi=Role.FIELD)
        with open_store(tmp_path / "ani") as newer, running(newer=False), open_store(tmp_path / "budi") as older:
            with running(newer=True):
                enrol(journal, newer, "ani")
                enrol(journal, older, "budi")
                incident = report(newer)
                newer.save(change("survey", 0, incident, incident))
                sync(newer, journal)
            sync(older, journal)
            subject = f"incident/{incident.id}"
            assert older.state(subject).unknown_kinds == (NEWER_KIND,)
            with pytest.raises(NotPossible, match="versi"):
                older.save(note_incident(older.incident(incident.id), "catatan"))
        with open_store(tmp_path / "budi") as updated:
            assert updated.state(subject).unknown_kinds == ()
            assert state_text(updated.state(subject)) == state_text(journal.state_of(subject))
            updated.save(note_incident(updated.incident(incident.id), "catatan"))
