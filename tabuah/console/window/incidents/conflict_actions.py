"""Conflict actions: conflicts one after the other, shown on the map, settled with one key."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from tabuah.console.window.incidents.conflict_cases import compared_places, conflict_cases, conflict_of
from tabuah.console.window.shared.panels import LowerPanel
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.shared.world_links import scope_of_link, world_links
from tabuah.operations.entries import Entry
from tabuah.operations.incidents.drafts import settle_conflict
from tabuah.text.incidents.conflicts import describe_settled, no_conflicts_reason
from tabuah.widgets.exercises.elsewhere_button import WorldLink
from tabuah.widgets.incidents.conflict_resolver import ConflictResolver


class ConflictActions(QObject):
    """The conflict resolver in the lower panel.

    Signals:
        world_requested: an ExerciseScope to show, and a function to call afterwards.
    """

    world_requested = Signal(object, object)

    def __init__(self, context: WindowContext, resolver: ConflictResolver, lower: LowerPanel) -> None:
        super().__init__(resolver)
        self._context, self._resolver, self._lower = context, resolver, lower
        self._members: Mapping[str, tuple[Entry, ...]] = {}
        self._asked: tuple[tuple[str, ...], ...] = ()
        resolver.settled.connect(self._on_settled)
        resolver.closed.connect(self._on_closed)
        resolver.world_requested.connect(self._on_world_requested)
        resolver.shown.connect(self._on_shown)
        resolver.highlighted.connect(context.canvas.highlight_compared)
        lower.page_changed.connect(self._show_on_map)

    def begin(self) -> None:
        """Show the conflicts, those of the selected incident first."""
        self.refresh()
        current = self._resolver.current
        if current is None and not self._links():
            self._context.notifier.inform(no_conflicts_reason())
            return
        self._lower.show_conflicts()
        if current is not None:
            self._on_shown(current.id)
        self._resolver.setFocus()

    def refresh(self) -> None:
        """Show the open conflicts; after the last one the chart returns."""
        self._read_members()
        cases = conflict_cases(self._context.state.snapshot, self._context.selection.incident, self._members)
        had_cases = self._resolver.current is not None
        self._resolver.show_conflicts(cases, self._links())
        if not cases and self._lower.shows_conflicts and (had_cases or not self._links()):
            self._on_closed()

    def _links(self) -> tuple[WorldLink, ...]:
        return world_links(self._context.state.snapshot, lambda work: work.conflicts)

    def _on_world_requested(self, key: str) -> None:
        scope = scope_of_link(self._context.state.snapshot, key)
        if scope is not None:
            self.world_requested.emit(scope, self.begin)

    def _on_settled(self, conflict_id: str, take: str) -> None:
        found = conflict_of(self._context.state.snapshot, conflict_id)
        if found is None:
            return
        incident = found[0]
        text = describe_settled(incident.number)
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
