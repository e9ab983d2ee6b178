"""A server's directory whose journal contains the attacks of `attack_samples`, accepted under version 1."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.attack_samples import ATTACK_STATION, ATTACKED_INCIDENT, ATTACKS, attack
from support.operator_device import OperatorDevice

from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Verdict
from tabuah.operations.incidents.drafts import report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import PostedReading, Quality, Reading
from tabuah.server.journal import ServerJournal
from tabuah.storage.readings.store import FILE_NAME, ReadingsStore

WRITERS = {"station": Role.ADMIN, "rule": Role.SUPERVISOR}


def build_attacked_journal(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Create a journal of version 1 with every attack; all of them are accepted."""
    with monkeypatch.context() as older:
        older.setattr("tabuah.server.journal.BringPolicyUpToDate", lambda _key: lambda _batch: ())
        with ServerJournal.open(directory) as journal:
            authors = {
                role: OperatorDevice(journal, user=f"penyerang-{role}", role=role)
                for role in (Role.OPERATOR, *WRITERS.values())
            }
            report = IncidentReported(
                number=f"SLK-{authors[Role.OPERATOR].key.tag}-0001", hazard=Hazard.FLOOD, title="Banjir"
            )
            drafts = [report_incident(report, incident_id=ATTACKED_INCIDENT)]
            for draft in [*drafts, *map(attack, ATTACKS)]:
                author = authors[WRITERS.get(draft.subject.partition("/")[0], Role.OPERATOR)]
                assert author.push(draft) == [(Verdict.ACCEPTED, "")], draft.kind
    with ReadingsStore(directory / FILE_NAME) as store, store.transaction():
        at = datetime.now(UTC)
        store.store([Reading(ATTACK_STATION, "rain_mm", at, 1e308, Quality.SIMULATED)])


def posted(station: str, value: float) -> PostedReading:
    return PostedReading(Reading(station, "rain_mm", datetime.now(UTC), value, Quality.SIMULATED))
