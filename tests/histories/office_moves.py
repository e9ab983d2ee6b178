"""Moves of administration: devices approved and revoked, roles and versions changed, days passed."""

from collections.abc import Callable
from datetime import timedelta

from histories.base_machine import CONSOLES, HistoryMachine
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.people.roles import Role
from tabuah.server.administration import revoke_device

ROLES = (Role.FIELD, Role.OPERATOR, Role.SUPERVISOR, Role.VIEWER)
ACTS = ("revoke", "approve", "role", "lock", "unlock", "server", "update")


class OfficeMoves(HistoryMachine):
    """Moves of an administrator, and of the calendar."""

    @rule(number=CONSOLES, what=st.sampled_from(ACTS), role=st.sampled_from(ROLES))
    def administer(self, number: int, what: str, role: Role) -> None:
        console, server = self.console(number), self.world.server
        acts: dict[str, Callable[[], object]] = {
            "revoke": lambda: self.revoke(console.store.device),
            "approve": self.approve,
            "role": lambda: server.change_user(console.user, UserChanged(role=role)),
            "lock": lambda: server.change_user(console.user, UserChanged(active=False)),
            "unlock": lambda: server.change_user(console.user, UserChanged(active=True)),
            "server": server.upgrade,
            "update": lambda: self.update(console),
        }
        acts[what]()

    def revoke(self, device: str) -> None:
        if device in self.world.server.journal.authority.devices:
            revoke_device(self.world.server.journal, device, "hilang")

    def approve(self) -> None:
        server = self.world.server
        for device in list(server.journal.authority.devices.values()):
            if not device.approved:
                server.approve(device.id)

    def update(self, console: Console) -> None:
        if not console.newer:
            console.newer = True
            self.world.reopen(console)

    @rule(days=st.sampled_from([1, 4, 8]))
    def time_passes(self, days: int) -> None:
        self.world.clock.leap(timedelta(days=days))
