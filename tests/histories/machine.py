"""The state machine: any moves of people, consoles, lines and the server, in any order, and how it must end."""

import sys

from histories.bundle_moves import BundleMoves
from histories.checking import check_converged
from histories.disk_moves import DiskMoves
from histories.line_moves import LineMoves
from histories.office_moves import OfficeMoves
from histories.people_moves import PeopleMoves
from histories.world import USERS
from hypothesis import strategies as st
from hypothesis.stateful import initialize

from tabuah.operations.authority.bodies import UserChanged
from tabuah.server.sessions.enrolling import EnrolmentPolicy
from tabuah.storage.sync import once, pulling

MAX_ROUNDS = 6


class History(PeopleMoves, LineMoves, DiskMoves, OfficeMoves, BundleMoves):
    """One history."""

    @initialize(
        approve=st.booleans(),
        newer=st.booleans(),
        page=st.sampled_from([2, 7, 1000]),
        far=st.sampled_from([6, 20_000]),
    )
    def begin(self, approve: bool, newer: bool, page: int, far: int) -> None:
        pulling.FAR_BEHIND, once.WORTH_ENTRIES = far, far // 2  # ever so often a snapshot is less work
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
        for name, role in USERS.items():
            world.server.change_user(name, UserChanged(active=True, role=role))
        for request in world.late:
            self.deliver(request)
        for console in world.consoles:
            self.update(console)
        for _round in range(MAX_ROUNDS):
            for console in world.consoles:
                self.exchange(console)
            self.approve()
            world.server.drain_aside()
            if world.is_quiet():
                break
        check_converged(world)
