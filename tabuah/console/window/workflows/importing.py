"""Map files from the window: chosen or dropped, imported beside it, told in a card; and taken away again."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from tabuah.console.import_messages import LayerCame, LayerWanted
from tabuah.console.importing import remove_boundaries, remove_layer
from tabuah.console.window.confirm_card import Question
from tabuah.console.window.file_dialogs import open_dialog
from tabuah.console.window.loading import BORDERS
from tabuah.console.window.map_imports import Phase
from tabuah.console.window.presenting.map_imports import AGAIN, CANCEL, OTHER, SHOW, import_view
from tabuah.console.window.workplace import Workplace
from tabuah.gis.basemap import MapLayer
from tabuah.gis.reference_systems import from_mercator
from tabuah.resources.catalogue import _
from tabuah.storage.cache.maps import layer_of_part
from tabuah.widgets.imports.dropping import MAP_SUFFIXES
from tabuah.widgets.imports.import_card import ESCAPE
from tabuah.widgets.layers.layers_panel import LayersPanel
from tabuah.widgets.map.map_view import MapView

_TICK_MS: Final = 1_000


class Importing(QObject):
    """Shows what the imports of this console do; they go on when the window changes its language."""

    def __init__(self, place: Workplace, view: MapView, layers: LayersPanel, window: QWidget) -> None:
        super().__init__(window)
        self._at, self._window, self._canvas, self._card = place, window, view.canvas, view.imports
        self._sought = ""  # a layer to be looked at once the map has it
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._show)
        view.map_files_dropped.connect(place.imports.begin)
        layers.remove_requested.connect(self.ask_to_remove)
        view.canvas.content_changed.connect(self._on_content_changed)
        self._card.action_requested.connect(self._on_action_requested)
        self._card.layer_chosen.connect(place.imports.choose)
        place.imports.changed.connect(self._on_changed)
        place.imports.cancelled.connect(self._on_cancelled)
        self._on_changed()

    def ask_for_file(self) -> None:
        """Ask which map files to import."""
        patterns = " ".join(f"*{suffix}" for suffix in MAP_SUFFIXES)
        filters = [f"{_('Map files')} ({patterns})", f"{_('All files')} (*)"]
        dialog = open_dialog(self._window, _("Import a map file"), filters=filters, many=True)
        dialog.filesSelected.connect(self._on_files_chosen)
        dialog.open()

    def ask_to_remove(self, name: str) -> None:
        """Ask before what was imported is taken away; having it back takes its file."""
        if name == BORDERS and all(layer.name != BORDERS for layer in self._canvas.content.imported):
            question = Question(
                title=_("Back to the estimated borders?"),
                text=_("The official boundaries leave this console; places are named by the estimates again."),
                confirm=_("Remove the boundaries"),
            )
            self._at.confirm.ask(question, self._on_boundaries_unwanted)
            return
        layer = layer_of_part(name)
        question = Question(
            title=_("Remove {layer}?").format(layer=layer),
            text=_("It leaves the map and the data of this console. The file it came from stays where it is."),
            confirm=_("Remove"),
        )
        self._at.confirm.ask(question, lambda _text: self._remove(layer))

    def close(self) -> None:
        """Follow the imports no more; they go on."""
        self._clock.stop()
        self._at.imports.changed.disconnect(self._on_changed)
        self._at.imports.cancelled.disconnect(self._on_cancelled)

    def _remove(self, layer: str) -> None:
        self._change(lambda: remove_layer(self._at.directory, layer), _("{layer} was removed.").format(layer=layer))

    def _on_boundaries_unwanted(self, _text: str) -> None:
        told = _("The map shows the estimated borders again.")
        self._change(lambda: remove_boundaries(self._at.directory), told)

    def _change(self, change: Callable[[], None], told: str) -> None:
        def done(_nothing: None) -> None:
            self._at.reload_map()
            self._at.teller.done(told)

        self._at.work.run(lambda _context: change(), on_done=done, on_error=self._at.teller.error)

    def _on_changed(self) -> None:
        job = self._at.imports.job
        is_running = job is not None and job.phase is Phase.RUNNING
        if not is_running:
            self._clock.stop()
        elif not self._clock.isActive():
            self._clock.start()
        self._show()
        asks = job is not None and not is_running and isinstance(job.answer, LayerWanted)
        if asks and self._canvas.hasFocus():  # who types a report goes on typing
            self._card.focus_first()
        if job is not None and job.has_changed_maps and not is_running and self._at.imports.waiting:
            self._go_on_after()

    def _show(self) -> None:
        imports = self._at.imports
        if imports.job is None:
            self._card.show_view(None)
            return
        elapsed_s = time.monotonic() - imports.job.began_at_s
        self._card.show_view(import_view(imports.job, waiting=imports.waiting, elapsed_s=elapsed_s))

    def _go_on_after(self) -> None:
        """What came in is told in passing, and the next file begins; only what was refused is waited for."""
        view = self._card.view
        if view is not None:
            self._at.teller.done(view.text)
        self._at.imports.go_on()

    def _on_cancelled(self, file: Path) -> None:
        self._at.teller.inform(_("The import of {file} was cancelled; the map is as it was.").format(file=file.name))

    def _on_action_requested(self, code: str) -> None:
        imports, job = self._at.imports, self._at.imports.job
        if job is None or (code == ESCAPE and job.phase is Phase.RUNNING):
            return
        verbs = {CANCEL: imports.cancel, AGAIN: imports.again, SHOW: self._look, OTHER: self._ask_for_another}
        self._canvas.setFocus()
        verbs.get(code, imports.go_on)()

    def _look(self) -> None:
        """Show on the map what came in, the whole regency where its borders or its base map did; leave the card."""
        job = self._at.imports.job
        if job is not None and isinstance(job.answer, LayerCame) and not job.answer.imported.official:
            self._look_at(job.answer.imported.layer)
        else:
            self._canvas.fit_regency()
        self._at.imports.go_on()

    def _on_content_changed(self) -> None:
        if self._sought:
            self._look_at(self._sought)

    def _ask_for_another(self) -> None:
        self._at.imports.go_on()
        self.ask_for_file()

    def _look_at(self, name: str) -> None:
        """All of a layer, as soon as the map has read it."""
        layers = [layer for layer in self._canvas.content.imported if layer_of_part(layer.name) == name]
        self._sought = "" if layers else name
        if not layers:
            return
        west_m, south_m, east_m, north_m = _bounds_m(layers)
        west, south = from_mercator(west_m, south_m)
        east, north = from_mercator(east_m, north_m)
        self._canvas.fit_bounds(float(west), float(south), float(east), float(north))

    def _on_files_chosen(self, chosen: list[str]) -> None:
        self._at.imports.begin([Path(file) for file in chosen])


def _bounds_m(layers: Sequence[MapLayer]) -> tuple[float, float, float, float]:
    coordinates = np.concatenate([layer.levels[0].coordinates_m for layer in layers])
    west, south = coordinates.min(axis=0)
    east, north = coordinates.max(axis=0)
    return float(west), float(south), float(east), float(north)
