"""Conflicts and trays show the world of the window, with a count of the others and a way to them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from support.console_stores import add_users, enrol, open_store, sync
from support.two_worlds import MARK, NAME, TwoWorlds
from support.window_fixture import OpenWindow, visible_texts

from tabuah.console.window.state.console_snapshot import read_snapshot
from tabuah.console.window.state.world_snapshot import select_world
from tabuah.operations.codes import Severity
from tabuah.operations.exercises.drafts import end_exercise
from tabuah.operations.exercises.scope import ALL_WORLDS, REAL_WORLD
from tabuah.operations.incidents.drafts import edit_incident, note_incident
from tabuah.operations.incidents.entry_bodies import IncidentEdited
from tabuah.operations.people.roles import Role
from tabuah.server.journal import ServerJournal
from tabuah.widgets.exercises.elsewhere_button import ElsewhereButton
from tabuah.widgets.sync.tray_item import REJECTED

IN_DRILL = "1 lagi di LATIHAN Galodo"


@pytest.fixture
def worlds(tmp_path: Path, data: Path) -> Iterator[TwoWorlds]:
    """Both worlds with a conflict each, and a note that came after the end of the exercise."""
    with ServerJournal.open(tmp_path / "journal") as journal, open_store(data) as store:
        worlds = TwoWorlds(store, journal)
        with open_store(tmp_path / "posko") as other:
            add_users(journal, budi=Role.SUPERVISOR)
            enrol(journal, other, "budi")
            sync(other, journal)
            for incident in (worlds.real, worlds.drill):
                store.save(edit_incident(store.incident(incident.id), IncidentEdited(severity=Severity.CATASTROPHIC)))
                other.save(edit_incident(other.incident(incident.id), IncidentEdited(severity=Severity.MINOR)))
            sync(other, journal)
            worlds.sync()
            store.save(note_incident(store.incident(worlds.drill.id), "catatan setelah latihan"))
            sync(other, journal)
            other.save(end_exercise(next(each for each in other.exercises() if each.name == NAME)))
            sync(other, journal)
        worlds.sync()
        yield worlds


@pytest.fixture
def window(worlds: TwoWorlds, open_console: Callable[..., OpenWindow]) -> OpenWindow:
    window = open_console()
    window.until(lambda: bool(window.console.services.state.snapshot.elsewhere))
    return window


def test_snapshot_counts_work_of_other_worlds_apart(worlds: TwoWorlds) -> None:
    everything = read_snapshot(worlds.store)
    assert (everything.counts.conflicts, everything.counts.rejected) == (2, 1)
    real, drill = (select_world(everything, scope) for scope in (REAL_WORLD, worlds.scope))
    assert (real.counts.conflicts, real.counts.rejected, real.rejections) == (1, 0, ())
    assert (drill.counts.conflicts, drill.counts.rejected, len(drill.rejections)) == (1, 1, 1)
    (elsewhere,) = real.elsewhere
    assert (elsewhere.scope, elsewhere.conflicts, elsewhere.rejected) == (worlds.scope, 1, 1)
    (elsewhere,) = drill.elsewhere
    assert (elsewhere.scope, elsewhere.conflicts, elsewhere.rejected) == (REAL_WORLD, 1, 0)
    assert select_world(everything, ALL_WORLDS).elsewhere == ()


def test_tray_leads_to_its_other_world(window: OpenWindow, worlds: TwoWorlds) -> None:
    window.commands.sync.held_and_rejected.begin_rejected()
    trays, button = window.shell.parts.trays, window.find(ElsewhereButton, "tray_elsewhere")
    assert trays.current is None
    assert IN_DRILL in visible_texts(trays)
    assert "Semua perubahan" not in visible_texts(trays)
    assert (button.text(), button.isVisible()) == (IN_DRILL, True)
    window.key(Qt.Key.Key_W)
    assert window.console.services.state.scope == worlds.scope
    window.until(lambda: trays.current is not None and "catatan setelah latihan" in trays.current.text)
    assert (trays.tray, trays.isVisible(), button.isHidden()) == (REJECTED, True, True)


def test_conflicts_lead_to_their_other_world(window: OpenWindow, worlds: TwoWorlds) -> None:
    window.key(Qt.Key.Key_K)
    resolver, button = window.shell.parts.resolver, window.find(ElsewhereButton, "conflict_elsewhere")
    window.until(lambda: resolver.current is not None and worlds.real.number in resolver.current.incident)
    assert button.text() == IN_DRILL
    button.click()
    window.until(lambda: resolver.current is not None and worlds.drill.number in resolver.current.incident)
    assert button.text() == "1 lagi di dunia nyata"
    assert window.selection.incident == worlds.drill.id


def test_badge_names_work_of_other_worlds(window: OpenWindow, worlds: TwoWorlds) -> None:
    def badge() -> str:
        return window.shell.parts.header.sync_badge.accessibleName()

    assert "dunia nyata" not in badge()
    window.console.services.state.choose_world(worlds.scope)
    window.until(lambda: "dunia nyata: 1 konflik" in badge())
    assert MARK not in badge()
