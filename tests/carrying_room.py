"""Three consoles and a server's journal for tests of bundles, exchanging without HTTP and by files."""

import hashlib
import itertools
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from consoles import add_users, enrol, report, sync

from tabuah.operations.authority.roles import Role
from tabuah.operations.incidents.bodies import IncidentAttached
from tabuah.operations.incidents.gestures import attach_to_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.subjects import state_text
from tabuah.server.bundles.opening import take_sealed_attachment
from tabuah.server.errors import Refusal
from tabuah.server.journal import ServerJournal
from tabuah.storage.blobs.store import BlobStore
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.journal.errors import JournalError
from tabuah.storage.journal.protocol import Problem
from tabuah.storage.journal.wire import PushReply, PushRequest
from tabuah.storage.sync.carrying import push_carried
from tabuah.storage.sync.errors import refusal_of

USERS = {"ani": Role.OPERATOR, "budi": Role.FIELD, "citra": Role.FIELD}


class DirectLine:
    """A server's client without a line: the journal itself, with its refusals as they come over HTTP."""

    def __init__(self, journal: ServerJournal) -> None:
        self._journal = journal

    def push(self, request: PushRequest) -> PushReply:
        try:
            return self._journal.push(request)
        except (JournalError, Refusal) as error:
            raise refusal_of(Problem(title="refused", status=409, code=error.code)) from error


class CarryingRoom:
    """The journal, and a console for each user in a folder of its own."""

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
        """Let the server vouch for what a console has."""
        self[name].carrier.keep_checkpoint(self.journal.checkpoint())

    def export(self, name: str, **options: Any) -> Path:
        """A bundle of a console."""
        file = self.folder / f"{name}-{next(self._numbers)}.tabuah"
        self[name].carrier.export(file, **options)
        return file

    def bring(self, name: str) -> int:
        """Sync a console, with what it carries."""
        store = self[name]
        sync(store, self.journal)
        brought = push_carried(store, DirectLine(self.journal))  # type: ignore[arg-type]
        sync(store, self.journal)
        blobs = BlobStore(self.journal.directory.blobs_path)
        for box in store.carrier.boxes():
            path = store.carrier.box_path(box)
            take_sealed_attachment(self.journal, blobs, box=path, content=box.content, user=name)
            store.carrier.box_done(box)
        return brought

    def attach(self, name: str, incident: Incident, content: bytes) -> str:
        """Attach a photo at a console; its hash."""
        store = self[name]
        blob = store.attachments.files.add(content)
        attached = IncidentAttached(
            sha256=blob.sha256, name="foto.jpg", media_type="image/jpeg", size=blob.size, caption=""
        )
        store.save(attach_to_incident(store.incident(incident.id), attached))
        assert blob.sha256 == hashlib.sha256(content).hexdigest()
        return blob.sha256

    def shown(self, name: str) -> dict[str, bytes]:
        """All incidents as a console shows them."""
        store = self[name]
        return {i.id: state_text(store.state(f"incident/{i.id}")) for i in store.incidents()}

    def report(self, name: str, title: str = "Banjir", **fields: object) -> Incident:
        return report(self[name], title, **fields)
