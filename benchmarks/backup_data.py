"""Data of the backup benchmark: the directory of a server with entries, readings and attachments."""

import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from bench_bootstrap import DEVICES, PASSWORD, Author, prepare, write
from bench_readings import station

from tabuah.operations.codes import Hazard
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents import entry_bodies
from tabuah.operations.people.roles import Role
from tabuah.operations.readings.reading import Reading
from tabuah.operations.stations.entry_bodies import StationRegistered
from tabuah.operations.stations.station import Station
from tabuah.server.administration import write_initial_rules
from tabuah.server.admission.journal_cache import AdmissionBatch
from tabuah.server.admission.persistence import save_entries
from tabuah.server.admission.verdicts import admit
from tabuah.server.attachments.routes import record_blob
from tabuah.server.journal import ServerJournal
from tabuah.server.people.user_changes import create_user
from tabuah.server.snapshots.snapshot_store import SnapshotStore
from tabuah.storage.blobs.store import Blob, BlobStore
from tabuah.storage.journal.chain import append_draft
from tabuah.storage.journal.identifiers import new_subject
from tabuah.storage.readings.store import FILE_NAME as READINGS_NAME
from tabuah.storage.readings.store import ReadingsStore

OFFICES: Final = tuple(f"kantor{number:02}" for number in range(10))
GATEWAY: Final = "gerbang"
STATIONS: Final = 200
OPEN_INCIDENTS: Final = 500
_MB: Final = 1_000_000
_PHOTO_BYTES: Final = _MB
_VIDEO_BYTES: Final = 50 * _MB
_FILES_A_VIDEO: Final = 200
_FILES_AN_INCIDENT: Final = 20
_SIZE_NAME: Final = "prepared.json"


class DataSize(msgspec.Struct, frozen=True):
    """The amount of data: entries, readings, and bytes of attachments."""

    entries: int
    readings: int
    attachment_bytes: int


FULL: Final = DataSize(1_000_000, 10_000_000, 2_000 * _MB)
SMALL: Final = DataSize(20_000, 200_000, 60 * _MB)


def prepared_server(folder: Path, size: DataSize) -> Path:
    """Return the directory of a server with that much data; create it if it is not there."""
    server, made = folder / "server", folder / _SIZE_NAME
    if made.is_file() and msgspec.json.decode(made.read_bytes(), type=DataSize) == size:
        return server
    made.unlink(missing_ok=True)
    shutil.rmtree(server, ignore_errors=True)
    server.mkdir(parents=True)
    for name, work in (("entries and attachments", _write_entries), ("readings", _write_readings)):
        began_s = time.perf_counter()
        work(server, size)
        print(f"{name} written in {time.perf_counter() - began_s:.0f} s", flush=True)
    made.write_bytes(msgspec.json.encode(size))
    return server


def copy_of(server: Path, target: Path) -> Path:
    """Copy the directory of a server; attachments, which never change, become hard links."""
    shutil.copytree(server, target, ignore=shutil.ignore_patterns("blobs", "*.lock"))
    (target / "blobs").mkdir()
    for blob in (server / "blobs").iterdir():
        if blob.is_file():
            os.link(blob, target / "blobs" / blob.name)
    os.sync()  # otherwise the disk would still be writing during the measurement
    return target


def _write_entries(server: Path, size: DataSize) -> None:
    stored = _store_attachments(BlobStore(server / "blobs"), size.attachment_bytes)
    authors = [Author(number) for number in range(DEVICES)]
    with ServerJournal.open(server) as journal:
        prepare(journal, authors)
        for office in OFFICES:
            create_user(journal, name=office, role=Role.OPERATOR, opd="BPBD", password=PASSWORD)
        _register_stations(journal)
        for first in range(0, len(stored), _FILES_AN_INCIDENT):
            _attach(journal, authors[0], stored[first : first + _FILES_AN_INCIDENT])
        left = size.entries - journal.head().seq + OPEN_INCIDENTS  # an open incident has an entry less
        write(journal, authors, left, open_incidents=OPEN_INCIDENTS)
        SnapshotStore(journal).make()


def _register_stations(journal: ServerJournal) -> None:
    write_initial_rules(journal)
    create_user(journal, name=GATEWAY, role=Role.GATEWAY, opd="BPBD", password=PASSWORD)
    for number in range(STATIONS):
        body = StationRegistered(station=_station(number))
        subject = f"station/{body.station.code}"
        journal.append_drafts([Draft(subject=subject, kind="station.registered", body=encode_body(body))])


def _station(number: int) -> Station:
    """Return a river gauge or a rain gauge in turn, on a grid of 4 by 10 km."""
    row, column = divmod(number, 20)
    lon_deg, lat_deg = 100.3 + 0.04 * column, -0.6 - 0.1 * row
    return msgspec.structs.replace(station(number), lon_deg=lon_deg, lat_deg=lat_deg, gateway=GATEWAY)


def minute_of_readings(at: datetime) -> list[Reading]:
    """Return one reading of every station: stages far below every threshold, and no rain."""
    return [
        Reading(f"B-{n:04d}", "stage_m", at, 1.0 + (n + at.minute) % 10 / 100)
        if n % 2 == 0
        else Reading(f"B-{n:04d}", "rain_mm", at, 0.0)
        for n in range(STATIONS)
    ]


def _store_attachments(blobs: BlobStore, left: int) -> list[Blob]:
    """Store photos of 1 MB, and a video of 50 MB for every 200 files."""
    stored: list[Blob] = []
    while left > 0:
        wanted = _VIDEO_BYTES if len(stored) % _FILES_A_VIDEO == _FILES_A_VIDEO // 20 else _PHOTO_BYTES
        stored.append(blobs.add(os.urandom(min(left, wanted))))
        left -= stored[-1].size
    return stored


def _attach(journal: ServerJournal, author: Author, files: list[Blob]) -> None:
    """Write an incident with attachments, as its device and the uploads would."""
    author.counter += 1
    subject = new_subject("incident", datetime.now(UTC))
    bodies: list[tuple[str, msgspec.Struct]] = [
        (
            "incident.reported",
            entry_bodies.IncidentReported(
                number=f"SLK-{author.key.tag}-{author.counter:04d}", hazard=Hazard.FLOOD, title="Banjir di Koto Baru"
            ),
        ),
        *(
            (
                "incident.attached",
                entry_bodies.IncidentAttached(
                    sha256=file.sha256, name="foto.jpg", media_type="image/jpeg", size=file.size
                ),
            )
            for file in files
        ),
    ]

    def work(batch: AdmissionBatch) -> None:
        chain = []
        for kind, body in bodies:
            chained = append_draft(
                Draft(subject=subject, kind=kind, body=encode_body(body)),
                key=author.key, head=author.head, actor="ani", grant=author.grant_of("ani"), now=batch.now,
            )  # fmt: skip
            author.head = chained.head
            chain.append(chained)
        records = [admit(batch, chained) for chained in chain]
        assert all(record.verdict == "accepted" for record in records), {record.reason for record in records}
        save_entries(batch.connection, zip(chain, records, strict=True))
        for file in files:
            record_blob(batch.connection, file, "ani", batch.now)

    journal.submit(work).result()


def _write_readings(server: Path, size: DataSize) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    with ReadingsStore(server / READINGS_NAME) as store:
        for minute in range(size.readings // STATIONS, 0, -1):
            at = now - timedelta(minutes=minute)
            store.store(minute_of_readings(at), account=GATEWAY, now=at)
        store.roll_up(now)
