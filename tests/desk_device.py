"""An operator's device on a journal without a server around it, for tests in which a person answers."""

from dataclasses import dataclass, field
from datetime import datetime

from tabuah.operations.authority.bodies import DeviceEnrolled, UserCreated
from tabuah.operations.authority.roles import Role
from tabuah.operations.bodies import encode_body
from tabuah.operations.entries import Draft, Verdict
from tabuah.server.journal import ServerJournal
from tabuah.server.sessions.granting import grant_for
from tabuah.storage.journal.chain import ChainHead, append
from tabuah.storage.journal.signing import DeviceKey
from tabuah.storage.journal.wire import PushRequest


@dataclass
class DeskDevice:
    """A person with a role and the device he works on."""

    journal: ServerJournal
    user: str = "ani"
    role: Role = Role.OPERATOR
    key: DeviceKey = field(default_factory=DeviceKey.generate)
    head: ChainHead = field(default_factory=ChainHead)

    def __post_init__(self) -> None:
        device = self.key.device_id
        enrolled = DeviceEnrolled(public_key=self.key.public_key.hex(), tag=self.key.tag, owner=self.user)
        self.journal.append_own(
            [
                Draft(
                    subject=f"user/{self.user}",
                    kind="user.created",
                    body=encode_body(UserCreated(name=self.user, role=self.role)),
                ),
                Draft(subject=f"device/{device}", kind="device.enrolled", body=encode_body(enrolled)),
            ]
        )
        user = self.journal.authority.users[self.user]
        grant = grant_for(self.journal, user, device, self.journal.clock())
        assert grant is not None
        self.grant = grant.id

    def push(self, *drafts: Draft, at: datetime | None = None) -> list[tuple[Verdict, str]]:
        """Write and push; what became of each."""
        chain = []
        for draft in drafts:
            now = at or self.journal.clock()
            chained = append(draft, key=self.key, head=self.head, actor=self.user, grant=self.grant, now=now)
            self.head = chained.head
            chain.append(chained.signed)
        reply = self.journal.push(PushRequest(device=self.key.device_id, entries=tuple(chain)))
        return [(result.verdict, result.reason) for result in reply.results]
