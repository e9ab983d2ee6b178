"""Saved stations: shown on the map once the window knows them, with their files attached."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from tabuah.console.window.shared.window_context import WindowContext
from tabuah.console.window.state.console_state import StatePart
from tabuah.console.window.stations.station_file_actions import StationFileActions


class StationArrivals(QObject):
    """Waits for stations that were saved and are not in the snapshot yet."""

    def __init__(self, context: WindowContext, files: StationFileActions, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._files = context, files
        self._due: dict[str, tuple[Path, ...]] = {}  # files to attach, by station
        context.state.changed.connect(self._on_state_changed)

    def expect(self, code: str, files: Sequence[Path]) -> None:
        """Show this station and attach the files once it is known."""
        self._due[code] = tuple(files)

    def close(self) -> None:
        """Stop following."""
        self._context.state.changed.disconnect(self._on_state_changed)

    def _on_state_changed(self, parts: frozenset[StatePart]) -> None:
        if StatePart.STATIONS not in parts:
            return
        known = self._context.state.snapshot.stations
        for code in [each for each in self._due if each in known]:
            files = self._due.pop(code)
            self._context.show_station(known[code])
            if files:
                self._files.attach(known[code], files)
