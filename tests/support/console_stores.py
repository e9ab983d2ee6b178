"""Console stores enrolled at a server journal, and their exchange with it without HTTP."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from tabuah.operations.codes import Hazard, Severity, Status
from tabuah.operations.entries import Draft
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.incidents.drafts import caller_value, move_incident, report_incident
from tabuah.operations.incidents.entry_bodies import IncidentReported
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.incidents.place import IncidentPlace
from tabuah.operations.people.entry_bodies import DeviceEnrolled, UserGranted
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.storage.cache.meta import Identity
from tabuah.storage.cache.pulled_pages import Changes
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.identifiers import new_salt, new_uuid
from tabuah.storage.journal.push import PushRequest
from tabuah.storage.journal.sealed_box import published_sealing_key
from tabuah.storage.journal.wire import PullReply

_grants = itertools.count(1)


def enrol(journal: ServerJournal, store: ConsoleStore, user: str, *, expires_at: datetime | None = None) -> None:
    """Enrol a console at a journal under an existing user."""
    known = journal.authority.users[user]
    key = store.own_key()
    identity = Identity(
        server_url="http://127.0.0.1:1",
        server=journal.server_id,
        server_public_key=journal.key.public_key.hex(),
        user=user,
        role=known.role,
    )
    store.remember_identity(identity)  # at the first log-in, earlier work is signed again under the user's name
    device = DeviceEnrolled(
        public_key=key.public_key.hex(),
        tag=key.tag,
        owner=user,
        written_before=store.chain_length,
        written_head=store.chain_head.hash if store.chain_length else "",
        sealing_key=published_sealing_key(key),
    )
    granted = UserGranted(
        grant=f"grant-{next(_grants)}",
        device=key.device_id,
        role=known.role,
        opd=known.opd,
        starts_at=datetime(2026, 1, 1, tzinfo=UTC),
        expires_at=expires_at or datetime(2100, 1, 1, tzinfo=UTC),
    )
    drafts = [
        Draft(subject=f"device/{key.device_id}", kind="device.enrolled", body=encode_body(device)),
        Draft(subject=f"user/{user}", kind="user.granted", body=encode_body(granted)),
    ]
    journal.append_drafts(drafts[1:] if key.device_id in journal.authority.devices else drafts)
    grant = journal.authority.grants[granted.grant]
    store.remember_identity(msgspec.structs.replace(identity, grant=grant, enrolled=True, approved=True))


def add_users(journal: ServerJournal, *, opd: str = "BPBD", **roles: Role) -> None:
    """Add users of an OPD by name and role."""
    from tabuah.operations.people.entry_bodies import UserCreated

    journal.append_drafts(
        [
            Draft(
                subject=f"user/{name}",
                kind="user.created",
                body=encode_body(UserCreated(name=name, role=role, opd=opd)),
            )
            for name, role in roles.items()
        ]
    )


def push(store: ConsoleStore, journal: ServerJournal, *, limit: int = 100) -> int:
    """Send one page of the outbox and return the number of entries."""
    waiting = store.outbox_after(0, limit)
    if not waiting:
        return 0
    request = PushRequest(
        device=store.device,
        entries=tuple(entry.signed for entry in waiting),
        personal=store.personal_among([entry.entry for entry in waiting]),
    )
    store.acknowledge(journal.push(request))
    return len(waiting)


def pull_page(journal: ServerJournal, after: int, limit: int = 1000) -> PullReply:
    """Return a page of the journal as the server sends it."""
    records = journal.records_after(after, limit)
    personal = journal.personal_values_of(records) if records else ()
    return PullReply(records=records, personal=personal, head=journal.head().seq, now=datetime.now(UTC))


def pull(store: ConsoleStore, journal: ServerJournal, *, limit: int = 1000) -> Changes:
    """Pull and apply one page."""
    return store.apply_pull(pull_page(journal, store.head.seq, limit))


def sync(store: ConsoleStore, journal: ServerJournal) -> None:
    """Push and pull everything."""
    while push(store, journal):
        pass
    while store.head.seq < journal.head().seq:
        pull(store, journal)


def report_incident_at(store: ConsoleStore, title: str = "Banjir", *, caller: str = "", **fields: object) -> Incident:
    """Report an incident and return it."""
    body = IncidentReported(
        number=store.next_incident_number(),
        hazard=Hazard.FLOOD,
        title=title,
        severity=Severity.MODERATE,
        place=IncidentPlace(lon_deg=100.6, lat_deg=-0.9, nagari="Koto Baru"),
    )
    incident_id = new_uuid(store.now())
    personal = caller_value(caller, salt=new_salt()) if caller else None
    store.save(report_incident(body, incident_id=incident_id, caller=personal, **fields))  # type: ignore[arg-type]
    return store.incident(incident_id)


def report_false_incident(store: ConsoleStore, title: str = "Banjir") -> Incident:
    """Report an incident and close it as a false report."""
    incident = report_incident_at(store, title)
    store.save(move_incident(incident, Status.FALSE_REPORT, reason="salah lihat"))
    return store.incident(incident.id)


@contextmanager
def open_store(directory: Path) -> Iterator[ConsoleStore]:
    """Open a console store and close it at the end."""
    store = ConsoleStore(directory)
    try:
        yield store
    finally:
        store.close()
