"""State machine: moves of users, consoles, connections and the server in any order, and the final checks."""

import sys

from histories.bundle_moves import BundleMoves
from histories.connection_moves import ConnectionMoves
from histories.disk_moves import DiskMoves
from histories.invariants import check_converged
from histories.office_moves import OfficeMoves
from histories.people_moves import PeopleMoves
from histories.world import USERS
from hypothesis import strategies as st
from hypothesis.stateful import initialize

from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.server.people.enrolment import EnrolmentPolicy
from tabuah.storage.sync import pull, sync_pass

MAX_ROUNDS = 6


class History(PeopleMoves, ConnectionMoves, DiskMoves, OfficeMoves, BundleMoves):
    """One history."""

    @initialize(
        approve=st.booleans(),
        newer=st.booleans(),
        page=st.sampled_from([2, 7, 1000]),
        far=st.sampled_from([6, 20_000]),
    )
    def begin(self, approve: bool, newer: bool, page: int, far: int) -> None:
        self.patch(pull, "FAR_BEHIND", far)  # often enough for snapshots to be worthwhile
        self.patch(sync_pass, "WORTH_ENTRIES", far // 2)
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
            if sys.exc_info()[0] is None:  # report the original failure, not its consequences
                self.converge()
        finally:
            self.world.close()
            self.patches.close()

    def converge(self) -> None:
        """Approve and update everyone on a good connection; then check all invariants."""
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
        self.check_end(check_converged(world))
