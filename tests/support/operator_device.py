"""Device of an operator on a journal without a server, for tests with decisions by people."""

from dataclasses import dataclass, field
from datetime import datetime

from tabuah.operations.entries import Draft, Verdict
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.entry_bodies import DeviceEnrolled, UserCreated
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.server.people.enrolment import grant_for
from tabuah.storage.journal.chain import ChainHead, append_draft
from tabuah.storage.journal.push import PushRequest
from tabuah.storage.journal.signatures import DeviceKey


@dataclass
class OperatorDevice:
    """A user with a role and a device."""

    journal: ServerJournal
    user: str = "ani"
    role: Role = Role.OPERATOR
    key: DeviceKey = field(default_factory=DeviceKey.generate)
    head: ChainHead = field(default_factory=ChainHead)
    written_before: int = 0

    def __post_init__(self) -> None:
        device = self.key.device_id
        enrolled = DeviceEnrolled(
            public_key=self.key.public_key.hex(),
            tag=self.key.tag,
            owner=self.user,
            written_before=self.written_before,
        )
        self.journal.append_drafts(
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
        """Write and push; return verdict and reason of each entry."""
        chain = []
        for draft in drafts:
            now = at or self.journal.clock()
            chained = append_draft(draft, key=self.key, head=self.head, actor=self.user, grant=self.grant, now=now)
            self.head = chained.head
            chain.append(chained.signed)
        reply = self.journal.push(PushRequest(device=self.key.device_id, entries=tuple(chain)))
        return [(result.verdict, result.reason) for result in reply.results]
