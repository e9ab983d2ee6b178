"""The state machine: any moves of people, consoles, lines and the server, in any order, and how it must end."""

import sys

from histories.checking import check_converged
from histories.disk_moves import DiskMoves
from histories.line_moves import LineMoves
from histories.office_moves import OfficeMoves
from histories.people_moves import PeopleMoves
from hypothesis import strategies as st
from hypothesis.stateful import initialize

from tabuah.operations.authority.bodies import UserChanged
from tabuah.server.sessions.enrolling import EnrolmentPolicy

MAX_ROUNDS = 6


class History(PeopleMoves, LineMoves, DiskMoves, OfficeMoves):
    """One history."""

    @initialize(approve=st.booleans(), newer=st.booleans(), page=st.sampled_from([2, 7, 1000]))
    def begin(self, approve: bool, newer: bool, page: int) -> None:
        server = self.world.server
        server.policy = EnrolmentPolicy.APPROVE if approve else EnrolmentPolicy.OPEN
        server.sessions.policy = server.policy
        self.world.page_limit = page
        for console in self.world.consoles:
            console.line.page_limit = page
        if newer:
            server.upgrade()

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:  # what failed on the way is told, not what follows from it
                self.find_together()
        finally:
            self.world.close()

    def find_together(self) -> None:
        """Everybody is let in, up to date and on a good line; then all must be well."""
        world = self.world
        world.server.upgrade()
        for name, user in list(world.server.journal.authority.users.items()):
            if not user.active:
                world.server.change_user(name, UserChanged(active=True))
        for request in world.late:
            self.deliver(request)
        for console in world.consoles:
            self.update(console)
        for _round in range(MAX_ROUNDS):
            for console in world.consoles:
                self.exchange(console)
            self.approve()
            if world.is_quiet():
                break
        check_converged(world)
