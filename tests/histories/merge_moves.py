"""Moves of merges by independent users, and of settlements by any role."""

from collections.abc import Callable

from histories import gestures
from histories.base_machine import PICKS, HistoryMachine
from histories.world import Console
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tabuah.operations.codes import Status
from tabuah.operations.entries import Draft
from tabuah.operations.incidents.drafts import merge_incidents, move_incident
from tabuah.operations.incidents.incident import Incident

INCIDENTS = 3


class MergeMoves(HistoryMachine):
    """Moves of merges."""

    @rule(numbers=st.permutations(range(3)), pick=PICKS, circle=st.booleans(), settles=st.booleans())
    def merge_at_once(self, numbers: list[int], pick: int, circle: bool, settles: bool) -> None:
        """Merge one incident into two others on two consoles, or two into each other; then perhaps settle."""
        one, two = (self.console(number) for number in numbers[:2])
        found = self.known_to(one, two, pick)
        if len(found) < INCIDENTS:
            return
        first, second, third = found[:INCIDENTS]
        other = (second, first) if circle else (first, third)
        for console, (source, target) in ((one, (first, second)), (two, other)):
            self.write(console, source, lambda seen, into=target: merge_incidents(seen, into))
        for console in (one, two, one):
            self.exchange(console)
        if settles:
            self.settle_all(self.console(numbers[2]), pick)

    @rule(numbers=st.permutations(range(3)), pick=PICKS)
    def close_in_conflict(self, numbers: list[int], pick: int) -> None:
        """Close an incident that another user takes a step back at the same time; a third one settles it."""
        one, two, three = (self.console(number) for number in numbers)
        found = self.known_to(one, two, pick)
        if not found:
            return
        self.write(one, found[0], lambda seen: move_incident(seen, Status.CONTAINED))
        for console in (one, two):
            self.exchange(console)
        key = found[0].id
        for console, to in ((one, Status.ON_SCENE), (two, Status.CLOSED)):
            seen = self.incident_at(console, key)
            if seen is not None:
                self.write(console, seen, lambda incident, status=to: move_incident(incident, status))
        for console in (one, two, three):
            self.exchange(console)
        self.settle_all(three, pick)

    def known_to(self, one: Console, two: Console, pick: int) -> list[Incident]:
        """Return incidents that both consoles know, after reports of missing ones; in an order given by `pick`."""
        while len(one.store.incidents()) < INCIDENTS:
            before = len(one.store.incidents())
            self.save(one, gestures.report(one.store, pick), None, 0)
            if len(one.store.incidents()) == before:
                break
        for console in (one, two):
            self.exchange(console)
        shared = {incident.id for incident in two.store.incidents()}
        found = sorted((i for i in one.store.incidents() if i.id in shared), key=lambda incident: incident.id)
        turn = pick % len(found) if found else 0
        return found[turn:] + found[:turn]

    def incident_at(self, console: Console, key: str) -> Incident | None:
        return next((incident for incident in console.store.incidents() if incident.id == key), None)

    def write(self, console: Console, incident: Incident, make: Callable[[Incident], Draft]) -> None:
        """Write on an incident as this console sees it now."""
        self.world.look(console)
        view = console.views.get(incident.id)
        if view is not None:
            self.save(console, make(view.incident), view, 0)

    def settle_all(self, console: Console, pick: int) -> None:
        """Settle all conflicts that this console knows, in favour of the proposed value or by `pick`."""
        self.exchange(console)
        self.world.look(console)
        for view in console.views.values():
            draft = gestures.settle(view.incident, pick if pick % 2 else 1)
            if draft is not None:
                self.save(console, draft, view, 0)
        self.exchange(console)
