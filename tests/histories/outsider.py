"""Outsider: a device of a known user, whose program writes what no console would."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from histories import versions
from histories.world import World

from tabuah.operations.entries import Draft, Entry
from tabuah.operations.entry_kinds import encode_body
from tabuah.operations.people.authority import Grant
from tabuah.operations.people.entry_bodies import DeviceEnrolled
from tabuah.server.people.enrolment import grant_for
from tabuah.storage.journal.chain import ChainHead, append_draft
from tabuah.storage.journal.push import PushedEntry, PushRequest
from tabuah.storage.journal.signatures import DeviceKey


@dataclass
class Outsider:
    """An enrolled device without a console."""

    world: World
    user: str
    key: DeviceKey = field(default_factory=DeviceKey.generate)
    head: ChainHead = field(default_factory=ChainHead)

    def __post_init__(self) -> None:
        body = DeviceEnrolled(public_key=self.key.public_key.hex(), tag=self.key.tag, owner=self.user)
        draft = Draft(subject=f"device/{self.key.device_id}", kind="device.enrolled", body=encode_body(body))
        with versions.running(newer=self.world.server.newer):
            self.world.server.journal.append_drafts([draft])

    def grant(self) -> Grant:
        """Return the user's present grant on this device, renewed if necessary."""
        journal = self.world.server.journal
        with versions.running(newer=self.world.server.newer):
            grant = grant_for(journal, journal.authority.users[self.user], self.key.device_id, self.world.clock())
        assert grant is not None
        return grant

    def request_of(self, drafts: Iterable[Draft]) -> PushRequest:
        """Return a push of several entries, without sending it."""
        grant, head, signed = self.grant().id, self.head, []
        for draft in drafts:
            now = self.world.clock()
            chained = append_draft(draft, key=self.key, head=head, actor=self.user, grant=grant, now=now)
            head = chained.head
            signed.append(chained.signed)
        return PushRequest(device=self.key.device_id, entries=tuple(signed))

    def _moment_of(self, actor: str, draft: Draft) -> datetime:
        """Return the present, later than a gesture that a console with another clock made at the same moment."""
        now = self.world.clock()
        while (actor, now, draft.kind) in self.world.ledger.gestures:
            now = self.world.clock()
        return now

    def write(
        self, draft: Draft, *, actor: str = "", grant: str | None = None, at: datetime | None = None
    ) -> tuple[Entry, PushedEntry]:
        """Sign an entry and push it: by default as its user, under the present grant, now."""
        grant = self.grant().id if grant is None else grant
        now = at or self._moment_of(actor or self.user, draft)
        chained = append_draft(draft, key=self.key, head=self.head, actor=actor or self.user, grant=grant, now=now)
        request = PushRequest(device=self.key.device_id, entries=(chained.signed,))
        with versions.running(newer=self.world.server.newer):
            reply = self.world.server.journal.push(request)
        self.head = chained.head
        self.world.note(chained.entry, None)
        return chained.entry, reply.results[0]


def outsider_of(world: World, user: str) -> Outsider:
    """Return a user's device without a console, enrolled when it is first needed."""
    if user not in world.outsiders:
        world.outsiders[user] = Outsider(world, user)
    return world.outsiders[user]
