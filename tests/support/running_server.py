"""A real server in this process, and devices that write to it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import msgspec
from argon2 import PasswordHasher, profiles
from support.wait import wait_for_notification

from tabuah.operations.entries import Draft, PersonalValue
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.authority import Grant
from tabuah.operations.people.entry_bodies import UserCreated
from tabuah.operations.people.roles import Role
from tabuah.server.listen_address import ListenAddress
from tabuah.server.people.access_tokens import AccessTokens
from tabuah.server.service import ServerService, ServerSettings
from tabuah.storage.journal.chain import ChainedEntry, ChainHead, append_draft
from tabuah.storage.journal.people_protocol import sign_log_in
from tabuah.storage.journal.protocol import Enrolment, EnrolRequest, Session, SessionRequest, sign_enrolment
from tabuah.storage.journal.push import PushReply, PushRequest
from tabuah.storage.journal.signatures import DeviceKey
from tabuah.storage.journal.wire import PullReply

PASSWORD = "batang-lembang"


def utc_now() -> datetime:
    return datetime.now(UTC)


@cache
def hash_of(password: str) -> str:
    """Return a password hash at the lowest cost of Argon2: each log-in pays the cost in the hash."""
    return PasswordHasher.from_parameters(profiles.CHEAPEST).hash(password)


@dataclass
class RunningServer:
    """A server that answers at `url`."""

    service: ServerService
    url: str
    thread: threading.Thread

    def stop(self) -> None:
        """Stop the server, and wait until it has ended: until then it answers."""
        self.service.stop()
        self.thread.join(timeout=20)
        assert not self.thread.is_alive(), "the server did not end"

    @property
    def journal(self) -> Any:
        return self.service.journal

    def add_user(self, name: str, role: Role = Role.OPERATOR, *, opd: str = "BPBD", password: str = PASSWORD) -> None:
        body = UserCreated(name=name, role=role, opd=opd)
        draft = Draft(subject=f"user/{name}", kind="user.created", body=encode_body(body))
        self.journal.append_drafts([draft], passwords={name: hash_of(password)})
        wait_for_notification(self.journal)

    @contextmanager
    def client(self, user: str = "") -> Iterator[httpx2.Client]:
        """Open an HTTP client, with the access token of a user if named."""
        with httpx2.Client(base_url=self.url, timeout=20, trust_env=False) as client:
            if user:
                self.authorise(client, user)
            yield client

    @contextmanager
    def approved_client(self, user: str) -> Iterator[httpx2.Client]:
        """Open an HTTP client of a user on an enrolled device, which is approved where the server approves all."""
        with self.client(user) as client:
            device = WritingDevice(client, user)
            device.enrol()
            self.authorise(client, user, device.key.device_id)
            yield client

    def authorise(self, client: httpx2.Client, user: str, device: str = "") -> None:
        """Let the requests of a client carry a token of a user, on a device if named."""
        token, _expires_at = AccessTokens(self.journal.key.secret).issue(user, utc_now(), device=device)
        client.headers["Authorization"] = f"Bearer {token}"


@contextmanager
def start_server(
    directory: Path,
    *,
    port: int = 0,
    address: ListenAddress | None = None,
    clock: Callable[[], datetime] = utc_now,
    **settings: Any,
) -> Iterator[RunningServer]:
    """Run a server on a free port, on `port` or at `address`, until the block ends."""
    where = address or ListenAddress(port=port)
    service = ServerService(ServerSettings(directory=directory, address=where, **settings), clock=clock)
    thread = threading.Thread(target=service.run, name="server-under-test")
    thread.start()
    server = RunningServer(service, service.url, thread)
    try:
        yield server
    finally:
        server.stop()


def log_in(client: httpx2.Client, user: str, *, password: str = PASSWORD, key: DeviceKey | None = None) -> Session:
    """Log in as a program, or as the device of a key, which is proven."""
    request = SessionRequest(user=user, password=password)
    reply = client.post("/v1/session", content=msgspec.json.encode(proven_log_in(client, request, key)))
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.content, type=Session)


def proven_log_in(client: httpx2.Client, request: SessionRequest, key: DeviceKey | None) -> SessionRequest:
    """Return a log-in of the device of a key, with its proof."""
    if key is None:
        return request
    challenge = client.post("/v1/session/challenge", json={"user": request.user}).json()
    request = msgspec.structs.replace(request, device=key.device_id, nonce=challenge["nonce"])
    return sign_log_in(request, key, server=challenge["server"])


@dataclass
class WritingDevice:
    """A device with key, chain and grant, without a console."""

    client: httpx2.Client
    user: str
    key: DeviceKey = field(default_factory=DeviceKey.generate)
    head: ChainHead = field(default_factory=ChainHead)
    grant: str = ""

    def enrol(self, *, written_before: int = 0) -> Enrolment:
        reply = self.ask_enrolment(written_before=written_before)
        assert reply.status_code == 200, reply.text
        enrolment = msgspec.json.decode(reply.content, type=Enrolment)
        self.take(enrolment.grant)
        return enrolment

    def ask_enrolment(self, **changes: Any) -> httpx2.Response:
        """Ask for an enrolment with a proof of the written chain; `changes` come before the signature."""
        challenge = self.client.post("/v1/devices/challenge").json()
        written_before = changes.pop("written_before", 0)
        request = EnrolRequest(
            public_key=self.key.public_key.hex(),
            proof="",
            name="laptop",
            written_before=written_before,
            written_head=self.head.hash if written_before else "",
            nonce=challenge["nonce"],
        )
        request = msgspec.structs.replace(request, **changes)
        request = sign_enrolment(request, self.key, user=self.user, server=challenge["server"])
        return self.client.post("/v1/devices", content=msgspec.json.encode(request))

    def take(self, grant: Grant | None) -> None:
        self.grant = grant.id if grant else self.grant

    def write(self, draft: Draft, *, at: datetime | None = None) -> ChainedEntry:
        chained = append_draft(
            draft, key=self.key, head=self.head, actor=self.user, grant=self.grant, now=at or utc_now()
        )
        self.head = chained.head
        return chained

    def request(self, *chain: ChainedEntry, personal: tuple[PersonalValue, ...] = ()) -> PushRequest:
        return PushRequest(
            device=self.key.device_id, entries=tuple(chained.signed for chained in chain), personal=personal
        )

    def post(self, *chain: ChainedEntry, personal: tuple[PersonalValue, ...] = ()) -> httpx2.Response:
        return self.client.post("/v1/journal", content=msgspec.json.encode(self.request(*chain, personal=personal)))

    def push(self, *chain: ChainedEntry, personal: tuple[PersonalValue, ...] = ()) -> PushReply:
        reply = self.post(*chain, personal=personal)
        assert reply.status_code == 200, reply.text
        return msgspec.json.decode(reply.content, type=PushReply)

    def pull(self, after: int = 0, limit: int = 500) -> PullReply:
        reply = self.client.get("/v1/journal", params={"after": after, "limit": limit})
        assert reply.status_code == 200, reply.text
        return msgspec.json.decode(reply.content, type=PullReply)
