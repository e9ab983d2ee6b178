"""The card of a map import."""

from typing import Final

from tabuah.console.map.import_messages import (
    BaseMapImported,
    ImportOutcome,
    ImportRefused,
    LayerChoiceNeeded,
    LayerImported,
)
from tabuah.console.window.shared.map_imports import ImportJob, ImportPhase
from tabuah.gis.base_map import LayerKind
from tabuah.gis.import_progress import ImportProgress, ImportStage, LayerImportResult, LayerInFile
from tabuah.resources.localisation import N_, _, format_number, ngettext
from tabuah.text.map.layers import (
    describe_base_map_import,
    describe_import_progress,
    describe_import_stage,
    describe_layer_import,
    describe_official_boundaries,
)
from tabuah.widgets.map.imports.import_card import ImportView, LayerOffer
from tabuah.widgets.values import ActionState, Level

CANCEL, CLOSE, NEXT, OTHER, AGAIN, SHOW = "cancel", "close", "next", "other", "again", "show"
_KINDS: Final = {
    LayerKind.POLYGON: N_("areas"),
    LayerKind.LINE: N_("lines"),
    LayerKind.POINT: N_("points"),
}


def import_view(job: ImportJob, *, waiting: int, elapsed_s: float) -> ImportView:
    """Return the card of a job.

    Args:
        job: the import.
        waiting: the number of files in the queue.
        elapsed_s: its duration so far.
    """
    if job.phase is ImportPhase.RUNNING:
        return _running(job, waiting=waiting, elapsed_s=elapsed_s)
    if job.answer is None:
        return ImportView(
            title=_("{file} was not imported").format(file=job.file.name),
            level=Level.HIGH,
            text=_("The import ended before it was complete. Nothing was changed."),
            notes=(_("The file may need more memory than this computer has: clip it to the regency first."),),
            actions=_ended(waiting, _action(AGAIN, _("Try again"))),
        )
    return _answered(job, job.answer, waiting)


def _running(job: ImportJob, *, waiting: int, elapsed_s: float) -> ImportView:
    progress = job.progress
    more = ngettext("{n} more file waits.", "{n} more files wait.", waiting).format(n=format_number(waiting))
    return ImportView(
        title=_("Importing {file}").format(file=job.file.name),
        text=describe_import_stage(progress) if progress else _("Opening the file …"),
        elapsed=_elapsed(elapsed_s),
        busy=True,
        share=_share(progress),
        count=describe_import_progress(progress) if progress else "",
        notes=(more,) if waiting else (),
        actions=(_action(CANCEL, _("Cancel")),),
    )


def _answered(job: ImportJob, answer: ImportOutcome, waiting: int) -> ImportView:
    match answer:
        case LayerImported(imported=imported):
            return ImportView(
                title=_("{layer} is on the map").format(layer=imported.layer),
                level=Level.NORMAL,
                text=" ".join(
                    filter(None, (describe_layer_import(imported), describe_official_boundaries(imported)))
                ),
                notes=_notes(imported),
                actions=_ended(waiting, _action(SHOW, _("Show on the map"))),
            )
        case BaseMapImported(taken=taken):
            return ImportView(
                title=_("The base map is in use"),
                level=Level.NORMAL,
                text=describe_base_map_import(taken),
                actions=_ended(waiting, _action(SHOW, _("Show on the map"))),
            )
        case LayerChoiceNeeded(layers=layers):
            return ImportView(
                title=_("{file} contains several layers").format(file=job.file.name),
                text=_("Choose the layer to import:"),
                offers=tuple(LayerOffer(name=each.name, detail=_describe_layer(each)) for each in layers),
                actions=_ended(waiting),
            )
        case ImportRefused(reason=reason, problems=problems):
            mend = _("Nothing was changed. Correct these features and import the file again:")
            return ImportView(
                title=_("{file} was not imported").format(file=job.file.name),
                level=Level.ATTENTION,
                text=mend if problems else " ".join((reason, _("Nothing was changed."))),
                notes=problems,
                actions=_ended(waiting, _action(OTHER, _("Choose another file"))),
            )


def _ended(waiting: int, *first: ActionState) -> tuple[ActionState, ...]:
    """Return the actions after the end; with more files in the queue, closing starts the next."""
    last = _action(NEXT, _("Next file ({n})").format(n=waiting)) if waiting else _action(CLOSE, _("Close"), key="Esc")
    return (*first, last)


def _action(code: str, label: str, key: str = "") -> ActionState:
    return ActionState(code=code, label=label, key=key)


def _notes(imported: LayerImportResult) -> tuple[str, ...]:
    mended = ngettext("{n} feature was mended:", "{n} features were mended:", imported.repaired)
    return (*([mended.format(n=format_number(imported.repaired))] if imported.repaired else []), *imported.notes)


def _describe_layer(layer: LayerInFile) -> str:
    if layer.features is None:
        return ""
    count = ngettext("{n} feature", "{n} features", layer.features).format(n=format_number(layer.features))
    return f"{count} · {_(_KINDS[layer.kind])}" if layer.kind is not None else count


def _share(progress: ImportProgress | None) -> float | None:
    """Return the completed share of the stage; None while GDAL reads, which reports no progress."""
    if progress is None or not progress.total or progress.stage is ImportStage.READING:
        return None
    return progress.done / progress.total


def _elapsed(elapsed_s: float) -> str:
    minutes, seconds = divmod(int(elapsed_s), 60)
    return f"{minutes}:{seconds:02d}"
