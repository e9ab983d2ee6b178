"""Dropping the newest records gives the journal that it was before them."""

from pathlib import Path

from support.console_stores import add_users, enrol, open_store, report_incident_at, sync
from support.station_file_samples import sample_document

from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.exercises.drafts import end_exercise, start_exercise, wipe_exercise
from tabuah.operations.incidents.drafts import attach_to_incident, note_incident
from tabuah.operations.people.entry_bodies import UserCreated
from tabuah.operations.people.roles import Role
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.admission.server_entries import AppendServerEntries
from tabuah.server.audit import audit_server
from tabuah.server.handback.dropped_records import drop_records
from tabuah.server.journal import ServerJournal

TABLES = {
    "states": "SELECT subject, state FROM subject_states WHERE state <> '{}' ORDER BY subject",
    "numbers": "SELECT number, subject FROM incident_numbers ORDER BY number",
    "attached": "SELECT sha256, subject FROM blob_subjects ORDER BY sha256, subject",
    "chains": "SELECT device, n, hash FROM chain_heads WHERE n > 0 ORDER BY device",
    "entries": "SELECT seq, hash FROM entries ORDER BY seq",
}
BODY = UserCreated(name="citra", role=Role.OPERATOR, opd="BPBD")
MARK = Draft(subject="user/citra", kind="user.created", body=encode_body(BODY))


def tables_of(journal: ServerJournal) -> dict[str, list[tuple[object, ...]]]:
    def read(query: str) -> list[tuple[object, ...]]:
        return journal.read(lambda connection: [tuple(row) for row in connection.exec_driver_sql(query)])

    return {name: read(query) for name, query in TABLES.items()}


def test_dropped_records_leave_no_trace(tmp_path: Path):
    with ServerJournal.open(tmp_path / "server") as journal:
        add_users(journal, ani=Role.SUPERVISOR)
        with open_store(tmp_path / "ani") as ani:
            enrol(journal, ani, "ani")
            ani.save(start_exercise("Gempa", known=(), suffix="1"))
            real = report_incident_at(ani, "Banjir")
            drill = report_incident_at(ani, "Latihan", exercise=True, exercise_id="gempa-1")
            ani.save(attach_to_incident(drill, sample_document()))
            sync(ani, journal)
            before, common = tables_of(journal), journal.head()
            authority = journal.authority
            add_users(journal, budi=Role.OPERATOR)
            ani.save(note_incident(ani.incident(real.id), "sesudah"))
            ani.save(attach_to_incident(ani.incident(real.id), sample_document(b"nyata")))
            report_incident_at(ani, "Longsor")
            for change in (end_exercise, wipe_exercise):
                ani.save(change(ani.exercises()[0]))
            sync(ani, journal)
        assert journal.state_of(f"incident/{drill.id}").value is None
        dropped = journal.records_after(common.seq)

        def drop_and_write(batch: AdmissionBatch) -> None:
            drop_records(batch, common.seq, dropped)
            assert batch.authority == authority
            AppendServerEntries(journal.key, (MARK,))(batch)

        journal.submit(drop_and_write).result()
        after = tables_of(journal)
        assert after["entries"].pop()[0] == common.seq + 1
        assert [row for row in after["states"] if row[0] != "user/citra"] == before["states"]
        assert [after[name] for name in ("entries", "numbers", "attached")] == [
            before[name] for name in ("entries", "numbers", "attached")
        ]
        own = journal.key.device_id
        assert [row for row in after["chains"] if row[0] != own] == [r for r in before["chains"] if r[0] != own]
    assert audit_server(tmp_path / "server").findings == ()
