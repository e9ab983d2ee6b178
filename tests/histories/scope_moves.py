"""Moves of scope: incidents are assigned to other OPDs, users move to another OPD, and consoles are away for days."""

from datetime import timedelta

from histories.auditor import Audit
from histories.base_machine import CONSOLES, PICKS, TROUBLES, WORK, HistoryMachine, Work
from histories.faulty_transport import Trouble
from histories.scope_oracle import check_personal_values, check_scope
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.operations.incidents.drafts import edit_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.people.entry_bodies import UserChanged
from tabuah.operations.people.roles import Role

OFFICES = ("BPBD", "Damkar", "PUPR")
LEADER = "sari"
ROLES = (Role.FIELD, Role.FIELD, Role.OPERATOR)
CHANGES = st.lists(st.tuples(st.sampled_from(("assign", "assign", "office", "role")), PICKS), max_size=4)


class ScopeMoves(HistoryMachine):
    """Moves of the control room and the administrator, while others are offline."""

    @rule(pick=PICKS)
    def assign_to_another(self, pick: int) -> None:
        """Let the supervisor assign an incident to one or two OPDs, or to none."""
        console = self.assigner()
        self.exchange(console)
        view, _other = self.views(console, pick, stale=False)
        if view is not None:
            named = (*OFFICES[pick % 3 :][:1], *OFFICES[pick % 2 :][:1])[: pick % 4]
            draft = edit_incident(view.incident, IncidentEdited(assignment=tuple(dict.fromkeys(named))))
            self.save(console, draft, view, 0)
            self.exchange(console)

    @rule(number=CONSOLES, pick=PICKS)
    def transfer(self, number: int, pick: int) -> None:
        """Let an administrator move a user to another OPD, or to none."""
        self.world.server.change_user(self.console(number).user, UserChanged(opd=(*OFFICES, "")[pick % 4]))

    @rule(number=CONSOLES, days=st.sampled_from([1, 3]), work=WORK, changes=CHANGES, troubles=TROUBLES)
    def days_away(
        self, number: int, days: int, work: Work, changes: list[tuple[str, int]], troubles: list[Trouble]
    ) -> None:
        """Work for days without a network while assignment, role and OPD change; then send it all."""
        console = self.console(number)
        self.exchange(console)
        for act, pick, stale in work:
            self.change(console, act, pick, stale=stale, crash=0)
            self.world.clock.leap(timedelta(days=days) / len(work))
        for what, pick in changes:
            self.change_scope(console, what, pick)
        self.exchange(console, troubles)
        self.exchange(console)

    def change_scope(self, console: Console, what: str, pick: int) -> None:
        if what == "assign":
            self.assign_to_another(pick)
        elif what == "office":
            self.world.server.change_user(console.user, UserChanged(opd=OFFICES[pick % 3]))
        else:
            self.world.server.change_user(console.user, UserChanged(role=ROLES[pick % 3]))

    def assigner(self) -> Console:
        return next((console for console in self.world.consoles if console.user == LEADER), self.console(0))

    def check_end(self, audited: Audit) -> None:
        super().check_end(audited)
        check_scope(audited, self.world.ledger, {each.key.device_id for each in self.world.outsiders.values()})
        check_personal_values(self.world, audited)
