"""Three consoles and a server journal for tests of bundles, exchanging without HTTP and by files."""

import hashlib
import itertools
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from support.console_stores import add_users, enrol, report_incident_at, sync

from tabuah.operations.incidents.drafts import attach_to_incident
from tabuah.operations.incidents.entry_bodies import IncidentAttached
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import state_text
from tabuah.server.bundles.sealed_attachments import open_sealed_attachment
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.journal.protocol import Problem
from tabuah.storage.journal.push import PushReply, PushRequest
from tabuah.storage.sync.errors import error_from_problem
from tabuah.storage.sync.relay import push_relayed

USERS = {"ani": Role.OPERATOR, "budi": Role.FIELD, "citra": Role.FIELD}


class DirectClient:
    """Client of a journal without a connection; errors are those of HTTP."""

    def __init__(self, journal: ServerJournal) -> None:
        self._journal = journal

    def push(self, request: PushRequest) -> PushReply:
        try:
            return self._journal.push(request)
        except (JournalError, Refusal) as error:
            raise error_from_problem(Problem(title="refused", status=409, code=error.code)) from error


class BundleExchange:
    """The journal, and a console for each user in a separate folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stack = ExitStack()
        self.journal = self.stack.enter_context(ServerJournal.open(folder / "server"))
        if "ani" not in self.journal.authority.users:
            add_users(self.journal, **USERS)
        self.consoles = {name: self.open(name) for name in USERS}
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stack.close()

    def __getitem__(self, name: str) -> ConsoleStore:
        return self.consoles[name]

    def open(self, name: str) -> ConsoleStore:
        store = ConsoleStore(self.folder / name)
        self.stack.callback(store.close)
        return store

    def let_in(self, *names: str) -> None:
        """Enrol consoles and bring them up to date."""
        for name in names:
            enrol(self.journal, self[name], name)
        for name in names:
            sync(self[name], self.journal)
            self.vouch(name)

    def vouch(self, name: str) -> None:
        """Save a checkpoint of the server at a console."""
        self[name].history.pin(self.journal.checkpoint())

    def export(self, name: str, **options: Any) -> Path:
        """Export a bundle of a console."""
        file = self.folder / f"{name}-{next(self._numbers)}.tabuah"
        self[name].relay.export_bundle(file, **options)
        return file

    def sync_carried(self, name: str) -> int:
        """Sync a console, including the entries that it relays."""
        store = self[name]
        sync(store, self.journal)
        brought = push_relayed(store, DirectClient(self.journal))  # type: ignore[arg-type]
        sync(store, self.journal)
        blobs = BlobStore(self.journal.directory.blobs_path)
        for box in store.relay.boxes():
            path = store.relay.box_path(box)
            open_sealed_attachment(self.journal, blobs, box=path, content=box.content, user=name)
            store.relay.remove_box(box)
        return brought

    def attach(self, name: str, incident: Incident, content: bytes) -> str:
        """Attach a photo at a console and return its hash."""
        store = self[name]
        blob = store.attachments.files.add(content)
        attached = IncidentAttached(
            sha256=blob.sha256, name="foto.jpg", media_type="image/jpeg", size=blob.size, caption=""
        )
        store.save(attach_to_incident(store.incident(incident.id), attached))
        assert blob.sha256 == hashlib.sha256(content).hexdigest()
        return blob.sha256

    def shown(self, name: str) -> dict[str, bytes]:
        """Return all incidents as a console shows them."""
        store = self[name]
        return {i.id: state_text(store.state(f"incident/{i.id}")) for i in store.incidents()}

    def report(self, name: str, title: str = "Banjir", **fields: object) -> Incident:
        return report_incident_at(self[name], title, **fields)
