"""Conflict actions: conflicts one after the other, shown on the map, settled with one key."""

from collections.abc import Mapping

from PySide6.QtCore import QObject

from tabuah.console.window.incidents.conflict_cases import compared_places, conflict_cases, conflict_of
from tabuah.console.window.shared.panels import LowerPanel
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.operations.entries import Entry
from tabuah.operations.incidents.drafts import settle_conflict
from tabuah.resources.localisation import _
from tabuah.widgets.incidents.conflict_resolver import ConflictResolver


class ConflictActions(QObject):
    """The conflict resolver in the lower panel."""

    def __init__(self, context: WindowContext, resolver: ConflictResolver, lower: LowerPanel) -> None:
        super().__init__(resolver)
        self._context, self._resolver, self._lower = context, resolver, lower
        self._members: Mapping[str, tuple[Entry, ...]] = {}
        self._asked: tuple[tuple[str, ...], ...] = ()
        resolver.settled.connect(self._on_settled)
        resolver.closed.connect(self._on_closed)
        resolver.shown.connect(self._on_shown)
        resolver.highlighted.connect(context.canvas.highlight_compared)
        lower.page_changed.connect(self._show_on_map)

    def begin(self) -> None:
        """Show the conflicts, those of the selected incident first."""
        self.refresh()
        if self._resolver.current is None:
            self._context.notifier.inform(_("No open conflicts."))
            return
        self._lower.show_conflicts()
        self._on_shown(self._resolver.current.id)
        self._resolver.setFocus()

    def refresh(self) -> None:
        """Show the open conflicts; after the last one the chart returns."""
        self._read_members()
        cases = conflict_cases(self._context.state.snapshot, self._context.selection.incident, self._members)
        self._resolver.show_conflicts(cases)
        if not cases and self._lower.shows_conflicts:
            self._on_closed()

    def _on_settled(self, conflict_id: str, take: str) -> None:
        found = conflict_of(self._context.state.snapshot, conflict_id)
        if found is None:
            return
        incident = found[0]
        message = _("The conflict of {number} is settled. If that turns out wrong, edit the field again (E).")
        text = message.format(number=incident.number)
        self._context.save_draft(
            settle_conflict(incident, conflict_id, take), on_saved=lambda _saved: self._context.notifier.done(text)
        )

    def _on_shown(self, conflict_id: str) -> None:
        found = conflict_of(self._context.state.snapshot, conflict_id)
        if found is not None and self._lower.shows_conflicts:
            self._context.selection.choose_incident(found[0].id)
        self._show_on_map()

    def _show_on_map(self) -> None:
        """Show the places or areas to choose from, while the conflicts are in front."""
        case = self._resolver.current
        found = conflict_of(self._context.state.snapshot, case.id) if case else None
        shown = found is not None and self._lower.shows_conflicts
        self._context.canvas.show_compared(compared_places(found[1]) if found is not None and shown else ())

    def _read_members(self) -> None:
        """Read the entries that depend on proposals, unless they were read already."""
        conflicts = [c for i in self._context.state.snapshot.incidents.values() for c in i.open_conflicts]
        grown = [conflict for conflict in conflicts if len(conflict.members) > 1]
        wanted = tuple(conflict.members for conflict in grown)
        if wanted == self._asked:
            return
        self._asked = wanted
        self._context.store.run(
            lambda store: {conflict.id: store.members_of(conflict) for conflict in grown},
            on_done=self._on_members_read,
            on_error=self._context.notifier.error,
        )

    def _on_members_read(self, members: Mapping[str, tuple[Entry, ...]]) -> None:
        self._members = members
        self.refresh()

    def _on_closed(self) -> None:
        self._lower.show_chart()
        self._context.canvas.setFocus()
