"""The process that imports a map file for the window.

An import may take minutes and gigabytes and may be killed; the window stays usable. Run as
`python -m tabuah.console.map.import_worker DIRECTORY FILE LANGUAGE [LAYER]`, it does the work of `tabuah map import`
and writes progress messages to its standard output.
"""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from tabuah.console.map.base_map import install_base_map
from tabuah.console.map.import_messages import (
    BaseMapImported,
    ImportMessage,
    ImportOutcome,
    ImportProgressMessage,
    ImportRefused,
    LayerChoiceNeeded,
    LayerImported,
    encode_message,
)
from tabuah.console.map.map_import import import_layer
from tabuah.gis.errors import GeographyError, LayerImportError, SeveralLayersError
from tabuah.gis.import_progress import ImportProgress, ImportStage, OnProgress
from tabuah.gis.layer_list import list_file_layers
from tabuah.gis.osm.base_map_file import is_base_map
from tabuah.resources.localisation import set_language
from tabuah.storage.cache.errors import CacheError
from tabuah.storage.worker_process import lower_priority, reserve_stdout

PROGRESS_INTERVAL_S: Final = 0.05  # the refresh interval of the window
_NICENESS: Final = 5  # below the window, but high enough not to hold the lock of the cache for long

SendMessage = Callable[[ImportMessage], None]


def main(arguments: Sequence[str]) -> int:
    """Run the import and send its progress and outcome."""
    directory, file, language, *layer = arguments
    set_language(language)
    lower_priority(_NICENESS)
    send = _message_sender(reserve_stdout())
    send(run_import(Path(directory), Path(file), layer[0] if layer else None, send=send))
    return 0


def run_import(directory: Path, file: Path, layer: str | None, *, send: SendMessage) -> ImportOutcome:
    """Import a file and return the outcome; only bugs raise."""
    try:
        return _import_file(directory, file, layer, send=send)
    except SeveralLayersError:
        return _layer_choice(file)
    except LayerImportError as error:
        return ImportRefused(reason=error.message, problems=error.problems)
    except (GeographyError, CacheError) as error:
        return ImportRefused(reason=str(error))


def throttle_progress(send: SendMessage, *, now_s: Callable[[], float] = time.monotonic) -> OnProgress:
    """Return a progress callback that sends at most 20 messages a second.

    The first and the last message of a stage are always sent.
    """
    sent_at_s: dict[ImportStage, float] = {}

    def on_progress(progress: ImportProgress) -> None:
        is_end = progress.done == progress.total
        if not is_end and now_s() - sent_at_s.get(progress.stage, -PROGRESS_INTERVAL_S) < PROGRESS_INTERVAL_S:
            return
        sent_at_s[progress.stage] = now_s()
        send(ImportProgressMessage(progress=progress))

    return on_progress


def _import_file(
    directory: Path, file: Path, layer: str | None, *, send: SendMessage
) -> LayerImported | BaseMapImported:
    if layer is None and is_base_map(file):
        send(ImportProgressMessage(progress=ImportProgress(stage=ImportStage.DRAWING)))
        return BaseMapImported(taken=install_base_map(directory, file))
    return LayerImported(imported=import_layer(directory, file, layer=layer, on_progress=throttle_progress(send)))


def _layer_choice(file: Path) -> LayerChoiceNeeded | ImportRefused:
    try:
        return LayerChoiceNeeded(layers=list_file_layers(file))
    except LayerImportError as error:
        return ImportRefused(reason=error.message, problems=error.problems)


def _message_sender(pipe: BinaryIO) -> SendMessage:
    def send(message: ImportMessage) -> None:
        pipe.write(encode_message(message))
        pipe.flush()

    return send


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
