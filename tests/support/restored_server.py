"""A server that can be put back to an older copy, with consoles that know more than the copy."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from support.console_stores import report_incident_at
from support.running_server import PASSWORD, RunningServer, start_server

from tabuah.operations.incidents.drafts import note_incident
from tabuah.operations.incidents.incident import Incident
from tabuah.operations.people.roles import Role
from tabuah.operations.subject_state import state_text
from tabuah.server.backup import back_up_server, restore_server
from tabuah.storage.cache.store import ConsoleStore
from tabuah.storage.sync.session import ConsoleSession, log_in
from tabuah.storage.sync.sync_pass import SyncResult, run_sync_pass

AT_ONCE = timedelta(0)


@dataclass
class RestorableServer:
    """One server at a time on a changing directory, and the consoles that belong to it."""

    folder: Path
    settling: timedelta = AT_ONCE
    stack: ExitStack = field(default_factory=ExitStack)
    consoles: dict[str, ConsoleStore] = field(default_factory=dict)
    _running: ExitStack = field(default_factory=ExitStack)
    _restores: int = 0

    def start(self, directory: Path | None = None, port: int = 0) -> None:
        self.directory = directory or self.folder / "server"
        self.server: RunningServer = self._running.enter_context(
            start_server(self.directory, port=port, settling=self.settling)
        )

    def stop(self) -> None:
        self._running.close()

    def close(self) -> None:
        self.stop()
        self.stack.close()

    @property
    def port(self) -> int:
        return int(self.server.url.rsplit(":", 1)[1])

    def console(self, user: str, role: Role = Role.OPERATOR) -> ConsoleStore:
        """Log in on a new console."""
        if user not in self.server.journal.authority.users:
            self.server.add_user(user, role)
        store = ConsoleStore(self.folder / user)
        self.stack.callback(store.close)
        self.consoles[user] = store
        log_in(store, url=self.server.url, user=user, password=PASSWORD)
        self.sync(user)
        return store

    def log_in(self, user: str) -> None:
        log_in(self.consoles[user], url=self.server.url, user=user, password=PASSWORD)

    def sync(self, user: str) -> SyncResult:
        store = self.consoles[user]
        session = ConsoleSession(store)
        with session.client:
            return run_sync_pass(store, session)

    def sync_all(self) -> None:
        for user in self.consoles:
            self.sync(user)

    def back_up(self) -> Path:
        target = self.folder / f"backup-{self._restores}"
        back_up_server(self.directory, target)
        return target

    def copy_files(self) -> Path:
        """Copy the server's folder while it is stopped."""
        port, target = self.port, self.folder / f"files-{self._restores}"
        self.stop()
        shutil.copytree(self.directory, target)
        self.start(self.directory, port)
        return target

    def restore(self, backup: Path) -> None:
        """Replace the running server by one restored by the command."""
        port = self.port
        self.stop()
        self._restores += 1
        into = self.folder / f"restored-{self._restores}"
        restore_server(backup, into)
        self.start(into, port)

    def put_back(self, files: Path) -> None:
        """Replace the running server by one whose files were copied back."""
        port = self.port
        self.stop()
        self._restores += 1
        self.start(files, port)

    def report(self, user: str, title: str = "Banjir") -> Incident:
        return report_incident_at(self.consoles[user], title)

    def note(self, user: str, incident: Incident, text: str) -> None:
        store = self.consoles[user]
        store.save(note_incident(store.incident(incident.id), text))

    def states(self, user: str) -> dict[str, bytes]:
        """Return the states of all incidents at a console."""
        store = self.consoles[user]
        return {incident.id: state_text(store.confirmed(f"incident/{incident.id}")) for incident in store.incidents()}


@contextmanager
def restorable_server(folder: Path, settling: timedelta = AT_ONCE) -> Iterator[RestorableServer]:
    server = RestorableServer(folder, settling)
    server.start()
    try:
        yield server
    finally:
        server.close()


@contextmanager
def server_with_report(folder: Path, title: str, roles: Mapping[str, Role]) -> Iterator[RestorableServer]:
    """Start a server with a console of each user and one synced report of ani."""
    with restorable_server(folder) as server:
        for user, role in roles.items():
            server.console(user, role)
        server.report("ani", title)
        server.sync_all()
        yield server
