"""A server's directory whose journal contains the attacks of `attack_samples`, accepted under version 1."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.attack_samples import ATTACK_STATION, ATTACKED_INCIDENT, ATTACKS, attack
from support.judged_journal import key_of
from support.operator_device import OperatorDevice
from support.weak_keys import WEAK_KEYS

from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents.drafts import report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.people.entry_bodies import DeviceEnrolled
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
            _enrol_without_proof(journal)
            for draft in [*drafts, *map(attack, ATTACKS)]:
                author = authors[WRITERS.get(draft.subject.partition("/")[0], Role.OPERATOR)]
                assert author.push(draft) == [(Verdict.ACCEPTED, "")], draft.kind
    with ReadingsStore(directory / FILE_NAME) as store, store.transaction():
        at = datetime.now(UTC)
        store.store([Reading(ATTACK_STATION, "rain_mm", at, 1e308, Quality.SIMULATED)])


def _enrol_without_proof(journal: ServerJournal) -> None:
    """Enrol a key of small order, and a device that vouches for anything: it writes in the name of another user."""
    forger = OperatorDevice(journal, user="pemalsu", written_before=1_000_000)
    enrolled = DeviceEnrolled(public_key=WEAK_KEYS[0], tag="LMAH", owner="pemalsu")
    draft = Draft(subject=f"device/{'0' * 32}", kind="device.enrolled", body=encode_body(enrolled))
    journal.append_drafts([draft])
    forger.grant, forger.user = "", "penyerang-supervisor"
    report = IncidentReported(number=f"SLK-{forger.key.tag}-0001", hazard=Hazard.FLOOD, title="Palsu")
    forged = report_incident(report, incident_id=key_of(2))
    assert forger.push(forged, at=datetime(2020, 1, 1, tzinfo=UTC)) == [(Verdict.ACCEPTED, "")]


def posted(station: str, value: float) -> PostedReading:
    return PostedReading(Reading(station, "rain_mm", datetime.now(UTC), value, Quality.SIMULATED))
