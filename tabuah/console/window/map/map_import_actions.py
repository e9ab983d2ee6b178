"""Map import actions: files by dialog or drop, the import card, and removal of imported layers."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from tabuah.console.map.import_messages import LayerChoiceNeeded, LayerImported
from tabuah.console.map.map_import import remove_boundaries, remove_layer
from tabuah.console.window.map.map_files import BOUNDARIES_LAYER
from tabuah.console.window.map.map_import_view import AGAIN, CANCEL, OTHER, SHOW, import_view
from tabuah.console.window.shared.confirm_card import Question
from tabuah.console.window.shared.file_dialogs import open_dialog
from tabuah.console.window.shared.map_imports import ImportPhase
from tabuah.console.window.shared.window_context import WindowContext
from tabuah.gis.base_map import MapLayer
from tabuah.gis.reference_systems import from_mercator
from tabuah.resources.localisation import _
from tabuah.storage.cache.map.maps import layer_of_part
from tabuah.widgets.map.imports.dropped_files import MAP_SUFFIXES
from tabuah.widgets.map.imports.import_card import ESCAPE
from tabuah.widgets.map.layers.layers_panel import LayersPanel
from tabuah.widgets.map.map_view import MapView

_TICK_MS: Final = 1_000


class MapImportActions(QObject):
    """Shows the imports of this console. They continue when the window changes its language."""

    def __init__(self, context: WindowContext, view: MapView, layers: LayersPanel, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window, self._canvas, self._card = context, window, view.canvas, view.imports
        self._layer_to_show = ""  # a layer to show as soon as the map has loaded it
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._show)
        view.map_files_dropped.connect(context.imports.begin)
        layers.remove_requested.connect(self.ask_to_remove)
        view.canvas.content_changed.connect(self._on_content_changed)
        self._card.action_requested.connect(self._on_action_requested)
        self._card.layer_chosen.connect(context.imports.choose)
        context.imports.changed.connect(self._on_changed)
        context.imports.cancelled.connect(self._on_cancelled)
        self._on_changed()

    def ask_for_file(self) -> None:
        """Ask which map files to import."""
        patterns = " ".join(f"*{suffix}" for suffix in MAP_SUFFIXES)
        filters = [f"{_('Map files')} ({patterns})", f"{_('All files')} (*)"]
        dialog = open_dialog(self._window, _("Import a map file"), filters=filters, many=True)
        dialog.filesSelected.connect(self._on_files_chosen)
        dialog.open()

    def ask_to_remove(self, name: str) -> None:
        """Ask before an imported layer is removed; restoring it needs its file."""
        if name == BOUNDARIES_LAYER and all(
            layer.name != BOUNDARIES_LAYER for layer in self._canvas.content.imported
        ):
            question = Question(
                title=_("Return to the estimated boundaries?"),
                text=_("The official boundaries are removed from this console; places are named by estimates again."),
                confirm=_("Remove the boundaries"),
            )
            self._context.confirm.ask(question, self._on_boundaries_unwanted)
            return
        layer = layer_of_part(name)
        question = Question(
            title=_("Remove {layer}?").format(layer=layer),
            text=_("The layer is removed from the map and from this console. Its source file is kept."),
            confirm=_("Remove"),
        )
        self._context.confirm.ask(question, lambda _text: self._remove(layer))

    def close(self) -> None:
        """Stop showing imports; they continue."""
        self._clock.stop()
        self._context.imports.changed.disconnect(self._on_changed)
        self._context.imports.cancelled.disconnect(self._on_cancelled)

    def _remove(self, layer: str) -> None:
        self._change(
            lambda: remove_layer(self._context.directory, layer), _("{layer} was removed.").format(layer=layer)
        )

    def _on_boundaries_unwanted(self, _text: str) -> None:
        message = _("The map shows the estimated boundaries again.")
        self._change(lambda: remove_boundaries(self._context.directory), message)

    def _change(self, change: Callable[[], None], message: str) -> None:
        def done(_nothing: None) -> None:
            self._context.reload_map()
            self._context.notifier.done(message)

        self._context.work.run(lambda _context: change(), on_done=done, on_error=self._context.notifier.error)

    def _on_changed(self) -> None:
        job = self._context.imports.job
        is_running = job is not None and job.phase is ImportPhase.RUNNING
        if not is_running:
            self._clock.stop()
        elif not self._clock.isActive():
            self._clock.start()
        self._show()
        asks = job is not None and not is_running and isinstance(job.answer, LayerChoiceNeeded)
        if asks and self._canvas.hasFocus():  # typing in a form must not be interrupted
            self._card.focus_first()
        if job is not None and job.has_changed_maps and not is_running and self._context.imports.waiting:
            self._go_on_after()

    def _show(self) -> None:
        imports = self._context.imports
        if imports.job is None:
            self._card.show_view(None)
            return
        elapsed_s = time.monotonic() - imports.job.began_at_s
        self._card.show_view(import_view(imports.job, waiting=imports.waiting, elapsed_s=elapsed_s))

    def _go_on_after(self) -> None:
        """Report the imported layers and start the next file; the queue waits only for refused files."""
        view = self._card.view
        if view is not None:
            self._context.notifier.done(view.text)
        self._context.imports.start_next()

    def _on_cancelled(self, file: Path) -> None:
        self._context.notifier.inform(
            _("The import of {file} was cancelled; the map is unchanged.").format(file=file.name)
        )

    def _on_action_requested(self, code: str) -> None:
        imports, job = self._context.imports, self._context.imports.job
        if job is None or (code == ESCAPE and job.phase is ImportPhase.RUNNING):
            return
        verbs = {CANCEL: imports.cancel, AGAIN: imports.retry, SHOW: self._look, OTHER: self._ask_for_another}
        self._canvas.setFocus()
        verbs.get(code, imports.start_next)()

    def _look(self) -> None:
        """Show the imported layers, or the whole regency after new boundaries or a new base map; close the card."""
        job = self._context.imports.job
        if job is not None and isinstance(job.answer, LayerImported) and not job.answer.imported.official:
            self._look_at(job.answer.imported.layer)
        else:
            self._canvas.fit_regency()
        self._context.imports.start_next()

    def _on_content_changed(self) -> None:
        if self._layer_to_show:
            self._look_at(self._layer_to_show)

    def _ask_for_another(self) -> None:
        self._context.imports.start_next()
        self.ask_for_file()

    def _look_at(self, name: str) -> None:
        """Show all of a layer as soon as the map has loaded it."""
        layers = [layer for layer in self._canvas.content.imported if layer_of_part(layer.name) == name]
        self._layer_to_show = "" if layers else name
        if not layers:
            return
        west_m, south_m, east_m, north_m = _bounds_m(layers)
        west, south = from_mercator(west_m, south_m)
        east, north = from_mercator(east_m, north_m)
        self._canvas.fit_bounds(float(west), float(south), float(east), float(north))

    def _on_files_chosen(self, chosen: list[str]) -> None:
        self._context.imports.begin([Path(file) for file in chosen])


def _bounds_m(layers: Sequence[MapLayer]) -> tuple[float, float, float, float]:
    coordinates = np.concatenate([layer.levels[0].coordinates_m for layer in layers])
    west, south = coordinates.min(axis=0)
    east, north = coordinates.max(axis=0)
    return float(west), float(south), float(east), float(north)
