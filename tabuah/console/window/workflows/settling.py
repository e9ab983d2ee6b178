"""Settling: conflicts one after the other, each shown on the map, each decided with one key."""

from collections.abc import Mapping

from PySide6.QtCore import QObject

from tabuah.console.window.panels import LowerPanel
from tabuah.console.window.presenting.conflict_cases import compared_places, conflict_cases, conflict_of
from tabuah.console.window.workplace import Workplace
from tabuah.operations.entries import Entry
from tabuah.operations.incidents.gestures import settle_conflict
from tabuah.resources.catalogue import _
from tabuah.widgets.forms.conflict_resolver import ConflictResolver


class Settling(QObject):
    """The resolver in the lower panel."""

    def __init__(self, place: Workplace, resolver: ConflictResolver, lower: LowerPanel) -> None:
        super().__init__(resolver)
        self._at, self._resolver, self._lower = place, resolver, lower
        self._members: Mapping[str, tuple[Entry, ...]] = {}
        self._asked: tuple[tuple[str, ...], ...] = ()
        resolver.settled.connect(self._on_settled)
        resolver.closed.connect(self._on_closed)
        resolver.shown.connect(self._on_shown)
        resolver.highlighted.connect(place.canvas.highlight_compared)
        lower.page_changed.connect(self._show_on_map)

    def begin(self) -> None:
        """Show the conflicts, those of the incident that is looked at first."""
        self.refresh()
        if self._resolver.current is None:
            self._at.teller.inform(_("No open conflicts: everything people wrote fits together."))
            return
        self._lower.show_conflicts()
        self._on_shown(self._resolver.current.id)
        self._resolver.setFocus()

    def refresh(self) -> None:
        """Show what is open now; the last one settled takes the chart back."""
        self._read_members()
        cases = conflict_cases(self._at.room.snapshot, self._at.selection.incident, self._members)
        self._resolver.show_conflicts(cases)
        if not cases and self._lower.shows_conflicts:
            self._on_closed()

    def _on_settled(self, conflict_id: str, take: str) -> None:
        found = conflict_of(self._at.room.snapshot, conflict_id)
        if found is None:
            return
        incident = found[0]
        told = _("The conflict of {number} is settled. If that turns out wrong, edit the field again (E).")
        text = told.format(number=incident.number)
        self._at.save_draft(
            settle_conflict(incident, conflict_id, take), on_saved=lambda _saved: self._at.teller.done(text)
        )

    def _on_shown(self, conflict_id: str) -> None:
        found = conflict_of(self._at.room.snapshot, conflict_id)
        if found is not None and self._lower.shows_conflicts:
            self._at.selection.choose_incident(found[0].id)
        self._show_on_map()

    def _show_on_map(self) -> None:
        """The places or areas to choose between, while the conflicts are in front."""
        case = self._resolver.current
        found = conflict_of(self._at.room.snapshot, case.id) if case else None
        shown = found is not None and self._lower.shows_conflicts
        self._at.canvas.show_compared(compared_places(found[1]) if found is not None and shown else ())

    def _read_members(self) -> None:
        """Read what rests on proposals, where anything does and it was not read yet."""
        conflicts = [c for i in self._at.room.snapshot.incidents.values() for c in i.open_conflicts]
        grown = [conflict for conflict in conflicts if len(conflict.members) > 1]
        wanted = tuple(conflict.members for conflict in grown)
        if wanted == self._asked:
            return
        self._asked = wanted
        self._at.store.run(
            lambda store: {conflict.id: store.members_of(conflict) for conflict in grown},
            on_done=self._on_members_read,
            on_error=self._at.teller.error,
        )

    def _on_members_read(self, members: Mapping[str, tuple[Entry, ...]]) -> None:
        self._members = members
        self.refresh()

    def _on_closed(self) -> None:
        self._lower.show_chart()
        self._at.canvas.setFocus()
